//! How broad a claim is, by a count of its words and elements.
//!
//! Every limitation takes words, so the shorter of two independent claims for like things is on the whole the broader
//! one. Sources: Marco, Sarnoff and deGrazia, "Patent claims and patent scope", Research Policy 48(9), 2019 (length of
//! the shortest independent claim as measure, tested on USPTO examination); Kuhn and Thompson, "How to measure and
//! draw causal inferences with patent scope", International Journal of the Economics of Business 26(1), 2019.
//!
//! Formula: `score = -(ln(max(words, 1)) + ln(max(elements, 1))) / 2`, so 0 at most, larger is broader. Words are runs
//! of Latin letters or digits; of Chinese, Han characters divided by 1.6 and rounded up (about the length of a word).
//! Only the order means anything, and only among claims of one language, category and class: percentiles are taken
//! by the analytics. A Markush list makes a claim longer and broader at once; the measure reads it as narrower.

use super::element::Anatomy;

/// The breadth of one claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breadth {
    /// Words, as the module documents them.
    pub words: u32,
    /// Elements, those of the known part too.
    pub elements: u32,
    /// The score: 0 at most, larger is broader.
    pub score: f64,
}

/// Returns the breadth of a claim by its text without its number. For a dependent claim, give the expanded text.
pub fn breadth(text: &str) -> Breadth {
    measure(text, &Anatomy::of(text))
}

/// Returns the breadth of a claim that is taken apart already.
pub(super) fn measure(text: &str, anatomy: &Anatomy) -> Breadth {
    let words = words(text);
    let elements = u32::try_from(anatomy.elements().count()).unwrap_or(u32::MAX);
    let score = -(f64::from(words.max(1)).ln() + f64::from(elements.max(1)).ln()) / 2.0;
    // Minus zero would sort apart from zero.
    Breadth { words, elements, score: score + 0.0 }
}

fn words(text: &str) -> u32 {
    let (mut han, mut latin) = (0_u64, 0_u64);
    let mut inside = false;
    for c in text.chars() {
        if ('\u{3400}'..='\u{9fff}').contains(&c) {
            han += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            latin += u64::from(!inside);
            inside = true;
        } else {
            inside = inside && matches!(c, '.' | '-' | '\'' | '’');
        }
    }
    u32::try_from((han * 10).div_ceil(16) + latin).unwrap_or(u32::MAX)
}
