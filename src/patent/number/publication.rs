//! The normal form of a publication's serial, office by office. Every rule leaves its own output unchanged.

use super::written::compact;
use super::written::is_digits;
use super::written::is_year;
use super::written::padded;
use super::written::pct_year;
use super::written::unpadded;

/// Returns the normal serial for an office. `kind` helps where the office's series share digits.
pub(super) fn serial(office: &str, text: &str, kind: Option<&str>) -> String {
    let serial = compact(text);
    let first_kind = kind.and_then(|kind| kind.chars().next());
    match office {
        "CN" | "DE" | "FR" if is_digits(&serial) => unpadded(&serial).to_owned(),
        "EP" if is_digits(&serial) => padded(&serial, 7),
        "GB" if is_digits(&serial) => gb(&serial, kind),
        "US" => us(&serial),
        "WO" => wo(text, &serial),
        "JP" => jp(&serial, first_kind),
        "KR" if is_digits(&serial) => kr(&serial, first_kind),
        _ => serial,
    }
}

/// GB: `D0` and `A0` documents carry the application number, whose leading zero counts.
fn gb(serial: &str, kind: Option<&str>) -> String {
    match kind {
        Some("D0" | "A0") => serial.to_owned(),
        _ => unpadded(serial).to_owned(),
    }
}

/// US: patents without leading zeros, letters of other series kept (`D`, `RE`, `PP`, `H`),
/// applications as year and 7 digits (DOCDB drops the first of the seven).
fn us(serial: &str) -> String {
    let digits_at = serial.find(|c: char| c.is_ascii_digit()).unwrap_or(serial.len());
    let (prefix, rest) = serial.split_at(digits_at);
    if !is_digits(rest) {
        return serial.to_owned();
    }
    if !prefix.is_empty() {
        return format!("{prefix}{}", unpadded(rest));
    }
    let published = |rest: &str| rest.len() >= 4 && ("2001".."2100").contains(&&rest[..4]);
    match rest.len() {
        10 if published(rest) => format!("{}0{}", &rest[..4], &rest[4..]),
        11 if published(rest) => rest.to_owned(),
        _ => unpadded(rest).to_owned(),
    }
}

/// WO: year of four digits and number of six. Without a slash, nine digits that open with 19 or 20 are
/// year and five; six to eight digits are a two-digit year (1978-2004) and the rest.
fn wo(text: &str, serial: &str) -> String {
    let cut = text.find(['/', '-']).filter(|&at| at > 0);
    if let Some(at) = cut {
        let (year, number) = (compact(&text[..at]), compact(&text[at..]));
        if is_digits(&year) && is_digits(&number) && number.len() <= 6 {
            match year.len() {
                4 if is_year(&year) => return format!("{year}{number:0>6}"),
                2 => {
                    let year = pct_year(&year).unwrap_or_else(|| format!("20{year}"));
                    return format!("{year}{number:0>6}");
                }
                _ => {}
            }
        }
    }
    if !is_digits(serial) {
        return serial.to_owned();
    }
    let four =
        serial.get(..4).filter(|year| is_year(year) && (year.starts_with("19") || year.starts_with("20")));
    match (serial.len(), four) {
        (10, _) => serial.to_owned(),
        (8..=9, Some(year)) => format!("{year}{:0>6}", &serial[4..]),
        (6.., _) if serial.len() <= 8 => match pct_year(&serial[..2]) {
            Some(year) => format!("{year}{:0>6}", &serial[2..]),
            None => serial.to_owned(),
        },
        _ => serial.to_owned(),
    }
}

/// JP: `S57142099` and `H01142348` for era years, year and six digits from 2000, plain registration numbers.
///
/// Without an era letter, 7 digits of kind A (or U) are Heisei 1-9, 8 digits Showa 46-64 or Heisei 10-12:
/// unexamined publication began in Showa 46, registrations are of kind B, and four-digit years began in 2000.
fn jp(serial: &str, kind: Option<char>) -> String {
    if let Some(era) = serial.chars().next().filter(|c| matches!(c, 'S' | 'H' | 'R' | 'T' | 'M')) {
        let digits = &serial[1..];
        if is_digits(digits) && (3..=8).contains(&digits.len()) {
            return format!("{era}{}{:0>6}", &digits[..2], &digits[2..]);
        }
        return serial.to_owned();
    }
    if !is_digits(serial) {
        return serial.to_owned();
    }
    let unexamined = matches!(kind, Some('A' | 'U'));
    match serial.len() {
        // Utility models registered without examination since 1994 are of kind U too, from 3,000,001 on.
        7 if kind == Some('U') && serial.starts_with('3') => serial.to_owned(),
        7 if unexamined && !serial.starts_with('0') => format!("H0{serial}"),
        8 if unexamined => match serial[..2].parse::<u8>() {
            Ok(46..=64) => format!("S{serial}"),
            Ok(1..=12) => format!("H{serial}"),
            _ => serial.to_owned(),
        },
        8..=9 if is_year(&serial[..4]) && serial.starts_with("20") => {
            format!("{}{:0>6}", &serial[..4], &serial[4..])
        }
        // Year and seven digits: the EPO's own form puts a zero before the six.
        11 if is_year(&serial[..4]) && &serial[4..5] == "0" => format!("{}{}", &serial[..4], &serial[5..]),
        ..=9 => unpadded(serial).to_owned(),
        _ => serial.to_owned(),
    }
}

/// KR: the type (10 patent, 20 utility model, 30 design) before year and 7 digits, or before 7 digits of a registration.
fn kr(serial: &str, kind: Option<char>) -> String {
    let of_kind = match kind {
        Some('U' | 'Y') => "20",
        Some('S') => "30",
        _ => "10",
    };
    match serial.len() {
        11 if serial.starts_with("19") || serial.starts_with("20") => format!("{of_kind}{serial}"),
        7 => format!("{of_kind}{serial}"),
        _ => serial.to_owned(),
    }
}
