//! The sheet that pictures are drawn on: shapes as elements, text measured by rule.

use std::fmt::Write;

use crate::report::xml::escape;

/// The ink of lines and text.
pub(super) const INK: &str = "#1d2733";
/// Ink of less weight.
pub(super) const FAINT: &str = "#5d6b7a";
/// Lines of a scale.
pub(super) const LINE: &str = "#c9d2dc";
/// Colours that differ in lightness too; the palette of Okabe and Ito (2008), black last.
pub(super) const PALETTE: [&str; 8] =
    ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#a89f00", "#555555"];

/// Where a text stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture as it grows.
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    /// Begins a picture; `title` is for those who cannot see it.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        let (width, height) = (number(width), number(height));
        let title = escape(title);
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-label=\"{title}\" font-family=\"'Source Han Sans SC','Noto Sans CJK SC','PingFang SC',\
             'Microsoft YaHei',system-ui,sans-serif\">\n<title>{title}</title>\n\
             <defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"6\" height=\"6\" fill=\"#ffffff\"/><rect width=\"2.5\" height=\"6\" fill=\"{}\"/></pattern></defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            PALETTE[0]
        );
        Self { out }
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let (x, y, width, height) = (number(x), number(y), number(width.max(0.0)), number(height.max(0.0)));
        let _ = writeln!(
            self.out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"
        );
    }

    /// Draws the outline of a rectangle.
    pub(super) fn frame(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (number(x), number(y), number(width), number(height));
        let _ = writeln!(
            self.out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"{LINE}\"/>"
        );
    }

    /// Draws a line; a dashed one is of something that is not complete.
    pub(super) fn line(&mut self, from: [f64; 2], to: [f64; 2], stroke: &str, width: f64, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{stroke}\" stroke-width=\"{}\"{dash}/>",
            number(from[0]),
            number(from[1]),
            number(to[0]),
            number(to[1]),
            number(width)
        );
    }

    pub(super) fn circle(&mut self, at: [f64; 2], radius: f64, fill: &str, stroke: &str) {
        let _ = writeln!(
            self.out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\"/>",
            number(at[0]),
            number(at[1]),
            number(radius)
        );
    }

    /// Draws a path of ready data, with ready attributes.
    pub(super) fn path(&mut self, data: &str, attributes: &str) {
        let _ = writeln!(self.out, "<path d=\"{data}\" {attributes}/>");
    }

    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, size: f64, anchor: Anchor) {
        self.styled(x, y, text, size, anchor, &format!("fill=\"{INK}\""));
    }

    pub(super) fn faint(&mut self, x: f64, y: f64, text: &str, size: f64, anchor: Anchor) {
        self.styled(x, y, text, size, anchor, &format!("fill=\"{FAINT}\""));
    }

    pub(super) fn styled(&mut self, x: f64, y: f64, text: &str, size: f64, anchor: Anchor, attributes: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" {attributes}>{}</text>",
            number(x),
            number(y),
            number(size),
            escape(text)
        );
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// Returns a coordinate with two decimals at most; what is not finite is put at the edge, and no caller hands it in.
pub(super) fn number(x: f64) -> String {
    let text = format!("{:.2}", if x.is_finite() { x } else { 0.0 });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if matches!(text, "-0" | "") { "0".to_owned() } else { text.to_owned() }
}

/// Returns a count as a coordinate.
pub(super) fn real(n: usize) -> f64 {
    n as f64
}

/// Returns how wide a text is at most, by rule: no font is asked, so that every machine draws the same.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let of = |c: char| match c {
        c if u32::from(c) >= 0x2e80 => 1.0,
        '…' | '—' | 'M' | 'W' | 'm' | 'w' | '%' | '@' => 0.95,
        c if c.is_uppercase() || c.is_ascii_digit() => 0.68,
        'i' | 'l' | 'j' | '.' | ',' | ' ' | '\'' | ':' | ';' | '|' => 0.34,
        _ => 0.6,
    };
    text.chars().map(of).sum::<f64>() * size
}

/// Returns a text cut to a width, with a mark where it was cut.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + size > room {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// Returns a text in lines of at most a width; Chinese breaks anywhere, other words at spaces.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let (mut lines, mut line, mut word) = (Vec::new(), String::new(), String::new());
    let mut put = |line: &mut String, word: &mut String| {
        if !line.is_empty() && width(line, size) + width(word.trim_end(), size) > room {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(word);
        word.clear();
    };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        word.push(c);
        // No line begins with punctuation that closes.
        let is_closed = chars.peek().is_some_and(|next| "、，。；：）》”".contains(*next));
        if (c == ' ' || u32::from(c) >= 0x2e80) && !is_closed {
            put(&mut line, &mut word);
        }
    }
    put(&mut line, &mut word);
    lines.push(line.trim_end().to_owned());
    lines
}

/// Returns round values from 0 to at least `highest`, five or six of them.
pub(super) fn ticks(highest: f64) -> Vec<f64> {
    let highest = if highest.is_finite() && highest > 0.0 { highest } else { 1.0 };
    let rough = highest / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    let mut found = vec![0.0];
    while found.last().is_some_and(|last| *last < highest - step * 1e-9) && found.len() < 12 {
        found.push(real(found.len()) * step);
    }
    found
}

/// Returns a value as a scale shows it.
pub(super) fn shown(value: f64) -> String {
    if value.abs() >= 10.0 { format!("{value:.0}") } else { number(value) }
}
