//! What the dialects differ in, as tables: one parser and one printer read them.
//!
//! The proximity forms are templates, `#` standing for the number, so that what is read and what is written come from
//! the same line. `reference.md` says where each rule comes from.

use super::ast::Reach;
use super::dialect::Dialect;

/// A dialect's rules.
#[derive(Debug)]
pub(super) struct Syntax {
    pub(super) dialect: Dialect,
    /// Operator words in small letters.
    pub(super) operators: &'static [(&'static str, Operator)],
    /// Whether only capitals are operators.
    pub(super) capitals: bool,
    /// Whether AND, OR, XOR and NOT bind alike, from left to right.
    pub(super) left_to_right: bool,
    /// Whether `-` before a word excludes it (and `+` means nothing).
    pub(super) minus: bool,
    pub(super) wildcards: &'static [(char, Wild)],
    /// Whether wildcards count inside quotes.
    pub(super) wild_in_quotes: bool,
    /// Whether `'` opens a phrase.
    pub(super) single_quotes: bool,
    /// Whether `\` takes the meaning from the next character.
    pub(super) escapes: bool,
    /// Whether `_` between Latin letters is an optional separator.
    pub(super) joins: bool,
    pub(super) proximity: &'static [Form],
    /// The forms that begin a word and say how often; `#` is the number.
    pub(super) frequency: &'static [&'static str],
    /// Whether `"a b"~3` is a proximity.
    pub(super) slop: bool,
    /// Whether `prox/…`, `any`, `all`, `within` and `=/low` are known.
    pub(super) cql: bool,
    /// Whether fields can follow: `drum.ti.`, `(drum)/ti`.
    pub(super) postfix: bool,
    /// Whether a line that begins with `#` is a comment; elsewhere `# ` is one.
    pub(super) hash_comments: bool,
    /// Whether semantic clauses can be written.
    pub(super) semantic: bool,
    /// The sign between field and value when written.
    pub(super) sign: char,
    pub(super) ranges: Ranges,
    pub(super) dates: Dates,
}

/// An operator between expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    And,
    Or,
    Not,
    Xor,
    /// Conditions of one event.
    Same,
    /// Wanted, not asked for.
    Optional,
}

impl Operator {
    /// Returns how the operator is written where the query does not say.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
            Self::Xor => "XOR",
            Self::Same => "GAND",
            Self::Optional => "OPT",
        }
    }
}

/// A wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wild {
    Any,
    One,
    Optional,
}

/// How a proximity is written.
#[derive(Debug)]
pub(super) struct Form {
    /// `#` stands for the number, which may be left out where there is a default.
    pub(super) template: &'static str,
    /// The reach; the number of `Units` is the default.
    pub(super) reach: Reach,
    pub(super) ordered: bool,
    /// Whether the number may be left out.
    pub(super) optional: bool,
    /// The number written less the units between.
    pub(super) plus: u32,
    /// Whether it is an operator only inside the brackets of a field value.
    pub(super) in_values: bool,
}

/// How ranges are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ranges {
    /// `[a TO b]`, and `{a TO b}` without the bounds.
    Brackets {
        /// Whether braces are known.
        exclusive: bool,
        /// Whether `>=` and the like are known.
        comparisons: bool,
    },
    /// `field within "a b"`, and comparisons.
    Within,
    /// Comparisons only.
    Comparisons,
    /// `after:field:a before:field:b`.
    BeforeAfter,
}

/// How days are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// `2019-08-02`.
    Iso,
    /// `20190802`.
    Compact,
    /// `02.08.2019`.
    DayFirst,
}

const fn units(template: &'static str, default: u32, ordered: bool) -> Form {
    Form { template, reach: Reach::Units(default), ordered, optional: true, plus: 0, in_values: false }
}

const fn within(template: &'static str, reach: Reach, ordered: bool) -> Form {
    Form { template, reach, ordered, optional: true, plus: 0, in_values: false }
}

const fn in_value(form: Form) -> Form {
    Form { in_values: true, ..form }
}

/// Counts neighbours as 1.
const fn counting(form: Form) -> Form {
    Form { plus: 1, ..form }
}

const BOOLEAN: &[(&str, Operator)] =
    &[("and", Operator::And), ("or", Operator::Or), ("not", Operator::Not), ("xor", Operator::Xor)];

