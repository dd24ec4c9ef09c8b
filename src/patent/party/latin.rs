//! Latin names: words, legal forms at the end, abbreviations, word order.

use unicode_normalization::UnicodeNormalization as _;

use super::han;
use super::name::{Name, WordOrder};
use super::region;
use super::words::{WORDS, without_umlaut};

/// Words behind which a name changes sides: `University of X` and `X University` are told apart.
const PIVOTS: [&str; 2] = ["univ", "inst"];

/// Legal forms behind which another name of the same party may follow: `Petróleo Brasileiro S.A. - Petrobras`.
const STRONG_FORMS: [&str; 10] = ["sa", "gmbh", "ltd", "inc", "llc", "ag", "spa", "bv", "nv", "plc"];

/// Reads `text` into `name`.
pub(super) fn read(text: &str, name: &mut Name) {
    let text = repaired(without_address(han::without_number(text)));
    let (outside, mut inside) = brackets(&text);
    let outside = two_names(&outside, name);
    // ` - CNRS` behind a name is a bracket without brackets.
    let outside = match outside.rsplit_once(" - ").or_else(|| outside.rsplit_once(".-")) {
        Some((head, tail)) if !tail.trim_matches('-').trim().contains(' ') && head.trim().contains(' ') => {
            inside.push(tail.to_owned());
            head.to_owned()
        }
        _ => outside,
    };
    let mut raw = split(&upright(&outside));
    if let Some(at) = raw.windows(2).position(|pair| {
        pair[0] == "as"
            && ["collateral", "administrative", "successor", "agent", "trustee"].contains(&pair[1].as_str())
    }) {
        raw.truncate(at.max(1));
    }
    name.has_form |= strip(&mut raw);
    // `X (Shenzhen) Co., Ltd.`: a place in brackets is part of the name; an abbreviation or a country is not.
    for content in &inside {
        let mut words = split(content);
        if words.is_empty() || is_decoration(&words, &raw) {
            continue;
        }
        name.has_form |= strip(&mut words);
        raw.append(&mut words);
    }
    drop_acronym(&mut raw);
    if let Some(at) = raw.iter().position(|word| STRONG_FORMS.contains(&word.as_str()))
        && at >= 2
        && at + 2 == raw.len()
    {
        raw.truncate(at);
        name.has_form = true;
    }
    // `L'Air Liquide, Société Anonyme pour l'Étude …`: the form in the middle of a name. It does not say that the
    // name is whole, so it does not count as one.
    for form in [&["societe", "anonyme"][..], &["sa"][..]] {
        if let Some(at) =
            raw.windows(form.len()).position(|window| window.iter().eq(form)).filter(|at| *at > 0)
        {
            raw.drain(at..at + form.len());
        }
    }
    take_words(&raw, name);
}

/// Cuts the address that registers of the past printed behind a name: `… GmbH, 8012 Ottobrunn, DE`.
fn without_address(text: &str) -> &str {
    let Some((head, country)) = text.rsplit_once(',') else { return text };
    let Some((name, city)) = head.split_once(',') else { return text };
    let country = country.trim();
    let digits = city.trim().chars().take_while(char::is_ascii_digit).count();
    let is_address = country.len() == 2
        && country.chars().all(|c| c.is_ascii_alphabetic())
        && (4..=5).contains(&digits)
        && city.trim()[digits..].starts_with(' ');
    if is_address { name } else { text }
}

/// Turns `Energy, United States Department of` round.
fn upright(text: &str) -> String {
    let trimmed = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let lower = trimmed.to_lowercase();
    match trimmed.split_once(',') {
        Some((head, tail)) if [" of", " of the", " for"].iter().any(|end| lower.ends_with(end)) => {
            format!("{tail} {head}")
        }
        _ => text.to_owned(),
    }
}

