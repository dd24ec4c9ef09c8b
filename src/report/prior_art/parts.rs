//! The parts of the search report.

use super::words;
use super::{MAX_GAPS, MAX_SHOWN};
use crate::report::document::{Block, Cell, Column, Document, Lang, Run, Style, Tone};
use crate::search::evidence::{Evidence, Found, MEANING, SupportState};
use crate::search::idea::{IdeaReport, ReadDocument};
use crate::search::novelty::Category;

pub(super) fn summary(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("1　检索结果摘要", "1  What it comes to"));
    let of =
        |category: Category| report.documents.iter().filter(|document| document.category == category).count();
    let n_elements = report.elements.len();
    let best = report
        .documents
        .iter()
        .find(|document| matches!(document.category, Category::X | Category::Y | Category::A));
    let mut items = vec![match lang {
        Lang::Zh => format!(
            "构思分为 {n_elements} 个要素；在 {} 之前公开的文献中，读了排序最前和各要素最前的 {} 个同族。",
            report.before,
            report.documents.len()
        ),
        Lang::En => format!(
            "The idea has {n_elements} elements; of what was published before {}, the {} families that rank first by the whole text or by one element were read.",
            report.before,
            report.documents.len()
        ),
    }];
    items.push(match (of(Category::X), lang) {
        (0, Lang::Zh) => "没有一篇读过的文献单独载有全部要素。".to_owned(),
        (0, Lang::En) => "No single document read has all elements.".to_owned(),
        (n, Lang::Zh) => format!("{n} 篇文献单独载有全部要素（X 候选）。"),
        (n, Lang::En) => format!("{n} documents have all elements by themselves (X candidates)."),
    });
    if let Some(best) = best.filter(|best| best.category != Category::X) {
        let (n, number) = (best.n_supported(), &best.number);
        items.push(match lang {
            Lang::Zh => format!("最接近的一篇 {number} 载有其中 {n} 个。"),
            Lang::En => format!("The closest, {number}, has {n} of them."),
        });
    }
    let full = report.pairs.iter().filter(|pair| pair.weakest == SupportState::Supported).count();
    items.push(match lang {
        Lang::Zh => format!("{full} 组两篇文献合起来载有全部要素（Y 候选）。"),
        Lang::En => format!("{full} pairs of documents have all elements together (Y candidates)."),
    });
    let conflicts = report.conflicting.iter().filter(|document| document.category == Category::E).count();
    items.push(match lang {
        Lang::Zh => format!("{conflicts} 件在先申请、在后公开的文献须作为抵触申请候选核对。"),
        Lang::En => format!(
            "{conflicts} applications filed before and published after are to be checked as conflicting."
        ),
    });
    items.push(match lang {
        Lang::Zh => format!("{} 对要素没有在任何一篇读过的文献中同时见到（第 7 节）。", report.gaps.len()),
        Lang::En => format!(
            "{} pairs of elements were not found together in any document read (section 7).",
            report.gaps.len()
        ),
    });
    out.list(items);
    out.note(lang.pick(
        "以上均为机器按规则给出的候选，供人工核对；不是新颖性、创造性、侵权或有效性结论。“未见”只说明在本库现有文字中没有找到。",
        "All of this is candidates made by rules, for a person to check; it is no opinion on novelty, inventive step, infringement or validity. \"Not found\" says only that the texts at hand do not show it.",
    ));
    for caveat in &report.caveats {
        out.note(words::caveat(*caveat, lang));
    }
}

