//! Who is behind the names? Spellings to organisations to groups, over the whole corpus.
//!
//! ```text
//! documents ──facts──▶ names at places ──link──▶ organisations ──groups──▶ owners on a day
//!                                  decisions of people ─┘   └▶ review queue
//! ```
//!
//! [`facts`] reduces one document; [`Parties::build`] joins spellings by the rules of [`Rule`], each merge with its
//! evidence; what something speaks against goes to the review queue ([`Review`]) and stays apart. Decisions of people
//! ([`Decision`]) go before every rule, and each can be undone by itself, since everything is computed anew from names.
//! Ownership is data ([`Groups`]). `names` gives the derived columns.
//!
//! Four columns name parties and differ on purpose, so a count must say which it used: the applicants of record
//! (`applicant_std`), the first owners (`owner_original`), those of today (`owner_current`), and all there ever were
//! (`owner_historic`).
//!
//! Known limits: a name in Chinese and one in English meet only where records or tables show both, never by
//! translation; an organisation that moved and shares neither inventor, family nor subclass with itself stays two
//! until a person joins them; persons are joined only by city, co-inventors, family, or subclass where no address is
//! known, so one person may stay several. Recomputing reads all documents.

mod build;
mod columns;
mod decide;
mod facts;
mod group;
mod link;
mod merge;
mod nodes;
mod spelling;
#[cfg(test)]
mod tests;
mod union;

pub use build::{GroupName, MAX_REVIEW, Merge, Options, Organisation, Parties, Review, Spelling};
pub use columns::{COLUMNS, names, version};
pub use decide::{Decision, NameRef, Unheard, UnheardReason, Verdict};
pub use facts::{Change, Facts, Mention, facts};
pub use group::{Bond, Group, GroupError, GroupFault, Groups, MAX_GROUPS, MAX_MEMBERS, Within, read_groups};
pub use link::Doubt;
pub use merge::Rule;
pub use spelling::{Candidate, candidates};
