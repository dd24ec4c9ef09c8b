//! Where a party sits: province and city of China by GB/T 2260, with dated changes; country elsewhere.
//!
//! The table is `index-schema/regions/gbt2260.tsv`. An address is read as it is printed and then carried to the
//! division that holds on a given day: 四川省重庆市 of 1995 is 重庆市 today. Nothing is guessed from the name of a party:
//! 山东某某有限公司 may sit anywhere. Where headquarters file for a whole group, its province gets all of it; a report
//! by region has to say so.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use pinyin::ToPinyin as _;
use serde::{Deserialize, Serialize};

use super::Address;
use crate::patent::Date;

/// A division of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// The six digits of GB/T 2260.
    pub code: String,
    /// The full name.
    pub name: String,
    /// In English; the pinyin without its last syllable (省, 市 …) unless another name is usual.
    pub english: String,
    /// The first day, where the table knows it.
    pub from: Option<Date>,
    /// The first day on which it is no more.
    pub to: Option<Date>,
    /// The code that follows it.
    pub successor: Option<String>,
}

impl Division {
    /// Returns 1 for provinces, 2 for prefectures, 3 for counties.
    pub fn level(&self) -> u8 {
        match (&self.code[2..4], &self.code[4..6]) {
            ("00", _) => 1,
            (_, "00") => 2,
            _ => 3,
        }
    }
}

/// Where a party sits. What the address does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The country, ST.3.
    pub country: Option<String>,
    /// The province, full name; for other countries as the source says.
    pub province: Option<String>,
    /// The prefecture-level city, full name; the municipality itself for 北京, 天津, 上海, 重庆.
    pub city: Option<String>,
    /// The GB/T 2260 code of the city, else of the province.
    pub code: Option<String>,
}

struct Table {
    divisions: Vec<Division>,
    /// Positions in `divisions` by code; a code that was renamed has several.
    by_code: HashMap<String, Vec<usize>>,
    /// Names in Chinese, full and bare, each with its divisions.
    matcher: AhoCorasick,
    patterns: Vec<(String, Vec<usize>)>,
    by_name: HashMap<String, Vec<usize>>,
    /// Lower-case English names without spaces.
    by_english: HashMap<String, Vec<usize>>,
}

/// The first two digits of a post code and the province they lie in.
const POSTCODES: &[(&str, &str)] = &[
    ("01", "15"),
    ("02", "15"),
    ("03", "14"),
    ("04", "14"),
    ("05", "13"),
    ("06", "13"),
    ("07", "13"),
    ("10", "11"),
    ("11", "21"),
    ("12", "21"),
    ("15", "23"),
    ("16", "23"),
    ("20", "31"),
    ("21", "32"),
    ("22", "32"),
    ("23", "34"),
    ("24", "34"),
    ("25", "37"),
    ("26", "37"),
    ("27", "37"),
    ("30", "12"),
    ("31", "33"),
    ("32", "33"),
    ("33", "36"),
    ("34", "36"),
    ("35", "35"),
    ("36", "35"),
    ("40", "50"),
    ("41", "43"),
    ("42", "43"),
    ("43", "42"),
    ("44", "42"),
    ("45", "41"),
    ("46", "41"),
    ("47", "41"),
    ("51", "44"),
    ("52", "44"),
    ("53", "45"),
    ("54", "45"),
    ("55", "52"),
    ("56", "52"),
    ("57", "46"),
    ("61", "51"),
    ("62", "51"),
    ("63", "51"),
    ("64", "51"),
    ("65", "53"),
    ("66", "53"),
    ("67", "53"),
    ("71", "61"),
    ("72", "61"),
    ("73", "62"),
    ("74", "62"),
    ("75", "64"),
    ("81", "63"),
    ("83", "65"),
    ("84", "65"),
    ("85", "54"),
];

/// What ends names of divisions, longest first.
const ENDINGS: [&str; 12] = [
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "特别行政区",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "盟",
    "县",
    "旗",
];

/// Qualifiers in brackets that name no division and still tell two organisations apart.
const WIDE: [&str; 13] = [
    "中国",
    "华东",
    "华北",
    "华南",
    "华中",
    "西南",
    "西北",
    "东北",
    "亚太",
    "亚洲",
    "大中华",
    "大陆",
    "台湾",
];

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Returns the divisions of the table, in its order.
pub fn divisions() -> &'static [Division] {
    &TABLE.divisions
}

