//! The tree of a query: what every dialect is read into, what [`crate::search`] executes.
//!
//! A tree is syntax with its meaning fixed, so that two dialects that write the same thing give the same tree. The
//! meaning of each node stands at the node. It rests on these notions:
//!
//! - **Unit**: one Chinese character, kana or Hangul syllable, one Latin word, one number; punctuation and space are
//!   none ([`crate::text::Analyzer::units`] numbers them).
//! - **Place**: where something stands in a document: a zone (title, abstract, …), one language version of it, and the
//!   interval of units from first to last, both included. Nothing ever matches across two zones or two versions.
//! - **Occurrence**: one place where an operand stands. A [`Term`] occurs wherever its units stand side by side; an
//!   `Or` wherever a part of it does; a [`Near`] wherever the two operands stand as it asks, and its own place is the
//!   interval from the first unit of the earlier to the last unit of the later. All pairs count, not only the nearest.
//! - **Match set**: the live documents with an occurrence (text), with a value (columns), or with the number (numbers).
//!
//! # Where a node may stand
//!
//! | inside | allowed |
//! |---|---|
//! | the query | everything |
//! | [`Node::Field`] on text | `Term`, `And`, `Or`, `Xor`, `Not`, `Near`, `Frequent`; `Tree` where the field names organisations |
//! | [`Node::Field`] on a column or number | `Term`, `And`, `Or`, `Xor`, `Not`; `Tree` likewise |
//! | [`Near`] | `Term`, `Or` of these, `Near` |
//! | [`Node::Frequent`] | `Term`, `Or` of these |
//! | [`Node::Event`] | `And`, `Or`, `Xor`, `Not`, and `Field`, `Range` on fields of events ([`super::Target::Event`]) |
//! | [`Node::Optional`], `wanted` | `Or`, and conditions without `And`, `Not`, `Near` |
//!
//! The parser refuses everything else, so an executor may treat it as an internal error. Nesting is at most
//! [`super::MAX_DEPTH`] deep in every tree that the parser gives, whatever the dialect: recursion over a tree is safe.

use std::ops::Range;

use super::fields::Field;

/// Bytes of the query as it was given; both ends lie between characters.
pub type Span = Range<usize>;

/// Most units between the operands of a proximity.
pub const MAX_DISTANCE: u32 = 999;
/// Most occurrences that a frequency can ask for.
pub const MAX_FREQUENCY: u32 = 100;

/// How a query was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A description, ranked by fit.
    Text,
    /// An expression with an exact match set.
    Boolean,
}

/// An expression: what is asked, and where the query says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What is asked.
    pub node: Node,
    /// The bytes that say it, brackets around it left out.
    pub span: Span,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A word, phrase or pattern, looked up in the fields of the [`Node::Field`] around it; without one, in the zones
    /// that say what a document is about (title, abstract, claims, keywords).
    Term(Term),
    /// A condition on fields.
    ///
    /// Several fields are alternatives for each term: `ti/ab=(a AND b)` holds for a document with `a` in the title and
    /// `b` in the abstract. A proximity still has to stand in one zone.
    Field(Condition),
    /// Values between two bounds. Of a multi-valued column one value has to lie between both. A document without a
    /// value does not match; it is counted apart as undated where the field is a date.
    Range(RangeCondition),
    /// All of them; two parts at least. An `And` inside an `And` was written with brackets of its own.
    And(Vec<Expr>),
    /// Any of them; two parts at least.
    Or(Vec<Expr>),
    /// An odd number of them; two parts at least. Of two: one, but not both.
    Xor(Vec<Expr>),
    /// The live documents outside the match set of the part. Inside a value it is still about documents:
    /// `ti=(a NOT b)` are the titles with `a` and without `b`.
    Not(Box<Expr>),
    /// Two operands near each other.
    Near(Near),
    /// An operand that occurs often.
    Frequent(Frequent),
    /// An organisation with all that belong to it (`TREE@"国家能源集团"`): the parties of the field that are the named
    /// organisation or lie below it in the table of groups, at the date of the document; an unknown name stands for
    /// itself alone.
    Tree(String),
    /// Conditions that one event of the document meets, all of them the same event: `ev.(cc=DE AND st=active)`.
    ///
    /// A document has two kinds of event records. Each legal event of the source is one: its office (`ev.office`), the
    /// country it takes effect in (`ev.cc`; the office where the source names none), code, meaning (`ev.kind`), dates and
    /// text. And each country in which a state is known is one: `ev.cc`, `ev.st` and `ev.detail` with the state, `ev.date`
    /// with the day since when. A field that a record does not have does not match; `Not` is about the same record.
    Event(Box<Expr>),
    /// The match set of `base`; documents that hold more of the parts of `wanted` (an `Or`, or one condition) rank
    /// higher. incoPat's `OPT`.
    Optional {
        /// What has to match.
        base: Box<Expr>,
        /// What should match.
        wanted: Box<Expr>,
    },
    /// A set that exists outside the query.
    Set(SetName),
    /// The documents nearest in meaning.
    Similar(Similar),
}

