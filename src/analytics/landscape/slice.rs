//! The map in time slices: how many points each region has in each period, all on the one layout of the map.
//!
//! Periods are of equal length and end with the newest complete year that has points, so that their counts compare; what
//! is older is one period more, and what is younger than the last complete year is another, marked incomplete. Bounds
//! follow the data: another snapshot may have others.

use std::collections::BTreeMap;

use super::figure::{Cell, Chart, Figure, behind, on, percent};
use super::terrain::label;
use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Timeline, Undefined};
use crate::analytics::map::{Map, Region};

/// The first year that priorities can have; others are mistakes, as in the trends.
const OLDEST: i16 = 1_700;
/// Periods of equal length.
const PERIODS: i16 = 4;
/// The share of dated points that may lie before the first period of equal length.
const OLDER: f64 = 0.1;
/// Points that a period needs, for its shares to be compared in the sentence.
const MIN_POINTS: usize = 20;
/// Points that a region needs in two periods together, for the same.
const MIN_COMPARED: usize = 10;

/// A period of priority years, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    /// The first year; none for all that is older.
    from: Option<i16>,
    /// The last year; none for all that is younger, which is not complete.
    to: Option<i16>,
}

impl Period {
    fn holds(&self, year: i16) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }

    fn name(&self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (from, to) => {
                let year = |year: Option<i16>| year.map_or_else(String::new, |year| year.to_string());
                format!("{}–{}", year(from), year(to))
            }
        }
    }
}

/// Returns the periods of some years, ascending. `last` is the last complete one.
fn periods(years: &[i16], last: i16) -> Vec<Period> {
    let mut complete: Vec<i16> = years.iter().copied().filter(|year| *year <= last).collect();
    complete.sort_unstable();
    let mut found = Vec::new();
    if let (Some(oldest), Some(newest)) = (complete.first(), complete.last()) {
        // Nothing of the last years: what was filed ends the periods, not the calendar.
        let last = *newest;
        let start = complete[older(complete.len())];
        let span = last - start + 1;
        let length = (span + PERIODS - 1) / PERIODS;
        let n = (span + length - 1) / length;
        let first = last - n * length + 1;
        if *oldest < first {
            found.push(Period { from: None, to: Some(first - 1) });
        }
        found.extend((0..n).map(|at| {
            let from = first + at * length;
            Period { from: Some(from), to: Some(from + length - 1) }
        }));
    }
    if years.iter().any(|year| *year > last) {
        found.push(Period { from: Some(last + 1), to: None });
    }
    found
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
fn older(n: usize) -> usize {
    (n as f64 * OLDER) as usize
}

/// What a region has in one period.
struct Part<'a> {
    region: &'a Region,
    units: Vec<u32>,
    share: f64,
}

