//! Making one document of several records about it.
//!
//! Sources differ in what they can be trusted with. The order, best first, by the format of the record
//! ([`Provenance::format`]):
//!
//! | rank | formats |
//! |---|---|
//! | 0 | full text and bibliography of the office that published: `cnipa-*`, `uspto-*`, `ep-fulltext`, … (`*-xml` of an office) |
//! | 1 | the EPO's worldwide data: `docdb-xml`, `ops-xml` |
//! | 2 | exports of offices: `espacenet-*`, `patentscope-*` |
//! | 3 | exports of others: `lens-csv`, `google-csv`, `bigquery-*`, `patsnap-json`, `cnipr-xlsx`, `cnki-xlsx`, our own `jsonl`, unknown ones |
//! | 4 | tables read by a column map: `map:*` |
//!
//! One value: the better source's, else the other's. Texts: one a language, from the better source; between equal
//! ranks the longer. Parties: a role as a whole from one source, so that two spellings do not become two people.
//! Lists that add up (classes, citations, events, priorities, links, attachments, family members, keywords): united
//! without duplicates, the better source's entries first. Between records of equal rank, the one merged into comes first.
//!
//! Whether two records are about one document is decided by whoever calls; numbers that differ are not compared here,
//! except that a record with a publication number keeps it.

use std::collections::BTreeMap;

use super::Citation;
use super::Cited;
use super::ClaimSet;
use super::Description;
use super::Family;
use super::Language;
use super::LocalText;
use super::Party;
use super::Provenance;
use super::Publication;
use super::Role;

/// Returns the rank of a source format: 0 is the best, 4 the last. Formats that are not known rank 3.
pub fn rank(format: &str) -> u8 {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| format.starts_with(prefix));
    if starts(&["cnipa-", "uspto-", "ep-fulltext"]) {
        0
    } else if starts(&["docdb-", "ops-"]) {
        1
    } else if starts(&["espacenet-", "patentscope-"]) {
        2
    } else if starts(&["map:"]) {
        4
    } else {
        3
    }
}

/// Merges `other` into `base`, field by field, the better source winning.
///
/// Merging a record into itself changes nothing. Records of different ranks give the same document in either order.
/// The provenance names every record once, the best first, each with the fields it supplied.
pub fn merge(base: &mut Publication, other: Publication) {
    if *base == other {
        return;
    }
    let rank_of =
        |publication: &Publication| publication.provenance.first().map_or(3, |source| rank(&source.format));
    let other_leads = rank_of(&other) < rank_of(base);
    let equal = rank_of(&other) == rank_of(base);
    let (mut best, next) =
        if other_leads { (other, std::mem::take(base)) } else { (std::mem::take(base), other) };
    let mut taken: Vec<&'static str> = Vec::new();
    let mut lost: Vec<&'static str> = Vec::new();

    macro_rules! one {
        ($($field:ident),*) => {$(
            if best.$field.is_none() && next.$field.is_some() {
                best.$field = next.$field;
                taken.push(stringify!($field));
            }
        )*};
    }
    macro_rules! union {
        ($($field:ident),*) => {$(
            if unite(&mut best.$field, next.$field) {
                taken.push(stringify!($field));
            }
        )*};
    }
    // What the model names a document is the publication number: a record that has it wins over one that has not.
    one!(number, application, source_id, patent_type, filing_date, publication_date, grant_date);
    if best.document_kind != next.document_kind && best.document_kind == super::DocumentKind::default() {
        best.document_kind = next.document_kind;
        taken.push("document_kind");
    }
    texts(&mut best.titles, next.titles, equal, "titles", &mut taken, &mut lost);
    texts(&mut best.abstracts, next.abstracts, equal, "abstracts", &mut taken, &mut lost);
    texts(&mut best.claims, next.claims, equal, "claims", &mut taken, &mut lost);
    texts(&mut best.descriptions, next.descriptions, equal, "descriptions", &mut taken, &mut lost);
    if parties(&mut best.parties, next.parties) {
        taken.push("parties");
    }
    union!(keywords, priorities, events, links, attachments);
    if classes(&mut best, next.classes) {
        taken.push("classes");
    }
    if citations(&mut best.citations, next.citations) {
        taken.push("citations");
    }
    if family(&mut best.family, next.family) {
        taken.push("family");
    }
    if others(&mut best.other, next.other) {
        taken.push("other");
    }
    best.provenance = provenance(&best, next.provenance, &taken, &lost);
    *base = best;
}

