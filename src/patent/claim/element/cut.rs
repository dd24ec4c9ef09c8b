//! Where the pieces of a claim begin and end, in Chinese and English.
//!
//! Chinese: elements end at `；` and line ends, and at a comma where the next words are a clause of their own; not
//! behind a condition (`当…时，`), not before a purpose or result (`以…`, `从而…`, `用于…`), not before words without a
//! verb (lists). English: at `;` and line ends, before "wherein" and the like, and in a list by commas before the
//! next article, unless the list is of alternatives (", or"). Never inside brackets, nor inside a list of alternatives.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Piece;
use super::PieceKind;
use super::is_mark;
use crate::patent::claim::group::groups;
use crate::patent::claim::mention::mentions;
use crate::patent::claim::subject::is_chinese;
use crate::patent::claim::subject::is_leading;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant")
}

/// Returns the pieces of `text`, and where 其特征在于 or its like stands.
pub(super) fn pieces(text: &str) -> (Vec<Piece>, Option<Range<usize>>) {
    static CHARACTERISED_ZH: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:其|它|它们)?(?:主要)?(?:的)?(?:特征|改进|特徵)(?:之处)?(?:就)?(?:在于|在於|是|为)[，,：:\s]*",
        )
    });
    static CHARACTERISED_EN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?-u:\b)(?:which\s+is\s+|being\s+)?characteri[sz]ed\s+(?:in\s*(?:that)?|by(?:\s+the\s+fact\s+that)?)\s*[,:]?\s*|(?-u:\b)(?:wherein|in\s+which)?\s*the\s+improvement\s+(?:comprising|comprises|being)\s*[,:]?\s*",
        )
    });
    let chinese = is_chinese(text);
    let pattern = if chinese { &CHARACTERISED_ZH } else { &CHARACTERISED_EN };
    let characterised = pattern.find(text).map(|found| found.range());
    let head_end = characterised.as_ref().map_or(text.len(), |words| words.start);
    let mut out = Builder { text, chinese, pieces: Vec::new() };
    let subject_end = if chinese { chinese_subject(text, head_end) } else { english_subject(text, head_end) };
    out.push(PieceKind::Subject, 0..subject_end);
    let in_two_parts = characterised.is_some();
    out.region(
        subject_end..head_end,
        if in_two_parts { PieceKind::Known } else { PieceKind::Element },
        false,
    );
    if let Some(words) = &characterised {
        out.push(PieceKind::Transition, words.clone());
        out.region(words.end..text.len(), PieceKind::Element, true);
    }
    (out.pieces, characterised)
}

struct Builder<'a> {
    text: &'a str,
    chinese: bool,
    pieces: Vec<Piece>,
}

impl Builder<'_> {
    /// Adds a piece. Words that are marks alone join the piece before; of two transitions one is made.
    fn push(&mut self, kind: PieceKind, span: Range<usize>) {
        if span.is_empty() {
            return;
        }
        let blank = self.text[span.clone()].chars().all(is_mark);
        match self.pieces.last_mut() {
            Some(last) if blank || (last.kind == kind && kind == PieceKind::Transition) => {
                last.span.end = span.end
            }
            _ => self.pieces.push(Piece { kind, span }),
        }
    }

    /// Adds the transition and the elements of a region.
    fn region(&mut self, region: Range<usize>, kind: PieceKind, after_characterised: bool) {
        static OPENING_ZH: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^[，,：:\s]*(?:其中[，,：:]?)?(?:(?:(?:所述方法|所述系统|所述装置|该方法|该系统|该装置|它|其|主要)?[，,：:]?(?:包括|包含|含有|具有)(?:有|了)?|(?:它|其)由)(?:以下|如下|下述|下列)?(?:步骤|组分|部分|部件)?[：:]?)?[：:，,\s]*",
            )
        });
        static OPENING_EN: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"(?ix)^[,:\s]*(?:(?:and|the|said)\s+)?(?:(?:the|said)?\s*(?:improved\s+)?[\w\-]+(?:\s[\w\-]+){0,5}?\s+)??(?:further\s+|additionally\s+|also\s+)?
                (?:comprising|comprises|comprise|including|includes|consisting\s+(?:essentially\s+)?of|consists\s+(?:essentially\s+)?of|having|wherein|in\s+which|whereby|where|containing|which\s+comprises)(?-u:\b)
                (?:\s+(?:the\s+)?(?:following\s+)?(?:steps|acts|components|elements)(?:\s+of)?)?\s*[,:]?\s*",
            )
        });
        if region.is_empty() {
            return;
        }
        // Behind "characterised in that" stand sentences: "the shell comprises fibres" is an element.
        static BEHIND_EN: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"(?i)^[,:\s]*(?:it\s+(?:further\s+)?(?:comprises|includes|has)(?-u:\b)|comprising(?-u:\b)|including(?-u:\b))?\s*[,:]?\s*",
            )
        });
        let opening = match (self.chinese, after_characterised) {
            (true, _) => &OPENING_ZH,
            (false, false) => &OPENING_EN,
            (false, true) => &BEHIND_EN,
        };
        let part = &self.text[region.clone()];
        let length = opening.find(part).map_or(0, |found| found.end());
        self.push(PieceKind::Transition, region.start..region.start + length);
        let mut from = region.start + length;
        let body = &self.text[from..region.end];
        let cuts = if self.chinese { chinese_cuts(body) } else { english_cuts(body) };
        let base = from;
        for cut in cuts.into_iter().map(|at| base + at).chain([region.end]) {
            self.push(kind, from..cut);
            from = cut;
        }
    }
}

