//! Key patents, the main path of citations, and what became of the rights.

use std::collections::BTreeMap;

use super::RANKED;
use super::figure::{Cell, Chart, Figure, behind, both, on, percent, units};
use super::reason::in_chinese;
use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Timeline, Undefined};
use crate::analytics::indicator::value::Weights;
use crate::analytics::measure;
use crate::patent::domain::Bilingual;

/// Dealings that a register records, as flags of the third layer of legal states.
const DEALINGS: [(&str, &str, &str); 8] = [
    ("transfer", "转让", "transfer"),
    ("licence", "许可", "licence"),
    ("licence_offer", "开放许可", "open licence"),
    ("pledge", "质押", "pledge"),
    ("litigation", "诉讼", "litigation"),
    ("invalidation", "无效宣告请求", "invalidation"),
    ("opposition", "异议", "opposition"),
    ("preservation", "保全", "preservation"),
];

pub(super) fn key_patents(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "key-patents",
        ["重点专利", "Key patents"],
        &["key-patent"],
        Chart::Bars { label: 0, value: 1 },
        &[
            ("document", "文献", "document"),
            ("score", "评分（0–100）", "score (0-100)"),
            ("legal", "法律", "legal"),
            ("technical", "技术", "technical"),
            ("economic", "经济", "economic"),
            ("cited_by", "被引（同族）", "cited by families"),
            ("computed", "可计算指标数", "indicators computed"),
            ("of", "标准指标数", "of the standard's"),
            ("year", "优先权年", "priority year"),
            ("applicant", "申请人", "applicant"),
        ],
    );
    let found = measure::key_patents(cohort, Weights::standard(), RANKED);
    let holders = cohort.entities().ok().map(|(labels, _)| labels);
    for patent in &found {
        let names: Vec<&str> = holders.iter().flat_map(|labels| labels.names_of(patent.unit)).collect();
        let cells = vec![
            Cell::from(patent.document.as_str()),
            Cell::from(&patent.score),
            Cell::from(patent.legal),
            Cell::from(patent.technical),
            Cell::from(patent.economic),
            Cell::Number(patent.cited_by as f64),
            Cell::Number(patent.n_computed as f64),
            Cell::Number(patent.n_standard as f64),
            Cell::from(cohort.year(patent.unit, Timeline::Priority).map(f64::from)),
            if names.is_empty() { Cell::Missing("unknown".to_owned()) } else { Cell::Text(names.join("; ")) },
        ];
        figure.row(cells, patent.score.documents.clone());
    }
    figure.n_more = u64::from(cohort.n_units()).saturating_sub(found.len() as u64);
    if let Some(first) = found.first() {
        let score = first.score.value.unwrap_or_default();
        let (n, of) = (first.n_computed, first.n_standard);
        let (document, score) = (on(0, &first.document), on(0, format!("{score:.1}")));
        let citing = cohort.citations().cited_by(first.unit);
        // Families outside the scope are counted too, and the holder's own are not: then these are other documents.
        let same = citing.len() as u64 == first.cited_by;
        let cited = if same { on(1, first.cited_by) } else { first.cited_by.to_string() };
        figure.say(
            &format!(
                "评分最高的是 {document}（{score} 分，被 {cited} 项同族引用）；评分用到标准 {of} 项指标中的 {n} 项。"
            ),
            &format!(
                "The highest score is that of {document} ({score}, cited by {cited} families); it uses {n} of the {of} indicators of the standard."
            ),
            vec![behind(cohort, &[first.unit]), behind(cohort, citing)],
        );
        figure.note(
            "评分为同年同小类内位次的正态得分加权，公开结构、可复算；不是估值，也不替代人工筛选。",
            "The score weighs ranks among patents of the same year and subclass, as normal scores; it is no valuation and replaces no reading.",
        );
    }
    figure
}

