//! From characters to tokens, by the rules of a dialect.

use super::ast::{Piece, Reach, SetName};
use super::error::{Problem, SyntaxError};
use super::fields;
use super::syntax::{Operator, Ranges, Syntax, Wild};
use super::token::{
    Kind, Proximity, Relation, SEMANTIC, Token, Word, begins, ends_operand, ends_word, fold, starts_operand,
};

/// Cuts a query into tokens. An unclosed quote is an error; the rest of the query is then its text.
pub(super) fn tokens(query: &str, syntax: &Syntax, errors: &mut Vec<SyntaxError>) -> Vec<Token> {
    let mut lexer =
        Lexer { query, syntax, at: 0, in_range: false, never_closes: false, tokens: Vec::new(), errors };
    lexer.run();
    let mut tokens = lexer.tokens;
    resolve(query, &mut tokens);
    tokens
}

struct Lexer<'a> {
    query: &'a str,
    syntax: &'a Syntax,
    at: usize,
    /// Commas separate bounds only inside square brackets; elsewhere they are punctuation of the text.
    in_range: bool,
    /// Whether the brackets of a semantic clause were found to have no end.
    never_closes: bool,
    tokens: Vec<Token>,
    errors: &'a mut Vec<SyntaxError>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.query[self.at..].chars().next()
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, span: start..self.at });
    }

    /// Moves over the next character if it is `wanted` once folded.
    fn eat(&mut self, wanted: char) -> bool {
        match self.peek() {
            Some(c) if fold(c) == wanted => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn run(&mut self) {
        while let Some(c) = self.peek() {
            let start = self.at;
            let folded = fold(c);
            if folded.is_whitespace() || folded.is_control() {
                self.at += c.len_utf8();
                continue;
            }
            if self.comment(folded) {
                continue;
            }
            if matches!(folded, '(') && self.bracketed_form() {
                continue;
            }
            if self.named_field() || (folded == ':' && self.inside_value()) {
                continue;
            }
            self.at += c.len_utf8();
            match folded {
                '(' => self.push(Kind::Open, start),
                ')' => self.push(Kind::Close, start),
                '[' => {
                    self.in_range = true;
                    self.push(Kind::OpenRange(true), start);
                }
                ']' => {
                    self.in_range = false;
                    self.push(Kind::CloseRange(true), start);
                }
                '{' if matches!(self.tokens.last(), Some(Token { kind: Kind::Relation(_), .. })) => {
                    self.in_range = true;
                    self.push(Kind::OpenRange(false), start);
                }
                '}' if self.in_range => {
                    self.in_range = false;
                    self.push(Kind::CloseRange(false), start);
                }
                ',' if self.in_range => self.push(Kind::Comma, start),
                '=' | ':' | '<' | '>' => self.relation(folded, start),
                '!' if self.eat('=') => self.push(Kind::Relation(Relation::Differs), start),
                '"' => self.quoted(start),
                '\'' if self.syntax.single_quotes && self.single_quoted(start) => {}
                '-' | '+' if self.syntax.minus && self.excludes(folded, start) => {}
                _ => {
                    self.at = start;
                    self.word();
                }
            }
        }
    }

    /// Passes over a comment: a line that begins with `# `, or with `#` where the dialect says so.
    fn comment(&mut self, c: char) -> bool {
        if c != '#' {
            return false;
        }
        let before = self.query[..self.at].trim_end_matches(|c: char| c.is_whitespace() && c != '\n');
        if !(before.is_empty() || before.ends_with('\n')) {
            return false;
        }
        let next = self.query[self.at + self.peek().map_or(0, char::len_utf8)..].chars().next();
        let comment = match next {
            Some(next) if next.is_ascii_digit() => false,
            Some(next) => next.is_whitespace() || self.syntax.hash_comments,
            None => true,
        };
        if comment {
            self.at = self.query[self.at..].find('\n').map_or(self.query.len(), |end| self.at + end);
        }
        comment
    }

    /// Reads `(2w)` and the like as a whole, where an operand stands before it.
    fn bracketed_form(&mut self) -> bool {
        let ended = match self.tokens.as_slice() {
            [.., before, Token { kind: Kind::Operator(Operator::Not), .. }] => ends_operand(&before.kind),
            [.., last] => ends_operand(&last.kind),
            [] => false,
        };
        if !ended {
            return false;
        }
        const LONGEST: usize = 24;
        let mut text = String::from("(");
        let mut end = None;
        for (at, c) in self.query[self.at..].char_indices().skip(1).take(LONGEST) {
            match fold(c) {
                ')' => {
                    end = Some(self.at + at + c.len_utf8());
                    break;
                }
                '(' => break,
                c if c.is_whitespace() => {}
                c => text.push(c),
            }
        }
        let Some(end) = end else { return false };
        text.push(')');
        // `part(s)` is a word with its plural, not a word in a sentence.
        let glued = self.query[..self.at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let start = self.at;
        if let Some(n) = self.syntax.frequency_in(&text) {
            self.at = end;
            self.push(Kind::Frequency(n), start);
            return true;
        }
        match self.syntax.form(&text) {
            Some((form, number)) if number.is_some() || !glued => {
                self.at = end;
                self.push(Kind::Near(Proximity::of(form, number, false)), start);
                true
            }
            _ => false,
        }
    }

    /// Reads a field whose name has brackets in it.
    fn named_field(&mut self) -> bool {
        let rest = &self.query[self.at..];
        let same = |name: &str| -> Option<usize> {
            let mut chars = rest.char_indices();
            for wanted in name.chars() {
                let (_, c) = chars.next()?;
                if fold(c) != fold(wanted) {
                    return None;
                }
            }
            Some(chars.next().map_or(rest.len(), |(at, _)| at))
        };
        let first = self.peek().map(fold);
        let names = fields::bracketed().iter().filter(|name| name.chars().next().map(fold) == first);
        let Some((name, len)) =
            names.filter_map(|name| Some((name, same(name)?))).max_by_key(|found| found.1)
        else {
            return false;
        };
        let start = self.at;
        self.at += len;
        self.push(Kind::Word(Word { text: name.clone(), ..Word::default() }), start);
        true
    }

    /// Reads a colon on within a value such as the `hes:B1` of `tag=hes:B1`: a word stands right before it, and a relation
    /// before the word. Values in brackets are quoted instead.
    fn inside_value(&mut self) -> bool {
        let at = self.at;
        let [.., Token { kind: Kind::Relation(_), .. }, Token { kind: Kind::Word(word), span }] =
            self.tokens.as_slice()
        else {
            return false;
        };
        let next = self.query[at..].chars().nth(1);
        // `before:filing:2019` has two fields in a row.
        let two_fields = self.syntax.ranges == Ranges::BeforeAfter;
        if span.end != at || two_fields || !next.is_some_and(char::is_alphanumeric) || word.pieces.is_some() {
            return false;
        }
        self.at += self.peek().map_or(0, char::len_utf8);
        self.word();
        let Some(Token { kind, span: end }) = self.tokens.pop() else { return false };
        let text: String = self.query[end.clone()].chars().map(fold).collect();
        let text = if let Kind::Word(word) = kind { word.text } else { text };
        if let Some(Token { kind: Kind::Word(word), span }) = self.tokens.last_mut() {
            word.text.push(':');
            word.text.push_str(&text);
            span.end = end.end;
        }
        true
    }

    fn relation(&mut self, c: char, start: usize) {
        let relation = match c {
            '<' if self.eat('=') => Relation::AtMost,
            '<' if self.eat('>') => Relation::Differs,
            '<' => Relation::Less,
            '>' if self.eat('=') => Relation::AtLeast,
            '>' => Relation::Greater,
            '=' if self.eat('=') => Relation::Exactly,
            _ => Relation::Is,
        };
        self.push(Kind::Relation(relation), start);
        self.raw();
    }

    /// Reads the brackets of a semantic clause as they stand: what is in them is prose, not an expression.
    fn raw(&mut self) {
        let [.., name, _] = self.tokens.as_slice() else { return };
        let Kind::Word(word) = &name.kind else { return };
        if !self.syntax.semantic || !SEMANTIC.contains(&word.text.to_ascii_lowercase().as_str()) {
            return;
        }
        let rest = &self.query[self.at..];
        let space = rest.len() - rest.trim_start().len();
        let open = self.at + space;
        if self.never_closes || !self.query[open..].starts_with(['(', '（']) {
            return;
        }
        let mut depth = 0;
        let (mut in_quotes, mut escaped) = (false, false);
        for (at, c) in self.query[open..].char_indices() {
            match fold(c) {
                _ if std::mem::take(&mut escaped) => {}
                '\\' if in_quotes => escaped = true,
                '"' => in_quotes = !in_quotes,
                '(' if !in_quotes => depth += 1,
                ')' if !in_quotes => {
                    depth -= 1;
                    if depth == 0 {
                        let inside = open + self.query[open..].chars().next().map_or(0, char::len_utf8);
                        let text = self.query[inside..open + at].trim().to_owned();
                        self.at = open + at + c.len_utf8();
                        self.push(Kind::Raw(text), open);
                        return;
                    }
                }
                _ => {}
            }
        }
        // Nor will any later one, which need not be tried.
        self.never_closes = true;
    }

    fn quoted(&mut self, start: usize) {
        let mut text = String::new();
        let mut closed = false;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '\\' if self.syntax.escapes => {
                    // A backslash at the very end escapes nothing.
                    let next = self.peek().filter(|next| fold(*next) == '"' || *next == '\\');
                    self.at += next.map_or(0, char::len_utf8);
                    text.push(next.unwrap_or('\\'));
                }
                '"' | '“' | '”' | '＂' => {
                    closed = true;
                    break;
                }
                c => text.push(c),
            }
        }
        if !closed {
            let suggestion = Some("add the closing quote, or remove this one".to_owned());
            let end = start + self.query[start..].chars().next().map_or(0, char::len_utf8);
            self.errors.push(SyntaxError { span: start..end, problem: Problem::OpenQuote, suggestion });
        }
        self.push(Kind::Quoted(text), start);
        if closed && self.syntax.slop && self.eat('~') {
            let start = self.at - 1;
            let mut number = 0u64;
            while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
                number = number.saturating_mul(10).saturating_add(u64::from(digit));
                self.at += 1;
            }
            self.push(Kind::Slop(number), start);
        }
    }

    /// Reads a phrase in single quotes; an apostrophe is none.
    fn single_quoted(&mut self, start: usize) -> bool {
        let rest = &self.query[self.at..];
        let Some(len) = rest.find(['\'', '\n']).filter(|len| *len > 0 && rest[*len..].starts_with('\''))
        else {
            return false;
        };
        let ends = rest[len + 1..].chars().next().is_none_or(|c| ends_word(fold(c), false));
        if ends {
            self.at += len + 1;
            self.push(Kind::Quoted(rest[..len].to_owned()), start);
        }
        ends
    }

    /// Reads `-word` as an exclusion and passes over the sign of `+word`.
    fn excludes(&mut self, sign: char, start: usize) -> bool {
        let before = self.query[..start].chars().next_back();
        let next = self.peek().map(fold);
        let begins = before.is_none_or(|c| c.is_whitespace() || fold(c) == '(')
            && next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '"' | '('));
        if begins && sign == '-' {
            self.push(Kind::Operator(Operator::Not), start);
        }
        begins
    }

    fn word(&mut self) {
        let start = self.at;
        let mut word = Word::default();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut wild = false;
        while let Some(c) = self.peek() {
            let mut c = c;
            if c == '\\' && self.syntax.escapes && self.query[self.at..].chars().nth(1).is_some() {
                self.at += 1;
                c = self.peek().unwrap_or('\\');
                word.escaped = true;
            } else {
                let folded = fold(c);
                // The first character is taken in any case, so that each word moves on: `{` in a range begins none.
                if ends_word(folded, self.in_range) && self.at > start {
                    break;
                }
                if let Some(found) = self.syntax.wildcard(folded) {
                    pieces.push(match found {
                        Wild::Any => Piece::Any,
                        Wild::One => Piece::One,
                        Wild::Optional => Piece::Optional,
                    });
                    wild = true;
                    word.text.push(folded);
                    self.at += c.len_utf8();
                    continue;
                }
                self.at += c.len_utf8();
                word.text.push(folded);
                push_char(&mut pieces, folded);
                continue;
            }
            self.at += c.len_utf8();
            word.text.push(c);
            push_char(&mut pieces, c);
        }
        if wild {
            word.pieces = Some(pieces);
        }
        let kind = if word.escaped { None } else { self.special(&mut word, start) };
        match kind {
            Some(kind) => self.push(kind, start),
            None => self.push(Kind::Word(word), start),
        }
    }

    /// Returns what a word is besides a word; it may read further.
    fn special(&mut self, word: &mut Word, start: usize) -> Option<Kind> {
        let text = word.text.as_str();
        if let Some(operator) = self.syntax.operator(text) {
            return Some(Kind::Operator(operator));
        }
        if let Some(number) = text.strip_prefix('#').filter(|number| !number.is_empty())
            && number.bytes().all(|b| b.is_ascii_digit())
        {
            return number.parse().ok().map(|line| Kind::Set(SetName::Line(line)));
        }
        if let Some(name) = text.strip_prefix('@') {
            if name.is_empty() && self.eat('"') {
                let start = self.at - 1;
                self.quoted(start);
                let Some(Token { kind: Kind::Quoted(name), .. }) = self.tokens.pop() else { return None };
                return Some(Kind::Set(SetName::Named(name)));
            }
            return (!name.is_empty()).then(|| Kind::Set(SetName::Named(name.to_owned())));
        }
        if begins(text, "tree@") {
            // What is glued to it is the name.
            if text.len() > 5 {
                self.tokens.push(Token { kind: Kind::Tree, span: start..start + 5 });
                word.text = text[5..].to_owned();
                word.pieces = None;
                return None;
            }
            return Some(Kind::Tree);
        }
        if self.syntax.cql && begins(text, "prox") {
            return self.cql(start);
        }
        if let Some(n) = self.syntax.frequency_in(text) {
            return Some(Kind::Frequency(n));
        }
        let (form, number) = self.syntax.form(text)?;
        Some(Kind::Near(Proximity::of(form, number, !text.starts_with('$'))))
    }

    /// Reads `prox/distance<3/unit=word/ordered`: distances count neighbours as 1.
    fn cql(&mut self, start: usize) -> Option<Kind> {
        let end = self.query[start..].find(|c: char| c.is_whitespace() || fold(c) == '"' || fold(c) == '(');
        let end = end.map_or(self.query.len(), |end| start + end);
        let written: String = self.query[start..end].chars().map(fold).collect::<String>().to_lowercase();
        let mut parts = written.split('/');
        if parts.next() != Some("prox") {
            return None;
        }
        let mut near = Proximity {
            reach: Reach::Units(0),
            ordered: false,
            number: None,
            maybe: false,
            in_values: false,
        };
        for part in parts {
            match part {
                "ordered" => near.ordered = true,
                "unordered" | "unit=word" => {}
                "unit=sentence" => near.reach = Reach::Sentence,
                "unit=paragraph" => near.reach = Reach::Paragraph,
                _ => {
                    let distance = part.strip_prefix("distance")?;
                    let (less, number) = match distance.strip_prefix("<=").or(distance.strip_prefix('=')) {
                        Some(number) => (1, number),
                        None => (2, distance.strip_prefix('<')?),
                    };
                    let n = number.bytes().try_fold(0u64, |n, b| {
                        b.is_ascii_digit().then(|| n.saturating_mul(10).saturating_add(u64::from(b - b'0')))
                    })?;
                    near.number = Some(n.saturating_sub(less));
                }
            }
        }
        self.at = end;
        Some(Kind::Near(near))
    }
}

