//! The fielded text that the office's search system is fed with: one block a document, tags of two to four letters.
//!
//! A block begins with `*** BRS DOCUMENT BOUNDARY ***` or two lines before it (a line of numbers with tabs, the title).
//! Fields that repeat others in another form (`IPCC`, `URPN`, `AAGP`, …) are left out. The sample that this
//! was made from holds utility grants; fields of PCT entries and of applications are not in it and are left out.

use super::body::Part;
use super::body::RawClaim;
use super::body::Sections;
use super::draft::Draft;
use super::draft::assignee_kind;
use super::draft::cited_by;
use super::draft::filled;
use super::fielded::Field;
use super::fielded::fields;
use super::symbol::uspc;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::patent::Address;
use crate::patent::LinkKind;
use crate::patent::PartyKind;
use crate::patent::Role;
use crate::patent::Scheme;

/// Reads one block.
pub(crate) fn parse_brs(raw: &Raw<'_>, out: &mut Parsed) {
    let text = document(raw.text);
    let fields = fields(text, 0);
    let mut draft = Draft::new(out);
    head(&fields, &mut draft);
    parties(&fields, &mut draft);
    priorities(&fields, &mut draft);
    let mut sections = Sections::default();
    let mut claims = Vec::new();
    let mut summary = Vec::new();
    for field in &fields {
        let said = value(field);
        match field.tag {
            "IPCG" => class(&said, Scheme::Ipc, &mut draft),
            "CPOG" | "CPAG" | "CPXG" => class(&said, Scheme::Cpc, &mut draft),
            "CCOR" | "CCXR" | "CLOR" | "CLXR" => {
                draft.national_class(field.tag, Scheme::Uspc, &said, field.tag.ends_with("OR"), uspc);
            }
            "URGP" | "FRGP" => cite(field.tag, &said, &mut draft),
            "ORPL" => literature(&said, &mut draft),
            "COND" => related(&said, &mut draft),
            "ABPR" | "ABTL" => summary.push(said),
            "CLPR" | "CLTX" | "DCLM" => claims.push(RawClaim { text: said, ..RawClaim::default() }),
            tag => {
                let Some(part) = Part::named(tag) else { continue };
                sections.enter(Some(part));
                // A paragraph is set in by a second blank, a heading is not.
                let set_in = field.columns().get(tag.len()..).is_some_and(|rest| rest.starts_with("  "));
                if set_in { sections.paragraph(said) } else { sections.heading(&said, 1) }
            }
        }
    }
    draft.summary(&summary);
    draft.publication.descriptions.extend(sections.finish());
    draft.claims(claims, &first(&fields, "NCL"));
    draft.finish();
}

