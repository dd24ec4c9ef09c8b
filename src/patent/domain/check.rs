//! What is legal in a pack but wrong or doubtful: classes that are closed or unknown, leaves that nothing can match.
//!
//! Faults that make a pack unreadable are the business of `load`. Terms that never occur need an index:
//! the caller asks it for each term of the pack.

use std::fmt;

use super::Pack;
use super::PackErrors;
use super::Symbol;
use super::SymbolState;
use super::Terms;
use super::builtin_symbol;
use super::fold;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The pack does less than it says.
    Warning,
    /// The pack is wrong.
    Error,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The class does not exist.
    #[error("class `{symbol}` of `{at}` does not exist in the IPC")]
    UnknownClass {
        /// Node, `anchors` or `concordance`.
        at: String,
        /// The symbol.
        symbol: String,
    },
    /// The class was closed, and its successor is not beside it.
    #[error(
        "class `{symbol}` of `{at}` closed on {to}: add its successor to the node and to the concordance"
    )]
    ClosedClass {
        /// Node or `anchors`.
        at: String,
        /// The symbol.
        symbol: String,
        /// The last day.
        to: crate::patent::Date,
    },
    /// Whether the class exists is not known here.
    #[error("class `{symbol}` of `{at}` was not verified: it is not in the compiled-in table")]
    NotVerified {
        /// Node, `anchors` or `concordance`.
        at: String,
        /// The symbol.
        symbol: String,
    },
    /// The old class of a succession is still open.
    #[error(
        "class `{symbol}` of the concordance is still open: remove the entry, or name the class that closed"
    )]
    StillOpen {
        /// The symbol.
        symbol: String,
    },
    /// A leaf without words in one language.
    #[error("leaf `{id}` has no {lang} keyword: documents in that language cannot reach it")]
    NoKeyword {
        /// The node.
        id: String,
        /// `zh` or `en`.
        lang: &'static str,
    },
    /// A leaf without class that does not say that words are enough.
    #[error("leaf `{id}` has no class: add one, or set `word_only = true`")]
    NoClass {
        /// The node.
        id: String,
    },
    /// Flags that contradict each other or the classes.
    #[error("node `{id}` is `word_only` and has classes or is `class_only`: choose one")]
    Contradiction {
        /// The node.
        id: String,
    },
    /// A noise word of a node that is one of its own words, or of the pack that is a strong word or anchor.
    #[error("noise word `{term}` of {at} is also {also}: documents that hold it are both taken and refused")]
    NoiseContradicts {
        /// `node B1` or `the pack`.
        at: String,
        /// The word.
        term: String,
        /// Where it speaks for the field: `a keyword of it`, `a strong word of node B1`.
        also: String,
    },
    /// A word that no document of the collection holds.
    #[error("word `{term}` of {at} never occurs in the indexed documents")]
    NeverOccurs {
        /// The entry, as in [`PackWord::at`](super::PackWord::at).
        at: String,
        /// The word.
        term: String,
    },
    /// A leaf under which no concept of the vocabulary stands.
    #[error("leaf `{id}` has no concept of the vocabulary")]
    NoConcept {
        /// The node.
        id: String,
    },
    /// No anchors: every document of the world is in the domain.
    #[error("the pack has no anchor words in {lang}")]
    NoAnchor {
        /// `zh` or `en`.
        lang: &'static str,
    },
    /// No nodes.
    #[error("the pack has no nodes")]
    NoNodes,
}

/// One finding, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The line of the file, from 1.
    pub line: usize,
    /// What it is.
    pub problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

/// What a check of a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The pack cannot be used, for all of these reasons.
    Refused(PackErrors),
    /// The pack can be used.
    Read {
        /// Its id.
        id: String,
        /// Its nodes.
        n_nodes: usize,
        /// Its nodes without children.
        n_leaves: usize,
        /// The levels of its tree.
        n_levels: usize,
        /// Its concepts.
        n_concepts: usize,
        /// Its effects.
        n_effects: usize,
        /// What is wrong or doubtful, in the order of the file.
        findings: Vec<Finding>,
    },
}

/// Reads and checks the text of a pack against the compiled-in table of IPC symbols.
pub fn check_report(text: &str) -> Report {
    match Pack::from_toml(text) {
        Err(errors) => Report::Refused(errors),
        Ok(pack) => Report::Read {
            n_nodes: pack.nodes.len(),
            n_leaves: pack.nodes.iter().filter(|node| pack.is_leaf(&node.id)).count(),
            n_levels: pack.nodes.iter().filter_map(|node| pack.level(&node.id)).max().unwrap_or(0),
            n_concepts: pack.concepts.len(),
            n_effects: pack.effects.len(),
            findings: pack.check(&builtin_symbol),
            id: pack.id,
        },
    }
}

