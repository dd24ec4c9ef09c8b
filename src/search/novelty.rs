//! Candidates for the categories of a search report: X, Y, A, E, P, R, from dates and from what supports what.
//!
//! The categories are those of WIPO ST.14; the rules are ours, mechanical, and for a person to check:
//!
//! | candidate | when |
//! |---|---|
//! | X | published before the relevant date, and every element is supported by this one document |
//! | Y | published before it, and together with one other such document every element is supported |
//! | A | published before it, nothing of the above |
//! | E | a patent at the same office, filed before the relevant date and published on or after it (抵触申请): read whole, against novelty alone, never part of a pair |
//! | P | published on or after the priority date and before the filing date |
//! | R | filed at the same office on the relevant date itself |
//!
//! The relevant date is the priority date where one is claimed, else the filing date, else the day the search is made
//! for. A document published on that day is not prior art (专利法 22: before the day of filing). A WO document is
//! a conflicting application at an office only once it has entered there; until then it is told apart as pending.
//! Conflicting applications of the same applicant count for filings from 1 October 2009 on, so all are listed.
//!
//! Nothing here says that something is new, inventive, or known: it says what was found where.

use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, SupportState};
use crate::patent::Date;

/// Pairs that are listed at most.
pub const MAX_PAIRS: usize = 10;

/// What a document may be to an idea.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[schema(as = PriorArtCategory)]
pub enum Category {
    /// All elements in one document.
    X,
    /// All elements together with one other document.
    Y,
    /// Technical background.
    A,
    /// Filed before, published on or after: a conflicting application.
    E,
    /// An international application that would be one if it enters the office.
    #[serde(rename = "E?")]
    Pending,
    /// Published between priority and filing.
    P,
    /// Filed on the same day.
    R,
    /// Without a date that would tell.
    #[serde(rename = "?")]
    Undated,
    /// Published on or after the relevant date, and filed on or after it, or elsewhere: no prior art by its dates.
    #[serde(rename = "-")]
    Later,
}

impl Category {
    /// Returns the letter as search reports print it; `?` for undated documents, `-` for later ones.
    pub fn letter(self) -> &'static str {
        match self {
            Self::X => "X",
            Self::Y => "Y",
            Self::A => "A",
            Self::E => "E",
            Self::Pending => "E?",
            Self::P => "P",
            Self::R => "R",
            Self::Undated => "?",
            Self::Later => "-",
        }
    }
}

/// The dates that an idea is judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relevant {
    /// The relevant date.
    pub date: Date,
    /// The filing date, where `date` is a priority.
    pub filed: Option<Date>,
    /// The office where it is or will be filed, ST.3.
    pub office: String,
}

/// The dates of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dates {
    /// The day of publication.
    pub published: Option<Date>,
    /// The earliest priority or filing day.
    pub priority: Option<Date>,
    /// The office, ST.3; empty for documents of no office.
    pub office: String,
    /// Whether it is a patent or an application.
    pub is_patent: bool,
}

/// Returns what a document can be by its dates alone: [`Category::A`] stands for all that was published before.
pub fn by_dates(dates: &Dates, relevant: &Relevant) -> Category {
    let Some(published) = dates.published else { return Category::Undated };
    if published < relevant.date {
        return Category::A;
    }
    let same_office = dates.is_patent && dates.office == relevant.office;
    if dates.is_patent && (same_office || dates.office == "WO") {
        match dates.priority {
            Some(priority) if priority < relevant.date => {
                return if same_office { Category::E } else { Category::Pending };
            }
            Some(priority) if priority == relevant.date && same_office => return Category::R,
            _ => {}
        }
    }
    if relevant.filed.is_some_and(|filed| published < filed) { Category::P } else { Category::Later }
}

/// A document with what it supports.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its family; two members of one are no pair.
    pub family: &'a str,
    /// What it can be by its dates.
    pub by_dates: Category,
    /// What was found for each element, in the order of the elements.
    pub evidence: &'a [Evidence],
}

/// Two documents that together support more than each alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PriorArtPair)]
pub struct Pair {
    /// The key of the document that supports more.
    pub first: String,
    /// The key of the other.
    pub second: String,
    /// The state of the weakest element.
    pub weakest: SupportState,
    /// The score of the weakest element, by which pairs are ranked.
    pub score: f64,
    /// The weakest element.
    pub element: String,
    /// For each element which of the two supports it better: 1 or 2.
    pub by: Vec<u8>,
}

/// Returns the category of every candidate and the best pairs, those with the strongest weakest element first.
///
/// Pairs are made of documents published before the relevant date, of different families, neither of which has all
/// elements by itself, and only where each adds something. A pair whose weakest element is supported makes both `Y`.
pub fn categories(candidates: &[Candidate<'_>]) -> (Vec<Category>, Vec<Pair>) {
    let all = |candidate: &Candidate<'_>| {
        !candidate.evidence.is_empty()
            && candidate.evidence.iter().all(|found| found.state == SupportState::Supported)
    };
    let mut found: Vec<Category> = candidates
        .iter()
        .map(|candidate| match candidate.by_dates {
            Category::A if all(candidate) => Category::X,
            other => other,
        })
        .collect();
    let mut pairs: Vec<(usize, usize, Pair)> = Vec::new();
    let prior: Vec<usize> = (0..candidates.len()).filter(|n| found[*n] == Category::A).collect();
    for (place, &a) in prior.iter().enumerate() {
        for &b in &prior[place + 1..] {
            if candidates[a].family != candidates[b].family
                && let Some(pair) = pair(&candidates[a], &candidates[b])
            {
                pairs.push((a, b, pair));
            }
        }
    }
    pairs.sort_by(|x, y| {
        let key = |pair: &Pair| (pair.first.clone(), pair.second.clone());
        y.2.score.total_cmp(&x.2.score).then_with(|| key(&x.2).cmp(&key(&y.2)))
    });
    for (a, b, pair) in &pairs {
        if pair.weakest == SupportState::Supported {
            found[*a] = Category::Y;
            found[*b] = Category::Y;
        }
    }
    pairs.truncate(MAX_PAIRS);
    (found, pairs.into_iter().map(|(_, _, pair)| pair).collect())
}

fn pair(a: &Candidate<'_>, b: &Candidate<'_>) -> Option<Pair> {
    let total = |candidate: &Candidate<'_>| candidate.evidence.iter().map(|found| found.score).sum::<f64>();
    // The one that supports more is the starting point of the combination; of equals the earlier key.
    let swap = total(b) > total(a) || (total(b) == total(a) && b.key < a.key);
    let (first, second) = if swap { (b, a) } else { (a, b) };
    let mut by = Vec::new();
    let mut weakest: Option<&Evidence> = None;
    for (one, other) in first.evidence.iter().zip(second.evidence) {
        let better = if other.score > one.score { other } else { one };
        by.push(if other.score > one.score { 2 } else { 1 });
        if weakest.is_none_or(|known| better.score < known.score) {
            weakest = Some(better);
        }
    }
    let weakest = weakest?;
    // A partner that adds nothing makes no combination, nor does an element that neither has.
    if !by.contains(&2) || weakest.state == SupportState::NotFound {
        return None;
    }
    Some(Pair {
        first: first.key.to_owned(),
        second: second.key.to_owned(),
        weakest: weakest.state,
        score: weakest.score,
        element: weakest.element.clone(),
        by,
    })
}

#[cfg(test)]
mod tests;
