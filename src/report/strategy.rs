//! The search strategy as a document (检索策略与检索式表): element table, numbered log, what every NOT costs, and whether
//! the search is enough.

use super::document::{Block, Cell, Column, Document, Lang, Run, Style, Tone};
use crate::analytics::evidence::Value;
use crate::analytics::strategy::{
    Channel, ChannelReport, Count, Drafted, Exclusion, Line, Strategy, Sufficiency,
};
use crate::analytics::sufficiency::{Advice, Caveat};

/// Keys of one list that are printed; JSON has more.
const MAX_PRINTED: usize = 20;

/// Returns the document in one language; queries and names stay as they were written.
pub fn document(strategy: &Strategy, sufficiency: Option<&Sufficiency>, lang: Lang) -> Document {
    let snapshot = &strategy.snapshot;
    let as_of = snapshot.as_of.map_or_else(|| "?".to_owned(), |date| date.to_string());
    let mut document = Document {
        title: format!("{}{}", lang.pick("检索策略：", "Search strategy: "), strategy.name),
        subtitle: match (strategy.cut_off, lang) {
            (Some(date), Lang::Zh) => format!("检索截止日 {date}"),
            (Some(date), Lang::En) => format!("Cut-off date {date}"),
            (None, _) => lang.pick("未设检索截止日", "No cut-off date").to_owned(),
        },
        lang,
        created: snapshot.created,
        footer: match lang {
            Lang::Zh => {
                format!(
                    "patnav · 数据快照 {} · 数据截至 {as_of} · {} 件文献",
                    snapshot.id, snapshot.n_documents
                )
            }
            Lang::En => {
                format!(
                    "patnav · snapshot {} · data to {as_of} · {} documents",
                    snapshot.id, snapshot.n_documents
                )
            }
        },
        blocks: Vec::new(),
    };
    if !strategy.description.trim().is_empty() {
        document.paragraph(strategy.description.trim());
    }
    document.note(lang.pick(
        "全部数字均在上述快照上重新计算；一项为一个简单同族（括号内为公开文献件数）。检索截止日只作记录，须由检索式自行限定。",
        "Every number was counted anew on this snapshot; one case is a simple family (publications in brackets). The cut-off date is a record: the lines have to keep to it themselves.",
    ));
    elements(&mut document, strategy, lang);
    log(&mut document, strategy, lang);
    exclusions(&mut document, strategy, lang);
    if let Some(sufficiency) = sufficiency {
        enough(&mut document, sufficiency, lang);
    }
    document
}

fn elements(out: &mut Document, strategy: &Strategy, lang: Lang) {
    out.heading(1, lang.pick("1　检索要素表", "1  Elements"));
    if strategy.elements.is_empty() {
        out.paragraph(lang.pick("未填写检索要素。", "No elements were written down."));
        return;
    }
    let found = |drafted: &Option<Drafted>| match drafted {
        None => String::new(),
        Some(Drafted { problem: Some(problem), .. }) => problem.clone(),
        Some(drafted) => count(drafted.n),
    };
    let rows = strategy.elements.iter().map(|element| {
        vec![
            Cell::from(Run::bold(element.name.clone())),
            Cell::from(element.words.join("\n")),
            Cell::from(found(&element.by_words)),
            Cell::from(element.classes.join("\n")),
            Cell::from(found(&element.by_classes)),
            Cell::from(element.note.clone()),
        ]
    });
    let columns = vec![
        Column::new(lang.pick("要素", "Element"), 3),
        Column::new(lang.pick("检索词", "Words"), 5),
        Column::new(lang.pick("词命中", "Found by words"), 2),
        Column::new(lang.pick("分类号", "Classes"), 3),
        Column::new(lang.pick("类命中", "Found by classes"), 2),
        Column::new(lang.pick("说明", "Note"), 3),
    ];
    out.table(columns, rows.collect());
}

