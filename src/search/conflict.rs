//! Conflicting applications (抵触申请): filed before a relevant date and published on or after it.
//!
//! They take away novelty only, so they are a list of their own beside the prior art. At the same office; an
//! international application counts where it entered the country, which is then usually a document of its own. The
//! query is matched against the whole text of each, whatever fields it names.

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::page::{self, Groups};
use super::request::{Collapse, Relevant};
use super::response::Hit;
use super::seen::day;
use super::snippet::Concepts;
use super::values;
use crate::index::{DocnoSet, Reader, days};
use crate::patent::Date;

/// Most conflicting applications that are shown; all are counted.
pub const MAX_CONFLICTING: usize = 100;

/// What an office takes for a conflicting application, as data.
struct Rule {
    office: &'static str,
    /// The filings from which on the applicant's own earlier applications count too; `None` for never.
    own_from: Option<Date>,
    /// Whether it counts for inventive step as well.
    inventive_step: bool,
    source: &'static str,
}

/// Sources: Chinese patent law of 2008, art. 22(2), in force 2009-10-01 (before it, art. 22(2) of 2000: of others only);
/// EPC art. 54(3) and 56; 35 USC 102(a)(2), own earlier applications excepted by 102(b)(2)(C); Japanese patent act,
/// art. 29-2.
const RULES: [Rule; 4] = [
    Rule {
        office: "CN",
        own_from: Some(Date::constant(2009, 10, 1)),
        inventive_step: false,
        source: "CN patent law art. 22(2)",
    },
    Rule { office: "EP", own_from: Some(Date::MIN), inventive_step: false, source: "EPC art. 54(3), 56" },
    Rule { office: "US", own_from: None, inventive_step: true, source: "35 USC 102(a)(2), 102(b)(2)(C)" },
    Rule { office: "JP", own_from: None, inventive_step: false, source: "JP patent act art. 29-2" },
];

/// The conflicting applications of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conflicting {
    /// The relevant date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The office.
    pub office: String,
    /// The rule that was applied.
    pub rule: String,
    /// Whether they count for inventive step as well as for novelty.
    pub inventive_step: bool,
    /// Applications that match; `applications` shows the first 100 of them.
    pub n: u64,
    /// One entry an application, best fit first.
    pub applications: Vec<ConflictingApplication>,
    /// Patents of the office that match and were published on or after the date, but have no filing date.
    pub n_undated: u64,
}

/// A conflicting application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConflictingApplication {
    /// Its first publication in the match set.
    pub hit: Hit,
    /// Its filing date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub filing_date: Option<Date>,
    /// Whether it was filed before the date only by its priority, which then has to be valid.
    pub rests_on_priority: bool,
    /// Why an international application stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
}

