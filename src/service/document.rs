//! One document with what the corpus knows about it: claims, family, citations, key phrases.

use std::collections::BTreeMap;

use super::error::{ApiError, ErrorCode, Result};
use super::wire::{
    ClaimsInfo, DocumentRef, DocumentResponse, FamilyInfo, LegalInfo, Organisations, Register, TagInfo,
};
use crate::analytics::tag::Tag;
use crate::index::{self, Column, Reader};
use crate::patent::domain::Pack;
use crate::patent::{DocumentKind, Publication, Version};
use crate::search::{self, Titles, snapshot_of};
use crate::text::phrase::{KeyPhrases, Phrase};

/// Most family members, and most citing documents, that an answer lists.
const MAX_REFERENCES: usize = 200;

/// Returns the document of a key or number; of several publications of one number the first by key.
pub(super) fn find(reader: &Reader, name: &str) -> Result<DocumentResponse> {
    let mut found: Vec<(String, u32)> = Vec::new();
    for docno in reader.by_number(name) {
        found.push((reader.key(docno)?, docno));
    }
    found.sort_unstable();
    let unknown =
        || ApiError::new(ErrorCode::NotFound, format!("there is no document `{name}` in this snapshot"));
    let (key, docno) = found.into_iter().next().ok_or_else(unknown)?;
    let mut document = reader.document(docno)?;
    document.descriptions = reader.descriptions(docno)?;
    let (cited_by, n_cited_by) = cited_by(reader, &document)?;
    Ok(DocumentResponse {
        snapshot: snapshot_of(reader).into(),
        key,
        legal: legal(reader, docno, &document)?,
        claims_info: document.claims.iter().map(ClaimsInfo::from).collect(),
        family: family(reader, docno)?,
        cited_by,
        n_cited_by,
        tags: tags(reader, docno),
        organisations: organisations(reader, docno),
        domains: keywords(reader, "domain", docno),
        effects: keywords(reader, "effect", docno),
        purposes: keywords(reader, "purpose", docno),
        key_phrases: key_phrases(reader, &document),
        document,
    })
}

/// The legal state as of the snapshot; none for what is no patent.
fn legal(reader: &Reader, docno: u32, document: &Publication) -> Result<Option<LegalInfo>> {
    let Some(as_of) = reader.statistics().as_of else { return Ok(None) };
    if document.document_kind != DocumentKind::Patent {
        return Ok(None);
    }
    let case = search::case_with_relatives(reader, docno, document)?;
    let mut offices: Vec<&str> = case.all_events().map(|event| event.office.as_str()).collect();
    offices.push(case.office.as_str());
    offices.sort_unstable();
    offices.dedup();
    Ok(Some(LegalInfo::new(&case, as_of, registers(reader, &offices)?)))
}

/// Returns the newest announced event of each office among the documents that it published.
fn registers(reader: &Reader, offices: &[&str]) -> Result<Vec<Register>> {
    let (country, last) = (reader.column("country")?, reader.column("last_event")?);
    let mut newest: Vec<Option<i64>> = vec![None; country.n_distinct()];
    for docno in reader.alive().iter() {
        for ordinal in country.ordinals(docno) {
            let known = &mut newest[*ordinal as usize];
            *known = (*known).max(last.integer(docno));
        }
    }
    let fresh = |office: &&str| {
        let day = newest[country.ordinal(office)? as usize].and_then(index::date)?;
        Some(Register { office: (*office).to_owned(), fresh: day })
    };
    Ok(offices.iter().filter_map(fresh).collect())
}

fn family(reader: &Reader, docno: u32) -> Result<Option<FamilyInfo>> {
    let column = reader.column("family")?;
    let Some(ordinal) = column.ordinals(docno).first().copied() else { return Ok(None) };
    let (members, n_members) = references(reader, column, &[ordinal])?;
    Ok(Some(FamilyInfo { id: column.keyword(ordinal).to_owned(), members, n_members }))
}