fn log(out: &mut Document, strategy: &Strategy, lang: Lang) {
    out.heading(1, lang.pick("2　检索式记录", "2  Log of queries"));
    if strategy.lines.is_empty() {
        out.paragraph(lang.pick("还没有检索式。", "There is no query yet."));
        return;
    }
    out.paragraph(lang.pick(
        "“新增”：此前各行都没有的；“另计”：除其所引用的各行之外，此前各行都没有的。撤销的行保留在表中，不参与其他行的计数。",
        "\"New\": in no line before. \"Beside its base\": in no line before but those it builds on. A line taken back stays in the table and counts for no other.",
    ));
    let rows = strategy.lines.iter().map(|line| log_row(line, lang)).collect();
    let columns = vec![
        Column::new(lang.pick("编号", "No."), 1),
        Column::new(lang.pick("检索式", "Query"), 8),
        Column::new(lang.pick("依据", "Base"), 2),
        Column::new(lang.pick("日期", "Date"), 2),
        Column::new(lang.pick("命中", "Hits"), 2),
        Column::new(lang.pick("新增", "New"), 2),
        Column::new(lang.pick("另计", "Beside its base"), 2),
        Column::new(lang.pick("相关/已读", "Relevant / read"), 2),
        Column::new(lang.pick("判断", "Judgement"), 4),
    ];
    out.table(columns, rows);
    out.heading(2, lang.pick("解析后的检索式", "As they were understood"));
    let understood = strategy.lines.iter().filter(|line| line.problem.is_none());
    let lines: Vec<String> =
        understood.map(|line| format!("#{}  [{}]  {}", line.number, line.dialect, line.canonical)).collect();
    out.blocks.push(Block::Code(lines.join("\n")));
}

fn log_row(line: &Line, lang: Lang) -> Vec<Cell> {
    let mut query = vec![Run::styled(line.query.clone(), Style::Code)];
    if let Some(problem) = &line.problem {
        query.push(Run::plain(format!("\n{problem}")));
    }
    let mut base = line.builds_on.join(" ");
    if base.is_empty() {
        base = channel(line.channel, lang).to_owned();
    }
    if !line.builds_on_removed.is_empty() {
        let numbers: Vec<String> = line.builds_on_removed.iter().map(|number| format!("#{number}")).collect();
        base.push_str(&format!("\n{} {}", lang.pick("已撤销：", "taken back:"), numbers.join(" ")));
    }
    let mut note = vec![Run::plain(line.note.clone())];
    if !line.who.is_empty() {
        note.push(Run::faint(format!("  {}", line.who)));
    }
    // In the time zone of no machine, so that the file is the same everywhere.
    let added = line.added.to_string();
    let number = if line.removed { format!("#{} ✕", line.number) } else { format!("#{}", line.number) };
    let cell = Cell::from(Run::bold(number));
    vec![
        if line.removed { cell.toned(Tone::Unknown) } else { cell },
        Cell::of(query),
        Cell::from(base),
        Cell::from(added.get(..10).unwrap_or(&added)),
        Cell::from(count(line.hits)),
        Cell::from(count(line.new)),
        Cell::from(count(line.new_beside_base)),
        Cell::from(format!("{} / {}", line.n_relevant, line.n_read)),
        Cell::of(note),
    ]
}