pub(super) fn idea(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("2　构思与要素", "2  The idea and its elements"));
    const MAX_CHARS: usize = 1_200;
    let mut text: String = report.text.trim().chars().take(MAX_CHARS).collect();
    if report.text.trim().chars().count() > MAX_CHARS {
        text.push_str(lang.pick("……（下略）", " … (cut)"));
    }
    out.blocks.push(Block::Code(text));
    let outline = [
        (lang.pick("技术问题", "Problem"), &report.outline.problem),
        (lang.pick("技术手段", "Means"), &report.outline.means),
        (lang.pick("技术效果", "Effect"), &report.outline.effect),
    ];
    let rows = outline.into_iter().map(|(name, said)| {
        let said = if said.is_empty() {
            lang.pick("文中没有明说", "not stated in the text").to_owned()
        } else {
            said.join("\n")
        };
        vec![Cell::from(Run::bold(name)), Cell::from(said)]
    });
    let columns = vec![Column::new("", 1), Column::new("", 6)];
    out.table(columns, rows.collect());
    if !report.domains.is_empty() {
        let names = report
            .domains
            .iter()
            .map(|domain| format!("{}（{}）", lang.pick(&domain.zh, &domain.en), domain.n));
        let list = names.collect::<Vec<_>>().join(lang.pick("、", ", "));
        out.paragraph(format!("{}{list}", lang.pick("涉及领域（命中术语数）：", "Domains (terms found): ")));
    }
    let origin = if report.elements_given {
        lang.pick("要素由使用者编辑。", "The elements were edited by a person.")
    } else {
        lang.pick(
            "要素由机器从文字中切分，可编辑后重新检索。",
            "The elements were cut from the text by rules; edit them and search again.",
        )
    };
    out.paragraph(origin);
    let mut rows = Vec::new();
    for element in &report.elements {
        let mut words: Vec<Run> = Vec::new();
        for (n, block) in element.blocks.iter().enumerate() {
            if n > 0 {
                words.push(Run::plain("\n"));
            }
            words.push(Run::bold(block.term.clone()));
            let others: Vec<String> = block.words().into_iter().skip(1).collect();
            if !others.is_empty() {
                words.push(Run::plain(format!(" = {}", others.join(" / "))));
            }
            words.push(Run::faint(format!("  {}", block.n)));
        }
        rows.push(vec![
            Cell::from(Run::bold(element.id.clone())),
            Cell::from(element.text.clone()),
            Cell::of(words),
        ]);
    }
    let columns = vec![
        Column::new("", 1),
        Column::new(lang.pick("要素", "Element"), 5),
        Column::new(
            lang.pick("检索词与同义词（含词的公开数）", "Terms and equivalents (publications that hold one)"),
            8,
        ),
    ];
    out.table(columns, rows);
}

pub(super) fn chart(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("3　要素对照表", "3  Element chart"));
    if report.documents.is_empty() {
        out.paragraph(lang.pick("没有可对照的文献。", "There is no document to compare."));
        return;
    }
    out.paragraph(lang.pick(
        "● 一句话载有要素的大部分词；◐ 只有一部分，或另一语言的句子意思相近；○ 在本库的文字中未见。数字是按词的得分（百分）。",
        "● one sentence holds most of the words of the element; ◐ a part, or a sentence of another language is near in meaning; ○ not found in the texts at hand. The number is the score by words, in hundredths.",
    ));
    let mut columns =
        vec![Column::new(lang.pick("文献", "Document"), 5), Column::new(lang.pick("类别", "Category"), 3)];
    columns.extend(report.elements.iter().map(|element| Column::new(element.id.clone(), 2)));
    let rows = report.documents.iter().map(|document| chart_row(document, report, lang)).collect();
    out.table(columns, rows);
}

fn chart_row(document: &ReadDocument, report: &IdeaReport, lang: Lang) -> Vec<Cell> {
    let date = document.publication_date.map(|date| date.to_string()).unwrap_or_default();
    let shown = report.documents.iter().take(MAX_SHOWN).any(|shown| shown.key == document.key)
        || report.conflicting.iter().any(|shown| shown.key == document.key);
    let number = if shown {
        Run::link(document.number.clone(), format!("#{}", document.key))
    } else {
        Run::plain(document.number.clone())
    };
    let mut row = vec![
        Cell::of(vec![number, Run::faint(format!("\n{date}"))]),
        Cell::from(words::category(document.category, lang)),
    ];
    row.extend(document.evidence.iter().map(|found| state_cell(found, lang)));
    row
}

fn state_cell(found: &Evidence, lang: Lang) -> Cell {
    let (text, tone) = words::state(found.state, lang);
    let mark = text.split(' ').next().unwrap_or(text);
    Cell::from(format!("{mark} {:.0}", found.score * 100.0)).toned(tone)
}

pub(super) fn documents(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("4　主要文献与出处", "4  Main documents and where they say it"));
    if report.documents.is_empty() {
        out.paragraph(lang.pick("没有。", "None."));
        return;
    }
    if report.documents.len() > MAX_SHOWN {
        out.paragraph(match lang {
            Lang::Zh => format!("按载有要素的多少列出前 {MAX_SHOWN} 篇；其余见第 3 节。"),
            Lang::En => format!(
                "The first {MAX_SHOWN} by the elements that they have; the others stand in section 3."
            ),
        });
    }
    for document in report.documents.iter().take(MAX_SHOWN) {
        details(out, document, report, lang);
    }
}

