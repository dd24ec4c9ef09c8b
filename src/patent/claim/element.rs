//! The anatomy of a claim: subject, transitions, elements, each with its place in the text.
//!
//! The pieces follow each other without gap or overlap, so that joining them gives the text back; every piece keeps
//! the marks behind it. Where the cuts fall is `claim/element/cut.rs`. Preamble and characterising part are those of
//! 专利法实施细则 rule 24 (2023; 21 before) and EPC rule 43(1): what stands before and behind 其特征在于 or
//! "characterised in that". Not here: what an element means, or whether a product has it.
//!
//! Limits: texts in languages other than Chinese and English give one subject and perhaps elements by semicolon.

mod cut;

use std::ops::Range;

/// A claim taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// The pieces in order; together they are the text.
    pub pieces: Vec<Piece>,
    /// Where the words 其特征在于 or "characterised in that" stand, in bytes, in a claim in two parts.
    characterised: Option<Range<usize>>,
    length: usize,
}

/// A piece of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it stands in the text, in bytes; both ends are character boundaries.
    pub span: Range<usize>,
}

/// What a piece of a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// What the claim is for, with its reference: `根据权利要求1所述的支架，`, "A method for drying coal,".
    Subject,
    /// Words between: `其特征在于，包括：`, "the method comprising:".
    Transition,
    /// An element of the known part, before 其特征在于.
    Known,
    /// An element of the characterising part, or of a claim in one part.
    Element,
}

impl Anatomy {
    /// Takes a claim's text (without its number) apart. Never fails: a text without structure is one subject.
    pub fn of(text: &str) -> Self {
        let (pieces, characterised) = cut::pieces(text);
        Self { pieces, characterised, length: text.len() }
    }

    /// Returns the elements, those of the known part too, in order: all of them bound the protection.
    pub fn elements(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| matches!(piece.kind, PieceKind::Known | PieceKind::Element))
    }

    /// Returns where the preamble stands: up to 其特征在于, or in a claim in one part its subject.
    pub fn preamble(&self) -> Range<usize> {
        match &self.characterised {
            Some(words) => 0..words.start,
            None => {
                let subject = self.pieces.iter().find(|piece| piece.kind == PieceKind::Subject);
                0..subject.map_or(0, |piece| piece.span.end)
            }
        }
    }

    /// Returns where the characterising part stands, behind 其特征在于; `None` in a claim in one part.
    pub fn characterising(&self) -> Option<Range<usize>> {
        self.characterised.as_ref().map(|words| words.end..self.length)
    }

    /// Returns what follows the preamble: the characterising part, or in a claim in one part all that is no subject.
    pub fn body(&self) -> Range<usize> {
        self.characterising().unwrap_or(self.preamble().end..self.length)
    }
}

impl Piece {
    /// Returns the words of this piece in its claim's `text`, without the marks around them.
    pub fn words<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.span.clone()).unwrap_or_default().trim_matches(is_mark)
    }
}

/// Whether a character at the end of a piece is a mark and no word.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | '；' | '。' | '：' | '、' | ',' | ';' | ':' | '.')
}

#[cfg(test)]
mod tests;
