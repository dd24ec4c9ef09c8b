//! The terms of the words field: what BM25 counts.
//!
//! A scanner takes the text apart by script and hands only runs of Chinese characters to jieba
//! (search mode: a word and the dictionary words inside it; no hidden Markov model, because it glues unknown
//! characters to their neighbours differently in query and text; no user dictionary, because changing one
//! would mean indexing again). Everything else it decides itself, on folded text, in lower case:
//!
//! | in the text | terms |
//! |---|---|
//! | English word | its stem; other alphabetic words as they are |
//! | `high-pressure`, `and/or` | the words |
//! | part number, standard, compound: letters and digits joined by `-`, `/`, `_`, or `.` between digits (`WES-5.4.5`) | the whole and its parts (`wes`, `5.4.5`) |
//! | class code (`E21C35/24`) | the whole |
//! | formula, letters and digits together (`CO₂`, `Fe2O3`) | the whole |
//! | number with unit (`10MPa`, `350 ℃`, `3 mg/L`, `5 %`) | one term without the space (`10mpa`, `350°c`) |
//! | unit with a stroke (`mg/L`) | the whole |
//! | number, version (`0.5`, `5.4.5`); `10-20`, `1/2` | the number; each number |
//! | kana, Hangul | bigrams; a run of one character, that character |
//! | punctuation, symbols | nothing |
//!
//! Terms come in order of start and then of end. Positions and phrases are the business of [`units`](super::units).

use std::cell::Cell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jieba_rs::Jieba;
use rust_stemmers::Algorithm;
use rust_stemmers::Stemmer;
use rustc_hash::FxHashMap;

use super::normalize::Folded;
use super::normalize::fold;
use super::script::Class;
use super::script::char_at;
use super::script::class;
use super::script::floor_boundary;
use super::script::run_end;

mod number;

pub(super) use number::number_end;

/// The longest term in bytes; longer ones are cut at a character boundary, in queries and texts alike.
pub const MAX_TERM_BYTES: usize = 255;

/// Stems remembered per thread; the store starts again when full, so memory stays at a few megabytes.
const MAX_STEMS: usize = 1 << 16;

/// Makes terms out of text. Cheap to clone, usable from any thread.
///
/// Making one loads the dictionary (some 80 ms, some 30 MB): once per process.
#[derive(Clone)]
pub struct Analyzer(Arc<Inner>);

struct Inner {
    jieba: Jieba,
    stemmer: Stemmer,
}

/// Buffers of one thread, taken out while in use so that `emit` may call the analyzer again.
#[derive(Default)]
struct Scratch {
    stems: FxHashMap<Box<str>, Box<str>>,
    lower: String,
    spans: Vec<Range<usize>>,
}

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Analyzer")
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzer {
    /// Loads the dictionary that is compiled in.
    pub fn new() -> Self {
        Self(Arc::new(Inner { jieba: Jieba::new(), stemmer: Stemmer::create(Algorithm::English) }))
    }

    /// Calls `emit` with each term of the words field and the bytes of `text` it stands for,
    /// in order of start and then of end in the folded text.
    ///
    /// # Examples
    ///
    /// ```
    /// use patnav::text::Analyzer;
    /// let mut terms = Vec::new();
    /// Analyzer::new().words("采煤机 WES-5 cutting", |term, range| terms.push((term.to_owned(), range)));
    /// assert_eq!(terms[1], ("采煤机".to_owned(), 0..9));
    /// assert_eq!(terms.last(), Some(&("cut".to_owned(), 16..23)));
    /// ```
    pub fn words(&self, text: &str, mut emit: impl FnMut(&str, Range<usize>)) {
        self.scan(text, true, &mut emit);
    }

    /// Returns the English stem of `word`, which has to be in lower case; other words come back unchanged.
    pub fn stem(&self, word: &str) -> String {
        let mut scratch = SCRATCH.take().unwrap_or_default();
        let stem = self.0.stem(word, &mut scratch.stems).to_owned();
        SCRATCH.set(Some(scratch));
        stem
    }

    /// Splits text as [`words`](Self::words) does, into words that do not overlap and are not stemmed:
    /// for key phrases and concepts.
    pub(super) fn plain_words(&self, text: &str, mut emit: impl FnMut(&str, Range<usize>)) {
        self.scan(text, false, &mut emit);
    }

    fn scan(&self, text: &str, search: bool, emit: &mut impl FnMut(&str, Range<usize>)) {
        let folded = fold(text);
        let mut scratch = SCRATCH.take().unwrap_or_default();
        Scan { analyzer: &self.0, folded: &folded, scratch: &mut scratch, search, emit }.run();
        SCRATCH.set(Some(scratch));
    }
}