/// Writes one document: what it is, then a row for each element with the sentence.
fn details(out: &mut Document, document: &ReadDocument, report: &IdeaReport, lang: Lang) {
    let title = words::title(document, lang);
    out.anchored(2, format!("{}　{title}", document.number), document.key.clone());
    let mut about = vec![words::category(document.category, lang).to_owned()];
    about.extend((!document.applicants.is_empty()).then(|| document.applicants.join(lang.pick("；", "; "))));
    let dated = |name: &str, date: Option<crate::patent::Date>| date.map(|date| format!("{name} {date}"));
    about.extend(dated(lang.pick("最早优先权（申请）日", "priority or filing"), document.priority_date));
    about.extend(dated(lang.pick("公开日", "published"), document.publication_date));
    about.extend((!document.classes.is_empty()).then(|| document.classes.join(", ")));
    out.paragraph(about.join(" · "));
    let mut gaps = Vec::new();
    if !document.has_claims {
        gaps.push(lang.pick("无权利要求", "no claims"));
    }
    if !document.has_description {
        gaps.push(lang.pick("无说明书", "no description"));
    }
    if document.cut {
        gaps.push(lang.pick("文献过长，只读了前一部分", "very long, only its first part was read"));
    }
    if !gaps.is_empty() {
        let list = gaps.join(lang.pick("、", ", "));
        let text = match lang {
            Lang::Zh => format!("本库中该文献：{list}；未见的要素可能写在其中。"),
            Lang::En => format!("In these data: {list}; what is not found may stand there."),
        };
        out.blocks.push(Block::Paragraph(vec![Run::faint(text)]));
    }
    let rows = report.elements.iter().zip(&document.evidence).map(|(element, found)| {
        let (state, tone) = words::state(found.state, lang);
        vec![
            Cell::of(vec![Run::bold(element.id.clone()), Run::plain(format!(" {}", element.text))]),
            Cell::from(state).toned(tone),
            Cell::of(sentence(found, lang)),
        ]
    });
    let columns = vec![
        Column::new(lang.pick("要素", "Element"), 5),
        Column::new(lang.pick("状态", "State"), 2),
        Column::new(lang.pick("最好的一句及出处", "Best sentence and its place"), 10),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
}

/// Returns the sentence with what was found marked, its place, and what links its words to the element.
fn sentence(found: &Evidence, lang: Lang) -> Vec<Run> {
    let Some(passage) = found.passage.as_ref().filter(|_| found.state != SupportState::NotFound) else {
        return vec![Run::faint("—")];
    };
    let mut runs = marked(passage);
    let mut notes = vec![words::place(passage, lang)];
    // Same words need no explanation.
    let bridges = found.bridge.iter().filter(|bridge| bridge.by != crate::search::evidence::BridgeKind::Same);
    notes
        .extend(bridges.map(|bridge| {
            format!("{} ↔ {} ({})", bridge.term, bridge.found, words::bridge(bridge.by, lang))
        }));
    if !found.missing.is_empty() {
        let list = found.missing.join(lang.pick("、", ", "));
        notes.push(format!("{}{list}", lang.pick("缺：", "missing: ")));
    }
    // A low cosine says nothing; it stays in the JSON output.
    if let Some(cosine) = found.meaning.filter(|cosine| *cosine >= MEANING) {
        notes.push(format!("{} {cosine:.2}", lang.pick("向量相近度", "near in meaning, cosine")));
    }
    runs.push(Run::faint(format!("\n[{}]", notes.join(lang.pick("；", "; ")))));
    runs
}

fn marked(passage: &Found) -> Vec<Run> {
    let (mut runs, mut at) = (Vec::new(), 0);
    for mark in &passage.highlights {
        if mark.start > at {
            runs.push(Run::plain(&passage.text[at..mark.start]));
        }
        runs.push(Run::styled(&passage.text[mark.start..mark.end], Style::Mark));
        at = mark.end;
    }
    runs.push(Run::plain(&passage.text[at..]));
    runs
}

pub(super) fn pairs(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("5　两篇组合（Y 候选）", "5  Pairs (Y candidates)"));
    if report.pairs.is_empty() {
        out.paragraph(lang.pick(
            "没有两篇读过的文献能合起来涉及全部要素。",
            "No two documents read touch all elements together.",
        ));
        return;
    }
    out.paragraph(lang.pick(
        "按最弱要素的得分排序；抵触申请不参与组合。是否有结合启示须由人判断。",
        "Ranked by their weakest element; conflicting applications take no part. Whether anything suggests the combination is for a person to judge.",
    ));
    let number = |key: &str| {
        let found = report.documents.iter().find(|document| document.key == key);
        found.map_or_else(|| key.to_owned(), |document| document.number.clone())
    };
    let rows = report.pairs.iter().map(|pair| {
        let of = |which: u8| {
            let ids = report.elements.iter().zip(&pair.by).filter(|(_, by)| **by == which);
            ids.map(|(element, _)| element.id.clone()).collect::<Vec<_>>().join(" ")
        };
        let (state, tone) = words::state(pair.weakest, lang);
        vec![
            Cell::of(vec![Run::plain(number(&pair.first)), Run::faint(format!("\n{}", of(1)))]),
            Cell::of(vec![Run::plain(number(&pair.second)), Run::faint(format!("\n{}", of(2)))]),
            Cell::from(format!("{} {state} {:.0}", pair.element, pair.score * 100.0)).toned(tone),
        ]
    });
    let columns = vec![
        Column::new(lang.pick("文献一（取其要素）", "First (its elements)"), 4),
        Column::new(lang.pick("文献二（取其要素）", "Second (its elements)"), 4),
        Column::new(lang.pick("最弱要素", "Weakest element"), 3),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
}

pub(super) fn conflicting(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("6　抵触申请候选（E）", "6  Conflicting applications (E candidates)"));
    out.paragraph(match lang {
        Lang::Zh => format!("{} 之前向 {} 提出、当日或之后公开的申请；以全文、只就新颖性比较。国际申请进入该局后才算。", report.before, report.office),
        Lang::En => format!(
            "Filed at {} before {}, published on that day or later; compared as a whole, for novelty alone. International applications count once they have entered.",
            report.office, report.before
        ),
    });
    if report.conflicting.is_empty() {
        out.paragraph(lang.pick("没有检到。", "None found."));
        return;
    }
    let mut columns = vec![
        Column::new(lang.pick("文献", "Document"), 5),
        Column::new(lang.pick("申请（优先权）日 / 类别", "Filed / category"), 4),
    ];
    columns.extend(report.elements.iter().map(|element| Column::new(element.id.clone(), 2)));
    let rows = report.conflicting.iter().map(|document| {
        let mut row = chart_row(document, report, lang);
        let date = document.priority_date.map(|date| date.to_string()).unwrap_or_default();
        row[1] = Cell::of(vec![
            Run::plain(date),
            Run::faint(format!("\n{}", words::category(document.category, lang))),
        ]);
        row
    });
    let rows = rows.collect();
    out.table(columns, rows);
    for document in &report.conflicting {
        details(out, document, report, lang);
    }
}

