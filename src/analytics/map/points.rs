//! The points of a map as a client loads them: columns of small integers, in an order of which any beginning is a
//! fair sample.
//!
//! Little-endian. A header of 32 bytes: `PNMAP`, two zero bytes, [`POINTS_VERSION`]; the number of points and of
//! overlays (`u32`); the frame's left edge, lower edge and width (`f32`); four zero bytes. Then the columns, one after
//! another: `u32` place of the point in [`Map::points`], `u16` x and `u16` y (0 is the left or lower edge of the frame,
//! 65,535 the other), and for each overlay `u16` (65,535 is unknown).

use serde::{Deserialize, Serialize};

use super::Map;
use super::layout::mix;
use crate::patent::domain::Bilingual;

/// The version of the format.
pub const POINTS_VERSION: u8 = 1;
/// Stands for an unknown value in a column of an overlay.
const UNKNOWN: u16 = u16::MAX;

/// Something to colour or filter points by: leaf, group, year, legal state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    /// What it is.
    pub name: String,
    /// The values as the data call them; at most 65,535.
    pub values: Vec<String>,
    /// What to call them before people, in the same order.
    pub titles: Vec<Bilingual>,
    /// For each point of the map, the place of its value; `None` where it is unknown.
    pub of: Vec<Option<u16>>,
}

/// Returns the points as bytes.
///
/// Their order is drawn by key and seed, so that it stays when points come or go.
pub fn encode(map: &Map, overlays: &[Overlay]) -> Vec<u8> {
    let mut order: Vec<(u64, usize)> =
        map.points.iter().enumerate().map(|(at, point)| (lot(&point.key, map.seed), at)).collect();
    order.sort_unstable();
    let order: Vec<usize> = order.into_iter().map(|(_, at)| at).collect();
    let mut bytes = Vec::with_capacity(32 + order.len() * (8 + 2 * overlays.len()));
    bytes.extend_from_slice(b"PNMAP\0\0");
    bytes.push(POINTS_VERSION);
    for n in [order.len(), overlays.len()] {
        bytes.extend_from_slice(&super::graph::id_of(n).to_le_bytes());
    }
    for edge in [map.frame.x, map.frame.y, map.frame.width] {
        bytes.extend_from_slice(&edge.to_le_bytes());
    }
    bytes.extend_from_slice(&[0; 4]);
    for at in &order {
        bytes.extend_from_slice(&super::graph::id_of(*at).to_le_bytes());
    }
    let mut column = |value: &dyn Fn(usize) -> u16| {
        order.iter().for_each(|at| bytes.extend_from_slice(&value(*at).to_le_bytes()));
    };
    column(&|at| place(map.points[at].x - map.frame.x, map.frame.width));
    column(&|at| place(map.points[at].y - map.frame.y, map.frame.width));
    for overlay in overlays {
        column(&|at| overlay.of.get(at).copied().flatten().unwrap_or(UNKNOWN));
    }
    bytes
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=65535")]
fn place(offset: f32, width: f32) -> u16 {
    (offset / width * 65_535.0).round().clamp(0.0, 65_535.0) as u16
}

/// Returns the lot that a key draws.
fn lot(key: &str, seed: u64) -> u64 {
    key.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)))
}
