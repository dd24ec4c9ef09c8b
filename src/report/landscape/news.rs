//! What a refresh changed, as a page for people: `refresh.html`.

use super::Package;
use super::refresh::Refresh;
use super::words::{counting, number, pick};
use crate::analytics::tag::due::Why;
use crate::report::document::{Cell, Column, Document, Lang, Run, Style, Tone};

/// Returns the page.
pub(super) fn document(package: &Package<'_>, refresh: &Refresh) -> Document {
    let lang = package.lang;
    let id = |id: Option<u64>| id.map_or_else(|| "?".to_owned(), |id| format!("{id:06}"));
    let (from, to) = (id(refresh.from_snapshot), id(refresh.to_snapshot));
    let mut document = Document {
        title: lang.pick("专利导航更新说明", "What the refresh changed").to_owned(),
        subtitle: format!("{} · {}", refresh.query, counting(&package.landscape.basis, lang)),
        lang,
        created: package.created,
        footer: match lang {
            Lang::Zh => format!("patnav · 快照 {from} → {to} · 检索式 {}", refresh.query),
            Lang::En => format!("patnav · snapshot {from} → {to} · query {}", refresh.query),
        },
        blocks: Vec::new(),
    };
    document.paragraph(match lang {
        Lang::Zh => format!(
            "检索式与计数口径不变。新增 {} 项，退出 {} 项，法律状态改变 {} 项，待复核标引 {} 件，{} 张图有数字改变。",
            refresh.added.len(), refresh.removed.len(), refresh.states.len(), refresh.tags.len(), refresh.figures.len()
        ),
        Lang::En => format!(
            "Query and counting rule are the same. {} families came, {} went, {} changed their legal state, {} tags are to be reviewed, {} figures have other numbers.",
            refresh.added.len(), refresh.removed.len(), refresh.states.len(), refresh.tags.len(), refresh.figures.len()
        ),
    });
    families(&mut document, package, lang.pick("新增同族", "Families that came"), &refresh.added);
    families(&mut document, package, lang.pick("退出同族", "Families that went"), &refresh.removed);
    states(&mut document, package, refresh);
    tags(&mut document, refresh, lang);
    numbers(&mut document, refresh, lang);
    document
}

fn key(key: &str) -> Cell {
    Cell::from(Run::styled(key, Style::Code))
}

fn title(package: &Package<'_>, key: &str) -> String {
    package.titles.get(key).cloned().unwrap_or_default()
}

/// Says that a list is empty, which is news too.
fn none(document: &mut Document, lang: Lang) {
    document.paragraph(lang.pick("无。", "None."));
}

fn families(document: &mut Document, package: &Package<'_>, heading: &str, keys: &[String]) {
    document.heading(1, heading);
    if keys.is_empty() {
        return none(document, package.lang);
    }
    let rows = keys.iter().map(|of| vec![key(of), Cell::from(title(package, of))]).collect();
    let columns = [("文献", "document", 24), ("标题", "title", 76)];
    table(document, package.lang, &columns, rows);
}

fn states(document: &mut Document, package: &Package<'_>, refresh: &Refresh) {
    let lang = package.lang;
    document.heading(1, lang.pick("法律状态改变", "Changed legal states"));
    if refresh.states.is_empty() {
        return none(document, lang);
    }
    let row = |change: &super::StateChange| {
        let cells = [
            pick(&change.old, lang).to_owned(),
            pick(&change.new, lang).to_owned(),
            title(package, &change.document),
        ];
        std::iter::once(key(&change.document)).chain(cells.map(Cell::from)).collect()
    };
    let rows = refresh.states.iter().map(row).collect();
    let columns = [("文献", "document", 22), ("原", "old", 14), ("新", "new", 14), ("标题", "title", 50)];
    table(document, lang, &columns, rows);
}

fn tags(document: &mut Document, refresh: &Refresh, lang: Lang) {
    document.heading(1, lang.pick("待复核标引", "Tags to review"));
    if let Some(why) = &refresh.tags_unknown {
        document.note(pick(why, lang));
    }
    if refresh.tags.is_empty() {
        return none(document, lang);
    }
    let why = |why: Why| match why {
        Why::Changed => lang.pick("自动标引改变", "computed tags changed"),
        Why::AgainstReview => lang.pick("自动标引与人工结论不同", "rules say other than people decided"),
        Why::Disagreement => lang.pick("标引人意见不一", "people disagree"),
        Why::Tree => lang.pick("技术分解表已改", "the tree changed"),
    };
    let leaves = |ids: &[String]| if ids.is_empty() { "—".to_owned() } else { ids.join(" ") };
    let rows = refresh.tags.iter().map(|due| {
        let cells = [leaves(&due.old), leaves(&due.new), due.by.join(", ")];
        let why = Cell::from(why(due.why)).toned(Tone::Partial);
        [key(&due.document), why].into_iter().chain(cells.map(Cell::from)).collect()
    });
    let columns = [
        ("文献", "document", 22),
        ("原因", "why", 24),
        ("原标引或人工结论", "before, or decided", 20),
        ("现标引", "now", 20),
        ("标引人", "judged by", 14),
    ];
    table(document, lang, &columns, rows.collect());
}

fn numbers(document: &mut Document, refresh: &Refresh, lang: Lang) {
    document.heading(1, lang.pick("数字变化", "Changed numbers"));
    if refresh.figures.is_empty() {
        return none(document, lang);
    }
    for figure in &refresh.figures {
        document.heading(2, pick(&figure.title, lang));
        let said = |column: &str, value: Option<f64>| {
            value.map_or_else(|| "—".to_owned(), |value| number(column, value))
        };
        let rows = figure.numbers.iter().map(|one| {
            let cells =
                [one.row.clone(), one.column.clone(), said(&one.column, one.old), said(&one.column, one.new)];
            cells.map(Cell::from).into_iter().collect()
        });
        let columns = [("行", "row", 46), ("列", "column", 18), ("原值", "old", 18), ("新值", "new", 18)];
        table(document, lang, &columns, rows.collect());
    }
}

fn table(document: &mut Document, lang: Lang, columns: &[(&str, &str, u32)], rows: Vec<Vec<Cell>>) {
    let columns = columns.iter().map(|(zh, en, width)| Column::new(lang.pick(zh, en), *width)).collect();
    document.table(columns, rows);
}