pub(super) fn gaps(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("7　未见同时出现的要素", "7  Elements not found together"));
    if report.gaps.is_empty() {
        out.paragraph(lang.pick(
            "每两个要素都在至少一篇读过的文献中同时见到。",
            "Every two elements were found together in at least one document read.",
        ));
        return;
    }
    out.paragraph(lang.pick(
        "读过的文献中没有一篇同时载有这两个要素。右列是截止日前同时含有两者检索词的公开数：数字大说明只是还没有读到，为零才值得留意。",
        "No document read has both. The right column counts the publications before the date that hold terms of both: where it is large, they were just not read; zero is worth a look.",
    ));
    let mut gaps: Vec<_> = report.gaps.iter().collect();
    gaps.sort_by_key(|gap| gap.publications);
    let text = |id: &String| {
        let element = report.elements.iter().find(|element| &element.id == id);
        element.map_or_else(|| id.clone(), |element| format!("{id} {}", element.text))
    };
    let rows = gaps.iter().take(MAX_GAPS).map(|gap| {
        let tone = if gap.publications == 0 { Tone::Partial } else { Tone::Unknown };
        let mut row: Vec<Cell> = gap.elements.iter().map(|id| Cell::from(text(id))).collect();
        row.push(Cell::from(gap.publications.to_string()).toned(tone));
        row
    });
    let columns = vec![
        Column::new(lang.pick("要素", "Element"), 5),
        Column::new(lang.pick("要素", "Element"), 5),
        Column::new(lang.pick("含两者检索词的公开", "Publications with terms of both"), 3),
    ];
    let rows: Vec<Vec<Cell>> = rows.collect();
    let left = report.gaps.len() - rows.len();
    out.table(columns, rows);
    if left > 0 {
        out.paragraph(match lang {
            Lang::Zh => format!("另有 {left} 对，数字更大，见 JSON 输出。"),
            Lang::En => format!("{left} more pairs, with larger numbers, stand in the JSON output."),
        });
    }
}