impl Inner {
    /// Returns the stem of a lower-case word; only ASCII words of three letters and more have one.
    fn stem<'a>(&self, word: &'a str, stems: &'a mut FxHashMap<Box<str>, Box<str>>) -> &'a str {
        if word.len() < 3 || word.len() > 40 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return word;
        }
        if !stems.contains_key(word) {
            if stems.len() >= MAX_STEMS {
                stems.clear();
            }
            stems.insert(word.into(), self.stemmer.stem(word).into());
        }
        &stems[word]
    }
}

/// One pass over one text.
struct Scan<'a, E> {
    analyzer: &'a Inner,
    folded: &'a Folded<'a>,
    scratch: &'a mut Scratch,
    /// Words inside words and parts of part numbers too, English stemmed.
    search: bool,
    emit: &'a mut E,
}

impl<E: FnMut(&str, Range<usize>)> Scan<'_, E> {
    fn run(mut self) {
        let text = &*self.folded.text;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let lead = bytes[at];
            if lead < 0x80 {
                at = if lead.is_ascii_alphanumeric() { self.latin(text, at) } else { at + 1 };
                continue;
            }
            let Some(c) = char_at(text, at) else { break };
            at = match class(c) {
                Class::Han => self.han(text, at),
                Class::Syllable => self.syllables(text, at),
                Class::Letter | Class::Digit => self.latin(text, at),
                Class::Other => at + c.len_utf8(),
            };
        }
    }

    /// Emits `term` for `range` of the folded text.
    #[inline]
    fn out(&mut self, term: &str, range: Range<usize>) {
        (self.emit)(cut(term), self.folded.original(range));
    }

    fn han(&mut self, text: &str, start: usize) -> usize {
        let end = run_end(text, start, |class| class == Class::Han);
        let run = &text[start..end];
        // A single character needs no dictionary.
        if run.len() <= 3 {
            self.out(run, start..end);
            return end;
        }
        if !self.search {
            for token in self.analyzer.jieba.cut(run, false) {
                self.out(token.word, start + token.byte_start..start + token.byte_end);
            }
            return end;
        }
        let mut tokens = self.analyzer.jieba.cut_for_search(run, false);
        // Words inside a word come before it, those of two characters before those of three.
        if !tokens.is_sorted_by_key(|token| (token.byte_start, token.byte_end)) {
            tokens.sort_by_key(|token| (token.byte_start, token.byte_end));
        }
        for token in tokens {
            self.out(token.word, start + token.byte_start..start + token.byte_end);
        }
        end
    }

    fn syllables(&mut self, text: &str, start: usize) -> usize {
        let end = run_end(text, start, |class| class == Class::Syllable);
        if !self.search {
            self.out(&text[start..end], start..end);
            return end;
        }
        let mut previous = None;
        for (offset, c) in text[start..end].char_indices() {
            let at = start + offset;
            if let Some(from) = previous {
                let to = at + c.len_utf8();
                self.out(&text[from..to], from..to);
            } else if at + c.len_utf8() == end {
                self.out(&text[at..end], at..end);
            }
            previous = Some(at);
        }
        end
    }

    /// Handles a word, number or compound that starts at byte `start`, returns its end.
    fn latin(&mut self, text: &str, start: usize) -> usize {
        let bytes = text.as_bytes();
        if bytes[start].is_ascii_digit()
            && let Some((number, unit)) = number::with_unit(text, start)
        {
            let mut term = std::mem::take(&mut self.scratch.lower);
            term.clear();
            push_lower(&text[start..number], &mut term);
            push_lower(&text[unit.clone()], &mut term);
            self.out(&term, start..unit.end);
            self.scratch.lower = term;
            return unit.end;
        }
        let first_end = atom_end(text, start);
        // The common case: one word and then something that joins nothing.
        if !joins(text, first_end) {
            self.word(text, start..first_end);
            return first_end;
        }
        let end = compound_end(text, start, first_end);
        let whole = &text[start..end];
        let has_digit = whole.bytes().any(|b| b.is_ascii_digit());
        let has_letter = whole.chars().any(|c| class(c) == Class::Letter);
        if has_digit && !has_letter {
            self.word(text, start..end);
            return end;
        }
        if number::is_unit(whole) || is_class_code(whole) || !whole.contains(['-', '/', '_']) && has_digit {
            self.lowered(text, start..end);
            return end;
        }
        let mut spans = std::mem::take(&mut self.scratch.spans);
        parts(text, start..end, &mut spans);
        let whole_too = has_digit && end - start <= MAX_TERM_BYTES && spans.len() > 1;
        if whole_too && !self.search {
            self.lowered(text, start..end);
        } else {
            for (i, span) in spans.iter().enumerate() {
                self.word(text, span.clone());
                // The whole starts with its first part and is longer, so it comes second.
                if i == 0 && whole_too {
                    self.lowered(text, start..end);
                }
            }
        }
        self.scratch.spans = spans;
        end
    }

    /// Emits `range` in lower case.
    fn lowered(&mut self, text: &str, range: Range<usize>) {
        let mut term = std::mem::take(&mut self.scratch.lower);
        term.clear();
        push_lower(&text[range.clone()], &mut term);
        self.out(&term, range);
        self.scratch.lower = term;
    }

    /// Emits the stem of `range`.
    fn word(&mut self, text: &str, range: Range<usize>) {
        if !self.search {
            return self.lowered(text, range);
        }
        let scratch = &mut *self.scratch;
        scratch.lower.clear();
        push_lower(&text[range.clone()], &mut scratch.lower);
        let stem = self.analyzer.stem(&scratch.lower, &mut scratch.stems);
        (self.emit)(cut(stem), self.folded.original(range));
    }
}

