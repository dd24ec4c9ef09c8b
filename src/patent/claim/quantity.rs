//! Numeric ranges with units, as claims write them: `5～10MPa`, `不低于80％`, "between 5 and 10 wt.%", "at least 80 %".
//!
//! Single values (`70MPa`) are no ranges. Units are kept as written, but for the few spellings that [`Range`] folds;
//! nothing is converted (1 MPa and 10 bar stay apart). Chinese 以上 and 以下 include their number (专利审查指南
//! part 2 chapter 2, 3.3). Not read: ranges of ratios (`10:1~20:1`), numbers in words, exponents.

use std::fmt;
use std::ops;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Captures;
use regex::Regex;

use super::words;

/// A range of a quantity. Displays as `5..10 MPa`, `>=80 %`, `<3 mm`.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Where it stands in the claim's text, in bytes.
    pub span: ops::Range<usize>,
    /// The lower bound, if any.
    pub low: Option<Bound>,
    /// The upper bound, if any.
    pub high: Option<Bound>,
    /// The unit: `％`, ℃ and "wt.%" written as `%`, `°C` and `wt%`, μ with one sign; empty where there is none.
    pub unit: String,
}

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The number, in the unit of the range.
    pub value: f64,
    /// Whether the number itself belongs to the range.
    pub inclusive: bool,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Some(low), Some(high)) => write!(f, "{}..{}", low.value, high.value)?,
            (Some(low), None) => write!(f, ">{}{}", if low.inclusive { "=" } else { "" }, low.value)?,
            (None, Some(high)) => write!(f, "<{}{}", if high.inclusive { "=" } else { "" }, high.value)?,
            (None, None) => {}
        }
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

const NUMBER: &str = r"[-−]?\d{1,9}(?:\.\d{1,6})?";

/// Units, longer ones first where one begins another.
const UNIT: &str = r"(?:wt\s*\.?\s*[%％]|vol\s*\.?\s*[%％]|mol\s*\.?\s*[%％]|(?:质量|重量|体积|摩尔)?(?:百分比)?[%％‰]|℃|°C|°F|°|ppm|ppb|rpm|r/min|(?:k|M|G|m)?Pa|m?bar(?-u:\b)|atm(?-u:\b)|(?:k|M|G)?Hz|(?:k|M|G|m|μ|µ)?W(?:h)?(?-u:\b)|(?:k|m|M)?V(?-u:\b)|(?:k|m|μ|µ)?A(?:/cm2)?(?-u:\b)|(?:k|M)?N(?:·m)?(?-u:\b)|(?:k|m|μ|µ)?g/(?:cm[23²³]|m[23²³]|m?L|s|h|min|kg|g)|m[23²³]/(?:g|h|s|min)|(?:Nm|m|L|mL)[3³]?/(?:h|s|min|m[2²]|g|kg)|(?:m|c|k|μ|µ|n)?m[23²³]?(?-u:\b)|(?:k|m|μ|µ)g(?-u:\b)|g(?-u:\b)|t/h|t(?-u:\b)|m?L(?-u:\b)|(?:m|μ|µ|n)?s(?-u:\b)|min(?:utes?)?(?-u:\b)|minutes?(?-u:\b)|hours?(?-u:\b)|h(?-u:\b)|seconds?(?-u:\b)|days?(?-u:\b)|K(?-u:\b)|J(?-u:\b)|kJ/mol|M(?-u:\b)|mol(?:/L)?(?-u:\b)|eV(?-u:\b)|Ω|dB(?-u:\b)|小时|分钟|秒|天|年|份|个|倍|层|次|根|台|目|毫米|厘米|微米|米|公斤|千克|克|吨|度|兆帕|千瓦|升|bar|mm|cm|nm|μm|µm|m|s|h|d|K|V|W|A|g|L|N|t)(?:/d(?-u:\b))?";