pub(super) fn classes(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("8　建议分类号", "8  Suggested classes"));
    if report.classes.is_empty() {
        out.paragraph(
            lang.pick("最相似的文献没有分类号。", "The documents most like the idea have no classes."),
        );
        return;
    }
    out.paragraph(match lang {
        Lang::Zh => format!("最相似的 {} 个同族中各 IPC/CPC 大组的占比。", report.n_classified),
        Lang::En => format!(
            "Share of IPC and CPC main groups among the {} families most like the idea.",
            report.n_classified
        ),
    });
    let rows = report.classes.iter().map(|class| {
        let title =
            lang.pick(class.zh.as_deref().unwrap_or(""), class.en.as_deref().unwrap_or("")).to_owned();
        vec![
            Cell::from(class.symbol.clone()),
            Cell::from(title),
            Cell::from(class.n.to_string()),
            Cell::from(format!("{:.0} %", class.share * 100.0)),
        ]
    });
    let columns = vec![
        Column::new(lang.pick("分类号", "Class"), 2),
        Column::new(lang.pick("名称", "Title"), 6),
        Column::new(lang.pick("同族数", "Families"), 1),
        Column::new(lang.pick("占比", "Share"), 1),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
}

pub(super) fn queries(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("9　检索式与命中数", "9  Queries and counts, verbatim"));
    out.paragraph(lang.pick(
        "检索式为本系统的规范写法，可原样再次执行；命中数为精确匹配集（按条件过滤后），不截断。",
        "Queries are in the canonical language and can be put again as they are; counts are of the exact match set under the filters, nothing cut.",
    ));
    const MAX_CHARS: usize = 300;
    let rows = report.queries.iter().enumerate().map(|(n, line)| {
        // The text of the idea stands in section 2.
        let query = if line.purpose == "text" && line.query.chars().count() > MAX_CHARS {
            format!("{}…", line.query.chars().take(MAX_CHARS).collect::<String>())
        } else {
            line.query.clone()
        };
        vec![
            Cell::from(format!("{}", n + 1)),
            Cell::of(vec![
                Run::bold(words::purpose(line, lang)),
                Run::plain("\n"),
                Run::styled(query, Style::Code),
                Run::faint(format!("\n{}", words::filters(line, lang))),
            ]),
            Cell::from(line.total.families.to_string()),
            Cell::from(line.total.publications.to_string()),
            Cell::from(line.n_undated.to_string()),
        ]
    });
    let columns = vec![
        Column::new(lang.pick("序", "No."), 1),
        Column::new(lang.pick("检索式与条件", "Query and filters"), 14),
        Column::new(lang.pick("同族", "Families"), 2),
        Column::new(lang.pick("公开", "Publ."), 2),
        Column::new(lang.pick("另有无日期", "Undated"), 2),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
    out.heading(2, lang.pick("检索式初稿", "Boolean draft"));
    out.blocks.push(Block::Code(report.draft.clone()));
    if let Some(translation) = &report.translation {
        out.paragraph(format!("{}{}", lang.pick("语法：", "Dialect: "), translation.dialect));
        out.blocks.push(Block::Code(translation.text.clone()));
        out.list(translation.losses.iter().map(|loss| match lang {
            Lang::Zh => format!("{} 无法表达：{}", loss.part, loss.instead),
            Lang::En => format!("{} cannot be said: {}", loss.part, loss.instead),
        }));
    }
}

