//! How much is filed, and how the field develops.

use std::collections::BTreeSet;

use super::figure::{Cell, Chart, Figure, behind, on, percent, said, units};
use super::reason::reason;
use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Timeline, Value};
use crate::analytics::measure;

pub(super) fn trend(id: &str, cohort: &Cohort, timeline: Timeline) -> Figure {
    let title = match timeline {
        Timeline::Filing => ["申请趋势（按最早申请日）", "Trend by filing year"],
        _ => ["申请趋势（按优先权日）", "Trend by priority year"],
    };
    let columns = [
        ("year", "年", "year"),
        ("count", "数量", "count"),
        ("growth", "增长率", "growth"),
        ("growth_formula", "增长率公式", "formula of growth"),
    ];
    let chart = Chart::Columns { x: 0, y: 1 };
    let mut figure = Figure::new(id, title, &["count", "growth-yoy", "growth-3y", "cagr"], chart, &columns);
    let trend = measure::trend(cohort, timeline);
    for year in &trend.years {
        let cells = vec![
            Cell::Number(f64::from(year.year)),
            Cell::from(&year.count),
            Cell::from(&year.growth),
            Cell::from(year.growth.formula.as_str()),
        ];
        figure.row(cells, year.count.documents.clone());
        if let Some(row) = figure.rows.last_mut() {
            row.incomplete = year.count.incomplete;
        }
    }
    let count = |value: &Value| value.value.unwrap_or_default();
    let dated: Vec<u32> =
        (0..cohort.n_units()).filter(|unit| cohort.year(*unit, timeline).is_some()).collect();
    let total: f64 = trend.years.iter().map(|year| count(&year.count)).sum();
    // The first of equal peaks.
    let peak = trend.years.iter().rev().max_by(|a, b| count(&a.count).total_cmp(&count(&b.count)));
    if let (Some(peak), Some(first), Some(last)) = (peak, trend.years.first(), trend.years.last()) {
        let (zh, en) = units(cohort.basis());
        let (compound_zh, compound_en) = match trend.compound.value {
            Some(rate) => (
                format!("完整年份的复合年增长率为 {}", on(3, percent(rate))),
                format!("compound annual growth over the complete years is {}", on(3, percent(rate))),
            ),
            None => (
                "复合年增长率无法给出".to_owned(),
                format!(
                    "there is no compound growth ({})",
                    trend.compound.reason.as_deref().unwrap_or_default()
                ),
            ),
        };
        let (total, undated) = (on(0, said(total)), on(1, said(count(&trend.undated))));
        let peaked = on(2, said(count(&peak.count)));
        let (first, last, peak_year) = (first.year, last.year, peak.year);
        figure.say(
            &format!(
                "{first}–{last} 年共 {total} {zh}，另有 {undated} 项无日期；峰值在 {peak_year} 年（{peaked}）；{compound_zh}。"
            ),
            &format!(
                "{total} {en} from {first} to {last}, {undated} more without a date; the peak is {peak_year} ({peaked}); {compound_en}."
            ),
            vec![
                behind(cohort, &dated),
                trend.undated.documents.clone(),
                peak.count.documents.clone(),
                trend.compound.documents.clone(),
            ],
        );
    }
    incomplete_note(&mut figure, cohort.last_complete_year(timeline));
    figure
}

fn incomplete_note(figure: &mut Figure, last: Option<i16>) {
    match last {
        Some(year) => figure.note(
            format!("{year} 年以后的年份尚未完全公开，图中以斜线标示，不作趋势判断。"),
            format!(
                "Years after {year} are not fully published; they are hatched and say nothing of the trend."
            ),
        ),
        None => figure.note(
            "数据截止日未知，所有年份均按不完整处理。",
            "The day of the data is unknown, so no year counts as complete.",
        ),
    }
}

