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
/// Merging a record into itself changes nothing. Records of different ranks give the same values in any order of
/// merging; only the order inside united lists can differ when three or more records meet.
/// The provenance names every record once, the best first, each with the fields it supplied: names of
/// [`Publication`]'s fields, texts with their language (`titles.zh`), parties with their role (`parties.applicant`).
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
    let mut change = Change {
        best: best.provenance.clone(),
        next: next.provenance.clone(),
        alone: present(&best),
        taken: vec![],
        lost: vec![],
    };

    macro_rules! one {
        ($($field:ident),*) => {$(
            if next.$field.is_some() && best.$field != next.$field {
                let name = stringify!($field);
                if best.$field.is_none() {
                    best.$field = next.$field;
                    change.taken.push(name.to_owned());
                } else if change.next_rank(name) < change.best_rank(name) {
                    // A merged document may hold a value of a source worse than the record that comes now.
                    best.$field = next.$field;
                    change.taken.push(name.to_owned());
                    change.lost.push(name.to_owned());
                }
            }
        )*};
    }
    macro_rules! union {
        ($($field:ident),*) => {$(
            if unite(&mut best.$field, next.$field) {
                change.taken.push(stringify!($field).to_owned());
            }
        )*};
    }
    // What the model names a document is the publication number: a record that has it wins over one that has not.
    one!(
        number,
        application,
        source_id,
        patent_type,
        filing_date,
        publication_date,
        grant_date,
        earliest_priority_date
    );
    if best.document_kind != next.document_kind && best.document_kind == super::DocumentKind::default() {
        best.document_kind = next.document_kind;
        change.taken.push("document_kind".to_owned());
    }
    texts(&mut best.titles, next.titles, equal, "titles", &mut change);
    texts(&mut best.abstracts, next.abstracts, equal, "abstracts", &mut change);
    texts(&mut best.claims, next.claims, equal, "claims", &mut change);
    texts(&mut best.descriptions, next.descriptions, equal, "descriptions", &mut change);
    parties(&mut best.parties, next.parties, &mut change);
    union!(keywords, priorities, events, links, attachments);
    if classes(&mut best, next.classes) {
        change.taken.push("classes".to_owned());
    }
    if citations(&mut best.citations, next.citations) {
        change.taken.push("citations".to_owned());
    }
    if family(&mut best.family, next.family) {
        change.taken.push("family".to_owned());
    }
    if others(&mut best.other, next.other) {
        change.taken.push("other".to_owned());
    }
    best.provenance = change.provenance(&best);
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
fn texts<T: InLanguage>(list: &mut Vec<T>, more: Vec<T>, equal: bool, field: &str, change: &mut Change) {
    for text in more.into_iter().filter(|text| text.length() > 0) {
        let name = format!("{field}.{}", text.lang().0);
        let Some(at) = list.iter().position(|there| there.lang() == text.lang()) else {
            list.push(text);
            change.taken.push(name);
            continue;
        };
        let there = &list[at];
        let better = (!text.is_translated(), text.length()) > (!there.is_translated(), there.length());
        let (best_rank, next_rank) = (change.best_rank(&name), change.next_rank(&name));
        if there.length() == 0 || next_rank < best_rank || (equal && next_rank == best_rank && better) {
            list[at] = text;
            change.taken.push(name.clone());
            change.lost.push(name);
        }
    }
}

/// Each role comes as a whole from the better source.
fn parties(list: &mut Vec<Party>, more: Vec<Party>, change: &mut Change) {
    let mut roles: Vec<Role> = more.iter().map(|party| party.role).collect();
    roles.sort_unstable();
    roles.dedup();
    for role in roles {
        let name = role_name(role);
        let there = list.iter().any(|party| party.role == role);
        if there && change.next_rank(&name) >= change.best_rank(&name) {
            continue;
        }
        list.retain(|party| party.role != role);
        list.extend(more.iter().filter(|party| party.role == role).cloned());
        if there {
            change.lost.push(name.clone());
        }
        change.taken.push(name);
    }
    // Stable, so that the order inside a role stays and the order of roles does not depend on who came first.
    list.sort_by_key(|party| party.role);
}

