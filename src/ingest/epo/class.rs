//! Classes: IPC lines by column, older editions, and the schemes of `patent-classification`.

use super::raw_text;
use crate::ingest::passage::ipc_edition;
use crate::ingest::record::{Parsed, clip};
use crate::ingest::xml::Element;
use crate::ingest::{FaultKind, Severity};
use crate::patent::{Classification, Position, Publication, Scheme, Symbol};

/// Adds a class unless the same one is there: offices repeat each other's.
pub(super) fn add(publication: &mut Publication, class: Classification) {
    if !publication.classes.contains(&class) {
        publication.classes.push(class);
    }
}

/// Reads the classification elements of a bibliography; returns whether `element` is one.
pub(super) fn read(element: &Element, publication: &mut Publication, out: &mut Parsed) -> bool {
    match element.name.as_str() {
        "classification-ipc" => read_ipc(element, publication, out),
        "classifications-ipcr" => {
            for class in element.children_named("classification-ipcr") {
                let text = class.child("text").map(raw_text).unwrap_or_default();
                if let Some(class) = line(Scheme::Ipc, &text, out) {
                    add(publication, class);
                }
            }
        }
        "classifications-cpc" => {
            for class in element.children_named("classification-cpc") {
                let text = class.child("text").map(raw_text).unwrap_or_default();
                if let Some(class) = line(Scheme::Cpc, &text, out) {
                    add(publication, class);
                }
            }
        }
        "patent-classifications" => {
            for part in element.elements() {
                match part.name.as_str() {
                    "patent-classification" => {
                        if let Some(class) = patent_classification(part, out) {
                            add(publication, class);
                        }
                    }
                    "combination-set" => read_combination(part, publication),
                    other => super::unknown(other, out),
                }
            }
        }
        _ => return false,
    }
    true
}

/// Reads one line of ST.8: symbol, version (8 digits, may be missing), then by column level, position and value.
///
/// Examples: `A61K   9/16        20060101A I20051008RMEP`, `B60K  17/28        20130101 LA20210830BHEP`,
/// `B28B   1/    29            A I`.
pub(super) fn line(scheme: Scheme, text: &str, out: &mut Parsed) -> Option<Classification> {
    let field = if scheme == Scheme::Cpc { "classification-cpc" } else { "classification-ipcr" };
    let text = text.trim_start();
    let (symbol, rest) = split_symbol(text);
    let mut class = out.class(field, scheme, &symbol, None)?;
    let rest = rest.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let columns = if digits >= 8 {
        class.version = out.date(field, &rest[..8]).or(class.version);
        &rest[8..]
    } else {
        rest
    };
    let mut columns = columns.chars().skip(1);
    class.position = match columns.next() {
        Some('F') => Some(Position::First),
        Some('L') => Some(Position::Later),
        _ => None,
    };
    class.additional = value(columns.next());
    Some(class)
}

/// Splits a line after the subgroup, spaces taken out of the symbol.
fn split_symbol(text: &str) -> (String, &str) {
    let Some(slash) = text.find('/') else { return (text.split_whitespace().collect(), "") };
    let after = &text[slash + 1..];
    let spaces = after.len() - after.trim_start().len();
    let digits = after[spaces..].bytes().take_while(u8::is_ascii_digit).count();
    let (symbol, rest) = text.split_at(slash + 1 + spaces + digits);
    (symbol.split_whitespace().collect(), rest)
}

fn value(letter: Option<char>) -> Option<bool> {
    match letter {
        Some('I') => Some(false),
        Some('N' | 'A') => Some(true),
        _ => None,
    }
}

/// IPC before 2006: ` 7A 61K   9/16   A` is edition, symbol, and a letter of no use here.
fn read_ipc(element: &Element, publication: &mut Publication, out: &mut Parsed) {
    let edition = element.text_at("edition").unwrap_or_default();
    let names = [
        ("main-classification", Some(Position::First)),
        ("further-classification", Some(Position::Later)),
        ("text", None),
    ];
    for (name, position) in names {
        for part in element.children_named(name) {
            if let Some(class) = older(name, &edition, &part.text(), position, out) {
                add(publication, class);
            }
        }
    }
}