/// Returns the ranges in `text`, in order, none inside another.
pub fn ranges(text: &str) -> Vec<Range> {
    let mut found: Vec<Range> = Vec::new();
    let hints = hints(text);
    for (at, (form, pattern)) in PATTERNS.iter().enumerate() {
        if hints & 1 << at == 0 {
            continue;
        }
        for captures in pattern.captures_iter(text) {
            let Some(range) = read(text, *form, &captures) else { continue };
            let overlaps =
                |other: &Range| other.span.start < range.span.end && range.span.start < other.span.end;
            if !found.iter().any(overlaps) {
                found.push(range);
            }
        }
    }
    found.sort_by_key(|range| range.span.start);
    found
}

/// Returns whether `text` has a range, without reading all of them.
pub(super) fn has_range(text: &str) -> bool {
    let hints = hints(text);
    PATTERNS.iter().enumerate().filter(|(at, _)| hints & 1 << at != 0).any(|(_, (form, pattern))| {
        pattern.captures_iter(text).any(|captures| read(text, *form, &captures).is_some())
    })
}

/// The patterns, as [`hints`] counts them.
static PATTERNS: LazyLock<Vec<(Form, Regex)>> = LazyLock::new(patterns);

/// Returns which of the patterns may match: those of whose words or signs the text has one. Bit `n` stands for
/// pattern `n`; a text without digits has none.
fn hints(text: &str) -> u32 {
    /// Words and signs by pattern; a part of a word stands for all words with it.
    const WORDS: [&[&str]; 10] = [
        &["≤", "<", "＜", "⩽"],
        &["±", "+/-"],
        &["±"],
        &[],
        &[
            "不低于",
            "不小于",
            "不少于",
            "大于等于",
            "大于或",
            "高于或等于",
            "至少",
            "最低为",
            "≥",
            "⩾",
            "≧",
            "at least",
            "less than",
            "not lower than",
            "fewer than",
            "greater than or",
            "minimum of",
            "equal to or",
        ],
        &[
            "不高于",
            "不大于",
            "不超过",
            "不多于",
            "小于等于",
            "小于或",
            "低于或等于",
            "至多",
            "最高为",
            "最大为",
            "≤",
            "⩽",
            "≦",
            "at most",
            "more than",
            "greater than",
            "not exceeding",
            "less than or",
            "up to",
            "within",
            "maximum of",
            "equal to or",
        ],
        &["以上", "or more", "or greater", "or higher", "or above"],
        &["以下", "以内", "之内", "or less", "or lower", "or below", "or fewer"],
        &[
            "大于",
            "高于",
            "超过",
            "多于",
            ">",
            "＞",
            "greater than",
            "more than",
            "higher than",
            "above",
            "exceed",
            "over",
        ],
        &["小于", "低于", "少于", "<", "＜", "less than", "lower than", "below", "fewer than", "under"],
    ];
    static FINDER: LazyLock<(AhoCorasick, Vec<u32>)> = LazyLock::new(|| {
        let all = (0..).zip(WORDS).flat_map(|(at, list)| list.iter().map(move |word| (*word, 1_u32 << at)));
        let (texts, bits): (Vec<&str>, Vec<u32>) = all.unzip();
        (words(&texts), bits)
    });
    let digits = text.bytes().zip(text.bytes().skip(1).chain([0]));
    let n_numbers = digits.filter(|(a, b)| a.is_ascii_digit() && !b.is_ascii_digit()).count();
    let between = u32::from(n_numbers > 1) << 3;
    match n_numbers {
        0 => 0,
        _ => {
            let (finder, bits) = &*FINDER;
            finder
                .find_overlapping_iter(text)
                .fold(between, |seen, word| seen | bits[word.pattern().as_usize()])
        }
    }
}

/// How a range is written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Two ends.
    Between,
    /// A value and a tolerance.
    Tolerance,
    /// A lower bound, the number in it or not.
    Low(bool),
    /// An upper bound, the number in it or not.
    High(bool),
    /// Two ends around a variable: `0.05≤x≤0.3`.
    Around,
}

