//! Numbers with their units, as one term.
//!
//! A unit is one or more unit signs joined by `/` or `·`, each with an exponent of 2 or 3 at most.
//! It counts where it touches the number, or follows after one space.
//! Case is part of the sign here (`mW`, `MW`) though the term loses it afterwards.

use std::ops::Range;

use crate::text::script::char_at;
use crate::text::script::class;
use crate::text::script::floor_boundary;

/// Unit signs of process, mining, electrical and chemical engineering (SI brochure, 9th edition, and field use).
const SIGNS: &[&str] = &[
    "%", "A", "Ah", "Bq", "C", "GHz", "GJ", "GPa", "GW", "GWh", "Gy", "H", "Hz", "J", "K", "L", "MHz", "MJ",
    "MN", "MPa", "MPaG", "MV", "MVA", "MW", "MWh", "MΩ", "N", "Nm", "Nm3", "Pa", "S", "T", "V", "VA", "W",
    "Wb", "Wh", "a", "atm", "bar", "cP", "cSt", "cm", "d", "dB", "dL", "eV", "g", "h", "hPa", "ha", "kA",
    "kHz", "kJ", "kN", "kPa", "kV", "kVA", "kW", "kWh", "kcal", "keV", "kg", "km", "kmol", "kΩ", "l", "lm",
    "lx", "m", "mA", "mAh", "mJ", "mL", "mN", "mPa", "mS", "mV", "mW", "mbar", "mg", "min", "ml", "mm",
    "mmHg", "mmol", "mol", "mΩ", "nF", "nm", "pF", "pH", "pm", "ppb", "ppm", "psi", "r", "rad", "rpm", "s",
    "sccm", "t", "vol%", "wt%", "°", "°C", "°F", "Ω", "μF", "μL", "μW", "μg", "μm", "μmol", "μs", "‰",
];

/// Longest sign in bytes.
const MAX_SIGN_BYTES: usize = 5;

/// Signs that stand too often for something else (`FIG. 5 A`, `claim 2 a`) to be read across a space.
const TOUCHING_ONLY: &[&str] = &["A", "C", "H", "S", "T", "a", "d"];

/// Returns the end of the number at byte `start` and the bytes of its unit, if it has one.
///
/// `start` has to be at a digit.
pub(super) fn with_unit(text: &str, start: usize) -> Option<(usize, Range<usize>)> {
    let number = number_end(text, start);
    let spaced = text[number..].starts_with(' ');
    let from = number + usize::from(spaced);
    let end = unit_end(text, from)?;
    if spaced && TOUCHING_ONLY.contains(&&text[from..end]) {
        return None;
    }
    Some((number, from..end))
}

/// Returns whether the whole of `text` is a unit made of several signs (`mg/L`).
pub(super) fn is_unit(text: &str) -> bool {
    text.contains('/') && unit_end(text, 0) == Some(text.len())
}

/// Returns the end of the number at byte `start`: digits, with points between digits.
pub(in crate::text) fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            at += 1;
        } else {
            return at;
        }
    }
}

/// Returns the end of the unit at byte `start`, if one ends before something that is no letter or digit.
fn unit_end(text: &str, start: usize) -> Option<usize> {
    let mut at = factor_end(text, start)?;
    while let Some(joint @ ('/' | '·')) = char_at(text, at) {
        match factor_end(text, at + joint.len_utf8()) {
            Some(end) => at = end,
            None => break,
        }
    }
    Some(at)
}

/// Returns the end of one sign with its exponent.
fn factor_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let free = |end: usize| char_at(rest, end).is_none_or(|c| !class(c).is_alphanumeric());
    let longest = floor_boundary(rest, MAX_SIGN_BYTES);
    (1..=longest).rev().filter(|&len| rest.is_char_boundary(len)).find_map(|len| {
        // A percent sign ends by itself (`5%的`, `5%wt`); letters need an end.
        SIGNS.binary_search(&&rest[..len]).ok()?;
        let power = len + usize::from(matches!(rest.as_bytes().get(len), Some(b'2' | b'3')));
        let ends = free(power) || matches!(&rest[..len], "%" | "‰");
        ends.then_some(start + power)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_sorted_and_short() {
        assert!(SIGNS.is_sorted());
        assert_eq!(SIGNS.iter().map(|sign| sign.len()).max(), Some(MAX_SIGN_BYTES));
    }

    #[test]
    fn units_end_where_they_end() {
        for (text, unit) in [
            ("10MPa", Some("MPa")),
            ("10 MPa。", Some("MPa")),
            ("350 °C", Some("°C")),
            ("3.5mg/L", Some("mg/L")),
            ("1 A/cm2", Some("A/cm2")),
            ("2 kW·h", Some("kW·h")),
            ("5%的", Some("%")),
            ("5 A", None),
            ("5A", Some("A")),
            ("5 minutes", None),
            ("5  mm", None),
            ("20", None),
        ] {
            assert_eq!(with_unit(text, 0).map(|(_, unit)| &text[unit]), unit, "{text}");
        }
    }
}
