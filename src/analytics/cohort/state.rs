//! States of documents on any day, from the courses that the legal columns hold.

use super::labels::{Labels, as_u32};
use crate::patent::Date;
use crate::patent::legal::{Detail, Simple, Stretch};

/// Returns the first and the second layer of every document on a day, from what was known on another.
///
/// A document without a course has no state; one whose course says nothing of that day is undetermined.
pub(super) fn on(course: &Labels, on: Date, known_at: Date) -> (Labels, Labels) {
    let says = |id: u32| {
        let stretch = Stretch::parse(course.name(id))?;
        stretch.covers(on, known_at).then_some((stretch.simple, stretch.detail))
    };
    let says: Vec<Option<(Simple, Detail)>> = (0..as_u32(course.n_labels())).map(says).collect();
    let state = |row: u32| {
        let stretches = course.of(row);
        // Stretches sort by the day they became known: the last that says anything holds.
        let said = stretches.iter().rev().find_map(|id| says[*id as usize]);
        (!stretches.is_empty()).then(|| said.unwrap_or((Simple::Undetermined, Detail::Unknown)))
    };
    let states: Vec<Option<(Simple, Detail)>> = (0..as_u32(course.n_rows())).map(state).collect();
    let simple = Labels::new(states.iter().map(|state| state.map(|(simple, _)| simple.name())));
    (simple, Labels::new(states.iter().map(|state| state.map(|(_, detail)| detail.name()))))
}