fn exclusions(out: &mut Document, strategy: &Strategy, lang: Lang) {
    out.heading(1, lang.pick("3　排除（NOT）及误杀上限", "3  What NOT takes out, and what it may lose"));
    let all: Vec<(&Line, &Exclusion)> =
        strategy.lines.iter().flat_map(|line| line.exclusions.iter().map(move |one| (line, one))).collect();
    if all.is_empty() {
        out.paragraph(lang.pick("没有带 NOT 的检索式。", "No query excludes anything."));
        return;
    }
    out.paragraph(lang.pick(
        "“单独排除”：只去掉这一个 NOT 时会回来的同族。误杀上限取抽样中相关（含未定）比例的威尔逊区间上界（95 %）乘以被排除数；只计从头连续读过的样本。",
        "\"Removes alone\": what comes back if this NOT alone is dropped. The bound is the upper end of the Wilson interval (95 %) of the relevant share of a random sample, unsettled ones included, times what is removed; of the sample only what was read from its beginning without a gap counts.",
    ));
    let row = |(line, one): &(&Line, &Exclusion)| {
        let lost: Vec<&str> = one.relevant_lost.iter().take(MAX_PRINTED).map(String::as_str).collect();
        let tone = if one.n_relevant_lost > 0 { Tone::Empty } else { Tone::Full };
        let bound = match (one.lost_at_most, lang) {
            (Some(n), Lang::Zh) => format!("至多 {n} 项"),
            (Some(n), Lang::En) => format!("{n} at most"),
            (None, _) => lang.pick("样本未读", "sample not read").to_owned(),
        };
        vec![
            Cell::from(Run::bold(format!("#{}", line.number))),
            Cell::from(Run::styled(format!("NOT {}", one.clause), Style::Code)),
            Cell::from(count(one.removes)),
            Cell::from(if lost.is_empty() {
                "0".to_owned()
            } else {
                format!("{}: {}", one.n_relevant_lost, lost.join(" "))
            })
            .toned(tone),
            Cell::from(format!(
                "{} / {} / {}",
                one.sample.n_relevant + one.sample.n_unsettled,
                one.sample.n_read,
                one.sample.documents.len()
            )),
            Cell::from(bound).toned(if one.lost_at_most.is_some() { Tone::Full } else { Tone::Unknown }),
        ]
    };
    let columns = vec![
        Column::new(lang.pick("编号", "No."), 1),
        Column::new(lang.pick("排除内容", "Excludes"), 6),
        Column::new(lang.pick("单独排除", "Removes alone"), 2),
        Column::new(lang.pick("已知误杀", "Known to be lost"), 4),
        Column::new(lang.pick("样本：相关/已读/共", "Sample: relevant / read / of"), 3),
        Column::new(lang.pick("误杀上限", "Bound"), 2),
    ];
    out.table(columns, all.iter().map(row).collect());
}

fn enough(out: &mut Document, found: &Sufficiency, lang: Lang) {
    out.heading(1, lang.pick("4　检索是否充分", "4  Is it enough?"));
    let advice = match found.advice {
        Advice::MayStop => lang.pick(
            "最近读的 50 项没有新的相关文献，两个通道都有相关文献：可以考虑停止。这不证明已查全。",
            "The last 50 read brought nothing new, and both channels found relevant documents: one may stop. This proves no completeness.",
        ),
        Advice::StillFinding => lang.pick("最近读的 50 项仍有新的相关文献：继续。", "The last 50 read still brought relevant documents: go on."),
        Advice::ReadMore => lang.pick("读过的不足 50 项，无法判断：继续阅读。", "Fewer than 50 were read, which is too little to tell: read on."),
        Advice::OneChannel => lang.pick(
            "只有一个通道找到相关文献：请同时用分类或引证与关键词检索。",
            "Only one channel found relevant documents: search by class or citation as well as by words.",
        ),
    };
    out.note(advice);
    let steps: Vec<String> = found.reading.steps.iter().map(ToString::to_string).collect();
    let result = found.result.map_or_else(|| "–".to_owned(), |number| format!("#{number}"));
    let channel = |channel: &ChannelReport| {
        let lines: Vec<String> = channel.lines.iter().map(|number| format!("#{number}")).collect();
        format!(
            "{} · {} / {} / {}",
            if lines.is_empty() { "–".to_owned() } else { lines.join(" ") },
            channel.n_relevant,
            channel.n - channel.n_unread,
            channel.n
        )
    };
    let known = &found.known;
    let rows = [
        (lang.pick("结果行", "Result"), format!("{result} · {}", found.n_result)),
        (
            lang.pick("已读 / 相关 / 未定", "Read / relevant / unsettled"),
            format!("{} / {} / {}", found.reading.n_read, found.reading.n_relevant, found.n_unsettled),
        ),
        (lang.pick("每读 20 项新增的相关文献", "New relevant in each 20 read"), steps.join(" ")),
        (
            lang.pick(
                "分类或引证通道：行 · 相关/已读/命中",
                "Channel by class or citation: lines · relevant / read / found",
            ),
            channel(&found.by_classes),
        ),
        (
            lang.pick("关键词通道：行 · 相关/已读/命中", "Channel by words: lines · relevant / read / found"),
            channel(&found.by_words),
        ),
        (lang.pick("两个通道共有的相关文献", "Relevant in both"), found.n_both.to_string()),
        (
            lang.pick("估计的相关总数", "Relevant documents to be expected"),
            number(&found.relevant, found.n_both, lang),
        ),
        (
            lang.pick("估计的查全率（上估）", "Recall of both channels (an upper estimate)"),
            number(&found.recall, found.n_both, lang),
        ),
        (
            lang.pick("查准率（抽样）", "Precision (sample)"),
            format!(
                "{} · {} / {}",
                number(&found.precision, found.sample.n_read, lang),
                found.sample.n_read,
                found.sample.documents.len()
            ),
        ),
        (
            lang.pick("独立已知集的查全率", "Recall on the known set"),
            format!("{} · {} / {}", number(&found.known_recall, known.n, lang), known.n_found, known.n),
        ),
    ];
    let rows = rows.into_iter().map(|(name, said)| vec![Cell::from(Run::bold(name)), Cell::from(said)]);
    out.table(vec![Column::new("", 3), Column::new("", 5)], rows.collect());
    for limit in &found.caveats {
        out.note(caveat(*limit, lang));
    }
    if !known.missed.is_empty() {
        let missed: Vec<&str> = known.missed.iter().take(MAX_PRINTED).map(String::as_str).collect();
        out.paragraph(format!(
            "{}{}",
            lang.pick("已知集中漏检：", "Known and not found: "),
            missed.join(" ")
        ));
    }
    if known.n_not_indexed > 0 {
        let missing: Vec<&str> = known.not_indexed.iter().take(MAX_PRINTED).map(String::as_str).collect();
        out.paragraph(format!(
            "{}{}",
            lang.pick("已知集中本库未收录：", "Known and not in these data: "),
            missing.join(" ")
        ));
    }
}

