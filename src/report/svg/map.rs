//! The map as a picture: contours, points, names of regions, key patents.

use super::canvas::{Anchor, Canvas, INK, PALETTE, cut, number, real, width, wrapped};
use super::place::{Rect, place};
use super::{WIDTH, reason};
use crate::analytics::map::{Contour, Map};

/// Points that a picture can show; of more, every n-th is drawn and the picture says so.
const MAX_DRAWN: usize = 30_000;
/// The edge around the map.
const EDGE: f64 = 10.0;

/// A point that is marked and explained below the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landmark {
    /// The key of the point.
    pub key: String,
    /// What is said of it.
    pub text: String,
}

/// A map with what is drawn on it.
#[derive(Debug, Clone, Copy)]
pub struct Scenery<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The map.
    pub map: &'a Map,
    /// Its contours, low to high.
    pub contours: &'a [Contour],
    /// What is marked, the first numbered 1.
    pub landmarks: &'a [Landmark],
    /// Whether names are in Chinese where there are Chinese ones.
    pub chinese: bool,
}

/// Returns the picture. Names of regions that find no room are counted below it.
pub fn map(scenery: &Scenery<'_>) -> String {
    let (map, title) = (scenery.map, scenery.title);
    if map.points.is_empty() || !(map.frame.width > 0.0 && map.frame.width.is_finite()) {
        return reason(title, title);
    }
    let side = WIDTH - 2.0 * EDGE;
    let scale = side / f64::from(map.frame.width);
    let at = |x: f32, y: f32| {
        // Up on the map is up in the picture.
        [EDGE + f64::from(x - map.frame.x) * scale, EDGE + side - f64::from(y - map.frame.y) * scale]
    };
    let marked: Vec<(usize, &Landmark, [f64; 2])> = scenery
        .landmarks
        .iter()
        .enumerate()
        .filter_map(|(n, landmark)| {
            let point = map.points.binary_search_by(|point| point.key.as_str().cmp(&landmark.key)).ok()?;
            Some((n + 1, landmark, at(map.points[point].x, map.points[point].y)))
        })
        .collect();
    let below = 20.0 + 16.0 * real(marked.len());
    let mut canvas = Canvas::new(WIDTH, side + 2.0 * EDGE + below, title);
    land(&mut canvas, scenery.contours, &at);
    let radius = if map.points.len() > 5_000 { 0.9 } else { 1.8 };
    let every = map.points.len().div_ceil(MAX_DRAWN).max(1);
    for point in map.points.iter().step_by(every) {
        let fill = colour(map, &point.regions);
        canvas.circle(at(point.x, point.y), radius, fill, "none");
    }
    canvas.frame(EDGE, EDGE, side, side);
    let mut taken = Vec::new();
    for (n, _, [x, y]) in &marked {
        let data = format!(
            "M{} {}m0 -7l2 4.9h5l-4 3.2l1.6 5l-4.6 -3.1l-4.6 3.1l1.6 -5l-4 -3.2h5z",
            number(*x),
            number(*y)
        );
        canvas.path(&data, &format!("fill=\"{}\" stroke=\"#ffffff\" stroke-width=\"0.8\"", PALETTE[5]));
        canvas.styled(x + 8.0, y + 4.0, &n.to_string(), 10.0, Anchor::Start, &halo(PALETTE[5]));
        taken.push(Rect { x: x - 8.0, y: y - 8.0, width: 16.0 + width(&n.to_string(), 10.0), height: 16.0 });
    }
    let left_out = names(&mut canvas, scenery, &at, &taken, side);
    for (row, (n, landmark, _)) in marked.iter().enumerate() {
        let y = side + 2.0 * EDGE + 28.0 + 16.0 * real(row);
        let text = cut(&format!("★ {n}  {}  {}", landmark.key, landmark.text), 11.0, WIDTH - 2.0 * EDGE);
        canvas.text(EDGE, y, &text, 11.0, Anchor::Start);
    }
    canvas.faint(EDGE, side + 2.0 * EDGE + 8.0, &legend(scenery, left_out, every), 11.0, Anchor::Start);
    canvas.finish()
}