impl Pack {
    /// Returns what is wrong or doubtful, in the order of the file.
    ///
    /// `known_symbol` says what is known of an IPC symbol in normal form; `None` is unknown to it, and is reported as
    /// not verified. CPC symbols are not checked.
    pub fn check(&self, known_symbol: &dyn Fn(&str) -> Option<SymbolState>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut add = |severity, line, problem| findings.push(Finding { severity, line, problem });
        if self.nodes.is_empty() {
            add(Severity::Error, 1, Problem::NoNodes);
        }
        for (lang, words) in [("zh", &self.anchors.zh), ("en", &self.anchors.en)] {
            if words.is_empty() {
                add(Severity::Warning, 1, Problem::NoAnchor { lang });
            }
        }
        let succeeded = |symbol: &Symbol, beside: &[Symbol]| {
            let mut all = self.concordance.iter().filter(|succession| succession.old == *symbol);
            all.any(|succession| {
                succession.new.iter().any(|new| beside.iter().any(|other| new.is_under(other)))
            })
        };
        let mut classes = |at: &str, symbols: &[Symbol], line: usize| {
            for symbol in symbols {
                let (at, name) = (at.to_owned(), symbol.0.clone());
                let (severity, problem) = match known_symbol(&symbol.0) {
                    Some(SymbolState::Open { .. }) => continue,
                    Some(SymbolState::Closed { .. }) if succeeded(symbol, symbols) => continue,
                    Some(SymbolState::Closed { to, .. }) => {
                        (Severity::Error, Problem::ClosedClass { at, symbol: name, to })
                    }
                    Some(SymbolState::Never) => (Severity::Error, Problem::UnknownClass { at, symbol: name }),
                    None => (Severity::Note, Problem::NotVerified { at, symbol: name }),
                };
                add(severity, line, problem);
            }
        };
        classes("anchors", &self.anchor_classes, 1);
        for node in &self.nodes {
            classes(&node.id, &node.ipc, node.line);
        }
        for succession in &self.concordance {
            classes("concordance", &succession.new, succession.line);
        }
        for succession in &self.concordance {
            let symbol = succession.old.0.clone();
            match known_symbol(&symbol) {
                Some(SymbolState::Closed { .. }) => {}
                Some(SymbolState::Open { .. }) => {
                    add(Severity::Error, succession.line, Problem::StillOpen { symbol });
                }
                Some(SymbolState::Never) => {
                    let at = "concordance".to_owned();
                    add(Severity::Error, succession.line, Problem::UnknownClass { at, symbol });
                }
                None => {
                    let at = "concordance".to_owned();
                    add(Severity::Note, succession.line, Problem::NotVerified { at, symbol });
                }
            }
        }
        for node in &self.nodes {
            let (id, line) = (node.id.clone(), node.line);
            let has_class = !node.ipc.is_empty() || !node.cpc.is_empty();
            if node.word_only && (has_class || node.class_only) {
                add(Severity::Error, line, Problem::Contradiction { id: id.clone() });
            }
            if !self.is_leaf(&id) {
                continue;
            }
            let langs =
                [("zh", &node.keywords.zh, &node.strong.zh), ("en", &node.keywords.en, &node.strong.en)];
            for (lang, keywords, strong) in langs {
                if keywords.is_empty() && strong.is_empty() {
                    add(Severity::Error, line, Problem::NoKeyword { id: id.clone(), lang });
                }
            }
            if !has_class && !node.word_only {
                add(Severity::Error, line, Problem::NoClass { id: id.clone() });
            }
            if !self.concepts.iter().any(|concept| concept.node.as_deref() == Some(&id)) {
                add(Severity::Note, line, Problem::NoConcept { id });
            }
        }
        self.contradictions(&mut findings);
        findings.sort_by_key(|finding| finding.line);
        findings
    }

    /// Finds noise that is also wanted. A noise word that merely holds a wanted word is none: the longest word counts.
    fn contradictions(&self, findings: &mut Vec<Finding>) {
        let holds = |terms: &Terms, term: &str| terms.iter().any(|other| fold(other) == fold(term));
        let mut add = |line, at: String, term: &str, also: String| {
            let problem = Problem::NoiseContradicts { at, term: term.to_owned(), also };
            findings.push(Finding { severity: Severity::Error, line, problem });
        };
        for node in &self.nodes {
            for term in node.noise.iter() {
                let at = || format!("node {}", node.id);
                if holds(&node.keywords, term) {
                    add(node.line, at(), term, "a keyword of it".to_owned());
                } else if holds(&node.strong, term) {
                    add(node.line, at(), term, "a strong word of it".to_owned());
                }
            }
        }
        for noise in &self.noise {
            for term in noise.terms.iter() {
                let strong = self.nodes.iter().find(|node| holds(&node.strong, term));
                if holds(&self.anchors, term) {
                    add(noise.line, "the pack".to_owned(), term, "an anchor".to_owned());
                } else if let Some(node) = strong {
                    let also = format!("a strong word of node {}", node.id);
                    add(noise.line, "the pack".to_owned(), term, also);
                }
            }
        }
    }
}
