//! Numbers in the formats of the EPO: `docdb`, `epodoc`, `original`.
//!
//! Publications are named by the `docdb` format (country, serial, kind). Applications and priorities too, but for two
//! cases in which it hides what every other source prints: a US number there is serial and two digits of the year
//! without its series code, and a PCT number is spread over country and kind `W`.

use crate::ingest::record::Parsed;
use crate::ingest::xml::Element;
use crate::patent::{ApplicationNumber, Date, PublicationNumber};

/// A `document-id` with the format that it or the reference around it states.
pub(super) struct Id<'a> {
    pub(super) format: &'a str,
    pub(super) element: &'a Element,
}

/// Returns the numbers of the references called `name` below `parent`.
pub(super) fn ids<'a>(parent: &'a Element, name: &str) -> Vec<Id<'a>> {
    parent.children_named(name).flat_map(ids_of).collect()
}

/// Returns the numbers of one reference; without any statement the format is `docdb`.
pub(super) fn ids_of(reference: &Element) -> Vec<Id<'_>> {
    let around = reference.attribute("data-format").unwrap_or("docdb");
    let ids = reference.children_named("document-id");
    ids.map(|element| Id { format: element.attribute("document-id-type").unwrap_or(around), element })
        .collect()
}

/// Returns the number of the first id that has one, `docdb` before the others.
pub(super) fn publication(field: &str, ids: &[Id<'_>], out: &mut Parsed) -> Option<PublicationNumber> {
    let docdb = ids.iter().find(|id| id.format == "docdb" && id.element.child("country").is_some());
    if let Some(Id { element, .. }) = docdb {
        let country = out.country(field, &element.text_at("country")?)?;
        let (serial, kind) = (element.text_at("doc-number")?, element.text_at("kind"));
        return Some(PublicationNumber::new(country, &serial, kind.as_deref()));
    }
    let id = ids.iter().find(|id| id.format != "original").or(ids.first())?;
    let text = id.element.text_at("doc-number")?;
    let mut number = out.publication_number(field, &text)?;
    number.kind = number.kind.or(id.element.text_at("kind"));
    Some(number)
}

/// Returns the application number that the ids of one reference name.
///
/// `others` are original forms whose place in the source does not tell which application they belong to.
pub(super) fn application(
    field: &str,
    ids: &[Id<'_>],
    others: &[String],
    out: &mut Parsed,
) -> Option<ApplicationNumber> {
    let original =
        ids.iter().find(|id| id.format == "original").and_then(|id| id.element.text_at("doc-number"));
    let docdb = ids.iter().find(|id| id.format == "docdb");
    if let Some(Id { element, .. }) = docdb {
        let country = out.country(field, &element.text_at("country")?)?;
        let serial = element.text_at("doc-number")?;
        let kind = element.text_at("kind").unwrap_or_default();
        if kind == "W" {
            return out.application_number(field, &pct(country.as_str(), &serial));
        }
        if country.as_str() == "US" {
            let own = original.into_iter().chain(others.iter().cloned());
            if let Some(original) =
                own.filter(|text| !text.starts_with("PCT")).find(|text| is_us(text, &serial))
            {
                return out.application_number(field, &format!("US{original}"));
            }
        }
        return Some(ApplicationNumber::new(country, &serial));
    }
    let epodoc = ids.iter().find(|id| id.format == "epodoc").and_then(|id| id.element.text_at("doc-number"));
    match (original, epodoc) {
        (Some(original), _) if original.starts_with("PCT") => out.application_number(field, &original),
        (Some(original), Some(epodoc)) if epodoc.is_char_boundary(2) && epodoc.len() > 2 => {
            if epodoc.starts_with("WO") {
                return out.application_number(field, &format!("PCT/{original}"));
            }
            out.application_number(field, &format!("{}{original}", &epodoc[..2]))
        }
        (_, Some(number)) => out.application_number(field, &from_epodoc(&number)),
        (Some(number), None) => out.application_number(field, &number),
        (None, None) => None,
    }
}

/// Returns the first date among the ids, `docdb` before the others.
pub(super) fn date(field: &str, ids: &[Id<'_>], out: &mut Parsed) -> Option<Date> {
    let docdb = ids.iter().filter(|id| id.format == "docdb");
    let rest = ids.iter().filter(|id| id.format != "docdb");
    let text = docdb.chain(rest).find_map(|id| id.element.text_at("date"))?;
    out.date(field, &text)
}

/// Returns the printed form of a PCT number: `IB` and `2022055385` are `PCT/IB2022/055385`,
/// `US` and `9816128` are `PCT/US98/16128`.
pub(super) fn pct(country: &str, serial: &str) -> String {
    let serial = serial.trim();
    match serial.len() {
        10 if serial.is_ascii() => format!("PCT/{country}{}/{}", &serial[..4], &serial[4..]),
        7 if serial.is_ascii() => format!("PCT/{country}{}/{}", &serial[..2], &serial[2..]),
        _ => format!("PCT/{country}{serial}"),
    }
}

/// Turns an `epodoc` application number (country, year, serial of seven digits) into what the office prints, for the
/// offices whose rule is known; others are left as they are.
fn from_epodoc(number: &str) -> String {
    let unknown = || number.to_owned();
    let Some((country, rest)) = number.split_at_checked(2) else { return unknown() };
    let Some((year, serial)) = rest.split_at_checked(4) else { return unknown() };
    if !year.bytes().all(|b| b.is_ascii_digit()) {
        return unknown();
    }
    if country == "WO" {
        // `WO2022IB55385`: the receiving office stands between year and serial.
        let Some((office, serial)) = serial.split_at_checked(2) else { return unknown() };
        return match year.parse::<u16>() {
            Ok(full) if full >= 2004 => format!("PCT/{office}{year}/{serial:0>6}"),
            _ => format!("PCT/{office}{}/{serial:0>5}", &year[2..]),
        };
    }
    if serial.len() != 7 || !serial.bytes().all(|b| b.is_ascii_digit()) {
        return unknown();
    }
    match country {
        "EP" => format!("EP{}{}", &year[2..], &serial[1..]),
        "JP" if year >= "2000" => format!("JP{year}{}", &serial[1..]),
        "GB" if year < "2000" => format!("GB{}{}", &year[2..], &serial[2..]),
        "NL" => format!("NL{serial}"),
        "CN" if serial.starts_with('0') => format!("CN{}{}", &year[2..], &serial[1..]),
        "CN" => format!("CN{year}{}0{}", &serial[..1], &serial[1..]),
        _ => unknown(),
    }
}

/// Returns whether the printed US number `original` (`09/083,597`) is the one that DOCDB writes as `docdb` (`8359798`):
/// its serial without leading zeros, then two digits of the year.
fn is_us(original: &str, docdb: &str) -> bool {
    let digits: String = original.chars().filter(char::is_ascii_digit).collect();
    let Some(serial) = digits.len().checked_sub(6).and_then(|at| digits.get(at..)) else { return false };
    let Some(expected) = docdb.len().checked_sub(2).and_then(|at| docdb.get(..at)) else { return false };
    // Since 2001 the year may be missing: there the whole number is the serial with its series code.
    digits == docdb || serial.trim_start_matches('0') == expected.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pct_numbers_are_printed() {
        assert_eq!(pct("IB", "2022055385"), "PCT/IB2022/055385");
        assert_eq!(pct("US", "9816128"), "PCT/US98/16128");
        assert_eq!(pct("US", "5"), "PCT/US5");
    }

    #[test]
    fn epodoc_numbers_are_printed() {
        let check = |text: &str, expected: &str| assert_eq!(from_epodoc(text), expected);
        check("EP20100167109", "EP10167109");
        check("WO2022IB55385", "PCT/IB2022/055385");
        check("WO1998US16128", "PCT/US98/16128");
        check("CN20191302430", "CN201910302430");
        check("CN19850100312", "CN85100312");
        check("JP20180214950", "JP2018214950");
        check("GB19900026298", "GB9026298");
        check("US20100942680", "US20100942680");
        check("", "");
        check("EP二〇", "EP二〇");
    }

    #[test]
    fn us_numbers_match_their_docdb_form() {
        let check =
            |original: &str, docdb: &str, expected: bool| assert_eq!(is_us(original, docdb), expected);
        check("09/083,597", "8359798", true);
        check("09/083,598", "8359798", false);
        check("202163251090P", "202163251090", true);
        check("1", "8359798", false);
        check("09/083,597", "8", false);
    }
}