/// A word, phrase or pattern.
///
/// Without wildcards it is a run of units that stand side by side: `液压支架` four characters, `hydraulic support` two
/// words, `CO2` one. Case, width and script variants are folded, nothing is stemmed. On a number field it is the number
/// in any usual spelling, on a column a value (see [`Matching`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The text with its wildcards; two texts never stand side by side, and no text is empty.
    pub pieces: Vec<Piece>,
    /// Whether it is written in quotes; no meaning beyond that.
    pub quoted: bool,
}

/// A part of a term. Wildcards stand for characters, not for units.
///
/// Next to a Latin letter or digit a wildcard stands for letters and digits of the same word: `hydr*` is every word
/// that begins so, `m?tor` every word of five letters. Between or beside Chinese characters it stands for characters of
/// the same run, without punctuation, space, word or number between: `小??车`, `采*机`. At the end of a run of Chinese,
/// `*` asks for nothing more than the run itself, because every operand is found inside longer runs anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Text(String),
    /// Zero or more characters; `*` in the canonical language.
    Any,
    /// Exactly one character; `?` in the canonical language.
    One,
    /// Zero or one character; `#` in the canonical language.
    Optional,
}

/// A condition on fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The fields, one at least, as written. All of them text, or all of them something else.
    pub fields: Vec<&'static Field>,
    /// How values are compared.
    pub matching: Matching,
    /// What they have to hold.
    pub value: Box<Expr>,
}

/// How the terms of a condition are compared with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// `=`: text that holds the term; a class at or below the symbol (by the tree of the classification where it is
    /// known, by the letters of subclass and group else); a date within the year, month or day; else the same value,
    /// case aside.
    Holds,
    /// `==`: a class that is this symbol itself, where the symbol is a group (documents carry groups, so a section, class
    /// or subclass still stands for all below it); a party whose whole name is this; case and width aside. Only for fields
    /// with [`Field::has_exact`].
    Exactly,
}

/// Values between two bounds; at least one bound is there, except that `[* TO *]` asks for any value at all.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeCondition {
    /// The fields, alternatives; each a column with an order: dates, numbers, classes, numbers of documents.
    pub fields: Vec<&'static Field>,
    /// From here. `pd>=2019` begins with the first day of 2019, `pd>2019` after its last.
    pub low: Option<Bound>,
    /// To here. `pd<=2019` ends with the last day of 2019, `pd<2019` before its first. As a class, a bound stands for
    /// all below it: `[A21B3/04 TO A21B3]` ends with the last group under A21B3.
    pub high: Option<Bound>,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The value as written, without quotes.
    pub value: String,
    /// Whether the value itself lies in the range.
    pub inclusive: bool,
    /// Where it stands.
    pub span: Span,
}

/// Two operands near each other, both in one zone and one language version.
///
/// The two never overlap: no unit belongs to both (`液压 (0n) 压力` does not match 液压力).
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The operand written first.
    pub left: Box<Expr>,
    /// The operand written second.
    pub right: Box<Expr>,
    /// How near.
    pub reach: Reach,
    /// Whether the left one has to come first.
    pub ordered: bool,
    /// Whether the right one must be out of reach: the match set are the documents with an occurrence of `left` that has
    /// **no** occurrence of `right` in reach of it (`x NOT WITH y`). Its places are those of `left`.
    pub negated: bool,
}

/// How near two operands are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// At most so many units between the last unit of the earlier and the first unit of the later one, 0 to
    /// [`MAX_DISTANCE`], and both in one sentence: `(0w)` side by side, `(w)` = `(1w)`. incoPat's n, PatSnap's n.
    ///
    /// A full stop, question or exclamation mark ends a sentence, as do ends of paragraphs and claims; `;` and `；` do not
    /// (rules: `src/text/sentence.rs`).
    Units(u32),
    /// The same sentence.
    Sentence,
    /// The same paragraph; a claim is at least one, and so are titles and abstracts without line ends.
    Paragraph,
    /// The same zone in the same language version, at any distance.
    Zone,
}

/// An operand that occurs often.
///
/// Its occurrences are added up over all zones of the fields around it (without fields, over the default zones), within
/// one language version; occurrences that start at the same unit count once. The document matches if some version
/// reaches the number.
#[derive(Debug, Clone, PartialEq)]
pub struct Frequent {
    /// What has to occur.
    pub operand: Box<Expr>,
    /// How often at least, 1 to [`MAX_FREQUENCY`].
    pub at_least: u32,
}

/// What a saved set is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetName {
    /// `#3`: the line of this number in the search history of the project.
    Line(u32),
    /// `@name`: the named set, folder or workspace of this name.
    Named(String),
}

