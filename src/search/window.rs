//! What a search cannot see yet: documents that are filed and not published.
//!
//! Periods are those of the law, with their articles; grant lags are measured on the snapshot, because no law gives
//! one. The window of an office and type begins on the last day of the data less the period.

use serde::{Deserialize, Serialize};

use super::error::Result;
use crate::index::{PUBLICATION_DELAY_MONTHS, Reader};
use crate::patent::Date;

/// Records below which a measured lag says nothing.
const MIN_RECORDS: usize = 30;
/// The share of records that a measured lag covers, in hundredths.
const COVERED: usize = 90;

/// A stretch of time in which documents are filed and cannot be found yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BlindWindow {
    /// The rule, for programs: `published_application`, `utility_model`, `pct_entry`, `us_non_publication`, `priority`.
    pub kind: WindowKind,
    /// The offices, ST.3; `*` is any.
    pub office: String,
    /// The period in months; none where it lasts until grant and could not be measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<i32>,
    /// Documents filed (for entries: with priority) from this day on may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Records that a measured period rests on; none where the law sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_on: Option<usize>,
}

/// Why documents of a window are not visible.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    /// Applications are published 18 months after priority (专利法 34, EPC 93, 35 U.S.C. 122(b)), and a little later
    /// in the data.
    PublishedApplication,
    /// Utility models and designs are published with their grant.
    UtilityModel,
    /// International applications enter China up to 32 months after priority (专利法实施细则 120) and are published then.
    PctEntry,
    /// US applications with a request for non-publication appear with their grant (35 U.S.C. 122(b)(2)(B)).
    UsNonPublication,
    /// An application of up to 12 months later (14 with restoration) may claim an earlier priority (Paris, article 4).
    Priority,
}

/// Returns the windows of a snapshot whose data end on `as_of`, for a filing at `office`.
///
/// # Errors
/// If a column cannot be read.
pub(super) fn blind_windows(reader: &Reader, as_of: Option<Date>, office: &str) -> Result<Vec<BlindWindow>> {
    let before = |months: i32| as_of.and_then(|date| date.checked_sub(jiff::Span::new().months(months)).ok());
    let window = |kind, office: &str, months: i32| BlindWindow {
        kind,
        office: office.to_owned(),
        months: Some(months),
        from: before(months),
        measured_on: None,
    };
    let mut windows = vec![window(WindowKind::PublishedApplication, "*", 18 + PUBLICATION_DELAY_MONTHS)];
    let lags = grant_lags(reader, office)?;
    let months = (lags.len() >= MIN_RECORDS).then(|| lags[(lags.len() * COVERED).div_ceil(100) - 1]);
    windows.push(BlindWindow {
        kind: WindowKind::UtilityModel,
        office: office.to_owned(),
        months,
        from: months.and_then(before),
        measured_on: months.map(|_| lags.len()),
    });
    if office == "CN" {
        windows.push(window(WindowKind::PctEntry, "CN", 32 + PUBLICATION_DELAY_MONTHS));
    }
    windows.push(BlindWindow {
        kind: WindowKind::UsNonPublication,
        office: "US".to_owned(),
        months: None,
        from: None,
        measured_on: None,
    });
    windows.push(window(WindowKind::Priority, "*", 12));
    Ok(windows)
}

/// Returns the months from filing to publication of the utility models of an office, ascending, rounded up.
fn grant_lags(reader: &Reader, office: &str) -> Result<Vec<i32>> {
    let (kind, country) = (reader.column("patent_type")?, reader.column("country")?);
    let (filing, publication) = (reader.column("filing")?, reader.column("publication")?);
    let (Some(utility), Some(office)) = (kind.ordinal("utility_model"), country.ordinal(office)) else {
        return Ok(Vec::new());
    };
    let mut lags: Vec<i32> = reader
        .alive()
        .iter()
        .filter(|docno| {
            kind.ordinals(*docno).contains(&utility) && country.ordinals(*docno).contains(&office)
        })
        .filter_map(|docno| {
            let days = publication.integer(docno)? - filing.integer(docno)?;
            // A day of publication before that of filing is a fault of the data.
            let months = (days * 12).checked_add(365)? / 366;
            (days >= 0).then(|| i32::try_from(months).unwrap_or(i32::MAX))
        })
        .collect();
    lags.sort_unstable();
    Ok(lags)
}