/// Returns whether `text` is the name of a division, full or bare, or a wider region.
pub fn is_place(text: &str) -> bool {
    TABLE.by_name.contains_key(text) || TABLE.by_name.contains_key(bare(text)) || WIDE.contains(&text)
}

/// Returns whether a Latin word is the name of a place in China, in pinyin.
pub fn is_latin_place(word: &str) -> bool {
    TABLE.by_english.contains_key(word)
}

/// Returns a name without 省, 市 and the like, where two characters or more are left.
pub fn bare(name: &str) -> &str {
    ENDINGS
        .iter()
        .find_map(|end| name.strip_suffix(end).filter(|rest| rest.chars().count() >= 2))
        .unwrap_or(name)
}

/// Returns where a folded address lies, in the divisions that hold on `on`.
///
/// # Examples
///
/// ```
/// use patnav::patent::party::{Address, locate};
/// let address = Address { text: Some("四川省重庆市沙坪坝区".into()), country: Some("CN".into()), ..Default::default() };
/// let day = |text: &str| text.parse().unwrap();
/// assert_eq!(locate(&address, day("1995-01-01")).province.as_deref(), Some("四川省"));
/// assert_eq!(locate(&address, day("2020-01-01")).province.as_deref(), Some("重庆市"));
/// ```
pub fn locate(address: &Address, on: Date) -> Place {
    let country = address.country.clone().filter(|code| !code.trim().is_empty());
    let domestic = match country.as_deref() {
        Some("CN" | "TW" | "HK" | "MO") => true,
        Some(_) => false,
        None => true,
    };
    if !domestic {
        return Place {
            country,
            province: filled(&address.province),
            city: filled(&address.city),
            code: None,
        };
    }
    let mut text = String::new();
    for part in [&address.province, &address.city, &address.text].into_iter().flatten() {
        text.push_str(part);
        text.push(' ');
    }
    let table = &*TABLE;
    let found =
        table.find(&text).or_else(|| table.find_english(&text)).or_else(|| by_postcode(address, &text));
    let Some(found) = found else {
        return Place {
            country,
            province: filled(&address.province),
            city: filled(&address.city),
            code: None,
        };
    };
    let mut place = table.place(found, on);
    let taken = match place.code.as_deref().map(|code| &code[..2]) {
        Some("71") => "TW",
        Some("81") => "HK",
        Some("82") => "MO",
        _ => "CN",
    };
    place.country = country.or_else(|| Some(taken.to_owned()));
    place
}

