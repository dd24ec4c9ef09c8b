//! Pictures as SVG: for print and for the screen, the same bytes for the same data.
//!
//! Every function takes plain data and gives a complete SVG document. Fonts are named, never loaded; what a colour
//! says is also said by a shape, a pattern or a number, so that a picture survives a black-and-white printer. Years
//! that are not complete are hatched or dashed and named. A picture that would be empty says why instead
//! ([`reason`]). Numbers that are not finite are never drawn.

mod canvas;
mod chart;
mod grid;
mod link;
mod map;
mod place;
mod slices;
#[cfg(test)]
mod tests;

pub use chart::{Bar, Series, bars, columns, lines};
pub use grid::{Grid, GridCell, Style, grid};
pub use link::{Arc, Step, arcs, chain};
pub use map::{Landmark, Scenery, map};
pub use place::{Rect, place};
pub use slices::{Panel, slices};

use canvas::{Anchor, Canvas};

/// The width of every picture, in pixels of CSS; also the points that a report gives it.
pub const WIDTH: f64 = 720.0;

/// Returns a picture that says why there is none.
pub fn reason(title: &str, why: &str) -> String {
    let mut canvas = Canvas::new(WIDTH, 120.0, title);
    canvas.frame(8.0, 8.0, WIDTH - 16.0, 104.0);
    for (line, text) in canvas::wrapped(why, 13.0, WIDTH - 60.0).iter().take(4).enumerate() {
        canvas.text(WIDTH / 2.0, 48.0 + 18.0 * canvas::real(line), text, 13.0, Anchor::Middle);
    }
    canvas.finish()
}

/// Returns the height of a picture, as its file says it.
pub fn height(svg: &str) -> f64 {
    let after = svg.split(" height=\"").nth(1).unwrap_or_default();
    after.split('"').next().and_then(|text| text.parse().ok()).unwrap_or(WIDTH)
}