fn caveat(caveat: Caveat, lang: Lang) -> &'static str {
    match caveat {
        Caveat::DependentChannels => lang.pick(
            "双通道估计假定两个通道互相独立。关键词与由同一文字训练的向量不独立；分类与关键词也往往找到同样的文献，因此相关总数偏低、查全率偏高。",
            "The estimate takes the two channels for independent. Words and vectors trained on the same words are not; classes and words too tend to find the same documents, so the number comes out too low and recall too high.",
        ),
        Caveat::UnreadInChannels => lang.pick(
            "通道中有命中而未读的文献；其中的相关文献不在估计之内。",
            "Documents of the channels were not read; relevant ones among them are not part of the estimate.",
        ),
        Caveat::UnreadInSample => lang.pick(
            "样本没有按顺序读完；查准率只依据从头连续读过的部分。",
            "The sample was not read to its end in order; precision rests on what was read from its beginning.",
        ),
        Caveat::NoKnownSet => lang.pick("没有给出独立已知集。", "No known set was given."),
        Caveat::KnownNotIndexed => lang.pick(
            "已知集中有本库未收录的文献；它们不能说明检索式的好坏。",
            "Some of the known set is not in these data, which says nothing of the query.",
        ),
    }
}

fn channel(channel: Channel, lang: Lang) -> &'static str {
    match channel {
        Channel::Words => lang.pick("关键词", "words"),
        Channel::Classes => lang.pick("分类/引证", "classes, citations"),
        Channel::Mixed => lang.pick("混合", "both"),
        Channel::Other => lang.pick("其他", "other"),
    }
}

fn count(n: Count) -> String {
    format!("{} ({})", n.families, n.publications)
}

/// Returns a number with its interval, or why there is none; `n` is how many cases it rests on.
fn number(value: &Value, n: u64, lang: Lang) -> String {
    if value.value.is_none() && n == 0 {
        return lang
            .pick("无从计算（没有读过或给出的文献）", "not computable: none was read or given")
            .to_owned();
    }
    let shown =
        |x: f64| if value.scale == "count" { format!("{x:.0}") } else { format!("{:.1} %", x * 100.0) };
    match (value.value, value.low, value.high) {
        (Some(x), Some(low), Some(high)) => format!("{} [{}, {}]", shown(x), shown(low), shown(high)),
        (Some(x), ..) => shown(x),
        _ => value.reason.clone().unwrap_or_default(),
    }
}
