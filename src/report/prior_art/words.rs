//! The set phrases of the search report in both languages.

use crate::report::document::{Lang, Tone};
use crate::search::evidence::{BridgeKind, Found, SupportState};
use crate::search::idea::{Caveat, IdeaReport, PRIORITY, QueryLine, ReadDocument};
use crate::search::novelty::Category;
use crate::search::{BlindWindow, WindowKind};

pub(super) fn subtitle(report: &IdeaReport, lang: Lang) -> String {
    let date = report.before;
    let given = if report.before_given {
        String::new()
    } else {
        lang.pick("（未指定，取数据最后一日的次日）", " (not given: the day after the last day of the data)")
            .to_owned()
    };
    match lang {
        Lang::Zh => format!("检索截止日：{date} 之前公开的文献{given} · 申请局：{}", report.office),
        Lang::En => format!("Published before {date}{given} · office of filing: {}", report.office),
    }
}

pub(super) fn footer(report: &IdeaReport, lang: Lang) -> String {
    let as_of = report.snapshot.as_of.map_or_else(|| "?".to_owned(), |date| date.to_string());
    let (id, n) = (&report.snapshot.id, report.snapshot.n_documents);
    match lang {
        Lang::Zh => format!(
            "patnav · 数据快照 {id} · 数据截至 {as_of} · {n} 件文献 · 机器生成的候选结果，须经人工核对"
        ),
        Lang::En => format!(
            "patnav · snapshot {id} · data to {as_of} · {n} documents · candidates made by rules, to be checked by a person"
        ),
    }
}

pub(super) fn state(state: SupportState, lang: Lang) -> (&'static str, Tone) {
    match (state, lang) {
        (SupportState::Supported, Lang::Zh) => ("● 有", Tone::Full),
        (SupportState::Supported, Lang::En) => ("● yes", Tone::Full),
        (SupportState::Partly, Lang::Zh) => ("◐ 部分", Tone::Partial),
        (SupportState::Partly, Lang::En) => ("◐ partly", Tone::Partial),
        (SupportState::NotFound, Lang::Zh) => ("○ 未见", Tone::Empty),
        (SupportState::NotFound, Lang::En) => ("○ not found", Tone::Empty),
    }
}

pub(super) fn category(category: Category, lang: Lang) -> &'static str {
    match (category, lang) {
        (Category::X, Lang::Zh) => "X 候选",
        (Category::X, Lang::En) => "X candidate",
        (Category::Y, Lang::Zh) => "Y 候选",
        (Category::Y, Lang::En) => "Y candidate",
        (Category::A, Lang::Zh) => "A（背景）",
        (Category::A, Lang::En) => "A (background)",
        (Category::E, Lang::Zh) => "E 候选（抵触申请）",
        (Category::E, Lang::En) => "E candidate (conflicting application)",
        (Category::Pending, Lang::Zh) => "E? 国际申请，进入后才可能抵触",
        (Category::Pending, Lang::En) => "E? international, conflicting only if it enters",
        (Category::P, Lang::Zh) => "P（优先权日与申请日之间公开）",
        (Category::P, Lang::En) => "P (published between priority and filing)",
        (Category::R, Lang::Zh) => "R（同日申请）",
        (Category::R, Lang::En) => "R (filed on the same day)",
        (Category::Undated, Lang::Zh) => "日期不明",
        (Category::Undated, Lang::En) => "undated",
        (Category::Later, Lang::Zh) => "日期在后",
        (Category::Later, Lang::En) => "later",
    }
}

/// Returns where a passage stands: `权利要求 3`, "paragraph 12".
pub(super) fn place(found: &Found, lang: Lang) -> String {
    let zone = match (found.zone.as_str(), lang) {
        ("title", Lang::Zh) => "标题",
        ("abstract", Lang::Zh) => "摘要",
        ("claims", Lang::Zh) => "权利要求",
        ("description", Lang::Zh) => "说明书",
        ("claims", Lang::En) => "claim",
        (zone, _) => zone,
    };
    match (found.claim, found.paragraph, lang) {
        (Some(n), ..) => format!("{zone} {n}"),
        (_, Some(n), Lang::Zh) => format!("{zone}第 {n} 段"),
        (_, Some(n), Lang::En) => format!("{zone}, paragraph {n}"),
        _ => zone.to_owned(),
    }
}

pub(super) fn bridge(by: BridgeKind, lang: Lang) -> &'static str {
    match by {
        BridgeKind::Same => lang.pick("原词", "same words"),
        BridgeKind::Equivalent => lang.pick("领域词典同义", "equivalent in the domain pack"),
        BridgeKind::Words => lang.pick("分词命中", "words apart"),
    }
}

pub(super) fn purpose(line: &QueryLine, lang: Lang) -> String {
    let conflicting = line.filters.columns.contains_key(PRIORITY);
    match (line.purpose.as_str(), lang) {
        ("text", Lang::Zh) if conflicting => "申请在先、公开在后（按全文语义排序）".to_owned(),
        ("text", Lang::En) if conflicting => "filed before, published after (ranked by the text)".to_owned(),
        ("text", Lang::Zh) => "混合检索：全文按词与语义排序".to_owned(),
        ("text", Lang::En) => "hybrid search: ranked by words and meaning of the text".to_owned(),
        ("all", Lang::Zh) => "全部要素".to_owned(),
        ("all", Lang::En) => "all elements".to_owned(),
        (other, Lang::Zh) => match other.strip_prefix("all but ") {
            Some(element) => format!("去掉 {element} 的其余要素"),
            None => format!("要素 {other}"),
        },
        (other, Lang::En) => {
            if other.starts_with("all but") {
                other.to_owned()
            } else {
                format!("element {other}")
            }
        }
    }
}

