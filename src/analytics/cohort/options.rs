//! How to count: what counts as one, how shared units count, as of when.

use serde::{Deserialize, Serialize};

use crate::analytics::evidence::{Share, Unit};
use crate::patent::Date;

/// How to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Counting {
    /// What counts as one.
    pub unit: Unit,
    /// How a unit with several applicants, classes or tags counts for each.
    pub share: Share,
    /// Official counting (官方口径): 件, and of the holders the first alone. Overrides `unit` and `share`.
    pub official: bool,
    /// The last day to count: later publications are left out. Missing: the last day of the data.
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}

impl Counting {
    /// Returns the rule with everything that official counting fixes.
    pub(crate) fn settled(self) -> Self {
        if self.official { Self { unit: Unit::Application, share: Share::Whole, ..self } } else { self }
    }
}