/// Returns the bytes of references: commas and numbers in them cut nothing.
fn in_spans(spans: &[Range<usize>], at: usize) -> bool {
    spans.iter().any(|span| span.start < at && at < span.end)
}

/// Returns where the subject of a Chinese claim ends, at most at `end`.
fn chinese_subject(text: &str, end: usize) -> usize {
    static MARK: LazyLock<Regex> = LazyLock::new(|| pattern(r"[，,：:；;\n]|包括|包含|其中"));
    let references: Vec<Range<usize>> = mentions(text).into_iter().map(|m| m.start..m.end).collect();
    let leading = references.first().filter(|first| is_leading(&text[..first.start]));
    let from = leading.map_or(0, |first| first.end).min(end);
    for found in MARK.find_iter(&text[..end]) {
        if found.start() < from || in_spans(&references, found.start()) {
            continue;
        }
        if found.as_str().len() > 3 {
            // `一种包括多个叶片的风机`: the word belongs to the subject.
            let before = text[from..found.start()].trim();
            if before.chars().count() <= 2 {
                continue;
            }
            return found.start();
        }
        return found.end();
    }
    end
}

/// Returns where the subject of an English claim ends, at most at `end`.
fn english_subject(text: &str, end: usize) -> usize {
    static OPENER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?-u:\b)(?:further\s+|additionally\s+|also\s+)?(?:comprising|comprises|comprise|including|includes|consisting\s+(?:essentially\s+)?of|consists\s+(?:essentially\s+)?of|wherein|in\s+which|whereby|which\s+comprises)(?-u:\b)|[:;\n]",
        )
    });
    static HAVING: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)(?-u:\b)(?:having|containing|where)(?-u:\b)"));
    // `, the method comprising`: the words before the verb belong to the transition.
    static LEAD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i),\s*(?:and\s+)?(?:the|said)\s+(?:[\w\-]+\s+){1,6}$"));
    let references: Vec<Range<usize>> = mentions(text).into_iter().map(|m| m.start..m.end).collect();
    let opener = OPENER.find_iter(&text[..end]).find(|found| !in_spans(&references, found.start()));
    let opener = opener.or_else(|| HAVING.find(&text[..end]));
    match opener {
        Some(found) if found.start() > 0 => match LEAD.find(&text[..found.start()]) {
            Some(lead) => lead.start() + 1,
            None => found.start(),
        },
        _ => end,
    }
}

/// Returns the depth of brackets before each byte that opens a character, closing ones included.
fn outside_brackets(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut depth = 0_usize;
    text.char_indices().filter(move |&(_, c)| {
        match c {
            '（' | '(' | '[' | '【' | '{' => depth += 1,
            // A closing mark without an opening one is a list mark: `a)`, `1）`.
            '）' | ')' | ']' | '】' | '}' => depth = depth.saturating_sub(1),
            '；' | ';' | '\n' | '。' => depth = 0,
            _ => return depth == 0,
        }
        depth == 0
    })
}

