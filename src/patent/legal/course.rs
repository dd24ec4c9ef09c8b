//! Folds events, in the order in which they took effect, into the course of a case.
//!
//! Keeps what does not fit and reports it; what the course means for the state is in `super::state`.

use super::code::Effect;
use super::event::Event;
use super::layer::Detail;
use super::state::Conflict;

/// What folding events in order gives.
#[derive(Default)]
pub(super) struct Course<'a> {
    pub(super) published: Option<&'a Event>,
    pub(super) examined: Option<&'a Event>,
    pub(super) allowed: Option<&'a Event>,
    pub(super) granted: Option<&'a Event>,
    pub(super) end: Option<(Detail, &'a Event)>,
    pub(super) restored: Option<&'a Event>,
    pub(super) limited: Option<&'a Event>,
    pub(super) fee: Option<&'a Event>,
    pub(super) validated: Option<&'a Event>,
    pub(super) is_contradictory: bool,
    pub(super) conflicts: Vec<Conflict>,
}

impl<'a> Course<'a> {
    pub(super) fn take(&mut self, event: &'a Event) {
        let after_end = |end: &Option<(Detail, &Event)>| {
            end.as_ref().is_some_and(|(_, ended)| event.effective > ended.effective)
        };
        match event.effect {
            Effect::Published => self.published = self.published.or(Some(event)),
            Effect::Examination => self.examined = self.examined.or(Some(event)),
            Effect::Allowed => self.allowed = self.allowed.or(Some(event)),
            Effect::Granted => {
                if let Some((detail, _)) = self.end
                    && after_end(&self.end)
                {
                    self.conflict("a grant after the end of the case", event);
                    // A refusal that an appeal set aside looks like this: the grant holds. After the end of a right it does not.
                    self.is_contradictory |= detail_ends_right(detail);
                    self.end = None;
                }
                self.granted = self.granted.or(Some(event));
            }
            Effect::Validated => self.validated = Some(event),
            Effect::Limited => self.limited = Some(event),
            Effect::Invalidated => self.conflict(
                "the code covers full and partial invalidation, the text does not say which",
                event,
            ),
            Effect::FeePaid => {
                if after_end(&self.end) {
                    self.conflict("a fee paid after the right ended", event);
                    self.is_contradictory = true;
                }
                self.fee = Some(event);
            }
            Effect::Restored | Effect::Revived | Effect::LapseDeleted => {
                if self.end.take().is_none() {
                    self.conflict("a restoration without a lapse on record", event);
                }
                self.is_contradictory = false;
                if event.effect != Effect::LapseDeleted {
                    self.restored = Some(event);
                }
            }
            effect if effect.ends_application() => self.end_application(event),
            effect if effect.ends_right() => self.end_right(event),
            _ => {}
        }
    }

    fn end_application(&mut self, event: &'a Event) {
        if self.granted.is_some() {
            self.conflict("an application ends that was granted before", event);
            self.is_contradictory = true;
            return;
        }
        match self.end {
            Some((detail, _)) if detail != detail_of(event.effect) => {
                self.conflict("a second end of another kind", event)
            }
            Some(_) => {}
            None => self.end = Some((detail_of(event.effect), event)),
        }
    }

    fn end_right(&mut self, event: &'a Event) {
        match self.end {
            Some((detail, _)) if detail != detail_of(event.effect) => {
                self.conflict("a second end of another kind", event)
            }
            Some(_) => {}
            None => {
                self.end = Some((detail_of(event.effect), event));
            }
        }
    }

    fn conflict(&mut self, what: &str, event: &Event) {
        self.conflicts.push(Conflict { what: what.to_owned(), event: event.cite() });
    }
}

fn detail_ends_right(detail: Detail) -> bool {
    matches!(
        detail,
        Detail::Lapsed
            | Detail::Ceased
            | Detail::Expired
            | Detail::Revoked
            | Detail::Abandoned
            | Detail::DeemedAbandoned
            | Detail::AbandonedForTwin
    )
}

fn detail_of(effect: Effect) -> Detail {
    match effect {
        Effect::Refused => Detail::Refused,
        Effect::Withdrawn => Detail::Withdrawn,
        Effect::DeemedWithdrawn => Detail::DeemedWithdrawn,
        Effect::Discontinued => Detail::Discontinued,
        Effect::Lapsed => Detail::Lapsed,
        Effect::Expired => Detail::Expired,
        Effect::Abandoned => Detail::Abandoned,
        Effect::DeemedAbandoned => Detail::DeemedAbandoned,
        Effect::AbandonedForTwin => Detail::AbandonedForTwin,
        Effect::Revoked => Detail::Revoked,
        _ => Detail::Ceased,
    }
}
