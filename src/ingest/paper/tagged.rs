//! References as lines of tag and value.
//!
//! Five formats differ only in how a tag is written and what it is called; each is a table of tags here.
//! A line without a tag continues the one before. Tags that have no place in the model are kept in `other`.

use super::{date, kind_of};
use crate::ingest::record::{Parsed, Raw, fold_space};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{DocumentKind, Language, LocalText, Party, Publication, PublicationNumber, Role};

/// Where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Type,
    Title,
    Author,
    Abstract,
    Keyword,
    Year,
    Date,
    Doi,
    Number,
    Ignore,
}

type Tags = &'static [(&'static str, Slot)];

const RIS: Tags = &[
    ("TY", Slot::Type),
    ("TI", Slot::Title),
    ("T1", Slot::Title),
    ("AU", Slot::Author),
    ("A1", Slot::Author),
    ("AB", Slot::Abstract),
    ("N2", Slot::Abstract),
    ("KW", Slot::Keyword),
    ("PY", Slot::Year),
    ("Y1", Slot::Year),
    ("DA", Slot::Date),
    ("DO", Slot::Doi),
    ("M1", Slot::Number),
    ("ID", Slot::Number),
    ("AN", Slot::Number),
    ("ER", Slot::Ignore),
];

const ENDNOTE: Tags = &[
    ("%0", Slot::Type),
    ("%T", Slot::Title),
    ("%A", Slot::Author),
    ("%X", Slot::Abstract),
    ("%K", Slot::Keyword),
    ("%D", Slot::Year),
    ("%8", Slot::Date),
    ("%R", Slot::Doi),
    ("%M", Slot::Number),
];

const NOTE_EXPRESS: Tags = &[
    ("Reference Type", Slot::Type),
    ("Title", Slot::Title),
    ("Author", Slot::Author),
    ("Abstract", Slot::Abstract),
    ("Keywords", Slot::Keyword),
    ("Year", Slot::Year),
    ("Date", Slot::Date),
    ("DOI", Slot::Doi),
    ("Patent Number", Slot::Number),
];

const REFWORKS: Tags = &[
    ("RT", Slot::Type),
    ("T1", Slot::Title),
    ("A1", Slot::Author),
    ("AB", Slot::Abstract),
    ("K1", Slot::Keyword),
    ("YR", Slot::Year),
    ("FD", Slot::Date),
    ("DO", Slot::Doi),
    ("SR", Slot::Ignore),
];

const CNKI_LIST: Tags = &[
    ("SrcDatabase", Slot::Type),
    ("Title", Slot::Title),
    ("Author", Slot::Author),
    ("Summary", Slot::Abstract),
    ("Keyword", Slot::Keyword),
    ("Year", Slot::Year),
    ("PubTime", Slot::Date),
    ("DOI", Slot::Doi),
];

/// Reads one RIS reference.
pub(crate) fn parse_ris(raw: &Raw<'_>, out: &mut Parsed) {
    parse(raw, out, RIS, |line| {
        let (tag, value) = (line.get(..2)?, line.get(2..)?.trim_start().strip_prefix('-')?);
        let is_tag = tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        (is_tag && line.as_bytes()[2] == b' ').then_some((tag, value))
    });
}

/// Reads one EndNote reference.
pub(crate) fn parse_endnote(raw: &Raw<'_>, out: &mut Parsed) {
    parse(raw, out, ENDNOTE, |line| {
        let tag = line.get(..2).filter(|tag| tag.starts_with('%'))?;
        line.get(2..).filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(|value| (tag, value))
    });
}

/// Reads one NoteExpress reference.
pub(crate) fn parse_noteexpress(raw: &Raw<'_>, out: &mut Parsed) {
    parse(raw, out, NOTE_EXPRESS, |line| line.strip_prefix('{')?.split_once("}:"));
}

