//! Chinese application numbers: 8 digits until September 2003, 12 since, each with a check digit after a dot.
//!
//! `CN 2019 1 0302430 .1` is year, type, serial, check digit. Types: 1 invention, 2 utility model, 3 design,
//! 8 an international application for an invention, 9 for a utility model.

use super::written::is_digits;
use crate::patent::PatentType;

/// Returns the 8 or 12 digits of a number without check digit; other widths are left as they are.
pub(super) fn normal_application(digits: &str) -> String {
    match digits.len() {
        // Check digit without its dot, as in the folders of the e-filing client.
        9 if is_eight(&digits[..8]) => digits[..8].to_owned(),
        13 if is_twelve(&digits[..12]) => digits[..12].to_owned(),
        // The office's standard form: 10, 20 or 30 for the type, year, nine digits of serial.
        15 => standard(digits).unwrap_or_else(|| digits.to_owned()),
        // The EPO's own form drops the first of the seven digits of the serial.
        11 if is_twelve(&format!("{}0{}", &digits[..5], &digits[5..])) => {
            format!("{}0{}", &digits[..5], &digits[5..])
        }
        _ => digits.to_owned(),
    }
}

fn standard(digits: &str) -> Option<String> {
    let kind = match &digits[..2] {
        "10" => '1',
        "20" => '2',
        "30" => '3',
        _ => return None,
    };
    let year = &digits[2..6];
    let serial = digits[6..].trim_start_matches('0');
    // Serials of the 12-digit numbers of 2003 start at 100,001: five digits never reached that.
    if ("1985"..="2003").contains(&year) && serial.len() <= 5 {
        Some(format!("{}{kind}{serial:0>5}", &year[2..]))
    } else if ("2003".."2100").contains(&year) && serial.len() <= 7 {
        Some(format!("{year}{kind}{serial:0>7}"))
    } else {
        None
    }
}

fn is_type(byte: u8) -> bool {
    matches!(byte, b'1' | b'2' | b'3' | b'8' | b'9')
}

/// Returns whether the text is an 8-digit number: 1985 to 2003, type, five digits.
pub(super) fn is_eight(text: &str) -> bool {
    text.len() == 8
        && is_digits(text)
        && (("85"..="99").contains(&&text[..2]) || ("00"..="03").contains(&&text[..2]))
        && is_type(text.as_bytes()[2])
}

/// Returns whether the text is a 12-digit number: year from 2003, type, seven digits.
pub(super) fn is_twelve(text: &str) -> bool {
    text.len() == 12
        && is_digits(text)
        && ("2003".."2100").contains(&&text[..4])
        && is_type(text.as_bytes()[4])
}

/// Returns the type that the digits name.
pub(super) fn patent_type(serial: &str) -> Option<PatentType> {
    let digit = if is_twelve(serial) {
        serial.as_bytes()[4]
    } else if is_eight(serial) {
        serial.as_bytes()[2]
    } else {
        return None;
    };
    match digit {
        b'1' | b'8' => Some(PatentType::Invention),
        b'2' | b'9' => Some(PatentType::UtilityModel),
        b'3' => Some(PatentType::Design),
        _ => None,
    }
}

/// Returns the check digit: the digits weighted 2 to 9 and 2 to 5 again, summed, modulo 11; 10 is written `X`.
pub(super) fn check_digit(serial: &str) -> Option<char> {
    if !is_twelve(serial) && !is_eight(serial) {
        return None;
    }
    let sum: u32 = serial.bytes().zip((2..=9).cycle()).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    match sum % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    }
}
