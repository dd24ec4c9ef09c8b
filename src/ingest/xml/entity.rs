//! What a character or entity reference stands for.
//!
//! Names are those of HTML 5, which hold the ISO 8879 sets but for Greek letters (`isogrk1`), added here:
//! the older US and EP files use them (`&lgr;`, `&Dgr;`, `&mgr;`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// One line a name: the name, a tab, its code points in hexadecimal. Source: the list of named character references
/// in the HTML standard. (The table in quick-xml 0.42 is no source: 444 of its values are other characters,
/// Greek and Cyrillic among them.)
const NAMES: &str = include_str!("entities.tsv");

static CHARACTERS: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let characters = |codes: &str| {
        codes.split(' ').filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)).collect()
    };
    NAMES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, codes)| (name, characters(codes)))
        .collect()
});

/// Letters of `isogrk1` by name without the final `gr`, capitals by a capital first letter.
const GREEK: [(&str, char); 25] = [
    ("a", 'α'),
    ("b", 'β'),
    ("g", 'γ'),
    ("d", 'δ'),
    ("e", 'ε'),
    ("z", 'ζ'),
    ("ee", 'η'),
    ("th", 'θ'),
    ("i", 'ι'),
    ("k", 'κ'),
    ("l", 'λ'),
    ("m", 'μ'),
    ("n", 'ν'),
    ("x", 'ξ'),
    ("o", 'ο'),
    ("p", 'π'),
    ("r", 'ρ'),
    ("s", 'σ'),
    ("sf", 'ς'),
    ("t", 'τ'),
    ("u", 'υ'),
    ("ph", 'φ'),
    ("kh", 'χ'),
    ("ps", 'ψ'),
    ("oh", 'ω'),
];

/// Returns what `&name;` stands for; `None` for an unknown name or a number that is no character.
pub(super) fn resolve(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|&c| c != '\0').map(String::from);
    }
    if let Some(stem) = name.strip_suffix("gr")
        && let Some(letter) = greek(stem)
    {
        return Some(letter.to_string());
    }
    CHARACTERS.get(name).cloned()
}

fn greek(stem: &str) -> Option<char> {
    let first = stem.chars().next()?;
    let lower = stem.to_ascii_lowercase();
    let (_, letter) = GREEK.iter().find(|(name, _)| *name == lower)?;
    if first.is_ascii_uppercase() { letter.to_uppercase().next() } else { Some(*letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_every_kind() {
        let check =
            |name: &str, expected: Option<&str>| assert_eq!(resolve(name).as_deref(), expected, "{name}");
        check("amp", Some("&"));
        check("ldquo", Some("“"));
        check("deg", Some("°"));
        check("lsqb", Some("["));
        check("emsp", Some("\u{2003}"));
        check("mu", Some("μ"));
        check("Scaron", Some("Š"));
        check("nvlt", Some("<\u{20d2}"));
        check("#x2003", Some("\u{2003}"));
        check("#8211", Some("–"));
        check("lgr", Some("λ"));
        check("Dgr", Some("Δ"));
        check("PHgr", Some("Φ"));
        check("gr", None);
        check("nosuch", None);
        check("#0", None);
        check("#xD800", None);
        check("#xFFFFFFFFF", None);
    }
}
