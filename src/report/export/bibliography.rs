//! Documents as references: RIS and BibLaTeX.
//!
//! RIS uses the fields of the type `PAT` as EndNote and Zotero read them: `SN` patent number, `M1` application number,
//! `PB` assignee, `CY` country, `SE` international classification. BibLaTeX has an entry type for patents with
//! `holder` and `number` (its manual, section 2.1.1).

use std::collections::HashSet;
use std::fmt::Write;

use crate::patent::{DocumentKind, Language, LocalText, Party, Publication, Role, Scheme, Version};

/// The keys that were given, so that no two entries share one.
pub(super) type Keys = HashSet<String>;

/// Returns an entry of RIS; lines end as the format wants them, with CR LF.
pub(super) fn ris(publication: &Publication) -> String {
    let kind = match publication.document_kind {
        DocumentKind::Patent => "PAT",
        DocumentKind::Paper => "JOUR",
        DocumentKind::Standard => "STAND",
        DocumentKind::Report => "RPRT",
    };
    let mut out = String::new();
    let mut line = |tag: &str, value: &str| {
        // A value is one line.
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() {
            let _ = write!(out, "{tag}  - {value}\r\n");
        }
    };
    line("TY", kind);
    line("TI", publication.title(Version::Zh).unwrap_or_default());
    if let Some(english) = in_english(&publication.titles).filter(|_| has_chinese(&publication.titles)) {
        line("TT", english);
    }
    for name in names(publication, &[Role::Inventor, Role::Author]) {
        line("AU", name);
    }
    names(publication, &[Role::Applicant]).iter().for_each(|name| line("PB", name));
    if let Some(date) = publication.publication_date {
        line("PY", &date.year().to_string());
        line("DA", &date.strftime("%Y/%m/%d").to_string());
    }
    line("SN", &publication.number.as_ref().map(ToString::to_string).unwrap_or_default());
    line("M1", &publication.application.as_ref().map(ToString::to_string).unwrap_or_default());
    line("CY", &publication.number.as_ref().map(|number| number.country.to_string()).unwrap_or_default());
    line("SE", &classes(publication));
    publication.abstracts.first().iter().for_each(|text| line("AB", &text.text));
    publication.keywords.iter().for_each(|word| line("KW", &word.text));
    publication.titles.first().iter().for_each(|title| line("LA", &title.lang.0));
    line("ID", &publication.key());
    out.push_str("ER  - \r\n\r\n");
    out
}

/// Returns a BibLaTeX entry under a key that no entry before has.
pub(super) fn bibtex(publication: &Publication, keys: &mut Keys) -> String {
    let kind = match publication.document_kind {
        DocumentKind::Patent => "patent",
        DocumentKind::Paper => "article",
        DocumentKind::Standard => "manual",
        DocumentKind::Report => "report",
    };
    let stem: String = publication.key().chars().filter(char::is_ascii_alphanumeric).collect();
    let mut key = stem.clone();
    let mut n = 1;
    while !keys.insert(key.clone()) {
        n += 1;
        key = format!("{stem}-{n}");
    }
    let mut out = format!("@{kind}{{{key},\n");
    let mut field = |name: &str, value: &str| {
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() {
            let _ = writeln!(out, "  {name} = {{{}}},", escaped(&value));
        }
    };
    // Double braces keep the capitals of formulas, and names that are no "First Last" together.
    let joined = |roles: &[Role]| {
        let names = names(publication, roles);
        names.iter().map(|name| format!("\u{1}{name}\u{2}")).collect::<Vec<_>>().join(" and ")
    };
    field("title", publication.title(Version::Zh).unwrap_or_default());
    field("author", &joined(&[Role::Inventor, Role::Author]));
    field("holder", &joined(&[Role::Applicant]));
    field("number", &publication.number.as_ref().map(ToString::to_string).unwrap_or_default());
    field("date", &publication.publication_date.map(|date| date.to_string()).unwrap_or_default());
    field(
        "location",
        &publication.number.as_ref().map(|number| number.country.to_string()).unwrap_or_default(),
    );
    field("keywords", &classes(publication));
    publication.titles.first().iter().for_each(|title| field("langid", language(&title.lang)));
    publication.abstracts.first().iter().for_each(|text| field("abstract", &text.text));
    out.push_str("}\n\n");
    out
}

/// Returns text as TeX reads it; U+0001 and U+0002 are braces that were meant.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '%' | '&' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\u{1}' => out.push('{'),
            '\u{2}' => out.push('}'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn language(lang: &Language) -> &'static str {
    match lang.version() {
        Version::Zh => "chinese",
        Version::En => "english",
        Version::Other => "",
    }
}

fn has_chinese(texts: &[LocalText]) -> bool {
    texts.iter().any(|text| text.lang.version() == Version::Zh)
}

fn in_english(texts: &[LocalText]) -> Option<&str> {
    texts.iter().find(|text| text.lang.version() == Version::En).map(|text| text.text.as_str())
}

fn names<'a>(publication: &'a Publication, roles: &[Role]) -> Vec<&'a str> {
    let mut kept: Vec<&Party> = Vec::new();
    for party in publication.parties.iter().filter(|party| roles.contains(&party.role)) {
        // One spelling of each, the first.
        if !kept.iter().any(|known| known.role == party.role && known.sequence == party.sequence) {
            kept.push(party);
        }
    }
    kept.into_iter().map(|party| party.name.as_str()).collect()
}

fn classes(publication: &Publication) -> String {
    let ipc = publication.classes.iter().filter(|class| class.scheme == Scheme::Ipc);
    ipc.map(|class| class.symbol.0.as_str()).collect::<Vec<_>>().join("; ")
}
