//! Classes of characters: what is written in units of one character, what in words, what is a number.
//!
//! Works on text that [`fold`](super::normalize::fold) has been through.

/// What a character is to the analyses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A Chinese character, the iteration mark and the ideographic zero included.
    Han,
    /// Japanese kana or Korean Hangul: one unit each, no dictionary.
    Syllable,
    /// A letter of an alphabetic script.
    Letter,
    /// A decimal digit `0` to `9`; digits of other scripts count as letters.
    Digit,
    /// Space, punctuation, symbols, controls.
    Other,
}

impl Class {
    /// Returns whether each character of this class is a unit of its own.
    #[inline]
    pub fn is_cjk(self) -> bool {
        matches!(self, Self::Han | Self::Syllable)
    }

    /// Returns whether characters of this class join into words and numbers.
    #[inline]
    pub fn is_alphanumeric(self) -> bool {
        matches!(self, Self::Letter | Self::Digit)
    }
}

/// Returns the class of `c`.
#[inline]
pub fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '\0'..='\x7f' => Class::Other,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => Class::Han,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' => Class::Other,
        _ => rare_class(c),
    }
}

#[cold]
fn rare_class(c: char) -> Class {
    match c {
        '\u{3005}' | '\u{3006}' | '\u{3007}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Class::Han
        }
        // The middle dot of katakana separates words.
        '\u{30fb}' => Class::Other,
        '\u{3041}'..='\u{3096}'
        | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{3131}'..='\u{318e}' => Class::Syllable,
        // Combining marks continue the word they stand in.
        '\u{300}'..='\u{36f}' => Class::Letter,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// Returns the character that starts at byte `at`, or `None` at the end of `text`.
///
/// `at` has to be a character boundary.
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// Returns the end of the run of characters from byte `start` for which `keep` holds.
#[inline]
pub(super) fn run_end(text: &str, start: usize, mut keep: impl FnMut(Class) -> bool) -> usize {
    text[start..]
        .char_indices()
        .find(|&(_, c)| !keep(class(c)))
        .map_or(text.len(), |(offset, _)| start + offset)
}

/// Returns the last character boundary of `text` at or before byte `at`.
#[inline]
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_fall_into_their_classes() {
        for (c, expected) in [
            ('煤', Class::Han),
            ('々', Class::Han),
            ('〇', Class::Han),
            ('ポ', Class::Syllable),
            ('ー', Class::Syllable),
            ('한', Class::Syllable),
            ('é', Class::Letter),
            ('μ', Class::Letter),
            ('7', Class::Digit),
            ('。', Class::Other),
            ('，', Class::Other),
            ('・', Class::Other),
            ('°', Class::Other),
            ('\u{1e}', Class::Other),
        ] {
            assert_eq!(class(c), expected, "{c}");
        }
    }
}
