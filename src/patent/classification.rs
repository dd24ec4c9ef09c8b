//! Classification symbols in one written form, and their hierarchy as far as the symbols themselves show it.
//!
//! `E21C35/24` says that it lies in main group `E21C35/00`, subclass `E21C`, class `E21` and section `E`.
//! Which subgroup lies under which (the dots of the scheme) it does not say: that needs the scheme's tree,
//! which is not here.

use serde::{Deserialize, Serialize};

use super::Date;

/// A classification scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// International Patent Classification.
    Ipc,
    /// Cooperative Patent Classification.
    Cpc,
    /// US Patent Classification.
    Uspc,
    /// Locarno classification of designs.
    Locarno,
    /// Japanese File Index.
    Fi,
    /// Japanese F-term.
    FTerm,
    /// ECLA and other national schemes.
    Other,
}

/// One class of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// The scheme.
    pub scheme: Scheme,
    /// The symbol, in the normal form of its scheme (`E21C35/24` for IPC and CPC).
    pub symbol: Symbol,
    /// The edition of the scheme, where the source gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Date>,
    /// First or further, where the source tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether it is additional information rather than the invention itself; unknown is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional: Option<bool>,
}

/// Where a class stands on the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// 主分类号: the first, which names the invention.
    First,
    /// Any later one.
    Later,
}

/// A symbol in its normal form: no spaces, no leading zeros in the group (`E21C35/24`, `E21C35`, `E21C`, `E21`, `E`).
///
/// Symbols of schemes other than IPC and CPC are kept as their source writes them; their levels are unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Symbol(pub String);

impl Symbol {
    /// Returns the normal form of an IPC or CPC symbol in any written form, and the edition written with it.
    ///
    /// Returns `None` where the text is no such symbol. Sections, classes, subclasses and main groups are symbols too.
    ///
    /// Without a slash the place where the subgroup begins has to be inferred. Ten digits are the 14 characters of
    /// WIPO's ST.8 (`A01B0001020000`). Six or more that open with `00` are a group of four digits and a subgroup
    /// (`G01F000184`). Any other five or more, and digits set off by spaces (`G06F 1516`), are a group of
    /// three and a subgroup, as old US files and PATENTSCOPE write them (`A61K03810`). So `A61K009127` is read as
    /// group 91: sources with such symbols should cut them themselves.
    ///
    /// ```
    /// use patnav::patent::Symbol;
    /// let (symbol, edition) = Symbol::parse("G06F   17/27    (2006.01)").expect("a symbol");
    /// assert_eq!(symbol.0, "G06F17/27");
    /// assert_eq!(edition.map(|date| date.year()), Some(2006));
    /// ```
    pub fn parse(text: &str) -> Option<(Self, Option<Date>)> {
        let text: String = text.trim().chars().map(half_width).collect();
        let section = text.chars().next().filter(|c| matches!(c, 'A'..='H' | 'Y'))?;
        let rest = &text[1..];
        if rest.trim().is_empty() {
            return Some((Self(section.to_string()), None));
        }
        let class = rest.get(..2).filter(|class| all_digits(class))?;
        let rest = &rest[2..];
        if rest.trim().is_empty() {
            return Some((Self(format!("{section}{class}")), None));
        }
        let letter = rest.chars().next().filter(char::is_ascii_uppercase)?;
        let subclass = format!("{section}{class}{letter}");
        let rest = rest[1..].trim_end();
        if rest.trim_matches([' ', '-']).is_empty() {
            return Some((Self(subclass), None));
        }
        let (group, subgroup, tail) = match rest.split_once('/') {
            Some((group, after)) => {
                let group = group.trim_matches([' ', '-']);
                let after = after.trim_start();
                let (subgroup, tail) = split_digits(after);
                (group.to_owned(), Some(subgroup.to_owned()), tail)
            }
            None => without_slash(rest)?,
        };
        let group = group.trim_start_matches('0').to_owned();
        if group.is_empty() || group.len() > 4 || !all_digits(&group) {
            return None;
        }
        let symbol = match subgroup {
            // A subgroup has two digits at least: `/4` would be a slip, and which one is not known.
            Some(subgroup) if (2..=6).contains(&subgroup.len()) => format!("{subclass}{group}/{subgroup}"),
            Some(_) => return None,
            None => format!("{subclass}{group}"),
        };
        Some((Self(symbol), edition(tail)))
    }

    /// Returns whether this symbol is `ancestor` or lies below it.
    ///
    /// A main group (`E21C35/00` or `E21C35`) covers all its subgroups. A subgroup covers itself alone:
    /// `E21C35/24` counts as not under `E21C35/04`, because the dots between subgroups are not in the symbols.
    ///
    /// ```
    /// use patnav::patent::Symbol;
    /// let under = |a: &str, b: &str| Symbol(a.into()).is_under(&Symbol(b.into()));
    /// assert!(under("E21C35/24", "E21C35/00") && under("E21C35/24", "E21C") && under("E21C35/24", "E"));
    /// assert!(!under("E21C35/24", "E21C35/04") && !under("E21C350/24", "E21C35/00"));
    /// ```
    pub fn is_under(&self, ancestor: &Self) -> bool {
        if self == ancestor {
            return true;
        }
        let whole = ancestor.0.strip_suffix("/00").unwrap_or(&ancestor.0);
        match whole.len() {
            1 => self.section() == Some(whole),
            3 => self.class() == Some(whole),
            4 => self.subclass() == Some(whole),
            _ if whole.contains('/') => false,
            _ => self.main_group() == Some(whole),
        }
    }

