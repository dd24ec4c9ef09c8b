//! The columns that every commit makes from the documents themselves.
//!
//! Names here are the names that filters, facets and sorting use. Applicants, owners and classes stand as their
//! sources give them; normalised organisations, legal states and tags are derived columns with other names.

use std::collections::BTreeSet;

use super::column::{ColumnKind, Value, days};
use crate::patent::{
    Cited, Date, DocumentKind, LinkKind, Party, PatentType, Position, Priority, Publication, Role, Scheme,
};

/// The version of the rules in this file; a snapshot made by others rebuilds its columns at the next commit.
pub(crate) const VERSION: &str = "base-2";

/// A base column: its name, and how a document fills it.
pub(crate) struct BaseColumn {
    pub(crate) name: &'static str,
    fill: Fill,
}

/// How a document fills a column; the variant gives the kind of the column.
enum Fill {
    Keywords(fn(&Publication) -> Vec<String>),
    Date(fn(&Publication) -> Option<Date>),
    Integer(fn(&Publication) -> Option<usize>),
}

/// Every base column but `family`, which needs all documents together.
pub(crate) const COLUMNS: &[BaseColumn] = &[
    keyword("document_kind", |p| vec![document_kind(p.document_kind).to_owned()]),
    keyword("country", |p| country(p).into_iter().collect()),
    keyword("kind_code", |p| p.number.iter().filter_map(|number| number.kind.clone()).collect()),
    keyword("patent_type", |p| patent_type(p).map(str::to_owned).into_iter().collect()),
    keyword("key", |p| vec![p.key()]),
    keyword("application", |p| p.application.iter().map(ToString::to_string).collect()),
    keyword("priority", |p| p.priorities.iter().map(|priority| priority.number.to_string()).collect()),
    keyword("family_source", |p| p.family.simple.iter().cloned().collect()),
    keyword("family_member", |p| p.family.members.iter().map(ToString::to_string).collect()),
    keyword("family_extended", |p| p.family.extended.iter().cloned().collect()),
    keyword("applicant", |p| names(p, &[Role::Applicant])),
    keyword("owner", |p| names(p, &[Role::Owner])),
    keyword("applicant_of_record", |p| names_of_record(p, &[Role::Applicant])),
    keyword("applicant_first", |p| names_of_record(p, &[Role::Applicant]).into_iter().take(1).collect()),
    keyword("inventor", |p| names(p, &[Role::Inventor, Role::Author])),
    keyword("inventor_of_record", |p| names_of_record(p, &[Role::Inventor])),
    keyword("agency", |p| names(p, &[Role::Agency])),
    keyword("ipc", |p| symbols(p, &[Scheme::Ipc])),
    keyword("cpc", |p| symbols(p, &[Scheme::Cpc])),
    keyword("class", |p| symbols(p, &[Scheme::Ipc, Scheme::Cpc])),
    keyword("ipc_main", |p| main_class(p).into_iter().collect()),
    keyword("ipc_subclass", subclasses),
    keyword("language", languages),
    keyword("source", |p| p.provenance.iter().map(|source| source.format.clone()).collect()),
    keyword("cites", cites),
    keyword("first_office", |p| first_office(p).into_iter().collect()),
    keyword("link", links),
    keyword("event", |p| p.events.iter().map(|event| format!("{}{}", event.office, event.code)).collect()),
    date("filing", |p| p.filing_date),
    date("publication", |p| p.publication_date),
    date("grant", |p| p.grant_date),
    date("priority_date", Publication::priority_date),
    date("last_event", |p| p.events.iter().filter_map(|event| event.known).max()),
    integer("filing_year", |p| p.filing_date.map(year)),
    integer("publication_year", |p| p.publication_date.map(year)),
    integer("n_claims", |p| p.claims.first().map(|set| set.claims.len())),
    integer("n_independent_claims", |p| p.claims.first().map(|set| set.independent().len())),
    integer("n_citations", |p| Some(p.citations.len())),
    integer("n_literature", |p| {
        Some(p.citations.iter().filter(|c| matches!(c.cited, Cited::Literature { .. })).count())
    }),
];

/// Returns what a document has in the base columns, by name; `family` is not among them, it needs all documents.
///
/// Keywords are in the order of the source, which columns do not keep.
pub fn base_values(publication: &Publication) -> impl Iterator<Item = (&'static str, Value)> {
    COLUMNS.iter().map(|column| (column.name, column.value(publication)))
}

const fn keyword(name: &'static str, fill: fn(&Publication) -> Vec<String>) -> BaseColumn {
    BaseColumn { name, fill: Fill::Keywords(fill) }
}

const fn date(name: &'static str, fill: fn(&Publication) -> Option<Date>) -> BaseColumn {
    BaseColumn { name, fill: Fill::Date(fill) }
}

const fn integer(name: &'static str, fill: fn(&Publication) -> Option<usize>) -> BaseColumn {
    BaseColumn { name, fill: Fill::Integer(fill) }
}

impl BaseColumn {
    /// Returns the kind of the column.
    pub(crate) fn kind(&self) -> ColumnKind {
        match self.fill {
            Fill::Keywords(_) => ColumnKind::Keyword,
            Fill::Date(_) => ColumnKind::Date,
            Fill::Integer(_) => ColumnKind::Integer,
        }
    }