/// Says what the picture leaves out, and that its gaps are hints.
fn legend(scenery: &Scenery<'_>, left_out: usize, every: usize) -> String {
    let mut parts = vec![if scenery.chinese {
        "括号内为数量；空隙只是线索".to_owned()
    } else {
        "counts in brackets; gaps are hints".to_owned()
    }];
    if left_out > 0 {
        parts.push(if scenery.chinese {
            format!("{left_out} 个区域名因位置不足未标")
        } else {
            format!("{left_out} names of regions found no room")
        });
    }
    if every > 1 {
        parts.push(if scenery.chinese {
            format!("每 {every} 个点绘 1 个")
        } else {
            format!("one of {every} points is drawn")
        });
    }
    parts.join(if scenery.chinese { "；" } else { "; " })
}

/// Returns the colour of a point by its coarsest region, the first of `regions`.
pub(super) fn colour(map: &Map, regions: &[u32]) -> &'static str {
    let place = |id: &u32| map.regions.iter().position(|region| region.level == 0 && region.id == *id);
    regions.first().and_then(place).map_or(PALETTE[7], |place| PALETTE[place % 7])
}

/// The style of a text that stands on a map.
pub(super) fn halo(fill: &str) -> String {
    format!(
        "fill=\"{fill}\" stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\" font-weight=\"600\""
    )
}

/// Draws the ground.
pub(super) fn land(canvas: &mut Canvas, contours: &[Contour], at: &dyn Fn(f32, f32) -> [f64; 2]) {
    for contour in contours {
        let mut data = String::new();
        for ring in contour.polygons.iter().flatten() {
            for (n, [x, y]) in ring.iter().enumerate() {
                let [x, y] = at(*x, *y).map(number);
                data.push_str(&format!("{}{x} {y}", if n == 0 { "M" } else { "L" }));
            }
            data.push('Z');
        }
        if !data.is_empty() {
            canvas.path(&data, "fill=\"#7fa8c9\" fill-opacity=\"0.16\" fill-rule=\"evenodd\" stroke=\"#7fa8c9\" stroke-opacity=\"0.5\" stroke-width=\"0.6\"");
        }
    }
}

/// Writes the names of the regions of the coarsest level, the largest first, then of the next where there is room.
fn names(
    canvas: &mut Canvas,
    scenery: &Scenery<'_>,
    at: &dyn Fn(f32, f32) -> [f64; 2],
    taken: &[Rect],
    side: f64,
) -> usize {
    let regions = scenery.map.regions.iter().filter(|region| region.level == 0);
    let named: Vec<(Vec<String>, [f64; 2])> = regions
        .filter_map(|region| {
            let name = region.name(scenery.chinese).or_else(|| region.name(!scenery.chinese))?;
            let mut lines = wrapped(&name, SIZE, 150.0);
            lines.truncate(2);
            lines.push(format!("({})", region.n));
            Some((lines.iter().map(|line| cut(line, SIZE, 190.0)).collect(), at(region.x, region.y)))
        })
        .collect();
    let wanted: Vec<Rect> = named
        .iter()
        .map(|(lines, [x, y])| {
            let wide = lines.iter().map(|line| width(line, SIZE)).fold(0.0, f64::max) + 6.0;
            let high = LEADING * real(lines.len()) + 4.0;
            // Near an edge a name is wanted inside of it.
            let x = (x - wide / 2.0).clamp(EDGE, (EDGE + side - wide).max(EDGE));
            let y = (y - high / 2.0).clamp(EDGE, (EDGE + side - high).max(EDGE));
            Rect { x, y, width: wide, height: high }
        })
        .collect();
    let bounds = Rect { x: EDGE, y: EDGE, width: side, height: side };
    let places = place(&wanted, &bounds, taken);
    for ((lines, _), rect) in named.iter().zip(&places) {
        let Some(rect) = rect else { continue };
        for (n, line) in lines.iter().enumerate() {
            let y = rect.y + LEADING * (real(n) + 0.8);
            canvas.styled(rect.x + rect.width / 2.0, y, line, SIZE, Anchor::Middle, &halo(INK));
        }
    }
    places.iter().filter(|place| place.is_none()).count()
}

const SIZE: f64 = 12.0;
const LEADING: f64 = 15.0;