/// Returns the filters of a line as one text.
pub(super) fn filters(line: &QueryLine, lang: Lang) -> String {
    let filters = &line.filters;
    let mut parts = Vec::new();
    let mut add = |zh: &str, en: &str, value: Option<&String>| {
        parts.extend(value.map(|value| format!("{} {value}", lang.pick(zh, en))));
    };
    add("公开日不早于", "published from", filters.from.as_ref());
    add("公开日不晚于", "published to", filters.to.as_ref());
    let priority = filters
        .columns
        .get(PRIORITY)
        .and_then(|days| days.first())
        .map(|days| days.trim_start_matches("..").to_owned());
    add("最早优先权日（申请日）不晚于", "priority or filing to", priority.as_ref());
    add("受理局", "office", Some(&filters.country.join(", ")).filter(|list| !list.is_empty()));
    parts.join(lang.pick("；", "; "))
}

pub(super) fn window(window: &BlindWindow, lang: Lang) -> (String, String, String) {
    let office =
        if window.office == "*" { lang.pick("各局", "any").to_owned() } else { window.office.clone() };
    let what = match window.kind {
        WindowKind::PublishedApplication => lang.pick(
            "发明专利申请：自最早优先权日起满 18 个月公布，入库另有延迟",
            "Applications: published 18 months after priority, and a little later in the data",
        ),
        WindowKind::UtilityModel => lang.pick(
            "实用新型、外观设计：授权公告前不公开",
            "Utility models and designs: not visible before grant",
        ),
        WindowKind::PctEntry => lang.pick(
            "PCT 申请进入中国：自优先权日起最长 32 个月，之后公布",
            "PCT applications entering China: up to 32 months after priority, published afterwards",
        ),
        WindowKind::UsNonPublication => {
            lang.pick("美国不公开请求：授权前不公开", "US non-publication requests: not visible before grant")
        }
        WindowKind::Priority => lang.pick(
            "巴黎公约优先权：12 个月内（可恢复时另加 2 个月）的在后申请可享有更早的日期",
            "Paris priority: later filings of 12 months (14 with restoration) may claim an earlier date",
        ),
    };
    let period = match (window.months, window.measured_on) {
        (Some(months), Some(n)) => match lang {
            Lang::Zh => format!("{months} 个月（按本库 {n} 件实测，九成在此以内）"),
            Lang::En => format!("{months} months (measured on {n} records; nine of ten within)"),
        },
        (Some(months), None) => format!("{months}{}", lang.pick(" 个月", " months")),
        (None, _) => lang.pick("至授权，无固定期限", "until grant, no fixed period").to_owned(),
    };
    let from = window.from.map_or_else(|| lang.pick("不定", "unknown").to_owned(), |date| date.to_string());
    (format!("{office} · {what}"), period, from)
}

pub(super) fn caveat(caveat: Caveat, lang: Lang) -> &'static str {
    match caveat {
        Caveat::NoDate => lang.pick(
            "没有给出截止日，以数据最后一日的次日代替；给出申请日或立项日后应重新检索。",
            "No cut-off date was given; the day after the last day of the data stands in. Search again with the day of filing.",
        ),
        Caveat::DateAfterData => lang.pick(
            "截止日晚于数据最后一日：这段时间公开的文献不在数据中。",
            "The cut-off date lies after the last day of the data: what was published in between is not in them.",
        ),
        Caveat::FewElements => lang.pick(
            "文字太少，要素不足三个；补充技术手段后结论才有意义。",
            "The text says too little for three elements; add how it is done.",
        ),
        Caveat::TextCut => lang.pick("文字很长，要素只取自前 20,000 字。", "The text is long; elements come from its first 20,000 characters."),
        Caveat::OtherLanguage => lang.pick(
            "文字似非中文或英文：按原词匹配，句子未作分析。",
            "The text seems neither Chinese nor English: its words are matched, its sentences not analysed.",
        ),
        Caveat::NoSynonyms => lang.pick(
            "领域词典不认识文中的术语：没有同义词，跨语言只靠向量。",
            "No domain pack knows a term of the text: no synonyms, and only vectors cross languages.",
        ),
        Caveat::NoVectors => lang.pick("本库没有向量：只按词检索。", "The data have no vectors: found by words alone."),
        Caveat::NothingFound => lang.pick(
            "截止日前没有检到文献。这不说明没有：请核对数据范围与检索式。",
            "Nothing was found before the date. That does not say that there is nothing: check the data and the queries.",
        ),
    }
}

/// Returns the title of a document in the language of the report where there is one.
pub(super) fn title(document: &ReadDocument, lang: Lang) -> String {
    let title = &document.title;
    let order = match lang {
        Lang::Zh => [&title.zh, &title.en, &title.other],
        Lang::En => [&title.en, &title.zh, &title.other],
    };
    let found = order.into_iter().flatten().next().cloned();
    found.unwrap_or_else(|| lang.pick("（无标题）", "(no title)").to_owned())
}