/// The forms, the more specific first: what an earlier one has taken, a later one leaves.
fn patterns() -> Vec<(Form, Regex)> {
    let unit = UNIT;
    let n = NUMBER;
    let about = r"(?:about\s+|approximately\s+|ca\.?\s*|约|大约)?";
    // Between a comparison and its number: `大于额定值的1.2倍`, "more than about 5".
    let gap = r"\s*(?:[^\d，。；、,;:\s]{1,10}的)?\s*(?:约|为|about\s+|approximately\s+)?\s*";
    let build = |form: Form, text: String| (form, Regex::new(&text).expect("the pattern is a constant"));
    let one = |form: Form, words: &str| {
        build(form, format!(r"(?i-u:(?:{words})){gap}(?P<a>{n})\s*(?P<unit>{unit})?"))
    };
    let after =
        |form: Form, words: &str| build(form, format!(r"(?P<a>{n})\s*(?P<unit>{unit})?\s*(?:{words})"));
    vec![
        build(
            Form::Around,
            format!(
                r"(?P<a>{n})\s*(?P<u1>{unit})?\s*[≤<＜⩽]\s*[A-Za-z][A-Za-z0-9]{{0,3}}\s*[≤<＜⩽]\s*(?P<b>{n})\s*(?P<unit>{unit})?"
            ),
        ),
        build(
            Form::Tolerance,
            format!(
                r"(?P<a>{n})\s*(?P<u1>{unit})?\s*(?:±|\+/-)\s*(?P<b>\d{{1,9}}(?:\.\d{{1,6}})?)\s*(?P<unit>{unit})?"
            ),
        ),
        build(
            Form::Tolerance,
            format!(r"(?P<sign>±)\s*(?P<b>\d{{1,9}}(?:\.\d{{1,6}})?)\s*(?P<unit>{unit})?"),
        ),
        build(
            Form::Between,
            format!(
                r"(?:(?i-u:between)\s+|介于|在)?{about}(?P<a>{n})\s*(?P<u1>{unit})?\s*(?:～|~|－|–|—|-|至|到|和|与|(?:逐渐|渐)?(?:增|升|升高|提高|增加|增大)(?:到|至)|(?i-u:\bto\b)|(?i-u:\band\b))\s*{about}(?P<b>{n})\s*(?P<unit>{unit})?"
            ),
        ),
        one(
            Form::Low(true),
            r"不低于|不小于|不少于|大于等于|大于或等于|大于或者等于|高于或等于|至少为|至少|最低为|≥|⩾|≧|at least|no less than|not less than|not lower than|no fewer than|greater than or equal to|a minimum of|equal to or (?:greater|more|higher) than",
        ),
        one(
            Form::High(true),
            r"不高于|不大于|不超过|不多于|小于等于|小于或等于|小于或者等于|低于或等于|至多为|至多|最高为|最大为|≤|⩽|≦|at most|no more than|not more than|not greater than|not exceeding|less than or equal to|up to|within|a maximum of|equal to or (?:less|lower) than",
        ),
        after(Form::Low(true), r"或以上|及以上|以上|(?i-u:or (?:more|greater|higher|above))"),
        after(Form::High(true), r"或以下|及以下|以下|以内|之内|(?i-u:or (?:less|lower|below|fewer))"),
        one(
            Form::Low(false),
            r"大于|高于|超过|多于|>|＞|greater than|more than|higher than|above|exceeding|exceeds|over",
        ),
        one(Form::High(false), r"小于|低于|少于|<|＜|less than|lower than|below|fewer than|under"),
    ]
}

