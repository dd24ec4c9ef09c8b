//! Where a text names claims, and which: "claims 1 to 3 or 5", `权利要求1至3、5中任一项`, "any preceding claim".
//!
//! Not here: whether naming a claim makes dependent (`claim/reference.rs`).
//! Limits: exceptions ("claims 1 to 10 except 5") are read as the whole range.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::words;

/// One mention of claims in a text.
#[derive(Debug)]
pub(super) struct Mention {
    /// Where the mention begins, in bytes.
    pub(super) start: usize,
    /// Where it ends, in bytes.
    pub(super) end: usize,
    /// Which claims.
    pub(super) numbers: Numbers,
    /// The numbers that stand in the text: ranges by their ends only.
    pub(super) printed: Vec<u32>,
}

/// Which claims a mention means.
#[derive(Debug)]
pub(super) enum Numbers {
    /// These, ranges written out.
    Listed(Vec<u32>),
    /// Every claim before.
    Preceding,
    /// The one claim before.
    Previous,
}

/// "权利要求" or "claim(s)", with the numbers that follow, or one of the words for "any preceding claim".
static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?P<zh_any> (?:前述|上述|前面|以上|在前|之前|在先)(?:的)?(?:任意|任何|任)?(?:一项|一个|一|各项|所有)?(?:的)?(?:权利要求|權利要求)(?:中|之)?(?:任意一项|任意一|任何一项|任一项|任一)?
          | (?:任意|任何|任)一(?:项|個|个)?(?:前述|上述|在前)(?:的)?(?:权利要求|權利要求) )
        | (?P<zh_last> (?:前一|上一)(?:项|个)?(?:权利要求|權利要求) )
        | (?P<zh> (?:权利要求|權利要求)(?:书)?(?:第)? ) \s* (?P<zh_first>[0-9０-９]{1,4}|[一二三四五六七八九十]{1,3})
        | (?P<en_any> (?:any|one|each)?\s*(?:(?:one\s+)?(?:or\s+more\s+)?of\s+)?(?:the\s+)?(?:preceding|previous|foregoing|above|prior|preceeding)\s+(?:\w+\s+)?claims? )
        | (?P<en> (?-u:\b)claims?(?-u:\b) ) \s* (?:no\.?\s*|nos\.?\s*)? (?P<en_first>[0-9]{1,4})
        ",
    )
    .expect("the pattern is a constant")
});

/// A further number of a list: connector, perhaps the word again, number.
static FURTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ \s* (?P<link> 、 | ，?\s*或者 | ，?\s*或 | 和/或 | 和 | 及 | 与 | 以及 | 至 | 到 | [-–—~～－‑/] | [,，] \s* (?:or|and)? | (?-u:\b)and/or(?-u:\b) | (?-u:\b)or(?-u:\b) | (?-u:\b)and(?-u:\b) | (?-u:\b)to(?-u:\b) | (?-u:\b)through(?-u:\b) | (?-u:\b)thru(?-u:\b) )
        \s* (?P<word>权利要求|權利要求|第|(?-u:\b)claims?(?-u:\b)|(?-u:\b)any\s+of(?-u:\b)|(?-u:\b)of(?-u:\b))? \s* (?P<n>[0-9０-９]{1,4}|[一二三四五六七八九十]{1,3}) (?P<after>\s*(?:\S{1,3}|$))",
    )
    .expect("the pattern is a constant")
});

/// The number right behind "the preceding claims".
static NUMBER_NEXT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*(?:第)?\s*([0-9０-９]{1,4})").expect("the pattern is a constant"));

/// A list with commas after the singular that visibly ends as a list of claims: "claim 1, 2 or 3, wherein".
static SINGULAR_LIST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*,\s*\d{1,4}(?:\s*,\s*\d{1,4})*\s*,?\s*(?:or|and)\s+(?:claim\s+)?\d{1,4}\s*(?:[,;:.)]|$|wherein|in which|where|comprising|further|characteri|including)")
        .expect("the pattern is a constant")
});

/// A range wider than this is a slip of the pen, not a list of claims.
const MAX_RANGE: u32 = 1_000;

/// Returns the number that digits (ASCII or full width) or Chinese numerals up to 99 write.
fn number(text: &str) -> Option<u32> {
    if let Some(value) = chinese_numeral(text) {
        return Some(value);
    }
    let ascii: String = text
        .chars()
        .filter_map(|c| c.to_digit(10).or((c as u32).checked_sub(0xff10)))
        .filter_map(|digit| char::from_digit(digit, 10))
        .collect();
    ascii.parse().ok()
}

fn chinese_numeral(text: &str) -> Option<u32> {
    let digit = |c: char| "一二三四五六七八九".chars().zip(1..).find(|&(d, _)| d == c).map(|(_, n)| n);
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        [c] => digit(*c),
        ['十', c] => digit(*c).map(|ones| 10 + ones),
        [c, '十'] => digit(*c).map(|tens| tens * 10),
        [c, '十', d] => Some(digit(*c)? * 10 + digit(*d)?),
        _ => None,
    }
}

