//! Which words of a pack does no indexed document hold?

use rayon::prelude::*;

use crate::index::{Operand, Reader, Result, Zone};
use crate::patent::domain::{Finding, Pack, Problem, Severity};

/// Returns a note for each word of a pack that no live document holds in title, abstract, keywords or claims.
///
/// An English word is also looked for in its plural. The same word in several entries is told for each of them.
pub fn never_occurring(reader: &Reader, pack: &Pack) -> Result<Vec<Finding>> {
    let occurs = |term: &str| -> Result<bool> {
        let found = |text: &str| Ok(!reader.matching(&Zone::TOPIC, Operand::Phrase(text))?.is_empty());
        let has_plural = term.ends_with(|c: char| c.is_ascii_alphabetic());
        Ok(found(term)? || (has_plural && found(&format!("{term}s"))?))
    };
    let words = pack.words();
    let checked: Vec<Result<bool>> = words.par_iter().map(|word| occurs(&word.term)).collect();
    let mut findings = Vec::new();
    for (word, occurs) in words.into_iter().zip(checked) {
        if !occurs? {
            let problem = Problem::NeverOccurs { at: word.at, term: word.term };
            findings.push(Finding { severity: Severity::Note, line: word.line, problem });
        }
    }
    Ok(findings)
}