/// Returns the conflicting applications among the documents that match anywhere in their text.
///
/// # Errors
/// [`Error::Value`] for an office whose rule is not known.
pub(super) fn find(
    reader: &Reader,
    relevant: &Relevant,
    set: &DocnoSet,
    text: &str,
    concepts: &Concepts,
) -> Result<Conflicting> {
    let date = day("relevant.date", &relevant.date)?;
    let office = relevant.office.trim().to_uppercase();
    let rule = RULES.iter().find(|rule| rule.office == office).ok_or_else(|| Error::Value {
        field: "relevant.office".to_owned(),
        value: relevant.office.clone(),
        expected: "office whose rule on earlier applications is known",
        example: "`CN`, `EP`, `US` or `JP`",
    })?;
    let mut candidates = at_office(reader, &office, set)?;
    if rule.own_from.is_none_or(|from| date < from) {
        for name in &relevant.applicant {
            for column in ["applicant", "owner", "applicant_std"] {
                if let Ok(column) = reader.column(column) {
                    candidates.subtract(&values::equal(reader, column, name));
                }
            }
        }
    }
    let (filing, priority) = (reader.column("filing")?, reader.column("priority_date")?);
    let applications = Groups::new(reader, Collapse::Application)?;
    let first_published = first_publications(reader, &applications)?;
    let (mut chosen, mut n_undated) = (DocnoSet::empty(reader.alive().end()), 0);
    for docno in candidates.iter() {
        // Published for the first time on or after the date; else it is prior art like any other.
        let published = first_published.get(&applications.of(docno)).copied().flatten();
        if published.is_none_or(|published| published < days(date)) {
            continue;
        }
        match filing.integer(docno).into_iter().chain(priority.integer(docno)).min() {
            Some(earliest) if earliest < days(date) => chosen.insert(docno),
            Some(_) => {}
            None => n_undated += 1,
        }
    }
    let ranked = ranked(reader, text, &chosen)?;
    let collapsed = applications.collapse(&ranked);
    let mut shown = Vec::new();
    let families = Groups::new(reader, Collapse::SimpleFamily)?;
    for (docno, _) in collapsed.iter().take(MAX_CONFLICTING) {
        let filed = filing.integer(*docno);
        let international = reader.column("country")?.keywords(*docno).any(|country| country == "WO");
        shown.push(ConflictingApplication {
            hit: page::hit(reader, *docno, &families, concepts)?,
            filing_date: filed.and_then(crate::index::date),
            rests_on_priority: filed.is_none_or(|filed| filed >= days(date)),
            entered_by: international.then(|| format!("its family names a publication of {office}")),
        });
    }
    Ok(Conflicting {
        date,
        office,
        rule: rule.source.to_owned(),
        inventive_step: rule.inventive_step,
        n: collapsed.len() as u64,
        applications: shown,
        n_undated,
    })
}

/// Returns the inventions and utility models of an office, and the international applications that entered it and are
/// not there as documents of their own.
fn at_office(reader: &Reader, office: &str, set: &DocnoSet) -> Result<DocnoSet> {
    let country = reader.column("country")?;
    let families = Groups::new(reader, Collapse::SimpleFamily)?;
    let mut own = values::equal(reader, country, office);
    let here: rustc_hash::FxHashSet<u64> = own.iter().map(|docno| families.of(docno)).collect();
    let members = reader.column("family_member")?;
    let international = values::equal(reader, country, "WO");
    own.extend(international.iter().filter(|docno| {
        !here.contains(&families.of(*docno))
            && members.keywords(*docno).any(|member| member.starts_with(office))
    }));
    own.intersect(set);
    let kinds = reader.column("patent_type")?;
    let mut designs = DocnoSet::empty(own.end());
    designs.extend(own.iter().filter(|docno| kinds.keywords(*docno).any(|kind| kind == "design")));
    own.subtract(&designs);
    Ok(own)
}

/// Returns the first day of publication of each application.
fn first_publications(
    reader: &Reader,
    applications: &Groups<'_>,
) -> Result<rustc_hash::FxHashMap<u64, Option<i64>>> {
    let published = reader.column("publication")?;
    let mut first = rustc_hash::FxHashMap::default();
    for docno in reader.alive().iter() {
        let day = published.integer(docno);
        first
            .entry(applications.of(docno))
            .and_modify(|known: &mut Option<i64>| *known = [*known, day].into_iter().flatten().min())
            .or_insert(day);
    }
    Ok(first)
}

/// Puts a set in the order of its words, the rest by key.
fn ranked(reader: &Reader, text: &str, set: &DocnoSet) -> Result<Vec<u32>> {
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let scores: rustc_hash::FxHashMap<u32, f32> =
        reader.rank_words(text, set, usize::MAX)?.into_iter().collect();
    let mut ranked: Vec<(f32, u32, u32)> = set
        .iter()
        .map(|docno| (scores.get(&docno).copied().unwrap_or_default(), key(docno), docno))
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(ranked.into_iter().map(|(.., docno)| docno).collect())
}