/// Reads one RefWorks reference.
pub(crate) fn parse_refworks(raw: &Raw<'_>, out: &mut Parsed) {
    parse(raw, out, REFWORKS, |line| {
        let tag = line.get(..2).filter(|tag| tag.bytes().all(|b| b.is_ascii_alphanumeric()))?;
        line.get(2..).filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(|value| (tag, value))
    });
}

/// Reads one reference of CNKI's own list.
pub(crate) fn parse_cnki_list(raw: &Raw<'_>, out: &mut Parsed) {
    parse(raw, out, CNKI_LIST, |line| {
        let (head, value) = line.split_once([':', '：'])?;
        let tag = head.split_once('-')?.0;
        (!tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphabetic())).then_some((tag, value))
    });
}

fn parse(raw: &Raw<'_>, out: &mut Parsed, tags: Tags, split: fn(&str) -> Option<(&str, &str)>) {
    let mut values: Vec<(&str, String)> = Vec::new();
    for line in raw.text.lines() {
        match (split(line), values.last_mut()) {
            (Some((tag, value)), _) => values.push((tag, value.trim().to_owned())),
            (None, Some((_, value))) if !line.trim().is_empty() => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {}
        }
    }
    let mut paper = Publication { document_kind: DocumentKind::Paper, ..Publication::default() };
    let (mut year, mut doi, mut numbers) = (None, None, Vec::new());
    for (tag, value) in values {
        let value = fold_space(&value);
        if value.is_empty() {
            continue;
        }
        let text = |value: &str| LocalText::new(Language::guess(value), value);
        match tags.iter().find(|(name, _)| *name == tag).map(|(_, slot)| *slot) {
            Some(Slot::Type) => paper.document_kind = kind_of(&value),
            Some(Slot::Title) => paper.titles.push(text(&value)),
            Some(Slot::Author) => {
                for name in value.split([';', '；']).map(str::trim).filter(|name| !name.is_empty()) {
                    let sequence = u32::try_from(paper.parties.len() + 1).unwrap_or(u32::MAX);
                    paper.parties.push(Party::new(Role::Author, name, sequence));
                }
            }
            Some(Slot::Abstract) => paper.abstracts.push(text(&value)),
            Some(Slot::Keyword) => {
                let words = value.split([';', '；']).map(str::trim).filter(|word| !word.is_empty());
                paper.keywords.extend(words.map(text));
            }
            Some(Slot::Date) => paper.publication_date = date(out, tag, &value),
            Some(Slot::Year) => year = Some((tag, value)),
            Some(Slot::Doi) => doi = Some(value),
            Some(Slot::Number) => numbers.push((tag, value)),
            Some(Slot::Ignore) => {}
            None => add(&mut paper, tag, &value),
        }
    }
    // A full date says more than a year.
    if let (None, Some((tag, year))) = (paper.publication_date, &year) {
        paper.publication_date = date(out, tag, year);
    }
    for (tag, value) in numbers {
        let number = PublicationNumber::parse(&value).ok();
        match number {
            Some(number) if paper.document_kind == DocumentKind::Patent && paper.number.is_none() => {
                paper.number = Some(number);
            }
            _ => add(&mut paper, tag, &value),
        }
    }
    if paper.document_kind == DocumentKind::Patent {
        for party in &mut paper.parties {
            party.role = Role::Inventor;
        }
    }
    finish(paper, doi, year.map(|(_, year)| year), out);
}

fn add(paper: &mut Publication, tag: &str, value: &str) {
    let all = paper.other.entry(tag.to_owned()).or_default();
    if !all.is_empty() {
        all.push_str("; ");
    }
    all.push_str(value);
}