const PATNAV: Syntax = Syntax {
    dialect: Dialect::Patnav,
    operators: &[
        ("and", Operator::And),
        ("or", Operator::Or),
        ("not", Operator::Not),
        ("xor", Operator::Xor),
        ("gand", Operator::Same),
        ("opt", Operator::Optional),
    ],
    capitals: false,
    left_to_right: false,
    minus: false,
    wildcards: &[('*', Wild::Any), ('?', Wild::One), ('#', Wild::Optional)],
    wild_in_quotes: false,
    single_quotes: true,
    escapes: true,
    joins: true,
    proximity: &[
        units("(#w)", 1, true),
        units("(#n)", 1, false),
        within("(s)", Reach::Sentence, false),
        within("(sw)", Reach::Sentence, true),
        within("(p)", Reach::Paragraph, false),
        within("(pw)", Reach::Paragraph, true),
        within("(z)", Reach::Zone, false),
        within("(zw)", Reach::Zone, true),
        within("(sen)", Reach::Sentence, false),
    ],
    frequency: &["(#f)"],
    slop: false,
    cql: false,
    postfix: true,
    hash_comments: false,
    semantic: true,
    sign: '=',
    ranges: Ranges::Brackets { exclusive: true, comparisons: true },
    dates: Dates::Iso,
};

const INCOPAT: Syntax = Syntax {
    dialect: Dialect::Incopat,
    operators: &[
        ("and", Operator::And),
        ("or", Operator::Or),
        ("not", Operator::Not),
        ("opt", Operator::Optional),
    ],
    wildcards: &[('*', Wild::Any), ('?', Wild::One), ('$', Wild::Any)],
    escapes: false,
    joins: false,
    proximity: &[
        units("(#w)", 1, true),
        units("(#n)", 1, false),
        within("(s)", Reach::Sentence, false),
        within("(sen)", Reach::Sentence, false),
        within("(p)", Reach::Paragraph, false),
    ],
    postfix: false,
    hash_comments: true,
    ranges: Ranges::Brackets { exclusive: false, comparisons: true },
    dates: Dates::Compact,
    ..PATNAV
};

const PATSNAP: Syntax = Syntax {
    dialect: Dialect::Patsnap,
    operators: &[
        ("and", Operator::And),
        ("or", Operator::Or),
        ("not", Operator::Not),
        ("gand", Operator::Same),
    ],
    single_quotes: false,
    escapes: false,
    proximity: &[
        units("$pre#", 0, true),
        within("$ws", Reach::Units(99), false),
        units("$w#", 0, false),
        within("$sen", Reach::Sentence, false),
        within("$para", Reach::Paragraph, false),
    ],
    frequency: &["$freq#"],
    postfix: false,
    semantic: false,
    sign: ':',
    ranges: Ranges::Brackets { exclusive: false, comparisons: false },
    dates: Dates::Compact,
    ..PATNAV
};

const CNIPA: Syntax = Syntax {
    dialect: Dialect::Cnipa,
    operators: BOOLEAN,
    left_to_right: true,
    wildcards: &[('+', Wild::Any), ('#', Wild::One), ('?', Wild::Optional)],
    single_quotes: false,
    escapes: false,
    joins: false,
    proximity: &[
        in_value(units("#W", 0, true)),
        in_value(units("#D", 0, false)),
        in_value(within("S", Reach::Sentence, false)),
        in_value(within("P", Reach::Paragraph, false)),
        in_value(within("F", Reach::Zone, false)),
    ],
    frequency: &[],
    postfix: false,
    semantic: false,
    ranges: Ranges::Comparisons,
    dates: Dates::Compact,
    ..PATNAV
};

const ESPACENET: Syntax = Syntax {
    dialect: Dialect::Espacenet,
    operators: &[("and", Operator::And), ("or", Operator::Or), ("not", Operator::Not)],
    left_to_right: true,
    wildcards: &[('*', Wild::Any), ('?', Wild::Optional), ('#', Wild::One)],
    wild_in_quotes: true,
    single_quotes: false,
    escapes: false,
    joins: false,
    // Read by `cql`; these lines are for writing.
    proximity: &[
        counting(units("prox/ordered/distance<=#", 0, true)),
        counting(units("prox/distance<=#", 0, false)),
        within("prox/unit=sentence", Reach::Sentence, false),
        within("prox/unit=sentence/ordered", Reach::Sentence, true),
        within("prox/unit=paragraph", Reach::Paragraph, false),
        within("prox/unit=paragraph/ordered", Reach::Paragraph, true),
    ],
    frequency: &[],
    cql: true,
    postfix: false,
    semantic: false,
    ranges: Ranges::Within,
    dates: Dates::Compact,
    ..PATNAV
};