fn push_char(pieces: &mut Vec<Piece>, c: char) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.push(c),
        _ => pieces.push(Piece::Text(c.to_string())),
    }
}

/// Decides which letters are operators: those between two operands, some only inside the brackets of a field value.
fn resolve(query: &str, tokens: &mut [Token]) {
    let mut in_value: Vec<bool> = Vec::new();
    for n in 0..tokens.len() {
        match tokens[n].kind {
            Kind::Open => {
                let begins = n > 0 && matches!(tokens[n - 1].kind, Kind::Relation(_));
                in_value.push(begins || in_value.last() == Some(&true));
            }
            Kind::Close => {
                in_value.pop();
            }
            Kind::Near(near) if near.maybe => {
                let before = |n: usize| n.checked_sub(1).map(|n| &tokens[n].kind);
                let ended = match before(n) {
                    Some(Kind::Operator(Operator::Not)) => before(n - 1).is_some_and(ends_operand),
                    Some(kind) => ends_operand(kind),
                    None => false,
                };
                let follows = tokens.get(n + 1).is_some_and(|token| starts_operand(&token.kind));
                let allowed = !near.in_values || in_value.last() == Some(&true);
                if !(ended && follows && allowed) {
                    let text = query[tokens[n].span.clone()].chars().map(fold).collect();
                    tokens[n].kind = Kind::Word(Word { text, ..Word::default() });
                }
            }
            _ => {}
        }
    }
}
