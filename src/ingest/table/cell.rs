//! One cell: cleaning it, cutting it into items, reading the shape of an item.

use std::sync::LazyLock;

use regex::Regex;

use super::encoding::repair;
use super::map::Column;
use super::map::DateOrder;
use super::map::Shape;
use crate::ingest::record::fold_space;
use crate::patent::Date;

/// One item of a cell, with the parts that its shape or its JSON object tells apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) postcode: Option<String>,
}

/// What cleaning found wrong with the bytes behind a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Text that had been decoded with the wrong table was put right without loss.
    Repaired,
    /// Characters are lost.
    Lost,
}

/// Returns `cell` without the marks that spreadsheet programs put around text (`'`, `="…"`, tabs, BOM, no-break
/// spaces at the ends), with wrongly decoded text put right.
pub(crate) fn clean(cell: &str) -> (String, Option<Damage>) {
    let trimmed = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0');
    let mut text = cell.trim_matches(trimmed);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner;
    }
    // An apostrophe makes Excel keep digits as text; names such as `'t Hooft` keep theirs.
    if let Some(rest) = text.strip_prefix('\'')
        && rest.bytes().any(|b| b.is_ascii_digit())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'-' | b' '))
    {
        text = rest;
    }
    repair(text.trim_matches(trimmed))
}

/// Returns the items of a cleaned cell, none empty, in their order.
pub(crate) fn pieces(column: &Column, text: &str, empty: &[String]) -> Vec<Piece> {
    let parts: Vec<String> = match json_list(text) {
        Some(list) => list,
        None => split(column, text),
    };
    parts.iter().filter_map(|part| piece(column, part, empty)).collect()
}

/// Returns the item that `part` writes, or `None` for an empty one and one without a match of the pattern.
pub(crate) fn piece(column: &Column, part: &str, empty: &[String]) -> Option<Piece> {
    let part = part.trim();
    if part.is_empty() || empty.iter().any(|word| word == part) {
        return None;
    }
    if column.unless.as_ref().is_some_and(|unless| unless.is_match(part)) {
        return None;
    }
    let Some(pattern) = &column.pattern else {
        return Some(shaped(column.shape, part));
    };
    let found = pattern.captures(part)?;
    let kept = found.iter().skip(1).flatten().next()?.as_str();
    Some(shaped(column.shape, kept))
}

fn split(column: &Column, text: &str) -> Vec<String> {
    let Some(separator) = column.separators.iter().find(|separator| text.contains(separator.as_str())) else {
        return vec![text.to_owned()];
    };
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(separator.as_str()) {
        // "Acme, Inc., Beta Ltd" separated by commas: a legal form belongs to the name before it.
        match parts.last_mut() {
            Some(last) if separator.starts_with(',') && LEGAL_FORM.is_match(part.trim()) => {
                last.push_str(separator);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

fn json_list(text: &str) -> Option<Vec<String>> {
    if !(text.starts_with("[\"") && text.ends_with("\"]")) {
        return None;
    }
    serde_json::from_str(text).ok()
}

static LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| {
    let forms = r"(?i)^(inc|incorporated|ltd|limited|llc|l\.l\.c|lp|l\.p|llp|co|corp|corporation|company|gmbh|ag|kg|s\.?a|s\.?a\.?s|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|plc|pty|pte|kk|k\.k|a/s|jr|sr|ii|iii)\.?(,? ?(ltd|limited|inc|llc)\.?)?$";
    Regex::new(forms).expect("written here")
});
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.*\S)\s*[\[(]([A-Z]{2})[\])]$").expect("written here"));
static SPACED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.*\S)\s{2,}([A-Z]{2})$").expect("written here"));
static KIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.*\S)\s*\(([A-Z][0-9A-Z]?)\)$").expect("written here"));
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    let date = r"\d{8}|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?";
    Regex::new(&format!(r"^(?:({date})[\s,，;；]+(.+)|(.*\S)[\s,，;；]+({date}))$")).expect("written here")
});
static CODED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(.*\S)\s*[(（]?\d{5}[)）]?$").expect("written here"));
static POSTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d{6})\s*(\S.*)$").expect("written here"));
static FIXED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([A-H]\d{2}[A-Z])(\d{3})(\d{2,6})$").expect("written here"));
/// `7A 61K 31:495 J`: IPC of the seventh edition as WIPO printed indexing codes.
static INDEXING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d?([A-H]) ?(\d{2}[A-Z]) (\d{1,4}):(\d{2,6})(?: [A-Z])?$").expect("written here")
});