fn take_words(raw: &[String], name: &mut Name) {
    let of = raw.iter().any(|word| ["of", "de", "di", "do"].contains(&word.as_str()));
    let words = &*WORDS;
    for (at, word) in raw.iter().enumerate() {
        // `a` is a preposition in French and no article at the front of `A One Co`.
        let is_stop = words.stop.iter().any(|stop| stop == word) || word == "a";
        if is_stop && (at > 0 || word.len() > 1) {
            continue;
        }
        name.words.push(counted(word));
        name.spelled.push(word.clone());
    }
    if name.words.is_empty() {
        name.words = raw.iter().map(|word| counted(word)).collect();
        name.spelled = raw.to_vec();
    }
    let pivot = name.words.iter().position(|word| PIVOTS.contains(&word.as_str()));
    if let Some(pivot) = pivot {
        let last = name.words.len() - 1;
        name.order = match pivot {
            0 if of => WordOrder::Of,
            at if at == last && at > 0 && !of => WordOrder::After,
            _ => WordOrder::Unknown,
        };
        let mut sorted = name.words.clone();
        sorted.sort();
        name.key = sorted.concat();
    } else {
        name.key = name.words.concat();
    }
}

/// Repairs UTF-8 that was read as Latin-1 and then written in title case: `Sociã‰tã‰` is `Société`.
fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, 'ã' | 'Ã')
            && let Some(low) = chars.peek().and_then(|next| low_byte(*next))
        {
            chars.next();
            out.extend(char::from_u32(0xc0 + u32::from(low) - 0x80));
        } else if c == '‰' {
            out.push('e');
        } else {
            out.push(c);
        }
    }
    out
}

/// Returns the byte that Windows-1252 or Latin-1 shows as `c`, where it continues a UTF-8 sequence.
fn low_byte(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{bf}' => u8::try_from(u32::from(c)).ok(),
        '‰' => Some(0x89),
        'ˆ' => Some(0x88),
        '‡' => Some(0x87),
        '€' => Some(0x80),
        'œ' => Some(0x9c),
        'š' => Some(0x9a),
        '–' => Some(0x96),
        _ => None,
    }
}

/// Cuts `Universidad de Guanajuato / University of Guanajuato` at the slash; the second name is kept as another one.
fn two_names(text: &str, name: &mut Name) -> String {
    let Some((first, second)) = text.split_once('/') else { return text.to_owned() };
    let long = |part: &str| part.trim().contains(' ') && part.trim().len() >= 10;
    if !long(first) || !long(second) || second.contains('/') {
        return text.to_owned();
    }
    let mut raw = split(second);
    strip(&mut raw);
    let mut other = Name { words: Vec::new(), spelled: Vec::new(), ..name.clone() };
    take_words(&raw, &mut other);
    name.also.push(other.key);
    first.to_owned()
}

/// Returns the text outside brackets and each text inside.
fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '［' | '{' => {
                depth += 1;
                if depth == 1 {
                    inside.push(String::new());
                    outside.push(' ');
                }
            }
            ')' | '）' | ']' | '］' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => inside.last_mut().expect("a bracket opened it").push(c),
        }
    }
    (outside, inside)
}

/// Cuts into lower-case words without accents; runs of single letters become one word (`C.N.R.S.` is `cnrs`).
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars = text.chars().flat_map(plain);
    for c in chars {
        if c.is_alphanumeric() {
            word.push(c);
        } else if c == '\'' {
            // `L'air` and `d'Investigacio`: the article goes; `Men's` stays one word.
            if word.chars().count() == 1 {
                word.clear();
            }
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    if let Some(at) = words.windows(2).position(|pair| pair[0] == "united" && pair[1] == "states") {
        words.splice(at..at + 2, ["usa".to_owned()]);
    }
    joined(words)
}

/// Joins runs of single letters; `l` and `d` before a vowel are French articles.
fn joined(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut run = String::new();
    let n = words.len();
    for (at, word) in words.iter().enumerate() {
        let single = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        let next = words.get(at + 1);
        let article = matches!(word.as_str(), "l" | "d")
            && at > 0
            && next.is_some_and(|next| next.len() > 1 && next.starts_with(['a', 'e', 'i', 'o', 'u', 'h']));
        let article = article || (at == 0 && word == "l" && next.is_some_and(|next| next.len() > 1));
        if article {
            continue;
        }
        if single && (at + 1 < n || !run.is_empty() || at > 0) {
            run.push_str(word);
            continue;
        }
        if !run.is_empty() {
            out.push(std::mem::take(&mut run));
        }
        out.push(word.clone());
    }
    if !run.is_empty() {
        out.push(run);
    }
    out
}

/// Returns a letter without its accent, in lower case; umlauts lose their `e` later, where they are written out.
fn plain(c: char) -> impl Iterator<Item = char> {
    let text: &str = match c {
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        '&' | '+' => " and ",
        '’' | '‘' | '`' | '´' | 'ʼ' | '"' | '″' => "'",
        _ => "",
    };
    let replaced: String = if text.is_empty() {
        c.nfkd()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c) && !c.is_control())
            .flat_map(char::to_lowercase)
            .collect()
    } else {
        text.to_owned()
    };
    replaced.chars().collect::<Vec<_>>().into_iter()
}

