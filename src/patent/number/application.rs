//! The normal form of an application's serial, office by office. Every rule leaves its own output unchanged.
//!
//! Limits, each because the digits alone do not tell: US numbers in DOCDB form before 2003 (`42751873` = 427,518 of 1973)
//! and EPO form (`US20020291320`, no series code) stay as written; GB numbers of 7 digits are read as year and five digits,
//! as from 1978, where the five are at most 25,000; KR numbers without type are read as patents.

use super::cn;
use super::country::CountryCode;
use super::written::compact;
use super::written::is_digits;
use super::written::is_year;
use super::written::pct_year;
use super::written::split_kind;

/// Returns office and serial in their normal form: an international application in a national guise becomes `WO`.
pub(super) fn normal(office: CountryCode, text: &str, kind: Option<&str>) -> (CountryCode, String) {
    let text = without_check_digit(office, text);
    let mut serial = compact(&text);
    let mut kind = kind.map(compact).filter(|kind| !kind.is_empty());
    let known =
        matches!(office.as_str(), "CN" | "EP" | "JP" | "US" | "KR" | "DE" | "FR" | "GB" | "AU" | "CA");
    if known && let (head, Some(letter)) = split_kind(&serial) {
        // `D` and `T` after a US or CA number mark numbers that DOCDB made up: part of the serial.
        if is_digits(head) && matches!(letter, "A" | "U" | "W" | "P" | "F" | "K" | "L") {
            kind.get_or_insert_with(|| letter.to_owned());
            serial = head.to_owned();
        } else if office == CountryCode::CN && letter == "X" && matches!(head.len(), 8 | 12) {
            serial = head.to_owned();
        }
    }
    let utility = kind.as_deref().is_some_and(|kind| kind.starts_with('U'));
    if office == CountryCode::WO {
        return (office, international(&serial).unwrap_or(serial));
    }
    if kind.as_deref() == Some("W")
        && is_digits(&serial)
        && let Some(serial) = year_and_number(&serial).map(|digits| format!("{office}{digits}"))
    {
        return (CountryCode::WO, serial);
    }
    if !is_digits(&serial) {
        return (office, serial);
    }
    match office.as_str() {
        "CN" => (office, cn::normal_application(&serial)),
        "EP" => ep(office, serial),
        "US" => (office, us(serial)),
        "JP" => (office, jp(serial, utility)),
        "KR" => (office, kr(serial, utility)),
        "GB" => (office, gb(serial)),
        _ => (office, serial),
    }
}

/// Drops a check digit that is set off by a dot (`201910302430.1`, `23173822.0`, `10 2004 061 977.4`).
fn without_check_digit(office: CountryCode, text: &str) -> String {
    let bytes = text.trim_end().as_bytes();
    let dotted = matches!(office.as_str(), "CN" | "EP" | "DE" | "GB" | "HK" | "CH");
    match bytes {
        [.., before, b'.', check] if dotted && before.is_ascii_digit() && check.is_ascii_alphanumeric() => {
            text.trim_end()[..bytes.len() - 2].to_owned()
        }
        _ => text.to_owned(),
    }
}

/// International applications: receiving office, year, six digits (`US1997005183`).
///
/// Read from `PCT/US97/05183`, `PCT/US1997/005183`, `WOUS97005183`, `WO1997US05183`.
fn international(serial: &str) -> Option<String> {
    let serial = serial.strip_prefix("PCT").unwrap_or(serial);
    let (office, digits) = if serial.get(..2)?.bytes().all(|b| b.is_ascii_uppercase()) {
        (serial[..2].to_owned(), serial[2..].to_owned())
    } else {
        // Year, office, number: the EPO's own form.
        let office = serial.get(4..6).filter(|code| code.bytes().all(|b| b.is_ascii_uppercase()))?;
        (office.to_owned(), format!("{}{}", serial.get(..4)?, serial.get(6..)?))
    };
    if !is_digits(&digits) {
        return None;
    }
    year_and_number(&digits).map(|digits| format!("{office}{digits}"))
}

/// Returns year and six digits from a year of two or four digits and a number of any width up to 7.
fn year_and_number(digits: &str) -> Option<String> {
    let six = |number: &str| {
        let number = number.trim_start_matches('0');
        (number.len() <= 6).then(|| format!("{number:0>6}"))
    };
    let four = digits.get(..4).filter(|year| ("1978".."2100").contains(year));
    match (digits.len(), four) {
        // Eight digits are two and six: `WOAU19050522` is of 2019, and nobody wrote four and four.
        (9..=11, Some(year)) => Some(format!("{year}{}", six(&digits[4..])?)),
        (6.., _) if digits.len() <= 9 => {
            let yy = &digits[..2];
            let year = pct_year(yy).unwrap_or_else(|| format!("20{yy}"));
            Some(format!("{year}{}", six(&digits[2..])?))
        }
        _ => None,
    }
}

/// EP: two-digit year and six digits. Ten digits that open with a year are an international application filed at the EPO.
fn ep(office: CountryCode, serial: String) -> (CountryCode, String) {
    let is_recent = serial.get(..4).is_some_and(|year| ("1978".."2100").contains(&year));
    match serial.len() {
        // The EPO's own form: four-digit year and seven digits.
        11 if is_recent && &serial[4..5] == "0" => (office, format!("{}{}", &serial[2..4], &serial[5..])),
        10 if is_recent => (CountryCode::WO, format!("EP{serial}")),
        7 => (office, format!("0{serial}")),
        _ => (office, serial),
    }
}

/// US: series code and six digits. DOCDB puts the year before them from 2003 on.
fn us(serial: String) -> String {
    match serial.len() {
        12 if ("2000".."2100").contains(&&serial[..4]) => serial[4..].to_owned(),
        _ => serial,
    }
}

/// JP: year and six digits, with `U` after a utility model, whose numbers run on their own.
///
/// Seven and eight digits are DOCDB's form before 2000: the number without leading zeros, then the year.
fn jp(serial: String, utility: bool) -> String {
    let normal = match serial.len() {
        7 | 8 => format!("19{}{:0>6}", &serial[serial.len() - 2..], &serial[..serial.len() - 2]),
        11 if is_year(&serial[..4]) && &serial[4..5] == "0" => format!("{}{}", &serial[..4], &serial[5..]),
        _ => serial,
    };
    if utility { format!("{normal}U") } else { normal }
}

/// KR: type (10 patent, 20 utility model), year, seven digits.
fn kr(serial: String, utility: bool) -> String {
    let kind = if utility { "20" } else { "10" };
    match serial.len() {
        11 if serial.starts_with("19") || serial.starts_with("20") => format!("{kind}{serial}"),
        9 => format!("{kind}19{serial}"),
        _ => serial,
    }
}

/// GB: two-digit year and five digits before 2010, four-digit year and five digits since, as DOCDB writes them.
fn gb(serial: String) -> String {
    /// More applications than this were never filed in a year since 1978: a larger number is of the older series.
    const MOST_A_YEAR: &str = "25000";
    match serial.len() {
        7 if ("10".."40").contains(&&serial[..2]) && &serial[2..] <= MOST_A_YEAR => format!("20{serial}"),
        11 if is_year(&serial[..4]) && &serial[4..6] == "00" => {
            if serial.as_str() < "2010" {
                format!("{}{}", &serial[2..4], &serial[6..])
            } else {
                format!("{}{}", &serial[..4], &serial[6..])
            }
        }
        _ => serial,
    }
}
