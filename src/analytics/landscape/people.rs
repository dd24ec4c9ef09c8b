//! Who files, who invents, who works together.

use std::collections::BTreeMap;

use super::RANKED;
use super::figure::{Cell, Chart, Figure, behind, on, percent, said, units};
use crate::analytics::cohort::{Cohort, Labels};
use crate::analytics::evidence::{Timeline, Undefined};
use crate::analytics::measure;

/// Labels whose pairs are looked at.
const LINKED_AMONG: usize = 500;

/// Fills a figure of label, count and share with the largest labels of a column; `kinds` is what they are called.
pub(super) fn ranking(
    mut figure: Figure,
    cohort: &Cohort,
    labels: &Labels,
    kinds: [&str; 2],
    name: &dyn Fn(&str) -> Cell,
) -> Figure {
    let counts = cohort.count(labels);
    let labelled = f64::from(cohort.n_units()) - cohort.unlabelled(labels).len() as f64;
    for count in counts.iter().take(RANKED) {
        let share = (labelled > 0.0).then(|| count.units.len() as f64 / labelled);
        figure.row(
            vec![name(&count.label), Cell::Number(count.value), Cell::from(share)],
            behind(cohort, &count.units),
        );
    }
    figure.n_more = counts.len().saturating_sub(RANKED) as u64;
    if let Some(first) = counts.first() {
        let (zh, en) = units(cohort.basis());
        let (n, of) = (on(1, said(first.value)), on(0, said(labelled)));
        let share = on(1, percent(first.units.len() as f64 / labelled.max(1.0)));
        let with: Vec<u32> = (0..cohort.n_units()).filter(|unit| !labels.of(*unit).is_empty()).collect();
        let (name_zh, name_en) = match name(&first.label) {
            Cell::Name(name) => (name.zh, name.en),
            _ => (first.label.clone(), first.label.clone()),
        };
        figure.say(
            &format!("{of} {zh}分属 {} 个{}；居首的是{name_zh}，{n}，占 {share}。", counts.len(), kinds[0]),
            &format!("{of} {en} in {} {}; the first is {name_en} with {n}, {share}.", counts.len(), kinds[1]),
            vec![behind(cohort, &with), behind(cohort, &first.units)],
        );
    }
    let without = cohort.unlabelled(labels).len();
    if without > 0 {
        figure.note(
            format!("另有 {without} 项没有此数据，不在占比的分母中。"),
            format!("{without} more have no such data; they are not in the denominator of the shares."),
        );
    }
    figure
}

pub(super) fn applicants(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "applicants",
        ["主要申请人", "Applicants"],
        &["count", "h-index", "cii", "ts", "hhi", "cr"],
        Chart::Bars { label: 0, value: 1 },
        &[
            ("applicant", "申请人", "applicant"),
            ("count", "数量", "count"),
            ("first_year", "首年", "first year"),
            ("last_year", "末年", "last year"),
            ("h_index", "h 指数", "h-index"),
            ("current_impact", "当前影响指数", "current impact"),
            ("strength", "技术强度", "strength"),
            ("self_citations", "自引", "self-citations"),
        ],
    );
    let (holders, column) = match cohort.entities() {
        Ok(found) => found,
        Err(why) => return figure.without(&why),
    };
    let counts = cohort.count(holders);
    for (count, impact) in counts.iter().zip(measure::entity_impact(cohort, holders, RANKED)) {
        let years =
            || count.units.iter().filter_map(|unit| cohort.year(*unit, Timeline::Priority)).map(f64::from);
        let cells = vec![
            Cell::from(impact.holder.as_str()),
            Cell::from(&impact.units),
            Cell::from(years().reduce(f64::min)),
            Cell::from(years().reduce(f64::max)),
            Cell::from(&impact.h_index),
            Cell::from(&impact.current_impact),
            Cell::from(&impact.strength),
            Cell::Number(impact.self_citations as f64),
        ];
        figure.row(cells, impact.units.documents);
    }
    figure.n_more = counts.len().saturating_sub(RANKED) as u64;
    if let (Some(first), Ok(found)) = (counts.first(), measure::concentration(cohort)) {
        let share = |place: usize, value: &crate::analytics::evidence::Value| {
            value.value.map_or_else(|| "–".to_owned(), |share| on(place, percent(share)))
        };
        let hhi = found.hhi.value.map_or_else(|| "–".to_owned(), |hhi| on(3, format!("{hhi:.4}")));
        let (n, holders) = (on(0, said(first.value)), found.n_holders);
        let (four, ten) = (share(1, &found.cr4), share(2, &found.cr10));
        let name = &first.label;
        figure.say(
            &format!(
                "共 {holders} 个申请人；居首的是{name}（{n}）；前 4 占 {four}，前 10 占 {ten}，HHI={hhi}。"
            ),
            &format!(
                "{holders} applicants; the first is {name} ({n}); the four largest hold {four}, the ten largest {ten}, HHI={hhi}."
            ),
            vec![
                behind(cohort, &first.units),
                found.cr4.documents,
                found.cr10.documents,
                found.hhi.documents,
            ],
        );
    }
    if column == "applicant" {
        figure.note(
            if cohort.basis().official {
                "官方口径：只计第一权利人。"
            } else {
                "名称为公开文本所载，未经归一。"
            },
            if cohort.basis().official {
                "Official counting: the first right holder alone."
            } else {
                "Names as published; they are not normalised."
            },
        );
    }
    figure
}