/// Adds the entries of `more` that are not there; tells whether there were any.
fn unite<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) -> bool {
    let before = list.len();
    for item in more {
        if !list.contains(&item) {
            list.push(item);
        }
    }
    list.len() > before
}

/// A text in a language, as titles, abstracts, claims and descriptions are.
trait InLanguage {
    /// The language, and whether it is a translation: an original never replaces a translation's place, nor the reverse.
    fn lang(&self) -> &Language;
    /// The length that "longer" means: characters of text.
    fn length(&self) -> usize;
    /// Whether it is marked as a translation.
    fn is_translated(&self) -> bool;
}

impl InLanguage for LocalText {
    fn lang(&self) -> &Language {
        &self.lang
    }
    fn length(&self) -> usize {
        self.text.chars().count()
    }
    fn is_translated(&self) -> bool {
        self.translated
    }
}

impl InLanguage for ClaimSet {
    fn lang(&self) -> &Language {
        &self.lang
    }
    fn length(&self) -> usize {
        self.claims.iter().map(|claim| claim.text.chars().count()).sum()
    }
    fn is_translated(&self) -> bool {
        self.translated
    }
}

impl InLanguage for Description {
    fn lang(&self) -> &Language {
        &self.lang
    }
    fn length(&self) -> usize {
        let paragraphs = self.sections.iter().flat_map(|section| &section.paragraphs);
        paragraphs.map(|paragraph| paragraph.chars().count()).sum()
    }
    fn is_translated(&self) -> bool {
        self.translated
    }
}

/// One text a language: the better source's; between equal ranks an original before a translation, then the longer.
fn texts<T: InLanguage>(
    list: &mut Vec<T>,
    more: Vec<T>,
    equal: bool,
    name: &'static str,
    taken: &mut Vec<&'static str>,
    lost: &mut Vec<&'static str>,
) {
    let before = list.len();
    let (mut added, mut replaced) = (false, 0);
    for text in more {
        if text.length() == 0 {
            continue;
        }
        match list.iter().position(|there| there.lang() == text.lang()) {
            None => {
                list.push(text);
                added = true;
            }
            Some(at) => {
                let there = &list[at];
                let better =
                    (!text.is_translated(), text.length()) > (!there.is_translated(), there.length());
                if there.length() == 0 || (equal && better) {
                    list[at] = text;
                    added = true;
                    replaced += 1;
                }
            }
        }
    }
    if added {
        taken.push(name);
    }
    if before > 0 && replaced >= before {
        lost.push(name);
    }
}

/// Roles that the better source does not have come from the other, each as a whole.
fn parties(list: &mut Vec<Party>, more: Vec<Party>) -> bool {
    let roles: Vec<Role> = list.iter().map(|party| party.role).collect();
    let before = list.len();
    list.extend(more.into_iter().filter(|party| !roles.contains(&party.role)));
    list.len() > before
}

/// One entry a scheme and symbol; what the better source leaves open (edition, place, kind) the other may fill.
fn classes(best: &mut Publication, more: Vec<super::Classification>) -> bool {
    let mut supplied = false;
    for class in more {
        let there = best.classes.iter_mut().find(|c| c.scheme == class.scheme && c.symbol == class.symbol);
        let Some(there) = there else {
            best.classes.push(class);
            supplied = true;
            continue;
        };
        let before = (there.version, there.position, there.additional);
        there.version = there.version.or(class.version);
        there.position = there.position.or(class.position);
        there.additional = there.additional.or(class.additional);
        supplied |= before != (there.version, there.position, there.additional);
    }
    supplied
}

