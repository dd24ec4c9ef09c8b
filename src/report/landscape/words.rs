//! Cells and headings of a landscape in words.

use crate::analytics::evidence::{Basis, Share, Unit};
use crate::analytics::landscape::{Cell, in_chinese};
use crate::patent::domain::Bilingual;
use crate::report::document::Lang;

/// Columns whose numbers are shares, and shown as percents.
const SHARES: &[&str] = &["share", "in_force", "recent", "growth", "weight"];

/// Returns the one of two texts that is in a language.
pub(super) fn pick(text: &Bilingual, lang: Lang) -> &str {
    lang.pick(&text.zh, &text.en)
}

/// Returns a number as a report shows it.
pub(super) fn number(column: &str, number: f64) -> String {
    if SHARES.contains(&column) {
        return format!("{:.1} %", number * 100.0);
    }
    if column == "points" {
        // What rounds to nothing has no sign.
        return if number.abs() < 0.05 { "0.0".to_owned() } else { format!("{number:+.1}") };
    }
    if number.fract().abs() < 1e-9 {
        return format!("{number:.0}");
    }
    if number.abs() < 0.01 { format!("{number:.2e}") } else { format!("{number:.2}") }
}

/// Returns a cell as a report shows it; what is missing is a dash.
pub(super) fn cell(column: &str, cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Name(name) => pick(name, lang).to_owned(),
        Cell::Number(value) => number(column, *value),
        Cell::Missing(_) => "—".to_owned(),
    }
}

/// Says how it was counted.
pub(super) fn counting(basis: &Basis, lang: Lang) -> String {
    let unit = match basis.unit {
        Unit::SimpleFamily => lang.pick("简单同族（项）", "simple families"),
        Unit::ExtendedFamily => lang.pick("扩展同族（项）", "extended families"),
        Unit::Application => lang.pick("申请（件）", "applications"),
        Unit::Publication => lang.pick("公开文本", "publications"),
    };
    let share = match basis.share {
        Share::Whole => lang.pick("整数计数", "whole counting"),
        Share::Fractional => lang.pick("分数计数", "fractional counting"),
    };
    let official = if basis.official { lang.pick("，官方口径", ", official counting") } else { "" };
    format!("{unit}{}{share}{official}", lang.pick("，", ", "))
}

/// Says why a cell has no number.
pub(super) fn reason(why: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => in_chinese(why),
        Lang::En => why.to_owned(),
    }
}
