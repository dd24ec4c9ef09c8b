//! Queries at random, from the words, values and numbers of the documents, so that most of them find something.

use std::collections::BTreeMap;

use patnav::query::Field;
use patnav::query::{
    Bound, Condition, Expr, Frequent, Matching, Near, Node, Piece, RangeCondition, Reach, SetName, Term,
    field,
};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

use super::Oracle;
use super::text::{Document, Text};
use super::values::{Value, values, whole};

pub(super) struct Generator<'a> {
    pub(super) random: ChaCha8Rng,
    pub(super) oracle: &'a Oracle,
    pub(super) made: BTreeMap<&'static str, usize>,
}

pub(super) fn expr(node: Node) -> Expr {
    Expr::new(node, 0..0)
}

pub(super) fn named(name: &str) -> &'static Field {
    field(name).unwrap_or_else(|| panic!("there is no field {name}"))
}

impl Generator<'_> {
    fn count(&mut self, what: &'static str) {
        *self.made.entry(what).or_default() += 1;
    }

    fn document(&mut self) -> &Document {
        self.oracle.documents.choose(&mut self.random).unwrap()
    }

    /// One to four units that stand somewhere.
    fn words(&mut self, longest: usize) -> String {
        loop {
            let length = self.random.random_range(1..=longest);
            let oracle = self.oracle;
            let document = oracle.documents.choose(&mut self.random).unwrap();
            let texts: Vec<&Text> = document
                .texts
                .iter()
                .filter(|(place, _)| place.0 != "description")
                .map(|(_, text)| text)
                .collect();
            let Some(text) = texts.choose(&mut self.random).filter(|text| text.units.len() > length) else {
                continue;
            };
            let start = self.random.random_range(0..text.units.len() - length);
            let mut words = String::new();
            for unit in &text.units[start..start + length] {
                let han = unit.term.chars().all(|c| !c.is_ascii());
                if !han && !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(&unit.term);
                if !han {
                    words.push(' ');
                }
            }
            return words.trim().to_owned();
        }
    }

    fn term(&mut self) -> Expr {
        if self.random.random_range(0..6) == 0 {
            return expr(Node::Term(self.pattern()));
        }
        let quoted = self.random.random_bool(0.5);
        let words = self.words(4);
        expr(Node::Term(Term::plain(words, quoted)))
    }

    fn pattern(&mut self) -> Term {
        let text = |text: &str| Piece::Text(text.to_owned());
        loop {
            let word = self.words(3);
            let chars: Vec<char> = word.chars().collect();
            let gap = [Piece::Any, Piece::One, Piece::Optional].choose(&mut self.random).cloned().unwrap();
            let pieces = if chars.iter().all(char::is_ascii_alphabetic) && chars.len() > 4 {
                let at = self.random.random_range(1..4);
                let rest: String = chars[at + 1..].iter().collect();
                match self.random.random_range(0..3) {
                    0 => vec![text(&word[..4]), gap],
                    1 => vec![gap, text(&word[1..])],
                    _ => vec![text(&word[..at]), gap, text(&rest)],
                }
            } else if chars.len() == 3 && chars.iter().all(|c| !c.is_ascii()) {
                let (first, last) = (chars[0].to_string(), chars[2].to_string());
                match self.random.random_range(0..3) {
                    0 => vec![text(&first), gap, text(&last)],
                    1 => vec![gap, text(&format!("{}{last}", chars[1]))],
                    _ => vec![text(&first), gap.clone(), text(&last), gap],
                }
            } else {
                continue;
            };
            self.count("wildcard");
            return Term { pieces, quoted: false };
        }
    }

    fn operand(&mut self, depth: usize) -> Expr {
        match self.random.random_range(0..6) {
            0 | 1 => expr(Node::Or(vec![self.term(), self.term()])),
            2 if depth > 0 => self.near(depth - 1),
            _ => self.term(),
        }
    }

    fn near(&mut self, depth: usize) -> Expr {
        let reach = match self.random.random_range(0..6) {
            0 => Reach::Sentence,
            1 => Reach::Paragraph,
            2 => Reach::Zone,
            _ => Reach::Units(*[0, 1, 3, 10, 999].choose(&mut self.random).unwrap()),
        };
        let (left, right) = (Box::new(self.operand(depth)), Box::new(self.operand(depth)));
        let (ordered, negated) = (self.random.random_bool(0.5), self.random.random_range(0..8) == 0);
        self.count(match reach {
            Reach::Units(_) if ordered => "ordered",
            Reach::Units(_) => "unordered",
            Reach::Sentence => "sentence",
            Reach::Paragraph => "paragraph",
            Reach::Zone => "zone",
        });
        if negated {
            self.count("negated");
        }
        expr(Node::Near(Near { left, right, reach, ordered, negated }))
    }

    fn text(&mut self) -> Expr {
        match self.random.random_range(0..10) {
            0..=3 => self.term(),
            4..=7 => self.near(2),
            _ => {
                self.count("frequent");
                let operand = if self.random.random_bool(0.5) {
                    self.term()
                } else {
                    expr(Node::Or(vec![self.term(), self.term()]))
                };
                let at_least = self.random.random_range(1..6);
                expr(Node::Frequent(Frequent { operand: Box::new(operand), at_least }))
            }
        }
    }

    fn value(&mut self, depth: usize) -> Expr {
        match self.random.random_range(0..6) {
            0 if depth > 0 => expr(Node::And(vec![self.value(depth - 1), self.value(depth - 1)])),
            1 if depth > 0 => expr(Node::Or(vec![self.value(depth - 1), self.value(depth - 1)])),
            2 if depth > 0 => {
                let not = expr(Node::Not(Box::new(self.value(depth - 1))));
                expr(Node::And(vec![self.value(depth - 1), not]))
            }
            _ => self.text(),
        }
    }

    fn condition(&mut self) -> Expr {
        let fields: &[&str] = match self.random.random_range(0..12) {
            0 => &["ti", "ab"],
            1 => &["tac"],
            2 => &["iclm"],
            3 => &["desc"],
            4 => &["ap"],
            5 => &["in", "ap"],
            6 => return self.exact(),
            7 => return self.class(),
            8 | 9 => return self.range(),
            10 => return self.number(),
            _ => &["ti"],
        };
        self.count("fields");
        let fields = fields.iter().map(|name| named(name)).collect();
        let value = Box::new(self.value(2));
        expr(Node::Field(Condition { fields, matching: Matching::Holds, value }))
    }

    fn of_field(name: &str, matching: Matching, term: Term) -> Expr {
        let value = Box::new(expr(Node::Term(term)));
        expr(Node::Field(Condition { fields: vec![named(name)], matching, value }))
    }

    fn exact(&mut self) -> Expr {
        self.count("exact");
        let ipc = self.random.random_bool(0.5);
        let document = self.document();
        let found = if ipc { values(named("ipc"), document).into_iter().next() } else { None };
        let applicant = whole(named("ap"), document).into_iter().next().unwrap_or_default();
        match found {
            Some(Value::Text(symbol)) => Self::of_field("ipc", Matching::Exactly, Term::plain(symbol, false)),
            _ => Self::of_field("ap", Matching::Exactly, Term::plain(applicant, true)),
        }
    }

    fn class(&mut self) -> Expr {
        self.count("class");
        let document = self.document();
        let symbol = values(named("ipc"), document).into_iter().next();
        let Some(Value::Text(symbol)) = symbol else { return self.number() };
        let cut = [1, 3, 4, symbol.find('/').unwrap_or(symbol.len()), symbol.len()];
        let symbol = symbol[..*cut.choose(&mut self.random).unwrap()].to_owned();
        let name = if self.random.random_bool(0.5) { "ipc" } else { "ipc.main" };
        if self.random.random_bool(0.2) && symbol.len() > 3 {
            let pieces = vec![Piece::Text(symbol[..3].to_owned()), Piece::Any];
            return Self::of_field(name, Matching::Holds, Term { pieces, quoted: false });
        }
        Self::of_field(name, Matching::Holds, Term::plain(symbol, false))
    }

    fn number(&mut self) -> Expr {
        self.count("column");
        let (name, value) = match self.random.random_range(0..4) {
            0 => ("cc", ["CN", "us", "EP", "WO"].choose(&mut self.random).unwrap().to_string()),
            1 => ("kind", ["A", "B", "U", "A1"].choose(&mut self.random).unwrap().to_string()),
            2 => ("nclm", self.random.random_range(1..12).to_string()),
            _ => ("pd", self.random.random_range(2008..2025).to_string()),
        };
        Self::of_field(name, Matching::Holds, Term::plain(value, false))
    }

    fn bounds(&mut self, name: &str) -> (String, String) {
        let mut ends = match name {
            "nclm" => {
                let (a, b) = (self.random.random_range(1..10), self.random.random_range(1..14));
                return (a.min(b).to_string(), a.max(b).to_string());
            }
            "ipc" => {
                let ends = [
                    "B01D53/00",
                    "B65G15/00",
                    "C25B1/04",
                    "E21B43/00",
                    "E21C",
                    "E21D23",
                    "E21F17/18",
                    "G05B",
                    "H01M8",
                ];
                let (a, b) =
                    (self.random.random_range(0..ends.len()), self.random.random_range(0..ends.len()));
                return (ends[a.min(b)].to_owned(), ends[a.max(b)].to_owned());
            }
            _ => {
                let mut date = || {
                    let (year, month, day) = (
                        self.random.random_range(2005..2025),
                        self.random.random_range(1..13),
                        self.random.random_range(1..29),
                    );
                    match self.random.random_range(0..3) {
                        0 => format!("{year}"),
                        1 => format!("{year}-{month:02}"),
                        _ => format!("{year}-{month:02}-{day:02}"),
                    }
                };
                [date(), date()]
            }
        };
        // Whole years and parts of them are in order where their first days are.
        ends.sort_by_key(|date| format!("{date}-01-01")[..10].to_owned());
        let [low, high] = ends;
        (low, high)
    }

    fn range_of(&mut self, name: &str) -> Expr {
        let (low, high) = self.bounds(name);
        let mut bound =
            |value: String| Some(Bound { value, inclusive: self.random.random_bool(0.7), span: 0..0 });
        let (low, high) = (bound(low), bound(high));
        let (low, high) = match self.random.random_range(0..4) {
            0 => (low, None),
            1 => (None, high),
            _ => (low, high),
        };
        expr(Node::Range(RangeCondition { fields: vec![named(name)], low, high }))
    }

    fn range(&mut self) -> Expr {
        self.count("range");
        let name = *["pd", "ad", "gd", "prd", "nclm", "ipc"].choose(&mut self.random).unwrap();
        self.range_of(name)
    }

    fn event(&mut self) -> Expr {
        self.count("event");
        let mut parts: Vec<Expr> = Vec::new();
        for _ in 0..self.random.random_range(1..4) {
            let (name, values): (&str, &[&str]) = match self.random.random_range(0..7) {
                0 => ("ev.cc", &["CN", "EP", "DE", "US"]),
                1 => ("ev.code", &["GR01", "CNSE01", "CF01", "TR01"]),
                2 => ("ev.kind", &["granted", "lapsed", "transferred", "examination"]),
                3 => ("ev.st", &["active", "inactive", "pending"]),
                4 => ("ev.detail", &["granted", "lapsed", "examining"]),
                _ => {
                    let name = if self.random.random_bool(0.5) { "ev.date" } else { "ev.known" };
                    let range = self.range_of(name);
                    parts.push(range);
                    continue;
                }
            };
            let value = *values.choose(&mut self.random).unwrap();
            let part = Self::of_field(name, Matching::Holds, Term::plain(value, false));
            parts.push(if self.random.random_range(0..5) == 0 {
                expr(Node::Not(Box::new(part)))
            } else {
                part
            });
        }
        let inner = match (parts.len(), self.random.random_bool(0.8)) {
            (1, _) => parts.remove(0),
            (_, true) => expr(Node::And(parts)),
            (_, false) => expr(Node::Or(parts)),
        };
        expr(Node::Event(Box::new(inner)))
    }

    pub(super) fn query(&mut self, depth: usize) -> Expr {
        let parts = |this: &mut Self| -> Vec<Expr> {
            (0..this.random.random_range(2..4)).map(|_| this.query(depth - 1)).collect()
        };
        match self.random.random_range(0..16) {
            0 | 1 if depth > 0 => {
                self.count("and");
                expr(Node::And(parts(self)))
            }
            2 | 3 if depth > 0 => {
                self.count("or");
                expr(Node::Or(parts(self)))
            }
            4 if depth > 0 => {
                self.count("xor");
                expr(Node::Xor(parts(self)))
            }
            5 if depth > 0 => {
                self.count("not");
                expr(Node::Not(Box::new(self.query(depth - 1))))
            }
            6 if depth > 0 => {
                self.count("optional");
                let (base, wanted) = (Box::new(self.query(depth - 1)), Box::new(self.term()));
                expr(Node::Optional { base, wanted })
            }
            7 => {
                self.count("set");
                let line = self.random.random_bool(0.5);
                expr(Node::Set(if line { SetName::Line(3) } else { SetName::Named("矿".to_owned()) }))
            }
            8 => self.event(),
            9..=12 => self.condition(),
            _ => self.text(),
        }
    }
}