/// One entry a cited document; who cited and the category may be filled from the other source.
fn citations(list: &mut Vec<Citation>, more: Vec<Citation>) -> bool {
    let same = |a: &Cited, b: &Cited| match (a, b) {
        (Cited::Patent { number: a, .. }, Cited::Patent { number: b, .. }) => {
            a.country == b.country
                && a.serial == b.serial
                && (a.kind == b.kind || a.kind.is_none() || b.kind.is_none())
        }
        (Cited::Literature { text: a }, Cited::Literature { text: b }) => a == b,
        _ => false,
    };
    let mut supplied = false;
    for citation in more {
        let Some(there) = list.iter_mut().find(|there| same(&there.cited, &citation.cited)) else {
            list.push(citation);
            supplied = true;
            continue;
        };
        let before = (there.by, there.category.clone());
        there.by = there.by.or(citation.by);
        there.category = there.category.take().or(citation.category);
        supplied |= before != (there.by, there.category.clone());
    }
    supplied
}

fn family(best: &mut Family, next: Family) -> bool {
    let before = best.clone();
    best.simple = best.simple.take().or(next.simple);
    best.extended = best.extended.take().or(next.extended);
    unite(&mut best.members, next.members);
    unite(&mut best.extended_members, next.extended_members);
    *best != before
}

fn others(best: &mut BTreeMap<String, String>, next: BTreeMap<String, String>) -> bool {
    let before = best.len();
    for (name, value) in next {
        best.entry(name).or_insert(value);
    }
    best.len() > before
}

/// The records of both, the best first, each once. What a record supplied before and the other took over now is kept:
/// it did supply it; fields whose every text was replaced are struck out.
fn provenance(
    best: &Publication,
    next: Vec<Provenance>,
    taken: &[&'static str],
    lost: &[&'static str],
) -> Vec<Provenance> {
    let mut records = best.provenance.clone();
    let all = present(best);
    if let [only] = records.as_mut_slice()
        && only.fields.is_empty()
    {
        // A record that stood alone supplied all that was there before.
        only.fields =
            all.iter().filter(|field| !taken.contains(field)).map(|field| (*field).to_owned()).collect();
        let shared = taken.iter().filter(|field| SHARED.contains(field) && !lost.contains(field));
        for field in shared {
            only.fields.push((*field).to_owned());
        }
    }
    for record in &mut records {
        record.fields.retain(|field| !lost.contains(&field.as_str()));
    }
    for mut record in next {
        if records.iter().any(|there| {
            (&there.format, &there.file, there.record) == (&record.format, &record.file, record.record)
        }) {
            continue;
        }
        if record.fields.is_empty() {
            record.fields = taken.iter().map(|field| (*field).to_owned()).collect();
        } else {
            record.fields.retain(|field| taken.contains(&field.as_str()));
        }
        records.push(record);
    }
    for record in &mut records {
        record.fields.sort_unstable();
        record.fields.dedup();
    }
    // Stable: records of one rank stay in the order in which they came.
    records.sort_by_key(|record| rank(&record.format));
    records
}

/// Fields that several records may supply together.
const SHARED: [&str; 14] = [
    "titles",
    "abstracts",
    "claims",
    "descriptions",
    "parties",
    "keywords",
    "priorities",
    "classes",
    "citations",
    "family",
    "events",
    "links",
    "attachments",
    "other",
];

/// Returns the names of the fields that hold something.
fn present(publication: &Publication) -> Vec<&'static str> {
    let p = publication;
    let fields = [
        ("number", p.number.is_some()),
        ("application", p.application.is_some()),
        ("source_id", p.source_id.is_some()),
        ("patent_type", p.patent_type.is_some()),
        ("filing_date", p.filing_date.is_some()),
        ("publication_date", p.publication_date.is_some()),
        ("grant_date", p.grant_date.is_some()),
        ("titles", !p.titles.is_empty()),
        ("abstracts", !p.abstracts.is_empty()),
        ("claims", !p.claims.is_empty()),
        ("descriptions", !p.descriptions.is_empty()),
        ("keywords", !p.keywords.is_empty()),
        ("parties", !p.parties.is_empty()),
        ("priorities", !p.priorities.is_empty()),
        ("classes", !p.classes.is_empty()),
        ("citations", !p.citations.is_empty()),
        ("family", !p.family.is_empty()),
        ("events", !p.events.is_empty()),
        ("links", !p.links.is_empty()),
        ("attachments", !p.attachments.is_empty()),
        ("other", !p.other.is_empty()),
    ];
    fields.into_iter().filter(|(_, present)| *present).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests;