/// Names the reference and hands it on; without a title it is of no use.
fn finish(mut paper: Publication, doi: Option<String>, year: Option<String>, out: &mut Parsed) {
    let Some(title) = paper.titles.first() else {
        out.fault(
            Severity::Record,
            FaultKind::Missing,
            "title",
            "the reference has no title; it was left out",
        );
        return;
    };
    paper.source_id = match &doi {
        _ if paper.number.is_some() => None,
        Some(doi) => {
            let bare = doi.trim_start_matches("https://doi.org/").trim_start_matches("http://dx.doi.org/");
            Some(format!("doi:{}", bare.trim_start_matches("doi:").to_lowercase()))
        }
        None => {
            let author = paper.parties.first().map(|party| party.name.as_str()).unwrap_or_default();
            Some(format!("ref:{}|{author}|{}", title.text, year.unwrap_or_default()))
        }
    };
    if let Some(doi) = doi {
        add(&mut paper, "doi", &doi);
    }
    out.publications.push(paper);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn check(parser: fn(&Raw<'_>, &mut Parsed), text: &str) -> Publication {
        let mut out = Parsed::default();
        parser(&Raw { text, path: Path::new("export.txt") }, &mut out);
        assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
        let paper = out.publications.remove(0);
        assert_eq!(paper.document_kind, DocumentKind::Paper);
        assert_eq!(paper.titles[0].text, "掘进工作面粉尘的分布规律");
        let names: Vec<_> = paper.parties_of(Role::Author).map(|party| party.name.as_str()).collect();
        assert_eq!(names, ["赵一", "钱二"]);
        let words: Vec<_> = paper.keywords.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(words, ["粉尘", "掘进"]);
        assert_eq!(paper.abstracts[0].text, "测量了三个断面。 给出了结果。");
        paper
    }

    #[test]
    fn ris() {
        let paper = check(
            parse_ris,
            "TY  - JOUR\r\nTI  - 掘进工作面粉尘的分布规律\r\nAU  - 赵一\r\nAU  - 钱二\r\nPY  - 2019/05/\r\n\
             KW  - 粉尘\r\nKW  - 掘进\r\nAB  - 测量了三个断面。\r\n给出了结果。\r\nDO  - 10.1000/ABC\r\nJO  - 某学报\r\nER  - \r\n",
        );
        assert_eq!(paper.source_id.as_deref(), Some("doi:10.1000/abc"));
        assert_eq!(paper.publication_date.map(|date| date.to_string()).as_deref(), Some("2019-05-31"));
        assert_eq!(paper.other["JO"], "某学报");
    }

    #[test]
    fn endnote() {
        check(
            parse_endnote,
            "%0 Journal Article\n%A 赵一\n%A 钱二\n%+ 某大学;\n%T 掘进工作面粉尘的分布规律\n%D 2019\n%K 粉尘;掘进;\n\
             %X 测量了三个断面。\n给出了结果。\n%W CNKI\n",
        );
    }

    #[test]
    fn noteexpress() {
        check(
            parse_noteexpress,
            "{Reference Type}: Journal Article\n{Title}: 掘进工作面粉尘的分布规律\n{Author}: 赵一;钱二;\n{Year}: 2019\n\
             {Keywords}: 粉尘;掘进\n{Abstract}: 测量了三个断面。\n给出了结果。\n",
        );
    }

    #[test]
    fn refworks() {
        check(
            parse_refworks,
            "RT Journal Article\nSR 1\nA1 赵一;钱二;\nAD 某大学;\nT1 掘进工作面粉尘的分布规律\nYR 2019\nK1 粉尘;掘进;\n\
             AB 测量了三个断面。\n给出了结果。\n",
        );
    }

    #[test]
    fn cnki_list() {
        let paper = check(
            parse_cnki_list,
            "SrcDatabase-来源库: 期刊\nTitle-题名: 掘进工作面粉尘的分布规律\nAuthor-作者: 赵一;钱二;\n\
             Keyword-关键词: 粉尘;;掘进\nSummary-摘要: 测量了三个断面。\n给出了结果。\nPubTime-发表时间: 2019-05-15 09:30\n",
        );
        assert_eq!(paper.publication_date.map(|date| date.to_string()).as_deref(), Some("2019-05-15"));
    }
}
