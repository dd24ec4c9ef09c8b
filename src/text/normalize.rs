//! One spelling for what is written in several: full width, traditional characters, subscripts, unit signs.
//!
//! Both sides of a search, text and query, pass through [`fold`], so a fold that is linguistically rough
//! (one traditional character may stand for two simplified ones) still matches itself.
//! Case is not touched: the analyses lower it where they need to, display never does.
//! Not folded: full-width punctuation (it separates the same way), decomposed accents, vulgar fractions.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

/// A folded text that knows where each of its bytes came from.
#[derive(Debug, Clone)]
pub struct Folded<'a> {
    /// The folded text; borrowed where folding changed nothing.
    pub text: Cow<'a, str>,
    /// Replacements that were not one character for one of the same length, in order of both offsets.
    shifts: Vec<Shift>,
}

/// A character of the original that became a text of another length.
#[derive(Debug, Clone, Copy)]
struct Shift {
    folded_start: usize,
    folded_end: usize,
    original_start: usize,
    original_end: usize,
}

impl Folded<'_> {
    /// Returns the bytes of the original text that `range` of the folded text was made from.
    ///
    /// Where `range` cuts through the replacement of one character, the whole character is returned,
    /// so both ends are character boundaries of the original if they are of the folded text.
    /// Cost: logarithmic in the number of such replacements.
    #[inline]
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        if self.shifts.is_empty() {
            return range;
        }
        let before = self.shifts.partition_point(|s| s.folded_start <= range.start);
        let start = match before.checked_sub(1).map(|i| self.shifts[i]) {
            None => range.start,
            Some(s) if range.start < s.folded_end => s.original_start,
            Some(s) => s.original_end + (range.start - s.folded_end),
        };
        let before = self.shifts.partition_point(|s| s.folded_start < range.end);
        let end = match before.checked_sub(1).map(|i| self.shifts[i]) {
            None => range.end,
            Some(s) if range.end <= s.folded_end => s.original_end,
            Some(s) => s.original_end + (range.end - s.folded_end),
        };
        start..end.max(start)
    }
}

/// Folds `text`: full-width letters and digits to ASCII, traditional characters to simplified ones,
/// subscripts, superscripts, ligatures, Roman numerals and unit signs to what they stand for
/// (`CO₂` to `CO2`, `℃` to `°C`, `㎡` to `m2`), invisible characters to nothing.
///
/// Folding twice equals folding once. A text that needs no folding is borrowed.
///
/// # Examples
///
/// ```
/// use patnav::text::normalize::fold;
/// let folded = fold("採煤機ＣＯ₂");
/// assert_eq!(folded.text, "采煤机CO2");
/// assert_eq!(folded.original(9..12), 9..18);
/// ```
pub fn fold(text: &str) -> Folded<'_> {
    let table = &*TABLE;
    let Some(first) = table.first_change(text, 0) else {
        return Folded { text: Cow::Borrowed(text), shifts: Vec::new() };
    };
    let mut out = String::with_capacity(text.len());
    let mut shifts = Vec::new();
    let mut done = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(&text[done..at]);
        let c = text[at..].chars().next().expect("a change is found at a character");
        let folded_start = out.len();
        table.push(c, &mut out);
        done = at + c.len_utf8();
        // One character for one of the same length keeps every offset; `℃`, three bytes, becomes two characters.
        if out.len() - folded_start != done - at || out[folded_start..].chars().nth(1).is_some() {
            shifts.push(Shift {
                folded_start,
                folded_end: out.len(),
                original_start: at,
                original_end: done,
            });
        }
        next = table.first_change(text, done);
    }
    out.push_str(&text[done..]);
    Folded { text: Cow::Owned(out), shifts }
}

/// The fold of single characters.
///
/// `plane` covers the basic plane: 0 for "unchanged", [`LONGER`] for "look in `other`", else the folded character.
struct Table {
    plane: Box<[u16]>,
    other: FxHashMap<char, Box<str>>,
}

/// Marks characters whose fold is not one character of the basic plane. No fold yields U+0001.
const LONGER: u16 = 1;

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Self {
        let simplified = simplified();
        let mut table = Self { plane: vec![0; 0x1_0000].into_boxed_slice(), other: FxHashMap::default() };
        for code in (0x80..=0xffff).chain(0x1_d400..=0x1_d7ff) {
            let Some(c) = char::from_u32(code) else { continue };
            let mut folded = String::from(c);
            // Compatibility forms may yield traditional characters and the reverse: fold to the fixed point.
            // Two rounds suffice for today's tables; the bound keeps a cycle in a future table finite.
            for _ in 0..4 {
                let again: String = folded.chars().flat_map(|c| step(c, &simplified)).collect();
                if again == folded {
                    break;
                }
                folded = again;
            }
            let mut chars = folded.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) if one == c => {}
                (Some(one), None) if code <= 0xffff && u16::try_from(u32::from(one)).is_ok() => {
                    table.plane[code as usize] = u16::try_from(u32::from(one)).expect("checked by the guard");
                }
                _ => {
                    if code <= 0xffff {
                        table.plane[code as usize] = LONGER;
                    }
                    table.other.insert(c, folded.into_boxed_str());
                }
            }
        }
        table
    }

    /// Returns the offset of the first character at or after byte `from` that folding changes.
    #[inline]
    fn first_change(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            let lead = bytes[at];
            match lead {
                0..=0x7f => at += 1,
                // Three-byte characters, decoded by hand: this loop is the whole cost of folding most texts.
                0xe0..=0xef => {
                    let code = (usize::from(lead & 0xf) << 12)
                        | (usize::from(bytes[at + 1] & 0x3f) << 6)
                        | usize::from(bytes[at + 2] & 0x3f);
                    if self.plane[code] != 0 {
                        return Some(at);
                    }
                    at += 3;
                }
                0xc0..=0xdf => {
                    let code = (usize::from(lead & 0x1f) << 6) | usize::from(bytes[at + 1] & 0x3f);
                    if self.plane[code] != 0 {
                        return Some(at);
                    }
                    at += 2;
                }
                _ => {
                    let c = text[at..].chars().next()?;
                    if self.other.contains_key(&c) {
                        return Some(at);
                    }
                    at += 4;
                }
            }
        }
        None
    }

    fn push(&self, c: char, out: &mut String) {
        match self.plane.get(c as usize) {
            Some(0) => out.push(c),
            Some(&LONGER) | None => out.push_str(self.other.get(&c).map_or("", |text| text)),
            Some(&one) => out.extend(char::from_u32(u32::from(one))),
        }
    }
}