pub(super) fn main_path(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "main-path",
        ["引文主路径", "Main path of citations"],
        &["main-path"],
        Chart::Chain { before: 0, label: 1 },
        &[
            ("year", "优先权年", "priority year"),
            ("document", "文献", "document"),
            ("weight", "路径份额", "share of paths"),
            ("applicant", "申请人", "applicant"),
        ],
    );
    let path = measure::main_path(cohort);
    let coverage = cohort.citations().coverage();
    if path.steps.is_empty() {
        let why = path.length.reason.unwrap_or_else(|| "no citations".to_owned());
        figure.missing = Some(both(
            format!("范围内没有可连成路径的引文（{}）", in_chinese(&why)),
            format!("no citations within the scope make a path ({why})"),
        ));
        return figure;
    }
    let holders = cohort.entities().ok().map(|(labels, _)| labels);
    for step in &path.steps {
        let names: Vec<&str> = holders.iter().flat_map(|labels| labels.names_of(step.unit)).collect();
        let cells = vec![
            Cell::from(step.year.map(f64::from)),
            Cell::from(step.document.as_str()),
            Cell::from(step.weight),
            if names.is_empty() { Cell::Missing("unknown".to_owned()) } else { Cell::Text(names.join("; ")) },
        ];
        figure.row(cells, behind(cohort, &[step.unit]));
    }
    if let (Some(first), Some(last)) = (path.steps.first(), path.steps.last()) {
        let year = |year: Option<i16>| year.map_or_else(|| "?".to_owned(), |year| year.to_string());
        let n = on(0, path.steps.len());
        let (from, to) = (on(1, &first.document), on(2, &last.document));
        let (began, ended) = (year(first.year), year(last.year));
        let units: Vec<u32> = path.steps.iter().map(|step| step.unit).collect();
        figure.say(
            &format!(
                "主路径有 {n} 步，从 {from}（{began}）到 {to}（{ended}），选自范围内 {} 条引文。",
                path.n_citations
            ),
            &format!(
                "The main path has {n} steps, from {from} ({began}) to {to} ({ended}), chosen among {} citations within the scope.",
                path.n_citations
            ),
            vec![behind(cohort, &units), behind(cohort, &[first.unit]), behind(cohort, &[last.unit])],
        );
    }
    if let Some(coverage) = coverage {
        figure.note(
            format!("被引专利号中有 {} 在范围内找到；其余不在路径中。", percent(coverage)),
            format!(
                "{} of the cited patent numbers are in the scope; the path knows no others.",
                percent(coverage)
            ),
        );
    }
    if !path.dropped.is_empty() {
        figure.note(
            format!("为消除循环，略去 {} 条引文。", path.dropped.len()),
            format!("{} citations were left out because they close a cycle.", path.dropped.len()),
        );
    }
    figure
}

pub(super) fn operations(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "operations",
        ["专利运营与纠纷（转让、许可、质押等）", "Transfers, licences, pledges, disputes"],
        &["count", "share"],
        Chart::Bars { label: 0, value: 1 },
        &[("kind", "类型", "kind"), ("count", "数量", "count"), ("share", "占比", "share")],
    );
    let flags = match cohort.labels("legal_flag") {
        Ok(flags) => flags,
        Err(why) => return figure.without(&why),
    };
    let inverted = flags.inverted();
    let mut said: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut documents = Vec::new();
    for (flag, zh, en) in DEALINGS {
        let Some(id) = flags.id(flag) else { continue };
        let found = inverted.of(id);
        let share = found.len() as f64 / f64::from(cohort.n_units().max(1));
        figure.row(
            vec![Cell::Name(both(zh, en)), Cell::Number(found.len() as f64), Cell::from(Some(share))],
            behind(cohort, found),
        );
        said[0].push(format!("{zh} {}", on(documents.len(), found.len())));
        said[1].push(format!("{en} {}", on(documents.len(), found.len())));
        documents.push(behind(cohort, found));
    }
    if figure.rows.is_empty() {
        return figure.without(&Undefined::missing("no transfer, licence, pledge or dispute is on record"));
    }
    let (zh, en) = units(cohort.basis());
    figure.say(
        &format!("{} {zh}中，登记在案的有：{}。", cohort.n_units(), said[0].join("，")),
        &format!("On record for {} {en}: {}.", cohort.n_units(), said[1].join(", ")),
        documents,
    );
    figure.note(
        "只计数据中有登记的事件；未登记的许可不在其中。一项可有多种。",
        "Events on record alone; licences that nobody recorded are not among them. One unit may have several.",
    );
    figure
}

