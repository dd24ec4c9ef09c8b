//! What written numbers share: full-width characters, labels, separators, era years. No office rules here.

/// Returns `text` with full-width ASCII and dashes folded, in capitals, white space as single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.trim().chars() {
        let c = match c {
            // The full-width block is ASCII shifted by a constant.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
            c => c.to_ascii_uppercase(),
        };
        if c.is_whitespace() || c.is_control() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}

/// Returns the letters and digits of `text`, in capitals.
pub(super) fn compact(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns `text` without a Chinese label such as `申请号：` before the number.
pub(super) fn without_label(text: &str) -> &str {
    const LABELS: [&str; 8] =
        ["申请公布号", "授权公告号", "公开公告号", "申请号", "公开号", "公告号", "专利号", "国际申请号"];
    let mut rest = text;
    for label in LABELS {
        if let Some(after) = rest.strip_prefix(label) {
            rest = after.trim_start_matches([':', ' ']);
        }
    }
    rest
}

/// Returns whether `text` is ASCII digits and nothing else, and not empty.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Returns `digits` without leading zeros, at least one digit.
pub(super) fn unpadded(digits: &str) -> &str {
    let stripped = digits.trim_start_matches('0');
    if stripped.is_empty() { &digits[digits.len().saturating_sub(1)..] } else { stripped }
}

/// Returns `digits` without leading zeros, then padded with zeros to `width`.
pub(super) fn padded(digits: &str, width: usize) -> String {
    format!("{:0>width$}", unpadded(digits))
}

/// Returns whether a four-digit text is a year of the patent system.
pub(super) fn is_year(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|year| (1790..=2099).contains(&year))
}

/// Returns the four-digit year of a PCT number's two-digit year: the treaty's first year is 1978,
/// and two digits went out of use in 2004.
pub(super) fn pct_year(yy: &str) -> Option<String> {
    match yy.parse::<u16>().ok()? {
        y @ 78..=99 => Some(format!("19{y}")),
        y @ 0..=4 => Some(format!("20{y:02}")),
        _ => None,
    }
}

/// Splits a letter-led kind code (`A`, `B2`) off the end of a text that has a digit before it.
pub(super) fn split_kind(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let n = bytes.len();
    let at = |i: usize| n.checked_sub(i).map(|i| bytes[i]);
    let length = match (at(1), at(2)) {
        (Some(b), _) if b.is_ascii_uppercase() => 1,
        (Some(d), Some(b)) if d.is_ascii_digit() && b.is_ascii_uppercase() => 2,
        _ => return (text, None),
    };
    // What stands before must end in a digit, or in a separator after one, else the letter is part of the serial.
    let head = text[..n - length].trim_end_matches([' ', '-', '(', '/', '.']);
    if head.ends_with(|c: char| c.is_ascii_digit()) {
        (head, Some(&text[n - length..]))
    } else {
        (text, None)
    }
}

/// A Japanese number written with its gazette name or era (`特開平5-170722`, `特願2003-145514`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Japanese<'a> {
    /// The letter of the gazette: `A` unexamined patent, `U` unexamined utility model, none where it does not say.
    pub(super) kind: Option<&'a str>,
    /// Era letter and year, or the four-digit year; empty for a registration number.
    pub(super) year: String,
    /// The running number.
    pub(super) number: String,
    /// Whether it is a utility model.
    pub(super) utility: bool,
}

/// Reads a number written in the Japanese manner; `None` where nothing in it is Japanese.
pub(super) fn japanese(folded: &str) -> Option<Japanese<'_>> {
    let text = folded.strip_prefix("JP").unwrap_or(folded).trim_start_matches([' ', '-']);
    const GAZETTES: [(&str, Option<&str>, bool); 16] = [
        ("特許出願公開", Some("A"), false),
        ("公開特許", Some("A"), false),
        ("特開", Some("A"), false),
        ("特表", Some("A"), false),
        ("特公", None, false),
        ("特許", None, false),
        ("特願", None, false),
        ("特开", Some("A"), false),
        ("特许", None, false),
        ("実開", Some("U"), true),
        ("实开", Some("U"), true),
        ("実用新案登録", None, true),
        ("実公", None, true),
        ("実登", None, true),
        ("実願", None, true),
        ("再表", Some("A"), false),
    ];
    const ERAS: [(&str, &str); 8] = [
        ("昭和", "S"),
        ("昭", "S"),
        ("平成", "H"),
        ("平", "H"),
        ("令和", "R"),
        ("令", "R"),
        ("SHO", "S"),
        ("HEI", "H"),
    ];
    let mut rest = text;
    let (mut kind, mut utility, mut seen) = (None, false, false);
    if let Some((name, gazette_kind, is_utility)) = GAZETTES.iter().find(|(name, ..)| rest.starts_with(name))
    {
        rest = rest[name.len()..].trim_start_matches([' ', '第', ':']);
        (kind, utility, seen) = (*gazette_kind, *is_utility, true);
    }
    let mut era = "";
    if let Some((name, letter)) = ERAS.iter().find(|(name, _)| rest.starts_with(name)) {
        rest = rest[name.len()..].trim_start_matches([' ', '.']);
        (era, seen) = (letter, true);
    }
    if !seen {
        return None;
    }
    let (rest, letter) = split_kind(rest.trim_end_matches(['号', '號', ' ']));
    let kind = letter.or(kind);
    let parts: Vec<&str> = rest.split(['-', '年', ' ', '第', '/']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [year, number] if is_digits(year) && is_digits(number) && year.len() <= 4 => {
            let year = if era.is_empty() { (*year).to_owned() } else { format!("{era}{year:0>2}") };
            Some(Japanese { kind, year, number: (*number).to_owned(), utility })
        }
        [number] if is_digits(number) && era.is_empty() => {
            Some(Japanese { kind, year: String::new(), number: (*number).to_owned(), utility })
        }
        _ => None,
    }
}

/// Returns the calendar year of an era year: `S` 1926 + n - 1, `H` 1989 + n - 1, `R` 2019 + n - 1.
pub(super) fn era_year(era: &str, year: u32) -> Option<u32> {
    match era {
        "S" if (1..=64).contains(&year) => Some(1925 + year),
        "H" if (1..=31).contains(&year) => Some(1988 + year),
        "R" if (1..=80).contains(&year) => Some(2018 + year),
        _ => None,
    }
}