/// Reads one symbol of IPC 1 to 7, with the edition before it or apart.
pub(super) fn older(
    field: &str,
    edition: &str,
    text: &str,
    position: Option<Position>,
    out: &mut Parsed,
) -> Option<Classification> {
    let text = text.trim();
    let bare = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let (symbol, _) = split_symbol(bare);
    let mut class = out.class(field, Scheme::Ipc, &symbol, position)?;
    let edition = if edition.is_empty() { &text[..text.len() - bare.len()] } else { edition };
    class.version = class.version.or(ipc_edition(edition));
    Some(class)
}

/// Reads one `patent-classification`, its symbol whole or in parts.
fn patent_classification(element: &Element, out: &mut Parsed) -> Option<Classification> {
    let code = element.child("classification-scheme").and_then(|scheme| scheme.attribute("scheme"));
    let scheme = match code.unwrap_or_default() {
        code if code.starts_with("CPC") => Scheme::Cpc,
        code if code.starts_with("IPC") => Scheme::Ipc,
        "UC" => Scheme::Uspc,
        "FI" => Scheme::Fi,
        "FTERM" | "FT" | "F-TERM" => Scheme::FTerm,
        _ => Scheme::Other,
    };
    let symbol = symbol(element);
    if symbol.is_empty() {
        let message =
            format!("a class of scheme `{}` without a symbol, left out", clip(code.unwrap_or_default()));
        out.fault(Severity::Field, FaultKind::Classification, "patent-classification", message);
        return None;
    }
    let position = match element.text_at("symbol-position").as_deref() {
        Some("F") => Some(Position::First),
        Some("L") => Some(Position::Later),
        _ => None,
    };
    let mut class = match scheme {
        Scheme::Cpc | Scheme::Ipc => out.class("patent-classification", scheme, &symbol, position)?,
        _ => Classification { scheme, symbol: Symbol(symbol), version: None, position, additional: None },
    };
    if let Some(date) = element.text_at("classification-scheme/date") {
        class.version = out.date("classification-scheme", &date).or(class.version);
    }
    class.additional = value(element.text_at("classification-value").and_then(|text| text.chars().next()));
    Some(class)
}

fn symbol(element: &Element) -> String {
    if let Some(symbol) = element.text_at("classification-symbol") {
        return symbol.split_whitespace().collect();
    }
    let of = |name: &str| element.text_at(name).unwrap_or_default();
    let head = format!("{}{}{}{}", of("section"), of("class"), of("subclass"), of("main-group"));
    let subgroup = of("subgroup");
    if subgroup.is_empty() { head } else { format!("{head}/{subgroup}") }
}

/// Keeps a CPC combination set as one line: its symbols by rank.
fn read_combination(element: &Element, publication: &mut Publication) {
    let symbols: Vec<String> =
        element.find_all("combination-rank/patent-classification").into_iter().map(symbol).collect();
    let set = format!("{}: {}", element.text_at("group-number").unwrap_or_default(), symbols.join(", "));
    let sets = publication.other.entry("cpc_combination_sets".to_owned()).or_default();
    if !sets.is_empty() {
        sets.push_str("; ");
    }
    sets.push_str(&set);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_by_column() {
        let check = |text: &str, symbol: &str, version: Option<&str>, position, additional| {
            let mut out = Parsed::default();
            let class = line(Scheme::Ipc, text, &mut out).expect(text);
            assert_eq!(out.faults, [], "{text}");
            assert_eq!(class.symbol.0, symbol, "{text}");
            assert_eq!(class.version.map(|day| day.to_string()).as_deref(), version, "{text}");
            assert_eq!((class.position, class.additional), (position, additional), "{text}");
        };
        let later = Some(Position::Later);
        check(
            "C01B   3/00        20060101AFI20051008RMEP  ",
            "C01B3/00",
            Some("2006-01-01"),
            Some(Position::First),
            Some(false),
        );
        check("C01B   3/00        20060101A N20051008RMEP", "C01B3/00", Some("2006-01-01"), None, Some(true));
        check(
            "F17C  11/00        20130101 LA20210830BHEP",
            "F17C11/00",
            Some("2013-01-01"),
            later,
            Some(true),
        );
        check("C01B   3/    00            A I                    ", "C01B3/00", None, None, Some(false));
        check("C01B3/00", "C01B3/00", None, None, None);
    }

    #[test]
    fn older_editions_stand_before_the_symbol() {
        let mut out = Parsed::default();
        let class = older("B511", "", " 7C 01B   3/00   A", None, &mut out).expect("a class");
        assert_eq!(class.symbol.0, "C01B3/00");
        assert_eq!(class.version.map(|day| day.to_string()).as_deref(), Some("2000-01-01"));
    }
}