impl SetName {
    /// Reads a name as a query writes it, quotes left out: `#3`, `@核心`.
    pub fn read(written: &str) -> Option<Self> {
        let named = || {
            written.strip_prefix('@').filter(|name| !name.is_empty()).map(|name| Self::Named(name.to_owned()))
        };
        match written.strip_prefix('#') {
            Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok().map(Self::Line),
            _ => named(),
        }
    }
}

/// The documents nearest in meaning to a text or to a document.
///
/// With a threshold the match set is exact: every document whose cosine is at least the quantile `threshold` of the
/// cosines of a seeded sample of random pairs of documents of the index. Without one, it is the nearest
/// `search::NEAREST_LIMIT` documents, and the answer says so. The document itself is part of its own match set.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// Like what.
    pub like: Like,
    /// The quantile, 0 to 1; `SIM=("…")>0.995` leaves one random pair in two hundred.
    pub threshold: Option<f64>,
    /// In which order the searcher wants the answer; no influence on the match set.
    pub order: SimilarOrder,
}

/// What documents are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Like {
    /// A text.
    Text(String),
    /// A document, by any of its numbers.
    Number(String),
}

/// The order that a semantic clause asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimilarOrder {
    /// Nearest first: `SIM=`, `R=`.
    Similarity,
    /// By filing date, latest first: `RAD=`.
    Filing,
    /// By publication date, latest first: `RPD=`.
    Publication,
}

impl Term {
    /// Returns a term of plain text.
    pub fn plain(text: impl Into<String>, quoted: bool) -> Self {
        let text = text.into();
        let pieces = if text.is_empty() { Vec::new() } else { vec![Piece::Text(text)] };
        Self { pieces, quoted }
    }

    /// Returns the text of a term without wildcards, `None` of a pattern.
    ///
    /// # Examples
    /// ```
    /// use patnav::query::{Piece, Term};
    ///
    /// assert_eq!(Term::plain("液压支架", false).text(), Some("液压支架"));
    /// let pattern = Term { pieces: vec![Piece::Text("hydr".to_owned()), Piece::Any], quoted: false };
    /// assert_eq!(pattern.text(), None);
    /// ```
    pub fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

impl Expr {
    /// Returns a node with its place.
    pub fn new(node: Node, span: Span) -> Self {
        Self { node, span }
    }

    /// Returns the texts that a document is wanted to hold, in order: what ranking and highlighting go by.
    ///
    /// Patterns, what stands below a `NOT` or out of reach, and values of fields that are no text are left out.
    pub fn positive_texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        self.collect_positive(&mut texts);
        texts
    }

    /// Returns the parts of the node, in order.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.node {
            Node::And(parts) | Node::Or(parts) | Node::Xor(parts) => parts.iter().collect(),
            Node::Not(part) | Node::Event(part) => vec![part],
            Node::Near(near) => vec![&near.left, &near.right],
            Node::Frequent(frequent) => vec![&frequent.operand],
            Node::Field(condition) => vec![&condition.value],
            Node::Optional { base, wanted } => vec![base, wanted],
            Node::Term(_) | Node::Range(_) | Node::Tree(_) | Node::Set(_) | Node::Similar(_) => Vec::new(),
        }
    }

    /// Returns the sets that the expression names, each once, lines before named sets.
    ///
    /// # Examples
    /// ```
    /// use patnav::query::{SetName, parse_expression};
    ///
    /// let expr = parse_expression("#3 AND NOT (#1 OR @核心 OR #3)").expect("it can be read");
    /// assert_eq!(expr.sets(), [SetName::Line(1), SetName::Line(3), SetName::Named("核心".to_owned())]);
    /// ```
    pub fn sets(&self) -> Vec<SetName> {
        let mut names = std::collections::BTreeSet::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            if let Node::Set(name) = &expr.node {
                names.insert(name.clone());
            }
            open.extend(expr.parts());
        }
        names.into_iter().collect()
    }

    fn collect_positive<'a>(&'a self, texts: &mut Vec<&'a str>) {
        match &self.node {
            Node::Term(term) => texts.extend(term.text().filter(|text| !text.is_empty())),
            Node::Field(condition) if condition.fields.iter().any(|field| field.is_text()) => {
                condition.value.collect_positive(texts);
            }
            Node::And(parts) | Node::Or(parts) | Node::Xor(parts) => {
                parts.iter().for_each(|part| part.collect_positive(texts));
            }
            Node::Near(near) => {
                near.left.collect_positive(texts);
                if !near.negated {
                    near.right.collect_positive(texts);
                }
            }
            Node::Frequent(frequent) => frequent.operand.collect_positive(texts),
            Node::Optional { base, wanted } => {
                base.collect_positive(texts);
                wanted.collect_positive(texts);
            }
            Node::Similar(Similar { like: Like::Text(text), .. }) => texts.push(text),
            Node::Field(_)
            | Node::Range(_)
            | Node::Not(_)
            | Node::Tree(_)
            | Node::Event(_)
            | Node::Set(_)
            | Node::Similar(_) => {}
        }
    }
}