/// A Chinese numeral is a claim's number only where the sentence goes on as after one (`权利要求一种…` is none).
fn goes_on(rest: &str) -> bool {
    rest.starts_with(['所', '或', '和', '、', '至', '到', '任', '中', '的', '之', '，', ','])
}

/// Returns how far into `text` a mention can begin: a little behind its last word for "claim", 0 where there is none.
/// Most mentions stand at the head of a long claim.
fn reach(text: &str) -> usize {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| words(&["权利要求", "權利要求", "claim"]));
    /// Bytes behind the word in which its first number may begin and end.
    const BEHIND: usize = 64;
    let last = WORDS.find_iter(text).last();
    last.map_or(0, |found| text.floor_char_boundary(found.end() + BEHIND))
}

/// Returns every mention of claims in `text`, in order.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut out = Vec::new();
    let mut from = 0;
    let within = &text[..reach(text)];
    while from < within.len()
        && let Some(found) = MENTION.captures_at(within, from)
    {
        let Some(whole) = found.get(0) else { break };
        from = whole.end();
        let any = found.name("zh_any").or(found.name("en_any"));
        let first = match (any, found.name("zh_first").or(found.name("en_first"))) {
            (Some(_), _) => {
                // "the preceding claims 1 to 3" names its claims.
                NUMBER_NEXT.captures(&text[whole.end()..]).and_then(|next| next.get(1)).map(|digits| {
                    from = whole.end() + digits.end();
                    digits.as_str()
                })
            }
            (None, Some(first)) => {
                if chinese_numeral(first.as_str()).is_some() && !goes_on(&text[whole.end()..]) {
                    continue;
                }
                Some(first.as_str())
            }
            (None, None) => None,
        };
        let Some(first) = first.and_then(number) else {
            let words = whole.as_str().trim_start().to_lowercase();
            let one = found.name("zh_last").is_some()
                || (found.name("en_any").is_some()
                    && words.ends_with("claim")
                    && !["any", "one", "each"].iter().any(|word| words.starts_with(word)));
            let numbers = if one { Numbers::Previous } else { Numbers::Preceding };
            out.push(Mention { start: whole.start(), end: whole.end(), numbers, printed: Vec::new() });
            continue;
        };
        let chinese = found.name("zh").or(found.name("zh_any")).is_some();
        // After the singular a comma ends the reference: "of claim 1, 5 to 10 wt% of …".
        let plural =
            whole.as_str().to_lowercase().contains("claims") || SINGULAR_LIST.is_match(&text[from..]);
        let (numbers, printed, end) = list(text, from, first, plural, chinese);
        out.push(Mention { start: whole.start(), end, numbers: Numbers::Listed(numbers), printed });
        from = end;
    }
    out
}

/// Reads on after the first number of a list that ends at `end`.
fn list(text: &str, mut end: usize, first: u32, plural: bool, chinese: bool) -> (Vec<u32>, Vec<u32>, usize) {
    let mut numbers = vec![first];
    let mut printed = vec![first];
    while let Some(further) = FURTHER.captures(&text[end..]) {
        let (Some(link), Some(n)) = (further.name("link"), further.name("n")) else { break };
        let after = further.name("after").map_or("", |m| m.as_str().trim());
        let link_text = link.as_str().trim().to_lowercase();
        let comma = link_text.starts_with([',', '，']) && link_text.chars().count() == 1;
        // A number with a unit behind it is a quantity, not a claim.
        let counted = after.starts_with([
            '个', '種', '种', '根', '条', '%', '％', '℃', '.', 'm', 'k', '倍', '台', '组', '~',
        ]) && !after.starts_with(". ")
            && after != ".";
        if counted || (comma && !plural && !chinese) {
            break;
        }
        if chinese_numeral(n.as_str()).is_some() && !goes_on(&text[end + n.end()..]) {
            break;
        }
        // A comma in Chinese joins numbers only where the list visibly goes on or ends as one.
        let listed = after.is_empty()
            || after
                .starts_with(['所', '或', '、', '中', '任', '至', '项', '的', '，', ',', '和', '-', '之']);
        if comma && chinese && !listed {
            break;
        }
        let Some(value) = number(n.as_str()) else { break };
        let is_range = ["至", "到", "-", "–", "—", "~", "～", "－", "‑", "to", "through", "thru"]
            .contains(&link_text.as_str());
        match numbers.last() {
            Some(&last) if is_range && value > last && value - last <= MAX_RANGE => {
                numbers.extend(last + 1..=value);
            }
            _ => numbers.push(value),
        }
        printed.push(value);
        end += n.end();
    }
    (numbers, printed, end)
}