/// Returns the part of the block that belongs to this document: from its `WKU` to the number line of the next one.
fn document(text: &str) -> &str {
    let start = if text.starts_with("WKU ") { 0 } else { text.find("\nWKU ").map_or(0, |at| at + 1) };
    let text = &text[start..];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = line.contains('\t') && line.starts_with(|c: char| c.is_ascii_digit());
        if next || line.starts_with("*** BRS") {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// Returns a field's value without its tag, which [`fields`] keeps in the line when asked for column 0.
fn value(field: &Field<'_>) -> String {
    let whole = field.text();
    whole.strip_prefix(field.tag).unwrap_or(&whole).trim_start().to_owned()
}

fn first(fields: &[Field<'_>], tag: &str) -> String {
    fields.iter().find(|field| field.tag == tag).map(value).unwrap_or_default()
}

fn head(fields: &[Field<'_>], draft: &mut Draft<'_>) {
    let date = draft.out.date("GISD", &first(fields, "GISD"));
    let kind = first(fields, "APT");
    draft.numbered(&first(fields, "WKU"), Some(&kind), date, !kind.starts_with('H'));
    draft.publication.application = draft.application("APNR", &first(fields, "APNR"));
    draft.publication.filing_date = draft.out.date("AFD", &first(fields, "AFD"));
    draft.title(first(fields, "TTL"));
    draft.other("us-term-extension", &first(fields, "TRX"));
    draft.other("length-of-grant", &first(fields, "TRM"));
    draft.other("disclaimer", &first(fields, "DCD"));
    draft.other("us-exemplary-claim", &first(fields, "ECL"));
}

/// `20060101 A H05K H05K9/00 F I B US H 20151201`, or for CPC `H H05K H05K9/0066 20130101 F I 20151201 US`.
fn class(text: &str, scheme: Scheme, draft: &mut Draft<'_>) {
    let words: Vec<_> = text.split_whitespace().collect();
    let Some(at) = words.iter().position(|word| word.contains('/')) else { return };
    let version_at = if scheme == Scheme::Ipc { 0 } else { at + 1 };
    let version = draft.out.date("class", words.get(version_at).copied().unwrap_or_default());
    let rest = words.get(at + 1 + usize::from(scheme == Scheme::Cpc)..).unwrap_or_default();
    let before = draft.publication.classes.len();
    draft.class("class", scheme, words[at], rest.first() == Some(&"F"), version);
    if let Some(added) = draft.publication.classes.get_mut(before) {
        added.additional = match rest.get(1) {
            Some(&"I") => Some(false),
            Some(&"N" | &"A") => Some(true),
            _ => None,
        };
    }
}

/// `US 2003/0169838 A1 20030900 Doe et al. 375/376 cited by examiner`; kind, date and name may be missing.
fn cite(field: &str, text: &str, draft: &mut Draft<'_>) {
    let by = text.rsplit_once("cited by").and_then(|(_, who)| cited_by(who));
    let mut words: Vec<_> = text.split_whitespace().collect();
    // Some write the country twice: `WO WO 2009/087872`.
    if words.len() > 2 && words[0] == words[1] {
        words.remove(0);
    }
    let (Some(country), Some(serial)) = (words.first(), words.get(1)) else { return };
    let is_date = |word: &&str| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit());
    let kind = words.get(2).filter(|word| {
        word.len() <= 2 && word.starts_with(|c: char| c.is_ascii_uppercase()) && !is_date(word)
    });
    let date = words.iter().skip(2).take(2).copied().find(|word| is_date(word)).unwrap_or_default();
    draft.cite(field, country, serial, kind.copied(), date, by);
}

fn literature(text: &str, draft: &mut Draft<'_>) {
    match text.rsplit_once("cited by") {
        Some((said, who)) if who.len() < 20 => draft.cite_text(said, cited_by(who)),
        _ => draft.cite_text(text, None),
    }
}

/// `division parent-doc US 13303416 20111123 US 8947892 child-doc US 14577134`.
fn related(text: &str, draft: &mut Draft<'_>) {
    let mut words = text.split_whitespace();
    let kind = match words.next().unwrap_or_default() {
        "division" => LinkKind::DivisionalOf,
        "continuation" => LinkKind::ContinuationOf,
        "continuation-in-part" => LinkKind::ContinuationInPartOf,
        "us-provisional-application" => LinkKind::ProvisionalOf,
        name if name.contains("reissue") => LinkKind::ReissueOf,
        _ => LinkKind::Related,
    };
    let words: Vec<_> =
        words.skip_while(|word| *word == "parent-doc").take_while(|word| *word != "child-doc").collect();
    let mut documents: Vec<(&str, &str)> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let country = word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase());
        if let (true, Some(number)) = (country, words.get(at + 1)) {
            let date =
                words.get(at + 2).filter(|date| date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()));
            documents.push((number, date.copied().unwrap_or_default()));
        }
    }
    for (place, (number, date)) in documents.into_iter().enumerate() {
        match place {
            0 => draft.link_application(kind, "COND", number, date),
            _ => draft.link_publication(kind, "COND", number, None, date),
        }
    }
}

fn priorities(fields: &[Field<'_>], draft: &mut Draft<'_>) {
    let all =
        |tag: &str| -> Vec<String> { fields.iter().filter(|field| field.tag == tag).map(value).collect() };
    let (countries, numbers, dates) = (all("PRCO"), all("PRAN"), all("PRAD"));
    for (at, number) in numbers.iter().enumerate() {
        let of = |list: &[String]| list.get(at).cloned().unwrap_or_default();
        draft.priority("PRAN", &of(&countries), number, &of(&dates));
    }
    let (numbers, kinds, dates) = (all("PPNR"), all("PPKC"), all("PPPD"));
    for (at, number) in numbers.iter().enumerate() {
        let of = |list: &[String]| list.get(at).cloned().unwrap_or_default();
        draft.link_publication(LinkKind::SameApplication, "PPNR", number, Some(&of(&kinds)), &of(&dates));
    }
}

/// Parties come in runs: a name, then its city, state, post code, country under tags of the same first letters.
fn parties(fields: &[Field<'_>], draft: &mut Draft<'_>) {
    for (at, field) in fields.iter().enumerate() {
        let (role, prefix) = match field.tag {
            "AANM" => (Role::Applicant, "AA"),
            "INNM" => (Role::Inventor, "IN"),
            "ASNM" => (Role::Owner, "AS"),
            "LRFM" => (Role::Agency, "LR"),
            "LRFW" => (Role::Agent, "LR"),
            "EXP" | "EXA" => (Role::Examiner, "EX"),
            _ => continue,
        };
        let run =
            fields[at + 1..].iter().take_while(|next| next.tag.starts_with(prefix) && next.tag != field.tag);
        let run: Vec<_> = run.collect();
        let part = |tail: &str| {
            let found = run.iter().find(|next| next.tag.get(2..) == Some(tail));
            filled(found.map(|field| value(field)))
        };
        let line: Vec<_> = ["SA", "CI", "ST", "ZP", "CO"].iter().filter_map(|tail| part(tail)).collect();
        let address = Address {
            text: (!line.is_empty()).then(|| line.join(", ")),
            country: part("CO"),
            province: part("ST"),
            city: part("CI"),
            postcode: part("ZP"),
        };
        let kind = match role {
            Role::Owner => part("TC").and_then(|code| assignee_kind(&code)),
            Role::Agency => Some(PartyKind::Organisation),
            Role::Applicant => None,
            _ => Some(PartyKind::Person),
        };
        let name = value(field).replace("; ", ", ");
        draft.party(role, &name, kind, Some(address));
    }
}