/// Returns the end of the run of letters and digits from byte `start`.
#[inline]
pub(super) fn atom_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
        at += 1;
    }
    if at < bytes.len() && bytes[at] >= 0x80 { run_end(text, at, Class::is_alphanumeric) } else { at }
}

/// Returns whether the character at byte `at` joins the letters or digits before it to those after it.
#[inline]
fn joins(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let Some(&joint) = bytes.get(at) else { return false };
    match joint {
        b'-' | b'/' | b'_' => char_at(text, at + 1).is_some_and(|c| class(c).is_alphanumeric()),
        b'.' => at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        _ => false,
    }
}

/// Returns the end of the compound whose first atom is `start..end`.
fn compound_end(text: &str, start: usize, mut end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut numeric = bytes[start..end].iter().all(u8::is_ascii_digit);
    while joins(text, end) {
        // `10-20` and `1/2` are two numbers.
        if numeric && bytes[end] != b'.' && bytes[end + 1].is_ascii_digit() {
            break;
        }
        let next = atom_end(text, end + 1);
        numeric &= bytes[end + 1..next].iter().all(u8::is_ascii_digit);
        end = next;
    }
    end
}

/// Collects the parts of a compound: what `-`, `/` and `_` separate.
fn parts(text: &str, range: Range<usize>, spans: &mut Vec<Range<usize>>) {
    spans.clear();
    let mut start = range.start;
    for part in text[range].split(['-', '/', '_']) {
        spans.push(start..start + part.len());
        start += part.len() + 1;
    }
}

/// Returns whether `text` is a full symbol of the IPC or CPC without spaces, such as `E21C35/24`.
fn is_class_code(text: &str) -> bool {
    let Some((group, subgroup)) = text.split_once('/') else { return false };
    let bytes = group.as_bytes();
    (5..=8).contains(&bytes.len())
        && matches!(bytes[0], b'A'..=b'H' | b'Y')
        && bytes[1].is_ascii_digit()
        && bytes[2].is_ascii_digit()
        && bytes[3].is_ascii_uppercase()
        && bytes[4..].iter().all(u8::is_ascii_digit)
        && (2..=6).contains(&subgroup.len())
        && subgroup.bytes().all(|b| b.is_ascii_digit())
}

/// Appends `text` in lower case. ASCII by the byte, because texts are mostly that or Chinese.
#[inline]
pub(super) fn push_lower(text: &str, out: &mut String) {
    let from = out.len();
    out.push_str(text);
    if text.is_ascii() {
        out[from..].make_ascii_lowercase();
    } else {
        out.truncate(from);
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// Cuts `term` to [`MAX_TERM_BYTES`].
#[inline]
pub(super) fn cut(term: &str) -> &str {
    if term.len() <= MAX_TERM_BYTES { term } else { &term[..floor_boundary(term, MAX_TERM_BYTES)] }
}

#[cfg(test)]
mod tests;