const PATENTSCOPE: Syntax = Syntax {
    dialect: Dialect::Patentscope,
    operators: &[
        ("and", Operator::And),
        ("or", Operator::Or),
        ("not", Operator::Not),
        ("andnot", Operator::Not),
        ("xor", Operator::Xor),
    ],
    capitals: true,
    minus: true,
    wildcards: &[('*', Wild::Any), ('?', Wild::One)],
    single_quotes: false,
    joins: false,
    proximity: &[counting(units("NEAR#", 4, false)), counting(units("BEFORE#", 4, true))],
    frequency: &[],
    slop: true,
    postfix: false,
    semantic: false,
    sign: ':',
    ranges: Ranges::Brackets { exclusive: true, comparisons: false },
    dates: Dates::DayFirst,
    ..PATNAV
};

const GOOGLE: Syntax = Syntax {
    dialect: Dialect::Google,
    operators: BOOLEAN,
    capitals: true,
    minus: true,
    wildcards: &[('*', Wild::Any), ('$', Wild::Any), ('?', Wild::One), ('#', Wild::One)],
    single_quotes: false,
    escapes: false,
    joins: false,
    proximity: &[
        counting(units("ADJ#", 0, true)),
        counting(units("ADJ/#", 0, true)),
        counting(units("NEAR#", 0, false)),
        counting(units("NEAR/#", 0, false)),
        within("WITH", Reach::Sentence, false),
        within("SAME", Reach::Paragraph, false),
    ],
    frequency: &[],
    postfix: true,
    semantic: false,
    ranges: Ranges::BeforeAfter,
    dates: Dates::Compact,
    ..PATNAV
};

const LENS: Syntax = Syntax {
    dialect: Dialect::Lens,
    operators: &[
        ("and", Operator::And),
        ("or", Operator::Or),
        ("not", Operator::Not),
        ("&&", Operator::And),
        ("||", Operator::Or),
    ],
    capitals: true,
    minus: true,
    wildcards: &[('*', Wild::Any), ('?', Wild::One)],
    single_quotes: false,
    joins: false,
    proximity: &[],
    frequency: &[],
    slop: true,
    postfix: false,
    semantic: false,
    sign: ':',
    ranges: Ranges::Brackets { exclusive: true, comparisons: false },
    dates: Dates::Iso,
    ..PATNAV
};

static ALL: [Syntax; 8] = [PATNAV, INCOPAT, PATSNAP, CNIPA, ESPACENET, PATENTSCOPE, GOOGLE, LENS];

/// Returns the rules of a dialect.
pub(super) fn of(dialect: Dialect) -> &'static Syntax {
    &ALL[dialect as usize]
}

impl Syntax {
    /// Returns the operator that a word is.
    pub(super) fn operator(&self, word: &str) -> Option<Operator> {
        if word.len() > 6 || (self.capitals && word.bytes().any(|b| b.is_ascii_lowercase())) {
            return None;
        }
        self.operators
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word))
            .map(|(_, operator)| *operator)
    }

    /// Returns the wildcard that a character is.
    pub(super) fn wildcard(&self, c: char) -> Option<Wild> {
        self.wildcards.iter().find(|(known, _)| *known == c).map(|(_, wild)| *wild)
    }

    /// Returns the proximity form that a whole text is, and the number in it.
    pub(super) fn form(&self, text: &str) -> Option<(&'static Form, Option<u64>)> {
        self.proximity.iter().find_map(|form| {
            let capitals = self.capitals || form.in_values;
            let number = matches(form.template, text, capitals)?;
            (number.is_some() || form.optional).then_some((form, number))
        })
    }

    /// Returns whether a word is a proximity or frequency of the dialect.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.form(word).is_some() || self.frequency_in(word).is_some()
    }

    /// Returns the number of a frequency form that a whole text is.
    pub(super) fn frequency_in(&self, text: &str) -> Option<u64> {
        self.frequency.iter().find_map(|template| matches(template, text, false).flatten())
    }
}

/// Compares a text with a template; `Some(None)` where it fits without a number.
///
/// A number above what 64 bits hold is as large as they hold: it is refused by a limit later.
fn matches(template: &str, text: &str, capitals: bool) -> Option<Option<u64>> {
    let same = |a: &str, b: &str| if capitals { a == b } else { a.eq_ignore_ascii_case(b) };
    let Some((before, after)) = template.split_once('#') else {
        return same(template, text).then_some(None);
    };
    let inside = text.len().checked_sub(before.len() + after.len())?;
    let (start, rest) = text.split_at_checked(before.len())?;
    let (digits, end) = rest.split_at_checked(inside)?;
    if !same(before, start) || !same(after, end) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
    Some((!digits.is_empty()).then_some(number))
}