fn shaped(shape: Shape, part: &str) -> Piece {
    let plain = || Piece { text: part.to_owned(), ..Piece::default() };
    match shape {
        Shape::Plain => plain(),
        Shape::NameCountry => match BRACKETED.captures(part).or_else(|| SPACED.captures(part)) {
            Some(found) => {
                Piece { text: found[1].to_owned(), country: Some(found[2].to_owned()), ..Piece::default() }
            }
            None => plain(),
        },
        Shape::NameCode => match CODED.captures(part) {
            Some(found) => Piece { text: found[1].to_owned(), ..Piece::default() },
            None => plain(),
        },
        Shape::PostcodeAddress => match POSTED.captures(part) {
            Some(found) => {
                Piece { text: found[2].to_owned(), postcode: Some(found[1].to_owned()), ..Piece::default() }
            }
            None => plain(),
        },
        Shape::NumberKind => match KIND.captures(part) {
            Some(found) => {
                Piece { text: found[1].to_owned(), kind: Some(found[2].to_owned()), ..Piece::default() }
            }
            None => plain(),
        },
        Shape::NumberDate => match DATED.captures(part) {
            Some(found) => {
                let group = |n: usize| found.get(n).map(|group| group.as_str().to_owned());
                let text = group(2).or_else(|| group(3)).unwrap_or_default();
                Piece { text, date: group(1).or_else(|| group(4)), ..Piece::default() }
            }
            None => plain(),
        },
        // A group of `000` is the four-digit form (`C12N000902`), which every class reader knows.
        Shape::FixedClass => match FIXED.captures(part).filter(|found| &found[2] != "000") {
            Some(found) => {
                let group = found[2].trim_start_matches('0');
                Piece { text: format!("{}{group}/{}", &found[1], &found[3]), ..Piece::default() }
            }
            None => match INDEXING.captures(part) {
                Some(found) => Piece {
                    text: format!("{}{}{}/{}", &found[1], &found[2], &found[3], &found[4]),
                    ..Piece::default()
                },
                None => plain(),
            },
        },
    }
}

/// Returns the date that `text` writes with the year last or as the number of a spreadsheet day, where it is
/// written so; other forms are left to the caller.
///
/// A year of two digits is the latest one that is not after `latest_year`; without that year there is no answer.
pub(crate) fn local_date(text: &str, order: DateOrder, latest_year: Option<i16>) -> Option<Option<Date>> {
    if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        // Days since 1899-12-30, as spreadsheets count them when the style of a date is lost.
        let days: i32 = text.parse().ok()?;
        let date = Date::new(1899, 12, 30).ok()?.checked_add(jiff::Span::new().days(days)).ok();
        return Some(date);
    }
    let head = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = head.split(['.', '/', '-']).collect();
    let [first, second, year] = parts[..] else { return None };
    let digits = |part: &str| part.len() <= 4 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if order == DateOrder::Ymd || first.len() > 2 || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    let (day, month) = if order == DateOrder::Dmy { (first, second) } else { (second, first) };
    let (day, month, number): (i8, i8, i16) = (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    let year = match (year.len(), latest_year) {
        (4, _) => number,
        (2, Some(latest)) => latest - (latest - number).rem_euclid(100),
        _ => return Some(None),
    };
    Some(Date::new(year, month, day).ok())
}

