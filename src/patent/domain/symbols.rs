//! Which IPC symbols exist, as far as the packs need it, and short titles for them.
//!
//! `index-schema/classification/ipc-used.tsv` holds every subclass that the IPC ever had and the symbols that the
//! compiled-in packs use, with the dates on which they opened and closed (from WIPO's inventory of IPC symbols).
//! A symbol of an existing subclass that is not in the table may exist: it is not verified.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Bilingual;
use crate::patent::Date;

/// What is known of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolState {
    /// In force since `from`.
    Open {
        /// The first day.
        from: Date,
    },
    /// Closed: only documents classified up to `to` carry it.
    Closed {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// Known not to exist, nor to have existed.
    Never,
}

static USED: LazyLock<HashMap<&str, SymbolState>> = LazyLock::new(|| {
    let rows = include_str!("../../../index-schema/classification/ipc-used.tsv").lines();
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let (symbol, from, to) = (cells.next()?, cells.next()?, cells.next()?);
        let from = from.parse().ok()?;
        let state = if to.is_empty() {
            SymbolState::Open { from }
        } else {
            SymbolState::Closed { from, to: to.parse().ok()? }
        };
        Some((symbol, state))
    })
    .collect()
});

static TITLES: LazyLock<HashMap<&str, Bilingual>> = LazyLock::new(|| {
    let rows = include_str!("../../../index-schema/classification/titles.tsv").lines();
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let (symbol, zh, en) = (cells.next()?, cells.next()?, cells.next()?);
        Some((symbol, Bilingual { zh: zh.to_owned(), en: en.to_owned() }))
    })
    .collect()
});

/// Returns what the compiled-in table knows of an IPC symbol; `None` is not verified.
///
/// A main group is looked up as written and with `/00`. `symbol` must be in normal form.
pub fn builtin_symbol(symbol: &str) -> Option<SymbolState> {
    if let Some(state) = USED.get(symbol).or_else(|| USED.get(format!("{symbol}/00").as_str())) {
        return Some(*state);
    }
    let subclass = symbol.get(..4)?;
    (!USED.contains_key(subclass)).then_some(SymbolState::Never)
}

/// Returns our short title of a symbol, or that of the group or subclass above it.
pub fn title(symbol: &str) -> Option<&'static Bilingual> {
    let group = symbol.split('/').next().unwrap_or(symbol);
    let all = [symbol, group, symbol.get(..4).unwrap_or(symbol)];
    all.into_iter().find_map(|symbol| TITLES.get(symbol))
}
