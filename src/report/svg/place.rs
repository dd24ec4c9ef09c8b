//! Labels on a plane, placed greedily so that no two meet.

/// A rectangle: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
}

impl Rect {
    /// Returns whether two rectangles have more than an edge in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }

    fn holds(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.x + other.width <= self.x + self.width
            && other.y + other.height <= self.y + self.height
    }
}

/// Rings of places that are tried around the wanted one.
const RINGS: u32 = 9;
/// Places on a ring.
const AROUND: u32 = 16;

/// Returns a place for each label near its wanted middle, the first served first; `None` where all near places are
/// taken.
///
/// `wanted` are rectangles of the wanted size in the wanted place. No two results meet, none meets one of `taken`, and
/// all lie in `bounds`.
pub fn place(wanted: &[Rect], bounds: &Rect, taken: &[Rect]) -> Vec<Option<Rect>> {
    let mut full: Vec<Rect> = taken.to_vec();
    let mut found = Vec::with_capacity(wanted.len());
    for label in wanted {
        let ring = |ring: u32| (0..if ring == 0 { 1 } else { AROUND }).map(move |turn| (ring, turn));
        let tried = (0..RINGS).flat_map(ring).map(|(ring, turn)| {
            let angle = f64::from(turn) / f64::from(AROUND) * std::f64::consts::TAU;
            let reach = f64::from(ring) * label.height * 0.7;
            // Labels are wide: sideways they have to go farther to get out of each other's way.
            Rect { x: label.x + 1.8 * reach * angle.cos(), y: label.y + reach * angle.sin(), ..*label }
        });
        let free = tried
            .filter(|rect| rect.x.is_finite() && rect.y.is_finite() && bounds.holds(rect))
            .find(|rect| !full.iter().any(|other| other.meets(rect)));
        full.extend(free);
        found.push(free);
    }
    found
}
