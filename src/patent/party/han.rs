//! Chinese names, and the Japanese and Korean ones that are built alike: no spaces, the legal form in front or behind.

use super::name::{Name, Script, squeezed};
use super::region;
use super::words::WORDS;

/// Legal forms of Japanese and Korean names.
const EAST_FORMS: [&str; 12] = [
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "股ふん有限公司",
    "股フン有限公司",
    "주식회사",
    "유한회사",
    "유한책임회사",
    "(주)",
    "(株)",
    "(有)",
];

/// Reads `text` into `name`.
pub(super) fn read(text: &str, name: &mut Name) {
    let words = &*WORDS;
    let text = without_address(text);
    let mut body = plain(without_number(text));
    for (from, to) in &words.han_same {
        if body.contains(from.as_str()) {
            body = body.replace(from.as_str(), to);
        }
    }
    strip_front(&mut body);
    let (mut body, brackets) = take_brackets(&body, name);
    for form in words.han_forms.iter().map(String::as_str).chain(EAST_FORMS) {
        if body.contains(form) {
            body = body.replace(form, "");
            name.has_form = true;
        }
    }
    strip_front(&mut body);
    for suffix in &words.han_prefixes {
        if let Some(rest) = body.strip_suffix(suffix.as_str()).filter(|rest| rest.chars().count() >= 3) {
            body = rest.to_owned();
            break;
        }
    }
    name.key = squeezed(&body);
    for content in brackets {
        let key = without_forms(&content);
        if !key.is_empty() && key != name.key {
            name.also.push(key);
        }
    }
}

/// Cuts what a register printed behind the name: an address, told by a space and a house number.
fn without_address(text: &str) -> &str {
    for (at, _) in text.char_indices().filter(|(_, c)| c.is_whitespace()) {
        let rest = &text[at..];
        let marks = ["路", "街", "号", "楼", "区", "镇", "段", "巷", "市", "县", "里", "村"];
        let is_address = rest.contains(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
            && marks.iter().filter(|mark| rest.contains(**mark)).count() >= 2;
        if is_address && at >= 6 {
            return &text[..at];
        }
    }
    text
}

/// Drops the number of a list: `3. 某某公司`.
pub(super) fn without_number(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let n = text.len() - rest.len();
    let after = rest.strip_prefix(['.', ')', '、']);
    match after {
        Some(after)
            if (1..=2).contains(&n)
                && !after.starts_with(|c: char| c.is_ascii_digit())
                && after.trim().len() > 4 =>
        {
            after
        }
        _ => text,
    }
}

/// Lower case, one kind of bracket, no other sign; Han zeros as digits.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' | '〔' | '［' | '〈' | '《' => out.push('('),
            ')' | '）' | ']' | '】' | '〕' | '］' | '〉' | '》' => out.push(')'),
            '㈱' => out.push_str("(株)"),
            '㈜' => out.push_str("(주)"),
            '〇' | '○' | '零' => out.push('0'),
            // The long vowel mark is part of a word.
            'ー' => out.push(c),
            _ if c.is_alphanumeric() => {
                out.extend(WORDS.variants.get(&c).copied().unwrap_or(c).to_lowercase());
            }
            _ => {}
        }
    }
    out
}

/// Drops `日商`, `财团法人` and the like from the front.
fn strip_front(body: &mut String) {
    for _ in 0..3 {
        let words = &*WORDS;
        let prefix = words.han_prefixes.iter().find(|p| body.starts_with(p.as_str())).map(String::len);
        let merchant = words
            .merchants
            .iter()
            .find(|m| body.strip_prefix(m.as_str()).is_some_and(|rest| rest.starts_with('商')))
            .map(|m| m.len() + '商'.len_utf8());
        let Some(n) = prefix.or(merchant) else { return };
        // What stays must still be a name.
        if body[n..].chars().count() < 2 {
            return;
        }
        body.drain(..n);
    }
}

/// Takes the brackets out of `body`: a place goes to `name.place`, a second name is returned, a country or an
/// abbreviation is dropped, anything else stays in the text.
fn take_brackets(body: &str, name: &mut Name) -> (String, Vec<String>) {
    let mut out = String::with_capacity(body.len());
    let mut second = Vec::new();
    let mut rest = body;
    while let Some(open) = rest.find('(') {
        let Some(close) = rest[open..].find(')').map(|at| open + at) else { break };
        out.push_str(&rest[..open]);
        let content = &rest[open + 1..close];
        let is_last = close + 1 == rest.len();
        rest = &rest[close + 1..];
        match content {
            "株" | "有" | "주" | "유" => {
                name.has_form = true;
            }
            "" => {}
            _ if name.script == Script::Han && region::is_place(content) => {
                let place = name.place.get_or_insert_default();
                place.push_str(region::bare(content));
            }
            _ if is_last && WORDS.countries.iter().any(|country| country == content) => {}
            _ if is_last
                && !out.is_empty()
                && ends_as_organisation(content)
                && content.chars().count() >= 4 =>
            {
                second.push(content.to_owned());
            }
            _ if is_last && !out.is_empty() && content.chars().all(|c| c.is_ascii_alphanumeric()) => {}
            _ => out.push_str(content),
        }
    }
    out.push_str(rest);
    (out, second)
}

/// Returns whether `text` ends as names of organisations do.
pub(super) fn ends_as_organisation(text: &str) -> bool {
    WORDS.han_organisations.iter().any(|end| text.ends_with(end.as_str()))
}

fn without_forms(text: &str) -> String {
    let mut text = text.to_owned();
    for form in &WORDS.han_forms {
        text = text.replace(form.as_str(), "");
    }
    squeezed(&text)
}