/// Drops legal forms from both ends, again and again while a name is left.
fn strip(raw: &mut Vec<String>) -> bool {
    let words = &*WORDS;
    let mut found = false;
    if raw.len() > 2 && raw.last().is_some_and(|word| word == "the") {
        raw.pop();
    }
    loop {
        let n = raw.len();
        let folded: Vec<String> = raw.iter().rev().take(5).rev().map(|word| without_umlaut(word)).collect();
        let form = words.latin_forms.iter().find(|form| form.len() < n && folded.ends_with(form));
        let Some(form) = form else { break };
        raw.truncate(n - form.len());
        found = true;
        while raw.len() > 1 && raw.last().is_some_and(|word| word == "and" || word == "the") {
            raw.pop();
        }
    }
    while let Some(form) =
        words.latin_leading.iter().find(|form| form.len() < raw.len() && raw.starts_with(form))
    {
        raw.drain(..form.len());
        // `The` is no legal form.
        found |= form.len() > 1;
    }
    found
}

/// Returns whether words in brackets add nothing: an abbreviation of the name, country codes, a file mark.
fn is_decoration(inside: &[String], name: &[String]) -> bool {
    if inside.iter().any(|word| region::is_latin_place(word)) {
        return false;
    }
    if inside.iter().all(|word| word.chars().count() <= 3)
        || inside.iter().any(|word| word.chars().any(|c| c.is_ascii_digit()))
    {
        return true;
    }
    // `SABIC` of `Saudi Basic Industries Co`: its letters stand in the name in their order, and the first is the first.
    let letters: String = name.concat();
    let [one] = inside else { return false };
    let mut rest = letters.chars();
    one.chars().count() <= 10
        && letters.chars().count() >= 2 * one.chars().count()
        && letters.chars().next() == one.chars().next()
        && one.chars().all(|c| rest.any(|other| other == c))
}

/// Drops an abbreviation that stands before or behind the name it abbreviates (`… Scientifique - CNRS`, `DLR - Deutsches …`).
fn drop_acronym(raw: &mut Vec<String>) {
    let is_acronym = |word: &str, rest: &[String]| {
        let n = word.chars().count();
        if !(2..=8).contains(&n) || rest.len() < n.min(3) || rest.len() < 2 {
            return false;
        }
        let stop = &WORDS.stop;
        let content: String = rest
            .iter()
            .filter(|w| !stop.iter().any(|stop| stop == *w))
            .filter_map(|w| w.chars().next())
            .collect();
        let all: String = rest.iter().filter_map(|w| w.chars().next()).collect();
        let sorted = |text: &str| {
            let mut chars: Vec<char> = text.chars().collect();
            chars.sort_unstable();
            chars
        };
        let is_cut = content.len() >= 3 && word.starts_with(&content);
        // `DLR` of `Deutsches Zentrum für Luft- und Raumfahrt`.
        let mut initials = content.chars();
        let is_part = n >= 3
            && n * 2 >= content.len()
            && word.chars().next() == content.chars().next()
            && word.chars().all(|c| initials.any(|initial| initial == c));
        word == all || is_cut || is_part || (n >= 3 && sorted(word) == sorted(&content)) || word == content
    };
    if raw.len() > 2 {
        let last = raw.len() - 1;
        if is_acronym(&raw[last], &raw[..last]) {
            raw.pop();
        } else if is_acronym(&raw[0], &raw[1..]) {
            raw.remove(0);
        }
    }
}

/// Returns what a word is counted as: the head of its line in the lists, else the word without a plural `s` and with
/// written-out umlauts as plain vowels.
fn counted(word: &str) -> String {
    let words = &*WORDS;
    if let Some(head) = words.same.get(word).or_else(|| words.same.get(&without_umlaut(word))) {
        return head.clone();
    }
    let n = word.chars().count();
    let is_plural =
        n >= 5 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let singular = if is_plural { &word[..word.len() - 1] } else { word };
    without_umlaut(singular)
}
