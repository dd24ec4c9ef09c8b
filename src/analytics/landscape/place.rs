//! Where inventions come from, and where they are protected.

use super::figure::{Cell, Chart, Figure, on, percent, said, units};
use super::people::ranking;
use crate::analytics::cohort::Cohort;
use crate::analytics::measure;

pub(super) fn flows(cohort: &Cohort) -> Figure {
    let mut figure = Figure::new(
        "geography",
        ["地域分布：来源国 × 目标国", "Geography: source × target"],
        &["count", "family-size", "overseas", "triadic"],
        Chart::Grid { row: 0, column: 1, value: 2, kind: None },
        &[
            ("source", "首次申请局", "office of first filing"),
            ("target", "目标局", "target office"),
            ("count", "数量", "count"),
        ],
    );
    let found = match measure::families(cohort) {
        Ok(found) => found,
        Err(why) => return figure.without(&why),
    };
    if found.flows.is_empty() && cohort.n_units() > 0 {
        return figure.without(&crate::analytics::evidence::Undefined::missing("the office of first filing"));
    }
    for (from, to, value) in &found.flows {
        figure.row(
            vec![Cell::from(from.as_str()), Cell::from(to.as_str()), Cell::from(value)],
            value.documents.clone(),
        );
    }
    let largest = found
        .flows
        .iter()
        .rev()
        .max_by(|a, b| a.2.value.unwrap_or_default().total_cmp(&b.2.value.unwrap_or_default()));
    if let Some((from, to, value)) = largest {
        let (zh, en) = units(cohort.basis());
        let n = on(0, said(value.value.unwrap_or_default()));
        let share = |place: usize, value: &crate::analytics::evidence::Value| {
            value.value.map_or_else(|| "–".to_owned(), |share| on(place, percent(share)))
        };
        let size = found.size.value.map_or_else(|| "–".to_owned(), |size| on(1, format!("{size:.2}")));
        let (abroad, triadic) = (share(2, &found.overseas), share(3, &found.triadic));
        figure.say(
            &format!(
                "最大流向为 {from}→{to}，{n} {zh}；平均布局 {size} 个局，在首次申请局以外布局的占 {abroad}，三方（EP、US、JP）占 {triadic}。"
            ),
            &format!(
                "The largest flow is {from} to {to} with {n} {en}; a unit is filed at {size} offices on average, {abroad} go beyond the office of first filing, {triadic} are triadic (EP, US, JP)."
            ),
            vec![
                value.documents.clone(),
                found.size.documents.clone(),
                found.overseas.documents.clone(),
                found.triadic.documents.clone(),
            ],
        );
    }
    figure.note(
        "WO 不是目标国；欧洲专利的各国生效随其欧洲专利计。",
        "WO is no target; national validations count with their European patent.",
    );
    figure
}

pub(super) fn provinces(cohort: &Cohort) -> Figure {
    let figure = Figure::new(
        "provinces",
        ["中国省市分布", "Chinese provinces"],
        &["count", "share"],
        Chart::Bars { label: 0, value: 1 },
        &[("province", "省市", "province"), ("count", "数量", "count"), ("share", "占比", "share")],
    );
    match cohort.labels("province") {
        Ok(labels) => ranking(figure, cohort, labels, ["省市", "provinces"], &|name| Cell::from(name)),
        Err(why) => figure.without(&why),
    }
}
