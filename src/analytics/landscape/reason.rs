//! Why there is no number, in Chinese.
//!
//! Indicators say it in English ([`Undefined`]), which is what JSON holds. Here every such phrase has its Chinese, so
//! that a report in Chinese is one throughout.

use super::figure::both;
use crate::analytics::evidence::Undefined;
use crate::patent::domain::Bilingual;

/// English and Chinese of what indicators miss; `{}` stands for a number or a name.
const PHRASES: &[(&str, &str)] = &[
    ("the data have no column `{}`", "数据中没有 `{}` 列"),
    ("the data have no applicants", "数据中没有申请人"),
    ("unknown", "未知"),
    ("no term of this language tells the region", "没有该语言的词能说明该区域"),
    ("the day of the data", "数据日期"),
    ("dates", "日期"),
    ("a list of awards", "获奖名单"),
    ("the office of first filing", "首次申请的受理局"),
    ("no transfer, licence, pledge or dispute is on record", "没有转让、许可、质押或争议的记录"),
    ("no day of expiry of a right in force", "没有有效专利的到期日"),
    ("no map was asked for", "未要求绘制地图"),
    ("no points are of the period before", "上一时段没有点"),
    ("no document of the scope has a vector", "范围内的文献都没有向量"),
    ("official counting knows one holder of each application", "官方口径下每件申请只计一个权利人"),
    ("joint filings", "共同申请"),
    ("a percentile", "百分位"),
    ("every indicator of the score", "评分的全部指标"),
    ("the count of a label", "某标签的数量"),
    ("a count within the number of units", "不超过单位总数的计数"),
    ("the variance of the cell", "单元格的方差"),
    ("the size of the sample", "样本量"),
    ("{} of {} is no proportion", "{}/{} 不是比例"),
    ("{} common documents of {} and {}", "{} 篇共同文献，而两个渠道各有 {} 篇与 {} 篇"),
    ("the channels have no document in common", "两个渠道没有共同文献"),
    ("the exposure", "暴露量"),
    ("comparable windows of three years", "可比的三年窗口"),
    ("years", "年数"),
    ("years with units", "有数据的年数"),
    ("years for sums of three", "可求三年合计的年数"),
    ("units", "统计单位数"),
    ("the number of units", "统计单位数"),
    ("inventions of five years", "五年的发明申请"),
    ("inventions and utility models of the year", "当年的发明与实用新型申请"),
    ("filings of the year", "当年的申请"),
    ("no citations", "没有引文"),
    ("the official table of classes of strategic emerging industries", "战略性新兴产业分类的官方对照表"),
    ("the number of relevant documents that both channels found", "两个渠道都找到的相关文献数"),
    ("the sum of counts", "计数之和"),
    ("a portfolio", "专利组合"),
    ("a value", "数值"),
    ("the growth", "增长"),
    ("labels", "标签数"),
    ("citations", "引用数"),
    ("the expected count", "期望数"),
    ("a count", "计数"),
    ("the units of the field in the base or the recent years", "领域在基期或近期的数量"),
    ("the count of the year before", "上一年的数量"),
    ("the first count", "起始年的数量"),
    ("the number of years", "年数"),
    ("the years of activity", "活动年数"),
    ("the holder's units of five years", "权利人五年内的数量"),
    ("citations of the year to the field's units of five years", "当年对领域五年内专利的引用"),
    ("citations of literature", "对非专利文献的引用"),
    ("inventions of this year are not all published", "该年的发明尚未全部公开"),
    (
        "more hits than units in a batch, or a high state that is not higher",
        "某批的命中多于总数，或高位状态并不更高",
    ),
    ("a saturation of {} times what is there fits as well", "饱和量为现有 {} 倍的曲线同样吻合"),
    ("the turn of the curve lies after the last complete year", "曲线拐点在最后完整年份之后"),
];

/// How [`Undefined`] is written, in English and in Chinese; the first `{}` of each is a phrase.
const FORMS: &[(&str, &str)] = &[
    ("undefined: nothing to count", "没有可统计的对象"),
    ("undefined: {} is zero", "分母为零（{}）"),
    ("suppressed: {} is {}, it takes {}", "数量过少（{}：{}，至少需要 {}）"),
    ("not identifiable: {}", "数据不足以判定（{}）"),
    ("not computable: {}", "无法计算，数据缺项（{}）"),
    ("undefined: {} is not a finite number", "结果不是有限数（{}）"),
];

/// Says in both languages why there is no number.
pub(super) fn reason(why: &Undefined) -> Bilingual {
    let en = why.to_string();
    both(in_chinese(&en), en)
}

/// Returns in Chinese why a value or a cell has no number, as the English says it; what is not known stays English.
pub fn in_chinese(why: &str) -> String {
    let form = FORMS.iter().find_map(|(en, zh)| Some((parts(en, why)?, *zh)));
    let Some((parts, zh)) = form else { return chinese(why) };
    let mut text = zh.to_owned();
    for (at, part) in parts.into_iter().enumerate() {
        let part = if at == 0 { chinese(part) } else { part.to_owned() };
        text = text.replacen("{}", &part, 1);
    }
    text
}

/// Returns a phrase in Chinese; one that is not listed stays as it is.
fn chinese(text: &str) -> String {
    let said = |(en, zh): &(&str, &str)| {
        let parts = parts(en, text)?;
        Some(parts.into_iter().fold((*zh).to_owned(), |zh, part| zh.replacen("{}", part, 1)))
    };
    PHRASES.iter().find_map(said).unwrap_or_else(|| text.to_owned())
}

/// Returns what stands in a text for each `{}` of a pattern; `None` where it does not fit.
fn parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut pieces = pieces.peekable();
    let mut found = Vec::new();
    while let Some(piece) = pieces.next() {
        let end =
            if pieces.peek().is_none() { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        let (part, after) = rest.split_at_checked(end)?;
        rest = after.strip_prefix(piece)?;
        found.push(part);
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_chinese() {
        let zh = |why: Undefined| reason(&why).zh;
        assert_eq!(
            zh(Undefined::missing("the data have no column `tag`")),
            "无法计算，数据缺项（数据中没有 `tag` 列）"
        );
        assert_eq!(
            zh(Undefined::NotIdentifiable { why: "3 common documents of 40 and 50".to_owned() }),
            "数据不足以判定（3 篇共同文献，而两个渠道各有 40 篇与 50 篇）"
        );
        assert_eq!(
            zh(Undefined::TooFew { what: "years".to_owned(), n: 1, needed: 2 }),
            "数量过少（年数：1，至少需要 2）"
        );
        assert_eq!(zh(Undefined::zero("the count of the year before")), "分母为零（上一年的数量）");
        assert_eq!(zh(Undefined::Empty), "没有可统计的对象");
        assert_eq!(in_chinese("unknown"), "未知");
        assert_eq!(zh(Undefined::missing("years and more")), "无法计算，数据缺项（years and more）");
    }
}