pub(super) fn data(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("10　数据范围与盲区", "10  Data and blind windows"));
    let snapshot = &report.snapshot;
    let unknown = || lang.pick("不明", "unknown").to_owned();
    let mut offices: Vec<(&String, &u64)> = snapshot.offices.iter().collect();
    offices.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let offices: Vec<String> = offices.iter().map(|(office, n)| format!("{office} {n}")).collect();
    let kinds: Vec<String> = snapshot.kinds.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let published = report.published.map_or_else(unknown, |(first, last)| format!("{first} – {last}"));
    let facts = [
        (lang.pick("数据快照", "Snapshot"), format!("{} ({})", snapshot.id, snapshot.created)),
        (
            lang.pick("数据最后一日", "Last day of the data"),
            snapshot.as_of.map_or_else(unknown, |date| date.to_string()),
        ),
        (lang.pick("公开日范围", "Published"), published),
        (
            lang.pick("文献 / 同族", "Documents / families"),
            format!("{} / {}", snapshot.n_documents, snapshot.n_families),
        ),
        (lang.pick("文献种类", "Kinds"), kinds.join(", ")),
        (lang.pick("各局专利数", "Patents by office"), offices.join(", ")),
        (lang.pick("无任何日期的专利", "Patents without any date"), report.n_undated.to_string()),
        (
            lang.pick("申请量完整的最后一年", "Last complete filing year"),
            snapshot.last_complete_year.map_or_else(unknown, |year| year.to_string()),
        ),
        (
            lang.pick("向量模型", "Embedding model"),
            snapshot.model.clone().unwrap_or_else(|| lang.pick("无", "none").to_owned()),
        ),
        (lang.pick("程序版本", "Program"), format!("patnav {}", env!("CARGO_PKG_VERSION"))),
    ];
    let rows =
        facts.into_iter().map(|(name, value)| vec![Cell::from(Run::bold(name)), Cell::from(value)]).collect();
    out.table(vec![Column::new("", 2), Column::new("", 6)], rows);
    out.heading(2, lang.pick("已提交而尚不可见的文献", "Filed, and not visible yet"));
    let rows = report.windows.iter().map(|window| {
        let (what, period, from) = words::window(window, lang);
        vec![Cell::from(what), Cell::from(period), Cell::from(from)]
    });
    let columns = vec![
        Column::new(lang.pick("局与种类", "Office and type"), 7),
        Column::new(lang.pick("期间", "Period"), 4),
        Column::new(lang.pick("自该日起提交的可能缺", "May lack what was filed from"), 3),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
}

pub(super) fn limits(out: &mut Document, report: &IdeaReport, lang: Lang) {
    out.heading(1, lang.pick("11　本报告不知道什么", "11  What this report does not know"));
    let without = report.documents.iter().filter(|document| !document.has_description).count();
    let mut items = vec![
        lang.pick(
            "数据之外的文献：其他数据库、论文、标准、产品、展会、使用公开。",
            "What lies outside the data: other databases, papers, standards, products, fairs, prior use.",
        )
        .to_owned(),
        lang.pick(
            "附图与公式的内容：只比较文字。",
            "What drawings and formulas show: only texts are compared.",
        )
        .to_owned(),
        lang.pick(
            "优先权是否成立：各文献按其最早优先权（或申请）日计。",
            "Whether priorities are valid: each document counts by its earliest priority or filing day.",
        )
        .to_owned(),
        lang.pick(
            "否定与数值范围：句子含有要素的词，不等于公开了该要素。",
            "Negation and ranges: a sentence with the words of an element need not disclose it.",
        )
        .to_owned(),
        lang.pick(
            "没有读到的文献：只读排序最前者，见第 9 节命中数。",
            "Documents that were not read: only the first by rank were, see the counts of section 9.",
        )
        .to_owned(),
    ];
    if without > 0 {
        items.push(match lang {
            Lang::Zh => format!("读过的 {} 篇中 {without} 篇在本库没有说明书。", report.documents.len()),
            Lang::En => format!(
                "Of the {} documents read, {without} have no description in these data.",
                report.documents.len()
            ),
        });
    }
    out.list(items);
}

pub(super) fn sign_off(out: &mut Document, lang: Lang) {
    out.heading(1, lang.pick("12　核对与签署", "12  Checked and signed"));
    let names = [
        lang.pick("检索人", "Searched by"),
        lang.pick("技术核对人", "Checked by (technical)"),
        lang.pick("知识产权核对人", "Checked by (intellectual property)"),
        lang.pick("立项负责人", "Project owner"),
    ];
    let rows = names
        .into_iter()
        .map(|name| vec![Cell::from(name), Cell::default(), Cell::default(), Cell::default()]);
    let columns = vec![
        Column::new(lang.pick("角色", "Role"), 3),
        Column::new(lang.pick("姓名", "Name"), 3),
        Column::new(lang.pick("日期", "Date"), 2),
        Column::new(lang.pick("意见", "Remarks"), 5),
    ];
    let rows = rows.collect();
    out.table(columns, rows);
}