    /// Returns the value of a document.
    pub(crate) fn value(&self, publication: &Publication) -> Value {
        let number = |n: Option<i64>| n.map_or(Value::Missing, Value::Integer);
        match self.fill {
            Fill::Keywords(fill) => Value::Keywords(fill(publication)),
            Fill::Date(fill) => number(fill(publication).map(days)),
            Fill::Integer(fill) => number(fill(publication).and_then(|n| i64::try_from(n).ok())),
        }
    }
}

fn document_kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Patent => "patent",
        DocumentKind::Paper => "paper",
        DocumentKind::Standard => "standard",
        DocumentKind::Report => "report",
    }
}

fn country(publication: &Publication) -> Option<String> {
    let of_number = publication.number.as_ref().map(|number| number.country);
    let of_application = || publication.application.as_ref().map(|number| number.country);
    of_number.or_else(of_application).map(|country| country.to_string())
}

fn patent_type(publication: &Publication) -> Option<&'static str> {
    Some(match publication.patent_type? {
        PatentType::Invention => "invention",
        PatentType::UtilityModel => "utility_model",
        PatentType::Design => "design",
        PatentType::Plant => "plant",
    })
}

fn names(publication: &Publication, roles: &[Role]) -> Vec<String> {
    let parties = publication.parties.iter().filter(|party| roles.contains(&party.role));
    parties.map(|party| party.name.clone()).collect()
}

/// Returns one name for each party of record, in their order: spellings of one party count once, its first stands for it.
fn names_of_record(publication: &Publication, roles: &[Role]) -> Vec<String> {
    let mut parties: Vec<&Party> =
        publication.parties.iter().filter(|party| roles.contains(&party.role)).collect();
    parties.sort_by_key(|party| (party.role, party.sequence));
    parties.dedup_by_key(|party| (party.role, party.sequence));
    parties.into_iter().map(|party| party.name.clone()).collect()
}

/// Returns the office of first filing: that of the earliest priority (an international application counts for its
/// receiving office), else the office of this document.
fn first_office(publication: &Publication) -> Option<String> {
    let dated = |priority: &Priority| (priority.date.is_none(), priority.date, priority.number.to_string());
    let Some(first) = publication.priorities.iter().min_by_key(|priority| dated(priority)) else {
        return country(publication);
    };
    let number = &first.number;
    let receiving = (number.country.as_str() == "WO").then(|| number.serial.get(..2)).flatten();
    let receiving = receiving.filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()));
    Some(receiving.unwrap_or(number.country.as_str()).to_owned())
}

/// Returns links to other documents as `kind:target`.
fn links(publication: &Publication) -> Vec<String> {
    let links = publication.links.iter().filter_map(|link| {
        let kind = match link.kind {
            LinkKind::DivisionalOf => "divisional_of",
            LinkKind::ContinuationOf => "continuation_of",
            LinkKind::ContinuationInPartOf => "continuation_in_part_of",
            LinkKind::ReissueOf => "reissue_of",
            LinkKind::ProvisionalOf => "provisional_of",
            LinkKind::SameDay => "same_day",
            LinkKind::NationalPartOf => "national_part_of",
            LinkKind::NationalPhaseOf => "national_phase_of",
            LinkKind::SameApplication | LinkKind::Related => return None,
        };
        Some(format!("{kind}:{}", link.target))
    });
    links.collect()
}

fn symbols(publication: &Publication, schemes: &[Scheme]) -> Vec<String> {
    let classes = publication.classes.iter().filter(|class| schemes.contains(&class.scheme));
    classes.map(|class| class.symbol.0.clone()).collect()
}

/// Returns the class marked as the first, else the first IPC symbol, which offices print first.
fn main_class(publication: &Publication) -> Option<String> {
    let ipc = || publication.classes.iter().filter(|class| class.scheme == Scheme::Ipc);
    let first = ipc().find(|class| class.position == Some(Position::First)).or_else(|| ipc().next());
    first.map(|class| class.symbol.0.clone())
}

fn subclasses(publication: &Publication) -> Vec<String> {
    let symbols = symbols(publication, &[Scheme::Ipc, Scheme::Cpc]);
    let subclasses: BTreeSet<String> =
        symbols.iter().filter_map(|symbol| symbol.get(..4)).map(str::to_owned).collect();
    subclasses.into_iter().collect()
}

fn languages(publication: &Publication) -> Vec<String> {
    let titles = publication.titles.iter().map(|text| &text.lang);
    let abstracts = publication.abstracts.iter().map(|text| &text.lang);
    let claims = publication.claims.iter().map(|set| &set.lang);
    let all: BTreeSet<String> = titles.chain(abstracts).chain(claims).map(|lang| lang.0.clone()).collect();
    all.into_iter().collect()
}

fn cites(publication: &Publication) -> Vec<String> {
    let numbers = publication.citations.iter().filter_map(|citation| match &citation.cited {
        Cited::Patent { number, .. } => Some(number.to_string()),
        Cited::Literature { .. } => None,
    });
    numbers.collect()
}

fn year(date: Date) -> usize {
    usize::try_from(date.year()).unwrap_or_default()
}