fn filled(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn by_postcode(address: &Address, text: &str) -> Option<usize> {
    let own = address.postcode.as_deref().map(str::trim);
    let leading = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
    let code = own.filter(|code| code.len() == 6).or(leading)?;
    let province =
        POSTCODES.iter().find(|(prefix, _)| code.starts_with(prefix)).map(|(_, province)| *province)?;
    TABLE.by_code.get(&format!("{province}0000"))?.first().copied()
}

impl Table {
    fn new() -> Self {
        let text = include_str!("../../../index-schema/regions/gbt2260.tsv");
        let mut divisions = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default().trim();
            let (code, name, from, to) = (cell(), cell(), cell(), cell());
            let (successor, english) = (cell(), cell());
            divisions.push(Division {
                code: code.to_owned(),
                name: name.to_owned(),
                english: if english.is_empty() { pinyin_of(bare(name)) } else { english.to_owned() },
                from: month(from),
                to: month(to),
                successor: (!successor.is_empty()).then(|| successor.to_owned()),
            });
        }
        let mut by_code: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_english: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, division) in divisions.iter().enumerate() {
            by_code.entry(division.code.clone()).or_default().push(at);
            by_name.entry(division.name.clone()).or_default().push(at);
            let short = bare(&division.name);
            // Bare names of counties are too short and too common to be found in an address.
            if short != division.name && division.level() < 3 {
                by_name.entry(short.to_owned()).or_default().push(at);
            }
            if division.level() < 3 {
                by_english
                    .entry(division.english.to_lowercase().replace([' ', '\''], ""))
                    .or_default()
                    .push(at);
            }
        }
        let mut patterns: Vec<(String, Vec<usize>)> =
            by_name.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        patterns.sort();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(name, _)| name))
            .expect("some thousand short names make an automaton");
        Self { divisions, by_code, matcher, patterns, by_name, by_english }
    }

    /// Returns the most exact division that `text` names in Chinese, consistent from province to county.
    fn find(&self, text: &str) -> Option<usize> {
        let mut best: Option<usize> = None;
        for found in self.matcher.find_iter(text) {
            let rest = &text[found.end()..];
            // 北京路 and 南京西街 are in any city.
            if ["路", "街", "大道", "大街", "东路", "西路", "南路", "北路", "中路", "大厦", "道"]
                .iter()
                .any(|s| rest.starts_with(s))
            {
                continue;
            }
            let (name, candidates) = &self.patterns[found.pattern().as_usize()];
            let fitting = |at: &&usize| match best {
                None => true,
                Some(best) => {
                    let (a, b) = (&self.divisions[**at], &self.divisions[best]);
                    let prefix = 2 * usize::from(b.level());
                    a.level() > b.level() && a.code[..prefix] == b.code[..prefix]
                }
            };
            let exact = |at: &&usize| self.divisions[**at].name == *name;
            let chosen =
                candidates.iter().filter(exact).find(fitting).or_else(|| candidates.iter().find(fitting));
            if let Some(chosen) = chosen {
                best = Some(*chosen);
            }
            if best.is_some_and(|at| self.divisions[at].level() == 3) {
                break;
            }
        }
        best
    }

    /// The same for pinyin: `Zhangjiakou, Hebei`. A name that two cities share needs its province.
    fn find_english(&self, text: &str) -> Option<usize> {
        let lower = text.to_lowercase();
        let parts: Vec<String> = lower
            .split([',', ';', '\n'])
            .map(|part| part.replace(" province", "").replace(" city", "").replace([' ', '\'', '.'], ""))
            .chain(lower.split(|c: char| !c.is_alphabetic()).map(str::to_owned))
            .filter(|part| part.len() > 2)
            .collect();
        let hits: Vec<usize> =
            parts.iter().filter_map(|part| self.by_english.get(part)).flatten().copied().collect();
        let level = |at: &usize, level: u8| self.divisions[*at].level() == level;
        let province = hits.iter().find(|at| level(at, 1)).copied();
        let mut cities: Vec<usize> = hits.iter().filter(|at| level(at, 2)).copied().collect();
        cities.sort_unstable();
        cities.dedup();
        cities.retain(|at| {
            self.divisions[*at].to.is_none()
                && province.is_none_or(|p| self.divisions[p].code[..2] == self.divisions[*at].code[..2])
        });
        match cities.as_slice() {
            [one] => Some(*one),
            _ => province,
        }
    }

    /// Returns the province and city of a division on a day, successors followed.
    fn place(&self, at: usize, on: Date) -> Place {
        let mut division = &self.divisions[at];
        // Each step goes to a division that begins where the last ended, so a handful of steps is the longest chain.
        for _ in 0..8 {
            let ended = division.to.is_some_and(|to| on >= to);
            let Some(next) = division.successor.as_ref().filter(|_| ended) else { break };
            let Some(follower) = self.in_force(next, on) else { break };
            division = follower;
        }
        let province = self.in_force(&format!("{}0000", &division.code[..2]), on);
        let prefecture = self.in_force(&format!("{}00", &division.code[..4]), on);
        let is_municipality = matches!(&division.code[..2], "11" | "12" | "31" | "50");
        let city = if is_municipality {
            province
        } else if division.level() == 2 {
            Some(division)
        } else if division.level() == 3 {
            // Counties that answer to the province itself (仙桃市) are cities of their own.
            prefecture.filter(|p| p.level() == 2).or(Some(division))
        } else {
            None
        };
        Place {
            country: None,
            province: province.map(|p| p.name.clone()),
            city: city.map(|c| c.name.clone()),
            code: city.or(province).map(|d| d.code.clone()),
        }
    }

    /// Returns the row of a code that holds on a day, else the last one that did.
    fn in_force(&self, code: &str, on: Date) -> Option<&Division> {
        let rows = self.by_code.get(code)?;
        let holds = |at: &&usize| {
            let row = &self.divisions[**at];
            row.from.is_none_or(|from| from <= on) && row.to.is_none_or(|to| on < to)
        };
        rows.iter().find(holds).or_else(|| rows.last()).map(|at| &self.divisions[*at])
    }
}

/// Reads `2010-12` as the first day of that month.
fn month(text: &str) -> Option<Date> {
    (!text.is_empty()).then(|| format!("{text}-01").parse().ok()).flatten()
}

/// Returns the pinyin of a name in one word, first letter upper case.
pub fn pinyin_of(name: &str) -> String {
    let mut out = String::new();
    for (c, sound) in name.chars().zip(name.to_pinyin()) {
        match sound {
            Some(sound) => out.push_str(&sound.plain().replace('ü', "u")),
            None => out.push(c),
        }
    }
    let mut chars = out.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
