//! The legal state of applications and rights: what events mean, how a case stands on a day, what is due when.
mod case;
mod code;
mod country;
mod right;
mod rules;
mod state;
mod term;
mod words;

#[cfg(test)]
mod tests;

pub use case::{Case, Confidence, Document, Event, Fault, TermFacts};
pub use code::{Effect, Group, Meaning, meaning, n_codes_by_office};
pub use right::{Burden, Owner, Span, burdens, owners};
pub use state::{Conflict, Detail, Flag, Simple, State, Status, Window, state};
pub use term::{Deadline, Deadlines, is_examined, terms};