/// Citations name a publication with or without its kind; one without a kind may mean any publication of the number.
fn cited_by(reader: &Reader, document: &Publication) -> Result<(Vec<DocumentRef>, usize)> {
    let Some(number) = &document.number else { return Ok((Vec::new(), 0)) };
    let mut kindless = number.clone();
    kindless.kind = None;
    let column = reader.column("cites")?;
    let mut ordinals: Vec<u32> =
        [number, &kindless].into_iter().filter_map(|number| column.ordinal(&number.to_string())).collect();
    ordinals.dedup();
    references(reader, column, &ordinals)
}

/// Returns the live documents that hold one of these values, by key, and how many there are.
fn references(reader: &Reader, column: &Column, ordinals: &[u32]) -> Result<(Vec<DocumentRef>, usize)> {
    if ordinals.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let mut found: Vec<(String, u32)> = Vec::new();
    for docno in reader.alive().iter() {
        if column.ordinals(docno).iter().any(|ordinal| ordinals.contains(ordinal)) {
            found.push((reader.key(docno)?, docno));
        }
    }
    found.sort_unstable();
    let n_found = found.len();
    found.truncate(MAX_REFERENCES);
    let references =
        found.into_iter().map(|(key, docno)| reference(reader, key, docno)).collect::<Result<_>>()?;
    Ok((references, n_found))
}

fn reference(reader: &Reader, key: String, docno: u32) -> Result<DocumentRef> {
    let document = reader.document(docno)?;
    let title = |version: Version| {
        let title = document.titles.iter().find(|title| title.lang.version() == version);
        title.map(|title| title.text.clone())
    };
    let number = document.number.as_ref().map(ToString::to_string);
    let application = || document.application.as_ref().map(ToString::to_string);
    Ok(DocumentRef {
        number: number.or_else(application).or(document.source_id.clone()).unwrap_or_else(|| key.clone()),
        title: Titles { zh: title(Version::Zh), en: title(Version::En), other: title(Version::Other) },
        key,
    })
}

fn keywords(reader: &Reader, column: &str, docno: u32) -> Vec<String> {
    let column = reader.column(column).ok();
    column.into_iter().flat_map(|column| column.keywords(docno)).map(str::to_owned).collect()
}

fn organisations(reader: &Reader, docno: u32) -> Option<Organisations> {
    let named = |column: &str| keywords(reader, column, docno);
    let found = Organisations {
        applicants: named("applicant_std"),
        groups: named("applicant_group"),
        owners: named("owner_current"),
    };
    (found != Organisations::default()).then_some(found)
}

/// The names are those of the packs that are compiled in; a pack of a user has its names in its file.
fn tags(reader: &Reader, docno: u32) -> Vec<TagInfo> {
    let mut tags: Vec<Tag> =
        keywords(reader, "tag_detail", docno).iter().filter_map(|text| text.parse().ok()).collect();
    tags.sort_by(|a, b| a.pack.cmp(&b.pack).then_with(|| b.confidence.total_cmp(&a.confidence)));
    let name = |tag: &Tag| {
        let pack = Pack::builtin().iter().find(|pack| pack.id == tag.pack)?;
        let name = &pack.node(&tag.node)?.name;
        Some(Titles { zh: Some(name.zh.clone()), en: Some(name.en.clone()), other: None })
    };
    let info = |tag: Tag| TagInfo {
        name: name(&tag),
        method: tag.method.name(),
        confidence: tag.confidence,
        pack: tag.pack,
        node: tag.node,
    };
    tags.into_iter().map(info).collect()
}

/// Computed anew rather than read from the columns of phrases, which are sets: here the best stands first.
fn key_phrases(reader: &Reader, document: &Publication) -> BTreeMap<String, Vec<String>> {
    let KeyPhrases { zh, en } = reader.analyzer().publication_phrases(document);
    let texts = |phrases: Vec<Phrase>| phrases.into_iter().map(|phrase| phrase.text).collect();
    let by_language: [(&str, Vec<String>); 2] = [("zh", texts(zh)), ("en", texts(en))];
    by_language
        .into_iter()
        .filter(|(_, phrases)| !phrases.is_empty())
        .map(|(lang, phrases)| (lang.to_owned(), phrases))
        .collect()
}
