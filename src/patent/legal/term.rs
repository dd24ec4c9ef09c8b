//! Deadlines: expected expiry, fees, grace, restoration, PCT, Paris and opposition windows.
//!
//! Each date has its basis (facts and rule, in words) and a confidence. A missing fact gives no date or an assumed one,
//! never a silent guess. Rules are data: `super::rules`. Holidays, on which real time limits move, are not known here.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::case::{Case, Confidence};
use super::code::Effect;
use super::event::Event;
use super::rules::{self, Ends, From, TermRule};
use crate::patent::{CountryCode, Date, LinkKind, PatentType};

/// A date with the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The date. For an expiry: see [`Deadline::is_last_day`].
    pub date: Date,
    /// Facts and rules that it follows from, in order.
    pub basis: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether `date` is the last day of the period; `false`: the first day after it (China's terms).
    pub is_last_day: bool,
    /// Whether the true date may be later, because an adjustment or extension cannot be ruled out.
    pub may_be_later: bool,
}

impl Deadline {
    fn new(date: Date, basis: String, confidence: Confidence) -> Self {
        Self { date, basis: vec![basis], confidence, is_last_day: true, may_be_later: false }
    }

    /// Returns whether the period is over on `on`.
    pub fn is_over(&self, on: Date) -> bool {
        if self.is_last_day { on > self.date } else { on >= self.date }
    }
}

/// What is due, or may still be done, as far as known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Deadlines {
    /// The expected end of the term: the right ends no later if nothing else ends it.
    pub expiry: Option<Deadline>,
    /// The next fee that keeps the right alive, on or after the day asked for.
    pub next_fee: Option<Deadline>,
    /// The end of the grace period of the last fee that fell due, while it runs.
    pub grace_end: Option<Deadline>,
    /// The end of the window in which a lapsed right can be restored; in the past where it is over.
    pub restoration_end: Option<Deadline>,
    /// National entry from a PCT application: (office or `*` for the general limit, end).
    pub pct: Vec<(String, Deadline)>,
    /// The end of the Paris priority year.
    pub paris: Option<Deadline>,
    /// The end of the opposition period or its like.
    pub opposition_end: Option<Deadline>,
}

/// Returns `date` and so many months later; 29 February and the like move to the last day of the month, as the rules of all
/// offices have it (CN rule 5, EPC rule 131(4), PCT rule 80.2).
pub(super) fn add_months(date: Date, months: i32) -> Date {
    date.saturating_add(months.months())
}

/// Returns the end of the term alone.
pub(super) fn end_of_term(case: &Case, on: Date, known_at: Date) -> Deadlines {
    // A national part ends with the European patent that speaks for it.
    let european = case.european.as_deref().and_then(|european| end_of_term(european, on, known_at).expiry);
    let own = || {
        let (known, granted) = known_and_granted(case, on, known_at);
        expiry(case, granted, &known)
    };
    Deadlines { expiry: european.or_else(own), ..Deadlines::default() }
}

/// Returns the events known by `known_at`, and the day of grant where it was known by then and lies before `on`.
fn known_and_granted(case: &Case, on: Date, known_at: Date) -> (Vec<&Event>, Option<Date>) {
    let known: Vec<&Event> =
        case.events.iter().filter(|e| e.known.is_some_and(|date| date <= known_at)).collect();
    let granted = case.granted.filter(|date| {
        *date <= on
            && known.iter().any(|e| e.effect == Effect::Granted && e.effective.is_some_and(|d| d <= on))
    });
    (known, granted)
}

/// Returns the deadlines of a case on a day, from what was known by `known_at`.
pub fn terms(case: &Case, on: Date, known_at: Date) -> Deadlines {
    let events: Vec<&Event> = case.events.iter().filter(|event| event.counts(on, known_at)).collect();
    let (_, granted) = known_and_granted(case, on, known_at);
    let mut out = end_of_term(case, on, known_at);
    fees(case, granted, on, &events, &mut out);
    restoration(case, &events, &mut out);
    if let (CountryCode::WO, Some(earliest)) = (case.office, case.earliest) {
        for office in ["*", "CN", "EP", "KR"] {
            let (months, source) = rules::pct_months(office);
            let basis = format!("{months} months from {earliest}: {source}");
            out.pct.push((
                office.to_owned(),
                Deadline::new(add_months(earliest, months), basis, Confidence::Computed),
            ));
        }
    }
    // A case that itself claims priority opens no new year for what is already claimed.
    let is_first =
        case.priorities.is_empty() && case.earliest == case.filing && case.office != CountryCode::WO;
    if let (Some(filing), true) = (case.filing, is_first) {
        let (months, source) = rules::paris_months(case.kind);
        let basis = format!("{months} months from first filing {filing}: {source}");
        out.paris = Some(Deadline::new(add_months(filing, months), basis, Confidence::Computed));
    }
    if let Some(granted) = granted
        && let Some(rule) = rules::opposition(case.office, granted)
    {
        let basis = format!("{} months from grant {granted}: {}", rule.months, rule.source);
        out.opposition_end =
            Some(Deadline::new(add_months(granted, rule.months), basis, Confidence::Computed));
    }
    out
}