/// Returns `text` folded, without HTML tags and the commonest entities where it holds tags.
pub(crate) fn prose(text: &str) -> String {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"</?[a-zA-Z][a-zA-Z0-9]*( [^<>]*)?/?>").expect("written here"));
    if !text.contains('<') || !TAG.is_match(text) {
        return fold_space(text);
    }
    let text = TAG.replace_all(text, |found: &regex::Captures<'_>| {
        let inline = ["sub", "sup", "b", "i", "em", "strong", "span", "u"];
        let name =
            found[0].trim_matches(['<', '>', '/']).split(' ').next().unwrap_or_default().to_lowercase();
        if inline.contains(&name.as_str()) { "" } else { " " }
    });
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")];
    let text = entities.iter().fold(text.into_owned(), |text, (from, to)| text.replace(from, to));
    fold_space(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::table::ColumnMap;

    fn column(lines: &str) -> ColumnMap {
        let head =
            "id = \"t\"\ntitle = { zh = \"t\", en = \"t\" }\n[[column]]\nheaders = { any = [\"x\"] }\n";
        ColumnMap::from_toml(&format!("{head}{lines}\n")).expect("a good map")
    }

    #[test]
    fn shapes_take_items_apart() {
        let check = |shape: &str, part: &str, text: &str, rest: &str| {
            let map = column(&format!("field = \"other\"\nshape = \"{shape}\""));
            let piece = piece(&map.columns[0], part, &[]).expect("an item");
            let parts = [piece.country, piece.kind, piece.date, piece.postcode];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            assert_eq!((piece.text.as_str(), parts.join(" ").as_str()), (text, rest), "{shape} {part}");
        };
        check("name_country", "DOE JANE [US]", "DOE JANE", "US");
        check("name_country", "DOE JANE    GB", "DOE JANE", "GB");
        check("name_country", "VITAMIN CO", "VITAMIN CO", "");
        check("name_code", "某某专利代理有限公司 11000", "某某专利代理有限公司", "");
        check("postcode_address", "030000 山西省一号路", "山西省一号路", "030000");
        check("number_kind", "KR20150000637 (U)", "KR20150000637", "U");
        check("number_kind", "KR20150000637", "KR20150000637", "");
        check("number_date", "US 201161550506 P 20111024", "US 201161550506 P", "20111024");
        check("number_date", "2012.01.16 DE 202012000389.5", "DE 202012000389.5", "2012.01.16");
        check("fixed_class", "A61K031426", "A61K31/426", "");
        check("fixed_class", "C12N000902", "C12N000902", "");
        check("fixed_class", "7C 07D 235:00 J", "C07D235/00", "");
        check("fixed_class", "A61K31/427", "A61K31/427", "");
    }

    #[test]
    fn cells_are_cut_by_the_first_separator_that_occurs() {
        let check = |separators: &str, cell: &str, expected: &[&str]| {
            let map = column(&format!("field = \"applicant\"\nseparators = {separators}"));
            let texts: Vec<String> = pieces(&map.columns[0], cell, &["-".to_owned()])
                .into_iter()
                .map(|piece| piece.text)
                .collect();
            assert_eq!(texts, expected, "{cell}");
        };
        check("[\";;\", \";\"]", "A; B;;C", &["A; B", "C"]);
        check("[\";;\", \";\"]", "A; B;C;", &["A", "B", "C"]);
        check("[\";\"]", "-", &[]);
        check("[\", \"]", "Acme, Inc., Beta Co., Ltd., Gamma", &["Acme, Inc.", "Beta Co., Ltd.", "Gamma"]);
        check("[\",\"]", "[\"a, b\", \"c\"]", &["a, b", "c"]);
    }

    #[test]
    fn patterns_keep_their_group_and_leave_out_the_rest() {
        let map = column("field = \"number\"\npattern = 'file=([A-Z0-9]+)'\nunless = 'draft'");
        let take = |part: &str| piece(&map.columns[0], part, &[]).map(|piece| piece.text);
        assert_eq!(take("x?file=CN1A&y"), Some("CN1A".to_owned()));
        assert_eq!(take("x?file=CN1A&draft"), None);
        assert_eq!(take("x"), None);
    }

    #[test]
    fn local_dates_need_an_order_and_short_years_a_limit() {
        let check =
            |text: &str, order: DateOrder, year: Option<i16>, expected: Option<Option<(i16, i8, i8)>>| {
                let date = expected.map(|date| date.map(|(y, m, d)| Date::new(y, m, d).expect("a date")));
                assert_eq!(local_date(text, order, year), date, "{text}");
            };
        check("25/04/13", DateOrder::Dmy, Some(2013), Some(Some((2013, 4, 25))));
        check("30/09/98", DateOrder::Dmy, Some(2001), Some(Some((1998, 9, 30))));
        check("22/10/12", DateOrder::Dmy, Some(1913), Some(Some((1912, 10, 22))));
        check("25/04/13", DateOrder::Dmy, None, Some(None));
        check("27.03.2013", DateOrder::Dmy, None, Some(Some((2013, 3, 27))));
        check("03/27/2013", DateOrder::Mdy, None, Some(Some((2013, 3, 27))));
        check("27.03.2013", DateOrder::Mdy, None, Some(None));
        check("43831", DateOrder::Ymd, None, Some(Some((2020, 1, 1))));
        check("2013-03-27", DateOrder::Dmy, None, None);
        check("27.03.2013", DateOrder::Ymd, None, None);
    }

    #[test]
    fn prose_loses_tags_and_keeps_comparisons() {
        assert_eq!(prose("CO<sub>2</sub> &amp;<br/>H2"), "CO2 & H2");
        assert_eq!(prose("0 < x  < 1"), "0 < x < 1");
    }
}