/// Folds `c` once.
fn step(c: char, simplified: &FxHashMap<char, char>) -> Vec<char> {
    match c {
        // Hyphens and the minus sign, as they stand in part numbers.
        '\u{2010}' | '\u{2011}' | '\u{2212}' => vec!['-'],
        // Invisible: soft hyphen, zero-width space and joiners, word joiner, byte order mark.
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Vec::new(),
        // Full-width signs that join the parts of a code or follow a number.
        '％' | '＋' | '－' | '．' | '／' | '＿' => std::iter::once(c).nfkc().collect(),
        'ª' | '²' | '³' | 'µ' | '¹' | 'º' => std::iter::once(c).nfkc().collect(),
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{ff66}'..='\u{ff9d}' => {
            std::iter::once(c).nfkc().collect()
        }
        // Super- and subscripts, letterlike signs, Roman numerals, circled numbers, Kangxi radicals,
        // squared units, compatibility ideographs, ligatures, mathematical letters.
        '\u{2070}'..='\u{209c}'
        | '\u{2100}'..='\u{214f}'
        | '\u{2160}'..='\u{217f}'
        | '\u{2460}'..='\u{24ff}'
        | '\u{2f00}'..='\u{2fd5}'
        | '\u{3300}'..='\u{33ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fb00}'..='\u{fb06}'
        | '\u{1d400}'..='\u{1d7ff}' => std::iter::once(c).nfkc().collect(),
        _ => vec![simplified.get(&c).copied().unwrap_or(c)],
    }
}

/// Returns the simplified form of each traditional character of the basic plane that has one.
///
/// One call for all of them: each stands on a line of its own, so no phrase rule can apply.
fn simplified() -> FxHashMap<char, char> {
    let characters: Vec<char> =
        (0x3400..=0x9fff_u32).chain(0xf900..=0xfaff).filter_map(char::from_u32).collect();
    let lines: String = characters.iter().flat_map(|&c| [c, '\n']).collect();
    let converter = OpenCC::from_config(BuiltinConfig::T2s).expect("the conversion tables are compiled in");
    let converted = converter.convert(&lines);
    let mut map = FxHashMap::default();
    for (&c, line) in characters.iter().zip(converted.lines()) {
        let mut chars = line.chars();
        if let (Some(to), None) = (chars.next(), chars.next())
            && to != c
        {
            map.insert(c, to);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_fold_to_one() {
        for (text, expected) in [
            ("採煤機", "采煤机"),
            ("採煤機滾筒與電牽引", "采煤机滚筒与电牵引"),
            ("显著降低，瞭望", "显著降低，瞭望"),
            ("CO₂ Fe₂O₃", "CO2 Fe2O3"),
            ("350℃", "350°C"),
            ("１０ＭＰａ，Ａ－１．５", "10MPa，A-1.5"),
            ("50㎡ 3㎏ 10㎎", "50m2 3kg 10mg"),
            ("m³ µm Ⅳ ①", "m3 μm IV 1"),
            ("ﬁeld", "field"),
            ("甲\u{200b}醇\u{feff}", "甲醇"),
            ("ﾎﾟ", "ホ\u{ff9f}"),
            ("\u{1d465}=1", "x=1"),
        ] {
            assert_eq!(fold(text).text, expected, "{text}");
        }
    }

    #[test]
    fn a_text_in_the_folded_spelling_is_borrowed() {
        assert!(matches!(fold("一种采煤机，其滚筒（1）的转速为30 r/min。").text, Cow::Borrowed(_)));
    }

    #[test]
    fn ranges_lead_back_to_the_original() {
        let text = "ＡB℃丙㎡丁";
        let folded = fold(text);
        assert_eq!(folded.text, "AB°C丙m2丁");
        for (part, original) in
            [("A", "Ａ"), ("AB", "ＡB"), ("°", "℃"), ("C丙", "℃丙"), ("2", "㎡"), ("丁", "丁")]
        {
            let at = folded.text.find(part).unwrap();
            assert_eq!(&text[folded.original(at..at + part.len())], original, "{part}");
        }
    }

    fn mixed() -> impl Strategy<Value = String> {
        proptest::string::string_regex("([采煤機體積於ＡＢ１．℃㎡₂²ﬁ①\u{200b}a-zA-Z0-9 。，-]|\\PC){0,30}")
            .unwrap()
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in mixed()) {
            let once = fold(&text).text.into_owned();
            prop_assert_eq!(&fold(&once).text, &once);
        }

        #[test]
        fn the_original_of_each_character_folds_to_it(text in mixed()) {
            let folded = fold(&text);
            for (at, c) in folded.text.char_indices() {
                let range = folded.original(at..at + c.len_utf8());
                let source = text.get(range).expect("ranges are character boundaries");
                prop_assert!(fold(source).text.contains(c), "{source:?} gives no {c:?}");
            }
        }
    }
}