    /// Returns the section (`E`), which is a symbol of its own.
    pub fn section(&self) -> Option<&str> {
        self.level(1)
    }

    /// Returns the class (`E21`), where the symbol is that deep.
    pub fn class(&self) -> Option<&str> {
        self.level(3)
    }

    /// Returns the subclass (`E21C`), where the symbol is that deep.
    pub fn subclass(&self) -> Option<&str> {
        self.level(4)
    }

    /// Returns the main group without its `/00` (`E21C35`), where the symbol is that deep.
    pub fn main_group(&self) -> Option<&str> {
        self.level(4)?;
        let end = self.0.find('/').unwrap_or(self.0.len());
        let group = &self.0[..end];
        (end > 4 && all_digits(&group[4..])).then_some(group)
    }

    /// Returns the first `n` characters, where the symbol is of the form of IPC and CPC and that deep.
    fn level(&self, n: usize) -> Option<&str> {
        let head = self.0.get(..n)?;
        let is_ipc = head.bytes().enumerate().all(|(i, b)| match i {
            0 => matches!(b, b'A'..=b'H' | b'Y'),
            1 | 2 => b.is_ascii_digit(),
            _ => b.is_ascii_uppercase(),
        });
        // `E2` is no class and `E21C` in `E21CX` no subclass of ours: what follows must be of the next level.
        let next = self.0.as_bytes().get(n).copied();
        let fits = match n {
            1 => next.is_none_or(|b| b.is_ascii_digit()),
            3 => next.is_none_or(|b| b.is_ascii_uppercase()),
            _ => next.is_none_or(|b| b.is_ascii_digit()),
        };
        (is_ipc && fits).then_some(head)
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_uppercase(),
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        c => c.to_ascii_uppercase(),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// Splits what follows the subclass into group, subgroup and the rest of the line, where no slash does.
fn without_slash(rest: &str) -> Option<(String, Option<String>, &str)> {
    let body = rest.trim_start_matches('-');
    let spaced = body.starts_with(' ');
    let (digits, tail) = split_digits(body.trim_start());
    if digits.is_empty() {
        // `E21C (2006.01)` is a subclass with an edition: no group to read.
        return None;
    }
    // The width of the group field counts the spaces in front of the digits.
    let spaces = body.len() - body.trim_start().len();
    let width = match digits.len() {
        10 if !spaced => 4,
        6.. if digits.starts_with("00") => 4,
        5.. => 3,
        n if spaced && spaces < 3 && n + spaces >= 5 => 3 - spaces,
        _ => return Some((digits.to_owned(), None, tail)),
    };
    let (group, subgroup) = digits.split_at(width);
    let subgroup = match digits.len() {
        10 if !spaced => {
            let significant = subgroup.trim_end_matches('0');
            &subgroup[..significant.len().max(2)]
        }
        _ => subgroup,
    };
    Some((group.to_owned(), Some(subgroup.to_owned()), tail))
}

/// Returns the edition in `(2006.01)` or `20060101…`, as the first day of its month.
fn edition(tail: &str) -> Option<Date> {
    let tail = tail.trim_start_matches([' ', '(', '[', '.']);
    let number = |text: &str| if all_digits(text) { text.parse::<i16>().ok() } else { None };
    let year = number(tail.get(..4)?)?;
    let after = tail[4..].strip_prefix('.').unwrap_or(&tail[4..]);
    let month = i8::try_from(number(after.get(..2)?)?).ok()?;
    let day = after.get(2..4).and_then(number).and_then(|day| i8::try_from(day).ok()).unwrap_or(1);
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn written_forms_have_one_symbol() {
        let check = |text: &str, symbol: &str, year: Option<i16>| {
            let (found, edition) = Symbol::parse(text).expect(text);
            assert_eq!((found.0.as_str(), edition.map(|date| date.year())), (symbol, year), "{text}");
        };
        check("E21C35/24", "E21C35/24", None);
        check("E21C 35/24", "E21C35/24", None);
        check("e21c 35/24", "E21C35/24", None);
        check("Ｅ２１Ｃ３５／２４", "E21C35/24", None);
        check("G01F000184", "G01F1/84", None);
        check("G06F   17/27    (2006.01)", "G06F17/27", Some(2006));
        check("A61K-0031/12", "A61K31/12", None);
        check("E01B3/40(2006.01)I", "E01B3/40", Some(2006));
        check("H04L0009/32", "H04L9/32", None);
        check("H01M8/04(2016.01)I", "H01M8/04", Some(2016));
        check("A61K  31/22        20060101ALI20051220RMJP        ", "A61K31/22", Some(2006));
        check("A61K   9/16        20060101A I20051008RMEP        ", "A61K9/16", Some(2006));
        check("F25B2313/0233 20130101 LA20200715BHEP ", "F25B2313/0233", Some(2013));
        check("A01D  17/10        19680901AFI20050322BHEP        ", "A01D17/10", Some(1968));
        check("C07D 413/04        20060101ALI20200522BHEP", "C07D413/04", Some(2006));
        check("A61K 31/12 [I,A]", "A61K31/12", None);
        check("A61K 31/12 (2006.01) [I,A]", "A61K31/12", Some(2006));
        check("A61K   9/1652      ", "A61K9/1652", None);
        check("C12Y 204/01013     20130101 LI20190607BHEP", "C12Y204/01013", Some(2013));
        check("A61K2800/10        ", "A61K2800/10", None);
        check("G06F015/16", "G06F15/16", None);
        check("A41D013/00", "A41D13/00", None);
        check("G06F 1516", "G06F15/16", None);
        check("B60R  900", "B60R9/00", None);
        check("H04M 1100", "H04M11/00", None);
        check("A61K03810 ", "A61K38/10", None);
        check("A61K031337", "A61K31/337", None);
        check("C07D21342", "C07D213/42", None);
        check("A61K0317048", "A61K31/7048", None);
        check("A01B0001020000", "A01B1/02", None);
        check("A01B0001000000", "A01B1/00", None);
        check("A61K0031704800", "A61K31/7048", None);
        check("Y02C20/40", "Y02C20/40", None);
        check("E21C35", "E21C35", None);
        check("E21C 35", "E21C35", None);
        check("E21C0035", "E21C35", None);
        check("B60W2420", "B60W2420", None);
        check("E21C", "E21C", None);
        check("E21", "E21", None);
        check("E", "E", None);
    }

    #[test]
    fn other_texts_are_no_symbols() {
        for text in [
            "",
            "I",
            "X99",
            "E2",
            "E211",
            "21C35/24",
            "E21C/24",
            "E21C35/",
            "E21C35/4",
            "DE",
            "705/26",
            "E21C00/24",
            "E21C12345/24",
            "煤矿",
            "E21C35/1234567",
        ] {
            assert_eq!(Symbol::parse(text), None, "{text}");
        }
    }

    #[test]
    fn editions_are_dates() {
        let edition = |text: &str| Symbol::parse(text).and_then(|(_, edition)| edition);
        assert_eq!(edition("H01M8/04(2016.01)I"), Some(jiff::civil::date(2016, 1, 1)));
        assert_eq!(edition("C01B32/50 20170101"), Some(jiff::civil::date(2017, 1, 1)));
        assert_eq!(edition("C01B32/50 (2017.13)"), None);
        assert_eq!(edition("C01B32/50 (0)"), None);
    }

    #[test]
    fn levels_are_prefixes() {
        let symbol = Symbol("E21C35/24".to_owned());
        assert_eq!(symbol.section(), Some("E"));
        assert_eq!(symbol.class(), Some("E21"));
        assert_eq!(symbol.subclass(), Some("E21C"));
        assert_eq!(symbol.main_group(), Some("E21C35"));
        assert_eq!(Symbol("E21C".to_owned()).main_group(), None);
        assert_eq!(Symbol("E21".to_owned()).subclass(), None);
        assert_eq!(Symbol("D454/139".to_owned()).class(), None);
        assert_eq!(Symbol("705/26".to_owned()).section(), None);
    }

    #[test]
    fn hierarchy_follows_the_symbols() {
        let check = |symbol: &str, ancestor: &str, expected: bool| {
            let under = Symbol(symbol.to_owned()).is_under(&Symbol(ancestor.to_owned()));
            assert_eq!(under, expected, "{symbol} under {ancestor}");
        };
        for ancestor in ["E21C35/24", "E21C35/00", "E21C35", "E21C", "E21", "E"] {
            check("E21C35/24", ancestor, true);
        }
        for other in ["E21C35/04", "E21C3", "E21C3/00", "E21D", "E2", "G", "E21C35/2", "E21C35/2401"] {
            check("E21C35/24", other, false);
        }
        check("E21C", "E21C35/00", false);
        check("E21C35", "E21C35/00", true);
        check("705/26", "705/26", true);
        check("705/26", "7", false);
    }

    proptest! {
        #[test]
        fn no_text_panics_and_parsing_twice_is_parsing_once(text in "(\\PC{0,20}|[A-HY][0-9]{2}[A-Z][ -]{0,3}[0-9]{0,11}/?[0-9 ]{0,9})") {
            if let Some((symbol, _)) = Symbol::parse(&text) {
                let again = Symbol::parse(&symbol.0).map(|(symbol, _)| symbol);
                prop_assert_eq!(again, Some(symbol.clone()));
                prop_assert!(symbol.section().is_some());
                for level in [symbol.section(), symbol.class(), symbol.subclass(), symbol.main_group()].into_iter().flatten() {
                    prop_assert!(symbol.is_under(&Symbol(level.to_owned())));
                }
            }
        }
    }
}
