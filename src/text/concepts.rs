//! Splits a free-text query into concepts: the runs of words that name something.
//!
//! A concept ends at punctuation, a space in Chinese, a change between Chinese and other scripts that a space
//! or punctuation marks, and at words without a subject ([`is_stop_word`]). Without an explicit operator
//! a document matches a query if it holds every bigram of at least one concept.
//! No syntax is read here: operators and fields are the business of `query`.

use std::ops::Range;

use super::Analyzer;
use super::script::Class;
use super::script::class;
use super::stopwords::is_function_word;
use super::stopwords::is_stop_word;

/// A part of a query that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// The part as typed.
    pub text: String,
    /// Its bytes in the query.
    pub range: Range<usize>,
}

impl Analyzer {
    /// Returns the concepts of `query`, in order.
    ///
    /// A query of nothing but stop words is one concept for each run of words that are more than function words,
    /// or, failing that, of any words, so that a query with a letter always has a concept.
    ///
    /// # Examples
    ///
    /// ```
    /// use patnav::text::Analyzer;
    /// let concepts = Analyzer::new().concepts("一种采煤机滚筒的喷雾方法 for dust suppression");
    /// let texts: Vec<&str> = concepts.iter().map(|concept| concept.text.as_str()).collect();
    /// assert_eq!(texts, ["采煤机滚筒", "喷雾", "dust suppression"]);
    /// ```
    pub fn concepts(&self, query: &str) -> Vec<Concept> {
        let mut words: Vec<(String, Range<usize>)> = Vec::new();
        self.plain_words(query, |word, range| words.push((word.to_owned(), range)));
        for stops in [is_stop_word, is_function_word, |_: &str| false] {
            let found = runs(query, &words, stops);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}

fn runs(query: &str, words: &[(String, Range<usize>)], stops: fn(&str) -> bool) -> Vec<Concept> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    // Whether the next word may join the last run.
    let mut open = false;
    for (word, range) in words {
        if stops(word) {
            open = false;
            continue;
        }
        // One character may fold to several words (`℀` to `a/c`): they share its bytes, and so a concept.
        if let Some(last) = ranges.last_mut()
            && range.start < last.end
        {
            last.end = last.end.max(range.end);
            continue;
        }
        match ranges.last_mut().filter(|_| open) {
            Some(last) if joined(&query[last.clone()], query.get(last.end..range.start), word) => {
                last.end = range.end
            }
            _ => ranges.push(range.clone()),
        }
        open = true;
    }
    // A single Chinese character beside longer concepts is a rest of the dictionary's, not a subject.
    let long = |range: &Range<usize>| query[range.clone()].chars().nth(1).is_some();
    if ranges.iter().any(long) {
        ranges.retain(|range| long(range) || !query[range.clone()].starts_with(|c| class(c) == Class::Han));
    }
    ranges.into_iter().map(|range| Concept { text: query[range.clone()].to_owned(), range }).collect()
}

/// Returns whether a word continues the run before it across `gap`.
fn joined(run: &str, gap: Option<&str>, word: &str) -> bool {
    let cjk = |c: Option<char>| c.is_some_and(|c| class(c).is_cjk());
    match gap {
        Some("") => true,
        // A space separates Chinese, and joins English.
        Some(" " | "-") => !cjk(run.chars().next_back()) && !cjk(word.chars().next()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let found = ANALYZER.concepts(query);
        let texts: Vec<&str> = found.iter().map(|concept| concept.text.as_str()).collect();
        assert_eq!(texts, expected, "{query}");
    }

    #[test]
    fn stop_words_bound_concepts() {
        check("一种用于煤矿巷道的智能巡检机器人系统", &["煤矿巷道", "智能巡检机器人"]);
        check("a method for storing hydrogen in salt caverns", &["storing hydrogen", "salt caverns"]);
    }

    #[test]
    fn spaces_separate_chinese_and_join_english() {
        check("采煤机 滚筒 fuel cell stack", &["采煤机", "滚筒", "fuel cell stack"]);
    }

    #[test]
    fn numbers_and_formulas_belong_to_their_concept() {
        check("CO₂捕集，10 MPa", &["CO₂捕集", "10 MPa"]);
    }

    #[test]
    fn one_character_is_never_in_two_concepts() {
        check("α℀", &["α℀"]);
    }

    #[test]
    fn a_query_of_stop_words_still_asks_something() {
        check("方法", &["方法"]);
        check("控制系统", &["控制系统"]);
        check("的", &["的"]);
        check("，。", &[]);
    }

    proptest! {
        #[test]
        fn concepts_are_ordered_slices(query in "([采煤机的方法電ＡＢ℃₂a-z0-9 ,、-]|\\PC){0,30}") {
            let mut last = 0;
            for concept in ANALYZER.concepts(&query) {
                prop_assert!(concept.range.start >= last && !concept.text.is_empty());
                prop_assert_eq!(query.get(concept.range.clone()), Some(concept.text.as_str()));
                last = concept.range.end;
            }
        }
    }
}
