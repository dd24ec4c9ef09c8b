//! The tables compiled in can be read, and say what the gazettes say.

use crate::patent::legal::words;
use crate::patent::legal::{Detail, Effect, Group, Simple, meaning, n_codes_by_office};

#[test]
fn every_entry_by_hand_is_read_once() {
    let text = include_str!("../../../../index-schema/legal/codes.toml");
    let table: toml::Table = toml::from_str(text).expect("codes.toml parses");
    for (office, entries) in &table {
        let mut seen = std::collections::BTreeMap::new();
        let entries = entries.as_table().expect("an office is a table");
        assert!(entries.contains_key("source"), "{office} has no source");
        for (name, codes) in
            entries.iter().filter(|(name, _)| !["source", "country"].contains(&name.as_str()))
        {
            let effect: Effect = toml::Value::String(name.clone())
                .try_into()
                .unwrap_or_else(|_| panic!("`{name}` is no effect"));
            for code in codes.as_array().expect("codes are a list").iter().filter_map(toml::Value::as_str) {
                let code = code.trim_start_matches('*');
                assert_eq!(seen.insert(code, effect), None, "{office} {code} is listed twice");
                assert_eq!(meaning(office, code).map(|m| m.effect), Some(effect), "{office} {code}");
            }
        }
    }
}

#[test]
fn every_line_of_the_list_has_six_fields_and_a_known_effect() {
    let text = include_str!("../../../../index-schema/legal/codes.tsv");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 6, "{line}");
        let effect: Result<Effect, _> = toml::Value::String(fields[4].to_owned()).try_into();
        assert!(effect.is_ok(), "{line}");
        assert!(
            fields[2].is_empty() || Group::from_letter(fields[2].chars().next().unwrap_or(' ')).is_some()
        );
    }
}

#[test]
fn old_codes_mean_what_new_ones_do() {
    for (old, new) in
        [("C06", "PB01"), ("C10", "SE01"), ("C14", "GR01"), ("C19", "CF01"), ("C41", "TR01"), ("C12", "RJ01")]
    {
        let effect = |code| meaning("CN", code).map(|m| m.effect);
        assert_eq!(effect(old), effect(new), "{old} {new}");
        assert!(effect(old).is_some());
    }
    assert_eq!(meaning("CN", "C17").map(|m| m.effect), Some(Effect::Ceased));
}

#[test]
fn names_are_no_transfers() {
    for code in ["CP01", "CP02", "CP03", "CB01", "CB02", "C56"] {
        assert_eq!(meaning("CN", code).map(|m| m.effect), Some(Effect::Renamed), "{code}");
    }
}

#[test]
fn a_certificate_never_ends_its_patent() {
    for code in ["CTFL", "SPCE", "SPCI", "CTFI"] {
        assert_eq!(meaning("GB", code).map(|m| m.effect), Some(Effect::Certificate), "{code}");
    }
}

#[test]
fn the_followed_offices_are_covered() {
    let n = n_codes_by_office();
    for (office, least) in [("CN", 105), ("EP", 555), ("US", 75), ("JP", 165), ("KR", 135), ("WO", 62)] {
        assert!(n.get(office).is_some_and(|n| *n >= least), "{office}: {:?}", n.get(office));
    }
}

#[test]
fn words_of_databases() {
    let table = [
        ("授权", Some((Simple::Active, Detail::Granted))),
        ("避重放弃", Some((Simple::Inactive, Detail::AbandonedForTwin))),
        (" Active ", Some((Simple::Active, Detail::Granted))),
        ("暂缺", None),
        ("", None),
    ];
    for (text, expected) in table {
        assert_eq!(words::read(text), expected, "{text}");
    }
}