fn read(text: &str, form: Form, captures: &Captures<'_>) -> Option<Range> {
    let whole = captures.get(0)?;
    let value =
        |name: &str| -> Option<f64> { captures.name(name)?.as_str().replace('−', "-").parse::<f64>().ok() };
    let first = captures.name("a").or(captures.name("sign")).or(captures.name("b"))?;
    let last = captures.name("unit").or(captures.name("b")).or(captures.name("a"))?;
    // Part of a name or number (`IP65`, `MG500/1130`, `1.5.2`), a ratio (`10:1~20:1`), or a reference to claims.
    let before = text[..first.start()].chars().next_back();
    if before.is_some_and(|c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '：' | '图') && form == Form::Between
    }) {
        return None;
    }
    let after = text[last.end()..].chars().next();
    let number_ends = captures.name("unit").is_none();
    if number_ends && after.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '：')) {
        return None;
    }
    let mut unit =
        captures.name("unit").or(captures.name("u1")).map_or(String::new(), |m| folded(m.as_str()));
    if captures.name("unit").is_none() && after == Some('/') {
        unit.clear();
    }
    let bound = |value: f64, inclusive: bool| Some(Bound { value, inclusive });
    let (low, high) = match form {
        Form::Between | Form::Around => {
            let (mut a, b) = (value("a")?, value("b")?);
            if form == Form::Between {
                if names_claims(&text[..first.start()]) {
                    return None;
                }
                let words = whole.as_str();
                let joined = ["和", "与", "and", "AND"].iter().any(|word| words.contains(word));
                let opened = ["between", "Between", "介于", "在"].iter().any(|word| words.starts_with(word));
                if joined && !opened {
                    return None;
                }
                // A dash is a sign only where no number stands before it.
                a = if a > b && a < 0.0 { -a } else { a };
            }
            if a > b {
                return None;
            }
            let strict = form == Form::Around && whole.as_str().contains(['<', '＜']);
            (bound(a, !strict), bound(b, !strict))
        }
        Form::Tolerance => {
            let (a, b) = (value("a").unwrap_or(0.0), value("b")?);
            (bound(a - b, true), bound(a + b, true))
        }
        Form::Low(inclusive) => (bound(value("a")?, inclusive), None),
        Form::High(inclusive) => (None, bound(value("a")?, inclusive)),
    };
    // A dash between two numbers was read as the sign of the second: `-10` of `5--10` and the like.
    Some(Range { span: whole.start()..last.end().max(whole.end()), low, high, unit })
}

/// Returns whether the words before a number make it the number of a claim, a step or a figure.
fn names_claims(before: &str) -> bool {
    let before = before.trim_end();
    let lower: String =
        before.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect::<String>();
    let lower = lower.to_lowercase();
    ["权利要求", "權利要求", "claim", "claims", "步骤", "step", "steps", "图", "fig.", "figs.", "式", "表"]
        .iter()
        .any(|word| lower.ends_with(word))
        || lower.ends_with(['、', '或']) && lower.contains("权利要求")
        || lower.contains("claims ")
}

/// Returns the unit in its one spelling.
fn folded(unit: &str) -> String {
    let mut out: String = unit.chars().filter(|c| !c.is_whitespace()).collect();
    out = out.replace('％', "%").replace('℃', "°C").replace('µ', "μ").replace('²', "2").replace('³', "3");
    for (written, one) in [
        ("wt.%", "wt%"),
        ("vol.%", "vol%"),
        ("mol.%", "mol%"),
        ("质量百分比%", "wt%"),
        ("质量%", "wt%"),
        ("重量%", "wt%"),
        ("体积%", "vol%"),
        ("摩尔%", "mol%"),
        ("小时", "h"),
        ("分钟", "min"),
        ("秒", "s"),
        ("hours", "h"),
        ("hour", "h"),
        ("minutes", "min"),
        ("minute", "min"),
        ("seconds", "s"),
        ("second", "s"),
        ("毫米", "mm"),
        ("厘米", "cm"),
        ("微米", "μm"),
        ("米", "m"),
        ("兆帕", "MPa"),
        ("度", "°"),
    ] {
        if out == written {
            one.clone_into(&mut out);
            break;
        }
    }
    out
}
