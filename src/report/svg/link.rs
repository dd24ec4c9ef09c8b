//! Who is linked with whom, and what follows on what.

use super::canvas::{Anchor, Canvas, FAINT, PALETTE, cut, number, real, width};
use super::{WIDTH, reason};

/// A link between two names.
#[derive(Debug, Clone, PartialEq)]
pub struct Arc {
    /// One.
    pub from: String,
    /// The other.
    pub to: String,
    /// How strong; more than 0.
    pub value: f64,
}

/// A step of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What stands before it: a year.
    pub before: String,
    /// What it is.
    pub label: String,
    /// What is said of the way to it.
    pub note: String,
}

/// Names below each other and links as arcs beside them: a network of few nodes in which no two labels meet.
pub fn arcs(title: &str, arcs: &[Arc]) -> String {
    let arcs: Vec<&Arc> =
        arcs.iter().filter(|arc| arc.value.is_finite() && arc.value > 0.0 && arc.from != arc.to).collect();
    if arcs.is_empty() {
        return reason(title, title);
    }
    let mut names: Vec<&str> = Vec::new();
    // In the order of a walk along the links, so that partners stand near each other.
    let mut left: Vec<&Arc> = arcs.clone();
    while let Some(first) = left.first().copied() {
        let mut open = vec![first.from.as_str(), first.to.as_str()];
        while let Some(name) = open.pop() {
            if !names.contains(&name) {
                names.push(name);
            }
            let (near, far): (Vec<&Arc>, Vec<&Arc>) =
                left.into_iter().partition(|arc| arc.from == name || arc.to == name);
            left = far;
            open.extend(
                near.iter()
                    .flat_map(|arc| [arc.from.as_str(), arc.to.as_str()])
                    .filter(|other| *other != name),
            );
        }
    }
    let longest = names.iter().map(|name| width(name, 12.0)).fold(60.0, f64::max).min(300.0);
    let highest = arcs.iter().map(|arc| arc.value).fold(0.0, f64::max);
    let mut canvas = Canvas::new(WIDTH, 24.0 + 22.0 * real(names.len()), title);
    let y = |name: &str| 23.0 + 22.0 * real(names.iter().position(|known| *known == name).unwrap_or(0));
    let x = longest + 24.0;
    let mut reach = 0.0_f64;
    for arc in &arcs {
        let (from, to) = (y(&arc.from).min(y(&arc.to)), y(&arc.from).max(y(&arc.to)));
        let across = ((to - from) * 0.5).clamp(8.0, WIDTH - x - 60.0);
        reach = reach.max(across);
        let data = format!(
            "M{0} {1}C{2} {1} {2} {3} {0} {3}",
            number(x),
            number(from),
            number(x + across * 4.0 / 3.0),
            number(to)
        );
        let thick = number(0.8 + 4.2 * arc.value / highest);
        canvas.path(
            &data,
            &format!(
                "fill=\"none\" stroke=\"{}\" stroke-opacity=\"0.65\" stroke-width=\"{thick}\"",
                PALETTE[0]
            ),
        );
    }
    for name in &names {
        canvas.text(longest + 12.0, y(name) + 4.0, &cut(name, 12.0, longest), 12.0, Anchor::End);
        canvas.circle([x, y(name)], 4.0, "#ffffff", PALETTE[5]);
    }
    canvas.finish()
}

/// Steps below each other, each joined to the next.
pub fn chain(title: &str, steps: &[Step]) -> String {
    if steps.is_empty() {
        return reason(title, title);
    }
    let mut canvas = Canvas::new(WIDTH, 16.0 + 40.0 * real(steps.len()), title);
    for (at, step) in steps.iter().enumerate() {
        let y = 22.0 + 40.0 * real(at);
        if at + 1 < steps.len() {
            canvas.line([90.0, y + 6.0], [90.0, y + 29.0], FAINT, 1.5, false);
            let tip = number(y + 34.0);
            canvas.path(&format!("M90 {tip}m-4 -7h8l-4 7z"), &format!("fill=\"{FAINT}\""));
        }
        canvas.circle([90.0, y], 5.0, PALETTE[0], "#ffffff");
        canvas.text(74.0, y + 4.0, &step.before, 12.0, Anchor::End);
        canvas.text(108.0, y + 4.0, &cut(&step.label, 12.0, WIDTH - 124.0), 12.0, Anchor::Start);
        canvas.faint(108.0, y + 20.0, &cut(&step.note, 10.0, WIDTH - 124.0), 10.0, Anchor::Start);
    }
    canvas.finish()
}
