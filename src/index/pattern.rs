//! What has to stand in a text: phrases, words with wildcards, and both at a distance from each other.
//!
//! A pattern is matched against each zone and language version of a document by itself. It gives *places*: the runs
//! of units (`crate::text::units`) from the first unit that takes part to the last. All places count, not only the
//! shortest. Ends of sentences, paragraphs and claims are those of `crate::text::sentence`.

/// What has to stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// All characters and words of the text side by side, in this order; punctuation and space between them do not
    /// count. Without a letter, digit or character it stands nowhere.
    Phrase(String),
    /// As a phrase, with wildcards.
    ///
    /// A wildcard that touches a Latin letter or digit is part of that word and matches within words of the text, by
    /// their spelling in lower case, unstemmed. Any other one touches Chinese and stands for characters of the same run,
    /// without punctuation, space, word or number between. At an end of the pattern [`Piece::Many`] and
    /// [`Piece::Optional`] say nothing, for every part of a Chinese text is found anyway.
    Wild(Vec<Piece>),
    /// Any of them.
    Any(Vec<Pattern>),
    /// Two, at a distance.
    Near(Box<Near>),
}

/// Two patterns at a distance. They never overlap: no unit belongs to both.
///
/// Its place reaches from the first unit of the earlier to the last unit of the later one; if `negated`, it is that of
/// `left`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The first.
    pub left: Pattern,
    /// The second.
    pub right: Pattern,
    /// How near.
    pub reach: Reach,
    /// Whether the first has to come first.
    pub ordered: bool,
    /// Whether the second must *not* stand in reach of the first.
    pub negated: bool,
}

/// A part of a [`Pattern::Wild`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters.
    Text(String),
    /// Any number of characters; none too.
    Many,
    /// Exactly one character.
    One,
    /// One character or none.
    Optional,
}

/// How near two patterns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// At most so many units between them, and everything from the first unit to the last in one sentence.
    Units(u32),
    /// Everything in one sentence.
    Sentence,
    /// Everything in one paragraph.
    Paragraph,
    /// Everything in one claim.
    Claim,
    /// Anywhere in the text of one zone in one language version.
    Zone,
}