pub(super) fn slices(cohort: &Cohort, map: Option<&Map>) -> Figure {
    let mut figure = Figure::new(
        "map-slices",
        ["图谱时间切片（同一布局）", "Time slices of the map, on one layout"],
        &["count", "share", "share-points"],
        Chart::Slices { slice: 0, region: 1 },
        &[
            ("period", "时段（优先权年）", "period of priority years"),
            ("region", "区域", "region"),
            ("label_zh", "中文标签", "label in Chinese"),
            ("label_en", "英文标签", "label in English"),
            ("count", "数量", "count"),
            ("share", "占该时段", "share of the period"),
            ("points", "较上一时段（百分点）", "percentage points to the period before"),
        ],
    );
    let Some(map) = map else { return figure.without(&Undefined::missing("no map was asked for")) };
    let coarse: BTreeMap<u32, &Region> =
        map.regions.iter().filter(|region| region.level == 0).map(|region| (region.id, region)).collect();
    let newest = cohort.basis().as_of.map_or(i16::MAX, jiff::civil::Date::year);
    let mut dated: Vec<(i16, u32, u32)> = Vec::new();
    let mut n_undated = 0;
    for point in &map.points {
        let place = cohort.unit_of(&point.key).zip(point.regions.iter().find(|id| coarse.contains_key(id)));
        let Some((unit, region)) = place else { continue };
        match cohort.year(unit, Timeline::Priority) {
            Some(year) if (OLDEST..=newest).contains(&year) => dated.push((year, *region, unit)),
            _ => n_undated += 1,
        }
    }
    if dated.is_empty() {
        let why = if map.points.is_empty() { Undefined::Empty } else { Undefined::missing("dates") };
        return figure.without(&why);
    }
    let years: Vec<i16> = dated.iter().map(|(year, ..)| *year).collect();
    let last = cohort.last_complete_year(Timeline::Priority);
    let mut periods = periods(&years, last.unwrap_or(i16::MAX));
    periods.retain(|period| years.iter().any(|year| period.holds(*year)));
    let by_period: Vec<Vec<Part<'_>>> = periods
        .iter()
        .map(|period| {
            let mut units: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (_, region, unit) in dated.iter().filter(|(year, ..)| period.holds(*year)) {
                units.entry(*region).or_default().push(*unit);
            }
            let n: usize = units.values().map(Vec::len).sum();
            let mut parts: Vec<Part<'_>> = units
                .into_iter()
                .map(|(id, mut units)| {
                    units.sort_unstable();
                    let share = units.len() as f64 / n.max(1) as f64;
                    Part { region: coarse[&id], units, share }
                })
                .collect();
            parts.sort_by(|a, b| b.units.len().cmp(&a.units.len()).then(a.region.id.cmp(&b.region.id)));
            parts
        })
        .collect();
    // The newest first: where a report cuts the table, it cuts what is oldest.
    for (at, (period, parts)) in periods.iter().zip(&by_period).enumerate().rev() {
        let before = at
            .checked_sub(1)
            .filter(|before| periods[*before].to.map(|to| to + 1) == period.from)
            .map(|before| &by_period[before]);
        let gone = before.into_iter().flatten().filter(|old| share_of(parts, old.region.id) == 0.0);
        let gone = gone.map(|old| Part { region: old.region, units: Vec::new(), share: 0.0 });
        let (gone, now): (Vec<Part<'_>>, _) = (gone.collect(), parts);
        for part in now.iter().chain(&gone) {
            let points = before.map(|before| 100.0 * (part.share - share_of(before, part.region.id)));
            let cells = vec![
                Cell::Text(period.name()),
                Cell::Number(f64::from(part.region.id)),
                label(part.region, true),
                label(part.region, false),
                Cell::Number(part.units.len() as f64),
                Cell::from(Some(part.share)),
                points.map_or_else(
                    || Cell::Missing("no points are of the period before".to_owned()),
                    |points| Cell::from(Some(points)),
                ),
            ];
            figure.row(cells, behind(cohort, &part.units));
            if let Some(row) = figure.rows.last_mut() {
                row.incomplete = last.is_none() || period.to.is_none();
            }
        }
    }
    tell(&mut figure, cohort, &periods, &by_period, dated.iter().map(|(.., unit)| *unit).collect());
    if last.is_none() {
        figure.note(
            "数据日期不详，各时段均按不完整处理。",
            "The day of the data is unknown: every period counts as incomplete.",
        );
    }
    if n_undated > 0 {
        figure.note(
            format!("没有可用的优先权年、不在任何时段的点：{n_undated}。"),
            format!("Without a usable priority year, and in no period: {n_undated}."),
        );
    }
    figure.note(
        "各时段共用同一布局与同一底图（全部点的密度）；编号是区域编号，与图谱一致。",
        "All periods have one layout and one ground, the density of all points; numbers are those of the map's regions.",
    );
    figure
}

fn share_of(parts: &[Part<'_>], region: u32) -> f64 {
    parts.iter().find(|part| part.region.id == region).map_or(0.0, |part| part.share)
}

/// Says how many points are in periods, and which region won and which lost most from the first to the last of the
/// periods of equal length.
fn tell(
    figure: &mut Figure,
    cohort: &Cohort,
    periods: &[Period],
    by_period: &[Vec<Part<'_>>],
    mut units: Vec<u32>,
) {
    units.sort_unstable();
    let n = units.len();
    let n_points = on(0, n);
    let mut said = vec![behind(cohort, &units)];
    let mut zh = format!("{n_points} 个点分在 {} 个时段", periods.len());
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let mut en =
        format!("{n_points} point{} in {} period{}", plural(n), periods.len(), plural(periods.len()));
    let full: Vec<usize> = (0..periods.len())
        .filter(|at| periods[*at].from.is_some() && periods[*at].to.is_some())
        .filter(|at| by_period[*at].iter().map(|part| part.units.len()).sum::<usize>() >= MIN_POINTS)
        .collect();
    let (Some(first), Some(last)) = (full.first().copied(), full.last().copied().filter(|_| full.len() > 1))
    else {
        zh.push_str("；没有两个点数足够、等长的时段可比。");
        en.push_str("; there are no two periods of equal length with enough points to compare.");
        return figure.say(&zh, &en, said);
    };
    let part = |at: usize, region: u32| by_period[at].iter().find(|part| part.region.id == region);
    let n = |at: usize, region: u32| part(at, region).map_or(0, |part| part.units.len());
    let mut moves: Vec<(f64, &Region)> = by_period[first]
        .iter()
        .chain(&by_period[last])
        .map(|part| part.region)
        .filter(|region| n(first, region.id) + n(last, region.id) >= MIN_COMPARED)
        .map(|region| {
            (share_of(&by_period[last], region.id) - share_of(&by_period[first], region.id), region)
        })
        .collect();
    moves.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
    let (from, to) = (periods[first].name(), periods[last].name());
    zh.push_str(&format!("；从 {from} 到 {to}"));
    en.push_str(&format!("; from {from} to {to},"));
    let up = moves.first().filter(|(by, _)| *by > 0.0);
    let down = moves.last().filter(|(by, _)| *by < 0.0);
    for ((_, region), words) in
        up.map(|up| (up, ["升", "rose"])).into_iter().chain(down.map(|down| (down, ["降", "fell"])))
    {
        let shares = [first, last].map(|at| percent(share_of(&by_period[at], region.id)));
        let name = |chinese| {
            region.name(chinese).or_else(|| region.name(!chinese)).unwrap_or_else(|| region.id.to_string())
        };
        let units: Vec<u32> = part(last, region.id).map(|part| part.units.clone()).unwrap_or_default();
        said.push(behind(cohort, &units));
        let after = on(said.len() - 1, &shares[1]);
        zh.push_str(&format!("，占比{}得最多的是“{}”（{} → {after}）", words[0], name(true), shares[0]));
        en.push_str(&format!(
            "{} the share of \"{}\" {} most ({} → {after})",
            if said.len() == 2 { "" } else { "," },
            name(false),
            words[1],
            shares[0]
        ));
    }
    if said.len() == 1 {
        zh.push_str("，没有可比较的区域占比变化");
        en.push_str(" no region has enough points to compare, or no share changed");
    }
    figure.say(&format!("{zh}。"), &format!("{en}."), said);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(years: &[i16], last: i16) -> Vec<String> {
        periods(years, last).iter().map(Period::name).collect()
    }

    #[test]
    fn periods_are_equal_end_with_the_last_complete_year_and_hold_every_year_once() {
        let even: Vec<i16> = (2005..=2024).collect();
        assert_eq!(names(&even, 2022), ["2003–2007", "2008–2012", "2013–2017", "2018–2022", "2023–"]);
        let mut old = vec![1950, 1990];
        old.extend((2010..=2020).chain(2010..=2020));
        assert_eq!(names(&old, 2022), ["–2008", "2009–2011", "2012–2014", "2015–2017", "2018–2020"]);
        assert_eq!(names(&[2019, 2020], 2022), ["2019", "2020"]);
        assert_eq!(names(&[2020; 5], 2022), ["2020"]);
        assert_eq!(names(&[2024], 2022), ["2023–"]);
        assert!(names(&[], 2022).is_empty());
        for span in 1..60 {
            let years: Vec<i16> = (0..span).map(|n| 1_960 + n).collect();
            let found = periods(&years, 1_990);
            let once = |year: &i16| found.iter().filter(|period| period.holds(*year)).count() == 1;
            assert!(years.iter().all(once) && found.len() <= 6, "{span}: {found:?}");
            let whole = found.iter().filter_map(|period| Some(period.to? - period.from?));
            assert!(whole.clone().min() == whole.max(), "of equal length: {found:?}");
            let before = found.first().filter(|period| period.from.is_none());
            let older = years.iter().filter(|year| before.is_some_and(|before| before.holds(**year))).count();
            assert!(older as f64 <= OLDER * years.len() as f64, "{span}: {older} before {found:?}");
        }
    }
}