fn role_name(role: Role) -> String {
    format!("parties.{}", format!("{role:?}").to_lowercase())
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

/// What a merge changed, and whose fields they were before.
struct Change {
    /// The records of the better document.
    best: Vec<Provenance>,
    /// The records of the other.
    next: Vec<Provenance>,
    /// Fields that the better document held before.
    alone: Vec<String>,
    /// Fields that the other supplied.
    taken: Vec<String>,
    /// Fields of the better document that were replaced.
    lost: Vec<String>,
}

impl Change {
    fn best_rank(&self, field: &str) -> u8 {
        field_rank(&self.best, field)
    }

    fn next_rank(&self, field: &str) -> u8 {
        field_rank(&self.next, field)
    }

    /// Returns the records of both, the best first, each once, with the fields that each supplied.
    fn provenance(self, merged: &Publication) -> Vec<Provenance> {
        let mut records = self.best;
        if let [only] = records.as_mut_slice()
            && only.fields.is_empty()
        {
            // A record that stood alone supplied all that the other did not; lists may be of both.
            let whole = present(merged).into_iter();
            let alone = self.alone;
            only.fields = whole
                .filter(|field| !self.taken.contains(field) || (is_list(field) && alone.contains(field)))
                .collect();
        }
        for record in &mut records {
            record.fields.retain(|field| !self.lost.contains(field));
        }
        for mut record in self.next {
            let same = |there: &Provenance| {
                (&there.format, &there.file, there.record) == (&record.format, &record.file, record.record)
            };
            if records.iter().any(same) {
                continue;
            }
            if record.fields.is_empty() {
                record.fields.clone_from(&self.taken);
            } else {
                record.fields.retain(|field| self.taken.contains(field));
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
}

/// Returns the rank of the record that supplied a field: the one that lists it, else one that lists nothing
/// (it stands alone and supplied all), else the best.
fn field_rank(records: &[Provenance], field: &str) -> u8 {
    let supplier = records.iter().find(|record| record.fields.iter().any(|name| name == field));
    let supplier = supplier.or(records.iter().find(|record| record.fields.is_empty())).or(records.first());
    supplier.map_or(3, |record| rank(&record.format))
}

/// Fields that several records may supply together.
fn is_list(field: &str) -> bool {
    ["keywords", "priorities", "classes", "citations", "family", "events", "links", "attachments", "other"]
        .contains(&field)
}

/// Returns the names of the fields that hold something.
fn present(publication: &Publication) -> Vec<String> {
    let p = publication;
    let fields = [
        ("document_kind", p.document_kind != super::DocumentKind::default()),
        ("number", p.number.is_some()),
        ("application", p.application.is_some()),
        ("source_id", p.source_id.is_some()),
        ("patent_type", p.patent_type.is_some()),
        ("filing_date", p.filing_date.is_some()),
        ("publication_date", p.publication_date.is_some()),
        ("grant_date", p.grant_date.is_some()),
        ("earliest_priority_date", p.earliest_priority_date.is_some()),
        ("keywords", !p.keywords.is_empty()),
        ("priorities", !p.priorities.is_empty()),
        ("classes", !p.classes.is_empty()),
        ("citations", !p.citations.is_empty()),
        ("family", !p.family.is_empty()),
        ("events", !p.events.is_empty()),
        ("links", !p.links.is_empty()),
        ("attachments", !p.attachments.is_empty()),
        ("other", !p.other.is_empty()),
    ];
    let mut names: Vec<String> =
        fields.iter().filter(|(_, present)| *present).map(|(name, _)| (*name).to_owned()).collect();
    names.extend(p.titles.iter().map(|text| format!("titles.{}", text.lang.0)));
    names.extend(p.abstracts.iter().map(|text| format!("abstracts.{}", text.lang.0)));
    names.extend(p.claims.iter().map(|set| format!("claims.{}", set.lang.0)));
    names.extend(p.descriptions.iter().map(|text| format!("descriptions.{}", text.lang.0)));
    names.extend(p.parties.iter().map(|party| role_name(party.role)));
    names
}

#[cfg(test)]
mod tests;