pub(super) fn states(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "legal-state",
        ["法律状态", "Legal state"],
        &["count", "share"],
        Chart::Bars { label: 0, value: 1 },
        &[("state", "状态", "state"), ("count", "数量", "count"), ("share", "占比", "share")],
    );
    let labels = match cohort.labels("legal_state") {
        Ok(labels) => labels,
        Err(why) => return figure.without(&why),
    };
    let total = f64::from(cohort.n_units().max(1));
    let mut counts: Vec<(Bilingual, Vec<u32>)> =
        cohort.count(labels).into_iter().map(|count| (state(&count.label), count.units)).collect();
    let without = cohort.unlabelled(labels);
    if !without.is_empty() {
        counts.push((both("无状态数据", "no state on record"), without));
    }
    let mut said: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut documents = Vec::new();
    for (name, found) in counts {
        let share = found.len() as f64 / total;
        let n = on(documents.len(), found.len());
        said[0].push(format!("{} {n}（{}）", name.zh, percent(share)));
        said[1].push(format!("{} {n} ({})", name.en, percent(share)));
        documents.push(behind(cohort, &found));
        figure.row(
            vec![Cell::Name(name), Cell::Number(found.len() as f64), Cell::from(Some(share))],
            behind(cohort, &found),
        );
    }
    let (zh, en) = cohort.basis().as_of.map_or_else(
        || ("数据日期不详".to_owned(), "The day of the data is not known".to_owned()),
        |day| (format!("截至 {day}"), format!("As of {day}")),
    );
    figure.say(
        &format!("{zh}：{}。", said[0].join("，")),
        &format!("{en}: {}.", said[1].join(", ")),
        documents,
    );
    figure.note(
        "一项有任一成员有效即为有效；“未确认”既不是有效，也不是自由可用。",
        "A unit is active if any member is; undetermined is neither in force nor free to use.",
    );
    figure
}

/// Returns what a legal state is called.
pub(super) fn state(state: &str) -> Bilingual {
    match state {
        "active" => both("有效", "active"),
        "inactive" => both("失效", "inactive"),
        "pending" => both("审中", "pending"),
        "pct_open" => both("PCT 待进入", "PCT, entry still open"),
        "pct_over" => both("PCT 期满", "PCT, entry over"),
        "undetermined" => both("未确认", "undetermined"),
        other => both(other, other),
    }
}

pub(super) fn expiry(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "expiry",
        ["有效专利到期年份", "Expiry of rights in force"],
        &["count"],
        Chart::Columns { x: 0, y: 1 },
        &[("year", "到期年", "year of expiry"), ("count", "数量", "count")],
    );
    let in_force = match cohort.in_force() {
        Ok(found) => found.in_force,
        Err(why) => return figure.without(&why),
    };
    let mut years: BTreeMap<i16, Vec<u32>> = BTreeMap::new();
    let mut without: Vec<u32> = Vec::new();
    for unit in &in_force {
        match cohort.expiry(*unit) {
            Some(day) => years.entry(day.year()).or_default().push(*unit),
            None => without.push(*unit),
        }
    }
    let (Some(first), Some(last)) = (years.keys().next().copied(), years.keys().last().copied()) else {
        return figure.without(&if in_force.is_empty() {
            Undefined::Empty
        } else {
            Undefined::missing("no day of expiry of a right in force")
        });
    };
    for year in first..=last {
        let found = years.get(&year).map_or(&[][..], Vec::as_slice);
        figure.row(
            vec![Cell::Number(f64::from(year)), Cell::Number(found.len() as f64)],
            behind(cohort, found),
        );
    }
    let from = cohort.basis().as_of.map_or(first, jiff::civil::Date::year);
    let soon: Vec<u32> =
        years.range(from..from.saturating_add(5)).flat_map(|(_, units)| units.iter().copied()).collect();
    let until = from.saturating_add(4);
    let (n, n_soon, n_without) = (on(0, in_force.len()), on(1, soon.len()), on(2, without.len()));
    figure.say(
        &format!("{n} 项有效权利中，{n_soon} 项在 {from}–{until} 年到期，最晚 {last} 年；{n_without} 项无到期日。"),
        &format!(
            "Of {n} units in force {n_soon} expire from {from} to {until}, the last in {last}; {n_without} have no day of expiry."
        ),
        vec![behind(cohort, &in_force), behind(cohort, &soon), behind(cohort, &without)],
    );
    figure.note(
        "到期日按法定期限推算，取有效成员中最晚者；提前失效（未缴年费）不在其中。",
        "Days follow from the statutory term, the latest among the members in force; earlier lapses are not foreseen.",
    );
    figure
}