/// The start of the term: filing, the earliest of the US chain, or grant.
fn start(case: &Case, rule: &TermRule, granted: Option<Date>) -> Option<(Date, String, Confidence)> {
    match rule.from {
        From::Grant => granted.map(|date| (date, format!("granted {date}"), Confidence::Computed)),
        From::Filing => case.filing.map(|date| (date, format!("filed {date}"), Confidence::Computed)),
        From::Chain => {
            let filing = case.filing?;
            let mut first = filing;
            let mut confidence = Confidence::Computed;
            let mut basis = format!("filed {filing}");
            for link in &case.links {
                // Provisionals and foreign priorities do not start the term (35 USC 154(a)(3)).
                let is_chain = matches!(
                    link.kind,
                    LinkKind::ContinuationOf
                        | LinkKind::ContinuationInPartOf
                        | LinkKind::DivisionalOf
                        | LinkKind::NationalPhaseOf
                        | LinkKind::ReissueOf
                );
                match link.date {
                    Some(date) if is_chain && date < first => {
                        first = date;
                        basis = format!("earliest of the chain {date} ({})", link.target);
                    }
                    None if is_chain => {
                        confidence = Confidence::Assumed;
                    }
                    _ => {}
                }
            }
            if confidence == Confidence::Assumed {
                basis.push_str("; an earlier case of the chain has no date on record");
            }
            Some((first, basis, confidence))
        }
    }
}

fn expiry(case: &Case, granted: Option<Date>, known: &[&Event]) -> Option<Deadline> {
    let rule = rules::term(case.office, case.kind, case.filing)?;
    if rule.none {
        return None;
    }
    // A document that a register or database dates itself.
    let stated = case.term.stated_expiry;
    let Some((from, basis, mut confidence)) = start(case, rule, granted) else {
        let date = stated?;
        let basis = "stated by the source, without the facts to check it".to_owned();
        return Some(Deadline {
            is_last_day: rule.ends == Ends::On,
            ..Deadline::new(date, basis, Confidence::Register)
        });
    };
    if rule.assumed {
        confidence = Confidence::Assumed;
    }
    let mut basis = vec![basis, format!("{} months: {}", rule.months + rule.prolong_months, rule.source)];
    let mut date = add_months(from, rule.months + rule.prolong_months);
    if rule.prolong_months > 0 {
        confidence = Confidence::Assumed;
    }
    if let (Some(short), Some(on)) = (rule.short_months, rule.prolonged_on()) {
        let end = add_months(from, short);
        if end <= on {
            date = end;
            basis.push(format!("over after {short} months, before the prolongation of {on}"));
        }
    }
    if let Some(months) = rule.later_of_grant_months {
        match granted {
            Some(granted) if add_months(granted, months) > date => {
                date = add_months(granted, months);
                basis.push(format!("{months} months from grant {granted} is later"));
            }
            Some(_) => {}
            None => confidence = Confidence::Assumed,
        }
    }
    let mut may_be_later = false;
    let open = rule.adjustable && adjustable(case, rule, granted);
    match case.term.adjustment_days {
        Some(days) if rule.adjustable && days > 0 && case.twin().is_none() => {
            date = date.saturating_add(i64::from(days).days());
            basis.push(format!("adjusted by {days} days"));
        }
        Some(_) => {}
        None if open => {
            may_be_later = true;
            basis.push("days of adjustment not on record".to_owned());
        }
        None => {}
    }
    // A terminal disclaimer cuts what adjustment gave, not what regulatory extension gives (Merck v. Hi-Tech, 2007).
    if let Some(cap) = case.term.disclaimed_until {
        if cap < date {
            date = cap;
            basis.push(format!("terminal disclaimer: no later than {cap}"));
        }
        may_be_later = false;
    } else if case.term.is_disclaimed && case.office == CountryCode::US {
        confidence = Confidence::Assumed;
        basis.push(
            "a terminal disclaimer is on record without a date: the true end may be earlier".to_owned(),
        );
    }
    if let Some(days) = case.term.extension_days.filter(|days| *days > 0 && rule.extendable) {
        // Five years is the cap of US 156(g)(6), CN 42(3), JP 67(4), KR 89 and of certificates.
        let longest = add_months(date, 60);
        date = date.saturating_add(i64::from(days).days()).min(longest);
        basis.push(format!("extended by {days} days for regulatory delay, at most five years"));
    }
    if let Some(until) = case.term.certificate_until.filter(|until| *until > date) {
        basis.push(format!(
            "a supplementary certificate runs to {until} for its product alone; the patent does not"
        ));
    }
    if let Some(event) =
        known.iter().rev().find(|event| event.effect == Effect::Expired && event.country.is_none())
        && let Some(effective) = event.effective
    {
        basis.push(event.cite());
        return Some(Deadline {
            date: effective,
            basis,
            confidence: if event.assumed { Confidence::Assumed } else { Confidence::Register },
            is_last_day: false,
            may_be_later: false,
        });
    }
    if let Some(stated) = stated.filter(|stated| *stated != date) {
        // The later one is kept: calling a right dead too early is the worse error.
        basis.push(format!("the source states {stated}"));
        if stated > date {
            date = stated;
            confidence = Confidence::Register;
        } else {
            confidence = Confidence::Assumed;
        }
    } else if stated.is_some() {
        confidence = Confidence::Register;
    }
    Some(Deadline { date, basis, confidence, is_last_day: rule.ends == Ends::On, may_be_later })
}