pub(super) fn inventors(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "inventors",
        ["主要发明人", "Inventors"],
        &["count"],
        Chart::Bars { label: 0, value: 1 },
        &[
            ("inventor", "发明人", "inventor"),
            ("count", "数量", "count"),
            ("applicant", "主要申请人", "main applicant"),
            ("first_year", "首年", "first year"),
            ("last_year", "末年", "last year"),
        ],
    );
    let labels = match cohort.labels("inventor") {
        Ok(labels) => labels,
        Err(why) => return figure.without(&why),
    };
    let holders = cohort.entities().ok().map(|(labels, _)| labels);
    let counts = cohort.count(labels);
    for count in counts.iter().take(RANKED) {
        let mut of: BTreeMap<&str, u32> = BTreeMap::new();
        let names =
            count.units.iter().flat_map(|unit| holders.iter().flat_map(move |labels| labels.names_of(*unit)));
        names.for_each(|name| *of.entry(name).or_default() += 1);
        let main = of.iter().rev().max_by_key(|(_, n)| **n).map(|(name, _)| *name);
        let years =
            || count.units.iter().filter_map(|unit| cohort.year(*unit, Timeline::Priority)).map(f64::from);
        let cells = vec![
            Cell::from(count.label.as_str()),
            Cell::Number(count.value),
            main.map_or_else(|| Cell::Missing("unknown".to_owned()), Cell::from),
            Cell::from(years().reduce(f64::min)),
            Cell::from(years().reduce(f64::max)),
        ];
        figure.row(cells, behind(cohort, &count.units));
    }
    figure.n_more = counts.len().saturating_sub(RANKED) as u64;
    if let Some(first) = counts.first() {
        let (zh, en) = units(cohort.basis());
        let n = on(0, said(first.value));
        figure.say(
            &format!("共 {} 个发明人姓名；居首的是{}，{n} {zh}。", counts.len(), first.label),
            &format!("{} names of inventors; the first is {} with {n} {en}.", counts.len(), first.label),
            vec![behind(cohort, &first.units)],
        );
    }
    figure.note(
        "按姓名统计：同名者未区分，一人多种写法未合并。",
        "Counted by name: namesakes are not told apart, spellings of one person are not joined.",
    );
    figure
}

pub(super) fn collaboration(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "collaboration",
        ["合作关系（共同申请人）", "Collaboration (joint applicants)"],
        &["count", "association"],
        Chart::Arcs { from: 0, to: 1, value: 2 },
        &[
            ("first", "申请人甲", "one applicant"),
            ("second", "申请人乙", "the other"),
            ("together", "共同申请", "together"),
            ("strength", "关联强度", "association strength"),
        ],
    );
    if cohort.basis().official {
        return figure.without(&Undefined::missing("official counting knows one holder of each application"));
    }
    let holders = match cohort.entities() {
        Ok((holders, _)) => holders,
        Err(why) => return figure.without(&why),
    };
    let pairs = measure::co_occurrence(cohort, holders, LINKED_AMONG, 1);
    for pair in pairs.iter().take(RANKED) {
        let cells = vec![
            Cell::from(pair.first.as_str()),
            Cell::from(pair.second.as_str()),
            Cell::Number(pair.together as f64),
            Cell::from(&pair.strength),
        ];
        figure.row(cells, pair.strength.documents.clone());
    }
    figure.n_more = pairs.len().saturating_sub(RANKED) as u64;
    let joint: Vec<u32> = (0..cohort.n_units()).filter(|unit| holders.of(*unit).len() > 1).collect();
    let (zh, en) = units(cohort.basis());
    match pairs.first() {
        Some(first) => {
            let (n, together) = (on(0, joint.len()), on(1, first.together));
            figure.say(
                &format!(
                    "{n} {zh}有两个以上申请人；合作最多的是{}与{}（{together} 次）。",
                    first.first, first.second
                ),
                &format!(
                    "{n} {en} have two applicants or more; the closest are {} and {} ({together} together).",
                    first.first, first.second
                ),
                vec![behind(cohort, &joint), first.strength.documents.clone()],
            );
            figure
        }
        None => figure.without(&Undefined::TooFew {
            what: "joint filings".to_owned(),
            n: joint.len() as u64,
            needed: 1,
        }),
    }
}
