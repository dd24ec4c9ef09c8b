//! Bars, columns and lines.

use super::canvas::{Anchor, Canvas, FAINT, LINE, PALETTE, cut, real, shown, ticks, width};
use super::{WIDTH, reason};

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How long it is; not below 0.
    pub value: f64,
    /// The number as it is written beside it.
    pub shown: String,
    /// Whether it rests on a year that is not complete.
    pub incomplete: bool,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it stands for.
    pub name: String,
    /// A value for each place; `None` is a gap.
    pub values: Vec<Option<f64>>,
}

/// Lying bars, one below the other in the order given.
pub fn bars(title: &str, bars: &[Bar]) -> String {
    let bars: Vec<&Bar> = bars.iter().filter(|bar| bar.value.is_finite()).collect();
    if bars.is_empty() {
        return reason(title, title);
    }
    let longest = bars.iter().map(|bar| width(&bar.label, 12.0)).fold(60.0, f64::max).min(250.0);
    let after = bars.iter().map(|bar| width(&bar.shown, 12.0)).fold(20.0, f64::max);
    let room = WIDTH - longest - after - 40.0;
    let highest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut canvas = Canvas::new(WIDTH, 20.0 + 22.0 * real(bars.len()), title);
    for (at, bar) in bars.iter().enumerate() {
        let y = 10.0 + 22.0 * real(at);
        let length = (bar.value.max(0.0) / highest * room).max(if bar.value > 0.0 { 1.5 } else { 0.0 });
        let fill = if bar.incomplete { "url(#hatch)" } else { PALETTE[0] };
        canvas.text(longest + 10.0, y + 15.0, &cut(&bar.label, 12.0, longest), 12.0, Anchor::End);
        canvas.rect(longest + 18.0, y + 3.0, length, 15.0, fill);
        canvas.text(longest + 24.0 + length, y + 15.0, &bar.shown, 12.0, Anchor::Start);
    }
    canvas.finish()
}

/// Standing columns along an axis, in the order given; `incomplete` names what is hatched.
pub fn columns(title: &str, bars: &[Bar], incomplete: &str) -> String {
    let values: Vec<f64> = bars.iter().map(|bar| bar.value).filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return reason(title, title);
    }
    let plot = Plot::new(title, bars.len(), values.iter().copied().fold(0.0, f64::max));
    let mut canvas = plot.begin(&bars.iter().map(|bar| bar.label.as_str()).collect::<Vec<_>>());
    let thick = (plot.step() * 0.72).max(0.8);
    for (at, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.value.is_finite()) {
        let (x, y) = (plot.x(at), plot.y(bar.value.max(0.0)));
        let fill = if bar.incomplete { "url(#hatch)" } else { PALETTE[0] };
        canvas.rect(x - thick / 2.0, y, thick, plot.bottom() - y, fill);
        if bar.incomplete {
            canvas.frame(x - thick / 2.0, y, thick, plot.bottom() - y);
        }
        if plot.step() > width(&bar.shown, 10.0) + 2.0 && bar.value > 0.0 {
            canvas.text(x, y - 4.0, &bar.shown, 10.0, Anchor::Middle);
        }
    }
    if bars.iter().any(|bar| bar.incomplete) {
        canvas.rect(plot.left, 8.0, 14.0, 11.0, "url(#hatch)");
        canvas.frame(plot.left, 8.0, 14.0, 11.0);
        canvas.faint(plot.left + 20.0, 18.0, incomplete, 11.0, Anchor::Start);
    }
    canvas.finish()
}

