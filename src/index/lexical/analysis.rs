//! Our two analyses in the shape that the full-text library wants.

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use super::schema::{UNITS, WORDS};
use crate::text::Analyzer;

/// Registers both tokenizers.
pub(super) fn register(manager: &TokenizerManager, analyzer: &Analyzer) {
    let words = Ours { analyzer: analyzer.clone(), kind: Kind::Words, buffer: Buffer::default() };
    let units = Ours { analyzer: analyzer.clone(), kind: Kind::Units, buffer: Buffer::default() };
    manager.register(WORDS, TextAnalyzer::from(words));
    manager.register(UNITS, TextAnalyzer::from(units));
}

#[derive(Clone, Copy)]
enum Kind {
    Words,
    Units,
}

/// The terms of one text, end to end in one string, reused from text to text.
#[derive(Clone, Default)]
struct Buffer {
    terms: String,
    /// End of each term in `terms`, and its position.
    ends: Vec<(usize, usize)>,
}

#[derive(Clone)]
struct Ours {
    analyzer: Analyzer,
    kind: Kind,
    buffer: Buffer,
}

impl Tokenizer for Ours {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        let buffer = &mut self.buffer;
        buffer.terms.clear();
        buffer.ends.clear();
        match self.kind {
            Kind::Words => self.analyzer.words(text, |term, _| {
                buffer.terms.push_str(term);
                buffer.ends.push((buffer.terms.len(), buffer.ends.len()));
            }),
            Kind::Units => {
                self.analyzer.units(text, |term, _, position| {
                    buffer.terms.push_str(term);
                    buffer.ends.push((buffer.terms.len(), position as usize));
                });
            }
        }
        Stream { buffer, next: 0, token: Token::default() }
    }
}

struct Stream<'a> {
    buffer: &'a Buffer,
    next: usize,
    token: Token,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some((end, position)) = self.buffer.ends.get(self.next).copied() else { return false };
        let start = if self.next == 0 { 0 } else { self.buffer.ends[self.next - 1].0 };
        self.token.text.clear();
        self.token.text.push_str(&self.buffer.terms[start..end]);
        self.token.position = position;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