/// Whether days of adjustment are possible at all.
///
/// US: filed on or after the start of 154(b). CN: granted on or after 2021-06-01, more than 4 years after filing, no
/// same-day utility model (rules 77-84 of 2023); the 3 years from the request are checked where its date is known.
fn adjustable(case: &Case, rule: &TermRule, granted: Option<Date>) -> bool {
    let Some(since) = rule.adjustable_from() else { return true };
    if case.office != CountryCode::CN {
        return case.filing.is_none_or(|filing| filing >= since);
    }
    let (Some(granted), Some(filing)) = (granted, case.filing) else { return false };
    let requested = case.term.examination_requested;
    granted >= since
        && granted > add_months(filing, 48)
        && requested.is_none_or(|requested| granted > add_months(requested, 36))
        && case.twin().is_none()
}

fn fees(case: &Case, granted: Option<Date>, on: Date, events: &[&Event], out: &mut Deadlines) {
    let Some(rule) = rules::fee(case.office, case.kind, case.filing) else { return };
    // The EPO asks for fees while it examines; all others from grant on.
    let is_due = granted.is_some() || case.office == CountryCode::EP;
    let origin = if rule.from == From::Grant { granted } else { case.filing };
    let (Some(origin), true) = (origin, is_due) else { return };
    let is_over =
        events.iter().rev().any(|event| event.effect.ends_right() || event.effect.ends_application())
            && !events.iter().rev().any(|event| matches!(event.effect, Effect::Restored | Effect::Revived));
    if is_over {
        return;
    }
    let mut dates: Vec<Date> = if rule.at.is_empty() {
        let first = rule.first.unwrap_or(rule.every);
        (0..30).map(|n| add_months(origin, first + n * rule.every)).collect()
    } else {
        rule.at.iter().map(|months| add_months(origin, *months)).collect()
    };
    if rule.month_end {
        dates = dates.into_iter().map(Date::last_of_month).collect();
    }
    if rule.from == From::Filing
        && let Some(granted) = granted
        && case.office == CountryCode::CN
    {
        // The fee of the year of grant is paid with the grant: the first date is the anniversary after it.
        dates.retain(|date| *date > granted);
    }
    let end = out.expiry.as_ref().map(|expiry| expiry.date);
    dates.retain(|date| end.is_none_or(|end| *date < end));
    let basis = |date: Date| format!("fee due {date}: {}", rule.source);
    if let Some(next) = dates.iter().find(|date| **date >= on) {
        out.next_fee = Some(Deadline::new(*next, basis(*next), Confidence::Computed));
    }
    if let Some(last) = dates.iter().rev().find(|date| **date < on) {
        let end = add_months(*last, rule.grace_months);
        let is_paid = events.iter().any(|event| {
            event.effect == Effect::FeePaid
                && event.effective.is_some_and(|date| date >= add_months(*last, -12))
        });
        if on <= end && !is_paid {
            let text = format!("{}; payment of it is not on record", basis(*last));
            out.grace_end = Some(Deadline::new(end, text, Confidence::Assumed));
        }
    }
}

fn restoration(case: &Case, events: &[&Event], out: &mut Deadlines) {
    let Some(rule) = rules::fee(case.office, case.kind, case.filing) else { return };
    let last = events.iter().rposition(|event| event.effect == Effect::Lapsed && event.country.is_none());
    let Some(at) = last else { return };
    let restored =
        events[at..].iter().any(|event| matches!(event.effect, Effect::Restored | Effect::LapseDeleted));
    let Some(known) = events[at].known.filter(|_| !restored) else { return };
    let end = add_months(known, rule.restoration_months);
    let basis = vec![
        events[at].cite(),
        format!(
            "{} months from notice; the announcement stands for the notice, which is not on record",
            rule.restoration_months
        ),
        rule.source.clone(),
    ];
    out.restoration_end = Some(Deadline { basis, ..Deadline::new(end, String::new(), Confidence::Assumed) });
}

/// Returns whether a right of this kind is examined in substance before grant (CN utility models and designs are not: ask for
/// the 专利权评价报告).
pub fn is_examined(office: CountryCode, kind: PatentType) -> bool {
    match kind {
        PatentType::Invention | PatentType::Plant => office != CountryCode::WO,
        PatentType::UtilityModel => false,
        PatentType::Design => office == CountryCode::US || office == CountryCode::JP,
    }
}