/// Lines over places of one axis; from place `complete` on they are dashed, and `incomplete` names that.
pub fn lines(title: &str, places: &[String], series: &[Series], complete: usize, incomplete: &str) -> String {
    let all = || series.iter().flat_map(|series| series.values.iter().flatten().copied());
    if !all().any(f64::is_finite) {
        return reason(title, title);
    }
    let plot = Plot::new(title, places.len(), all().filter(|value| value.is_finite()).fold(0.0, f64::max));
    let mut canvas = plot.begin(&places.iter().map(String::as_str).collect::<Vec<_>>());
    let mut x = plot.left;
    for (number, series) in series.iter().enumerate() {
        let colour = PALETTE[number % PALETTE.len()];
        let known: Vec<(usize, f64)> = series
            .values
            .iter()
            .enumerate()
            .filter_map(|(at, value)| Some((at, value.filter(|value| value.is_finite())?)))
            .collect();
        for pair in known.windows(2) {
            let [(from, low), (to, high)] = [pair[0], pair[1]];
            // A gap is a gap: only neighbours are joined.
            if to == from + 1 {
                let ends = [[plot.x(from), plot.y(low)], [plot.x(to), plot.y(high)]];
                canvas.line(ends[0], ends[1], colour, 2.0, to >= complete);
            }
        }
        for (at, value) in known {
            let fill = if at >= complete { "#ffffff" } else { colour };
            mark(&mut canvas, number, [plot.x(at), plot.y(value)], fill, colour);
        }
        mark(&mut canvas, number, [x + 5.0, 13.0], colour, colour);
        canvas.text(x + 14.0, 17.0, &series.name, 11.0, Anchor::Start);
        x += 30.0 + width(&series.name, 11.0);
    }
    if complete < places.len() {
        canvas.line([x, 13.0], [x + 22.0, 13.0], FAINT, 2.0, true);
        canvas.faint(x + 27.0, 17.0, incomplete, 11.0, Anchor::Start);
    }
    canvas.finish()
}

/// A mark whose shape tells its series without colour.
fn mark(canvas: &mut Canvas, series: usize, at: [f64; 2], fill: &str, stroke: &str) {
    let [x, y] = at.map(super::canvas::number);
    let attributes = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.2\"");
    match series % 4 {
        0 => canvas.circle(at, 3.2, fill, stroke),
        1 => canvas.path(&format!("M{x} {y}m-3 -3h6v6h-6z"), &attributes),
        2 => canvas.path(&format!("M{x} {y}m0 -4l4 7h-8z"), &attributes),
        _ => canvas.path(&format!("M{x} {y}m0 -4.5l4 4.5l-4 4.5l-4 -4.5z"), &attributes),
    }
}

/// The field of a chart with two axes.
struct Plot<'a> {
    title: &'a str,
    left: f64,
    n: usize,
    scale: Vec<f64>,
}

const TOP: f64 = 40.0;
const HEIGHT: f64 = 240.0;

impl<'a> Plot<'a> {
    fn new(title: &'a str, n: usize, highest: f64) -> Self {
        let scale = ticks(highest);
        let widest = scale.iter().map(|tick| width(&shown(*tick), 11.0)).fold(0.0, f64::max);
        Self { title, left: widest + 20.0, n, scale }
    }

    fn step(&self) -> f64 {
        (WIDTH - self.left - 16.0) / real(self.n.max(1))
    }

    fn x(&self, at: usize) -> f64 {
        self.left + self.step() * (real(at) + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        let highest = self.scale.last().copied().unwrap_or(1.0);
        TOP + HEIGHT * (1.0 - (value / highest).clamp(0.0, 1.0))
    }

    fn bottom(&self) -> f64 {
        TOP + HEIGHT
    }

    /// Begins the picture with its axes; of many places some are named.
    fn begin(&self, places: &[&str]) -> Canvas {
        let mut canvas = Canvas::new(WIDTH, TOP + HEIGHT + 34.0, self.title);
        for tick in &self.scale {
            let y = self.y(*tick);
            canvas.line([self.left, y], [WIDTH - 16.0, y], LINE, 0.8, false);
            canvas.faint(self.left - 6.0, y + 4.0, &shown(*tick), 11.0, Anchor::End);
        }
        let widest = places.iter().map(|place| width(place, 11.0)).fold(0.0, f64::max) + 8.0;
        let every = (1..=places.len()).find(|every| real(*every) * self.step() >= widest).unwrap_or(1);
        for (at, place) in places.iter().enumerate().filter(|(at, _)| at % every == 0) {
            canvas.text(self.x(at), self.bottom() + 18.0, place, 11.0, Anchor::Middle);
        }
        canvas
    }
}