/// Returns where Chinese elements begin, the first apart.
fn chinese_cuts(text: &str) -> Vec<usize> {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:包括|包含|如下|步骤|组分|组成|步骤为|以下|具有)$"));
    let references: Vec<Range<usize>> = mentions(text).into_iter().map(|m| m.start..m.end).collect();
    let held: Vec<Range<usize>> =
        groups(text).into_iter().map(|group| group.span).chain(references).collect();
    let mut cuts = Vec::new();
    let mut clause_start = 0;
    let mut element_start = 0;
    for (at, c) in outside_brackets(text) {
        let next = at + c.len_utf8();
        if in_spans(&held, at) {
            continue;
        }
        let cut = match c {
            '；' | ';' | '\n' | '。' => true,
            '：' | ':' => LIST.is_match(text[clause_start..at].trim()),
            '，' | ',' => {
                let cut = opens_clause(&text[element_start..at], &text[clause_start..at], &text[next..]);
                clause_start = next;
                cut
            }
            _ => continue,
        };
        if cut {
            cuts.push(next);
            clause_start = next;
            element_start = next;
        }
    }
    cuts
}

/// Returns whether a comma between Chinese clauses ends an element.
fn opens_clause(element: &str, clause: &str, rest: &str) -> bool {
    static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[并且]?(?:当|若|如果|一旦|在[^，]{1,30}(?:时|后|下|中|前)$))|(?:[^小]时|情况下|条件下|的同时|之后)$",
        )
    });
    static RESULT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:以(?:[^及]|$)|从而|使得?|进而|则|用于|用以|用来|得到|获得|制得|得|便于|由此|因此|来|直至|其用于|其根据|被配置|配置为|即|至|直到|避免|防止)",
        )
    });
    static VERB: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"为|是|设|有|包括|包含|连|接|装|位|固|采用|使用|利用|由|与|将|对|通过|经|在|用|选|具|高|大于|小于|低|不|至少|超过|控制|进入|设置|伸|贯|呈|沿|朝|向|取|获|计算|提取|采集|检测|判断|发送|输|形成|构成|支|抵|套|穿|插|配合|以及|并|还|升|降|制|加|反应|处理|步骤|得|按|根据|基于|响应|实现|执行|存储|安|开|关|夹|嵌|铰|焊|贴|浸|含|等于|≥|≤|>|<|＞|＜|搅拌|干燥|洗涤|过滤|煅烧|焙烧|球磨|冷却|加热|汽化|充注|切断|轮换|承担|静置|优于|达|成|保持|延伸",
        )
    });
    let clause = clause.trim();
    let end = rest.find(['，', ',', '；', ';', '。', '\n']).unwrap_or(rest.len());
    let next = rest[..end].trim();
    if element.trim_matches(is_mark) == "其中"
        || matches!(clause, "其中" | "优选" | "优选地" | "进一步" | "进一步地" | "具体地" | "具体")
    {
        return false;
    }
    if next.is_empty() || CONDITION.is_match(clause) || RESULT.is_match(next) {
        return false;
    }
    VERB.is_match(next)
}

/// Returns where English elements begin, the first apart.
fn english_cuts(text: &str) -> Vec<usize> {
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^\s*(?:and\s+|or\s+)?(?:wherein|whereby|where|in which|(?:the|said|each)\s[^,;]{1,80}?\s(?:being|having|is|are|comprises|includes)(?-u:\b))",
        )
    });
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^\s*(?:and\s+)?(?:(?:a|an|at least one|at least two|one or more|a plurality|two|three|six|the|said|means)(?-u:\b)|and\s+\w+ing(?-u:\b)|\(?[a-z0-9]{1,2}\)\s)",
        )
    });
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:(?-u:\b)to|comprising|comprises|includes?|including|of|steps|operations|following|by)$",
        )
    });
    let references: Vec<Range<usize>> = mentions(text).into_iter().map(|m| m.start..m.end).collect();
    let held: Vec<Range<usize>> =
        groups(text).into_iter().map(|group| group.span).chain(references).collect();
    // ", or" makes the list one of alternatives, which are one element.
    let no_items = text.trim_end_matches(is_mark).contains(';') || text.contains(", or ");
    let mut cuts = Vec::new();
    let mut start = 0;
    for (at, c) in outside_brackets(text) {
        let next = at + c.len_utf8();
        if in_spans(&held, at) {
            continue;
        }
        let cut = match c {
            ';' | '；' | '\n' => true,
            ':' => LIST.is_match(text[start..at].trim()),
            // A clause between two commas is no end: "that, when executed, cause".
            ',' => {
                let rest = &text[next..];
                !text[start..at].trim().is_empty()
                    && (CLAUSE.is_match(rest) || (!no_items && ITEM.is_match(rest)))
            }
            _ => continue,
        };
        if cut {
            cuts.push(next);
            start = next;
        }
    }
    cuts
}
