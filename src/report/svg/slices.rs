//! The map once for each period: the same ground and layout, the points of the period alone.

use super::canvas::{Anchor, Canvas, cut, number, real, width};
use super::map::{colour, halo, land};
use super::{WIDTH, reason};
use crate::analytics::map::{Contour, Map};

/// Panels side by side.
const ACROSS: usize = 3;
/// Points that all panels show; of more, every n-th is drawn and the picture says so.
const MAX_DRAWN: usize = 30_000;
const EDGE: f64 = 10.0;
const GAP: f64 = 12.0;
/// The line above a panel.
const HEAD: f64 = 20.0;
const SIZE: f64 = 11.0;

/// A period of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What stands above it.
    pub title: String,
    /// The places of its points among those of the map.
    pub points: Vec<usize>,
    /// Whether more is to come.
    pub incomplete: bool,
}

/// Returns the picture; numbers on it are ids of the coarsest regions that have points in the panel, named below.
pub fn slices(title: &str, map: &Map, contours: &[Contour], panels: &[Panel], chinese: bool) -> String {
    if panels.is_empty() || !(map.frame.width > 0.0 && map.frame.width.is_finite()) {
        return reason(title, title);
    }
    let side = (WIDTH - 2.0 * EDGE - GAP * real(ACROSS - 1)) / real(ACROSS);
    let rows = real(panels.len().div_ceil(ACROSS));
    let regions: Vec<_> = map.regions.iter().filter(|region| region.level == 0).collect();
    let legend = 16.0 * real(regions.len().div_ceil(2)) + 26.0;
    let below = EDGE + rows * (side + HEAD + GAP);
    let mut canvas = Canvas::new(WIDTH, below + legend, title);
    let n_points: usize = panels.iter().map(|panel| panel.points.len()).sum();
    let every = n_points.div_ceil(MAX_DRAWN).max(1);
    let radius = if n_points > 5_000 { 0.7 } else { 1.3 };
    let scale = side / f64::from(map.frame.width);
    for (n, panel) in panels.iter().enumerate() {
        let left = EDGE + real(n % ACROSS) * (side + GAP);
        let top = EDGE + HEAD + real(n / ACROSS) * (side + HEAD + GAP);
        let at = |x: f32, y: f32| {
            [left + f64::from(x - map.frame.x) * scale, top + side - f64::from(y - map.frame.y) * scale]
        };
        canvas.text(left, top - 6.0, &cut(&panel.title, SIZE, side), SIZE, Anchor::Start);
        land(&mut canvas, contours, &at);
        for point in panel.points.iter().step_by(every).filter_map(|point| map.points.get(*point)) {
            let [x, y] = at(point.x, point.y);
            if panel.incomplete {
                canvas.circle([x, y], radius, "#ffffff", colour(map, &point.regions));
            } else {
                canvas.circle([x, y], radius, colour(map, &point.regions), "none");
            }
        }
        for region in &regions {
            let is_here =
                |point: &usize| map.points.get(*point).is_some_and(|p| p.regions.contains(&region.id));
            if panel.points.iter().any(is_here) {
                let [x, y] = at(region.x, region.y);
                let fill = colour(map, &[region.id]);
                canvas.styled(x, y + 4.0, &region.id.to_string(), SIZE, Anchor::Middle, &halo(fill));
            }
        }
        canvas.frame(left, top, side, side);
    }
    let column = (WIDTH - 2.0 * EDGE) / 2.0;
    for (n, region) in regions.iter().enumerate() {
        let [x, y] = [EDGE + real(n % 2) * column, below + 6.0 + 16.0 * real(n / 2)];
        let id = region.id.to_string();
        let name = region.name(chinese).or_else(|| region.name(!chinese)).unwrap_or_default();
        let after = x + 12.0 + width(&id, SIZE) + 6.0;
        canvas.circle([x + 4.0, y - 4.0], 4.0, colour(map, &[region.id]), "none");
        canvas.styled(x + 12.0, y, &id, SIZE, Anchor::Start, &halo(colour(map, &[region.id])));
        canvas.text(after, y, &cut(&name, SIZE, column - (after - x) - 8.0), SIZE, Anchor::Start);
    }
    canvas.faint(EDGE, below + legend - 8.0, &note(panels, every, chinese), SIZE, Anchor::Start);
    canvas.finish()
}

/// Says what the ground is and what the picture leaves out.
fn note(panels: &[Panel], every: usize, chinese: bool) -> String {
    let pick = |zh: &str, en: &str| if chinese { zh.to_owned() } else { en.to_owned() };
    let mut parts = vec![pick("底图为全部点的密度", "the ground is the density of all points")];
    if panels.iter().any(|panel| panel.incomplete) {
        parts.push(pick("空心点：该时段尚不完整", "hollow points: the period is not complete"));
    }
    if every > 1 {
        parts.push(if chinese {
            format!("每 {} 个点绘 1 个", number(real(every)))
        } else {
            format!("one of {} points is drawn", number(real(every)))
        });
    }
    parts.join(&pick("；", "; "))
}