pub(super) fn life_cycle(cohort: &Cohort) -> Figure {
    let columns = [
        ("year", "申请年", "filing year"),
        ("growth", "技术生长率 v", "growth v"),
        ("maturity", "技术成熟系数 α", "maturity α"),
        ("ageing", "技术衰老系数 β", "ageing β"),
        ("novelty", "新技术特征系数 N", "novelty N"),
        ("filings", "中国申请量", "Chinese filings"),
        ("applicants", "申请人数", "applicants"),
    ];
    let mut figure = Figure::new(
        "life-cycle",
        ["技术生命周期（中国申请）", "Life cycle (Chinese filings)"],
        &["lifecycle-v", "lifecycle-alpha", "lifecycle-beta", "lifecycle-n", "s-curve-k"],
        Chart::Lines { x: 0, series: vec![1, 2, 3, 4] },
        &columns,
    );
    let years = match measure::life_cycle(cohort) {
        Ok(years) => years,
        Err(why) => return figure.without(&why),
    };
    let holders = cohort.entities().ok().map(|(labels, _)| labels);
    for year in &years {
        let filed = year.growth.documents.keys();
        let mut names: BTreeSet<u32> = BTreeSet::new();
        let of_year = filed.iter().filter_map(|key| cohort.unit_of(key));
        of_year.for_each(|unit| names.extend(holders.iter().flat_map(|labels| labels.of(unit))));
        let cells = vec![
            Cell::Number(f64::from(year.year)),
            Cell::from(&year.growth),
            Cell::from(&year.maturity),
            Cell::from(&year.ageing),
            Cell::from(&year.novelty),
            Cell::Number(filed.len() as f64),
            holders.map_or_else(
                || Cell::Missing("the data have no applicants".to_owned()),
                |_| Cell::Number(names.len() as f64),
            ),
        ];
        figure.row(cells, year.growth.documents.clone());
        if let Some(row) = figure.rows.last_mut() {
            row.incomplete = year.growth.incomplete;
        }
    }
    let latest = years.iter().rev().find(|year| year.growth.value.is_some());
    let (zh, en) = match latest {
        Some(year) => {
            let said =
                |value: &Value| value.value.map_or_else(|| "–".to_owned(), |x| on(0, format!("{x:.2}")));
            let [v, alpha, beta, n] = [&year.growth, &year.maturity, &year.ageing, &year.novelty].map(said);
            (
                format!("最近一个可计算的完整年份为 {} 年：v={v}，α={alpha}，β={beta}，N={n}", year.year),
                format!(
                    "the last complete year that can be computed is {}: v={v}, α={alpha}, β={beta}, N={n}",
                    year.year
                ),
            )
        }
        None => ("各年比率均无法给出".to_owned(), "no year gives the ratios".to_owned()),
    };
    let (saturation, curve) = measure::s_curve(cohort, Timeline::Filing);
    let (curve_zh, curve_en) = match curve {
        Ok(curve) => (
            format!(
                "S 曲线饱和量估计为 {}（90 % 区间 {:.0}–{:.0}），已达 {}",
                on(1, format!("{:.0}", curve.saturation)),
                curve.low,
                curve.high,
                percent(curve.reached)
            ),
            format!(
                "the S-curve saturates at {} (90 % interval {:.0}-{:.0}), of which {} is reached",
                on(1, format!("{:.0}", curve.saturation)),
                curve.low,
                curve.high,
                percent(curve.reached)
            ),
        ),
        Err(why) => {
            let why = reason(&why);
            (format!("S 曲线：{}", why.zh), format!("S-curve: {}", why.en))
        }
    };
    figure.say(
        &format!("{zh}；{curve_zh}。"),
        &format!("{}; {curve_en}.", capital(&en)),
        vec![latest.map(|year| year.growth.documents.clone()).unwrap_or_default(), saturation.documents],
    );
    figure.note(
        "比率只在中国申请上有意义（发明、实用新型、外观设计三种类型）；单凭比率不能断定所处阶段。",
        "The ratios make sense for Chinese filings alone (three kinds of right), and do not by themselves prove a stage.",
    );
    incomplete_note(&mut figure, cohort.last_complete_year(Timeline::Filing));
    figure
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
