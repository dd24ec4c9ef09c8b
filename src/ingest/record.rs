//! What a parser gets and gives: one raw record in, publications and faults out.

use std::path::Path;

use super::{FaultKind, Severity};
use crate::patent::{
    ApplicationNumber, Classification, CountryCode, Date, Position, Publication, PublicationNumber, Scheme,
    Symbol,
};

/// One raw record, cut out of its file and decoded to UTF-8.
pub(crate) struct Raw<'a> {
    /// The text of the record: an XML element with its start tag, a JSON line, a plain-text block.
    pub(crate) text: &'a str,
    /// The path of the file (inside an archive: of the member), for formats that say something in it.
    pub(crate) path: &'a Path,
}

/// What a parser made of one raw record.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// The publications, mostly one.
    pub(crate) publications: Vec<Publication>,
    /// The faults; the caller adds file and record number.
    pub(crate) faults: Vec<Fault>,
}

/// A diagnostic before it knows its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) severity: Severity,
    pub(crate) kind: FaultKind,
    pub(crate) field: String,
    pub(crate) message: String,
}

impl Parsed {
    /// Records a fault.
    pub(crate) fn fault(
        &mut self,
        severity: Severity,
        kind: FaultKind,
        field: &str,
        message: impl Into<String>,
    ) {
        self.faults.push(Fault { severity, kind, field: field.to_owned(), message: message.into() });
    }

    /// Returns the date that `text` writes (`20190802`, `2019-08-02`, `2019.08.02`, `2019/8/2`, `20190802T000000`).
    ///
    /// Empty text is no date and no fault. `0000-00-00`, a missing day or month, and days that do not exist are
    /// no date and a fault.
    pub(crate) fn date(&mut self, field: &str, text: &str) -> Option<Date> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let date = parse_date(text);
        if date.is_none() {
            let message = format!("`{}` is no date; write it as YYYY-MM-DD", clip(text));
            self.fault(Severity::Field, FaultKind::Date, field, message);
        }
        date
    }

    /// Returns the publication number that `text` writes, or records a fault.
    pub(crate) fn publication_number(&mut self, field: &str, text: &str) -> Option<PublicationNumber> {
        match PublicationNumber::parse(text) {
            Ok(number) => Some(number),
            Err(error) => {
                self.fault(Severity::Field, FaultKind::Number, field, error.to_string());
                None
            }
        }
    }

    /// Returns the application number that `text` writes; a check digit that does not fit is noted, not refused.
    pub(crate) fn application_number(&mut self, field: &str, text: &str) -> Option<ApplicationNumber> {
        if let Err(error) = ApplicationNumber::verify(text) {
            self.fault(Severity::Note, FaultKind::Number, field, error.to_string());
        }
        match ApplicationNumber::parse(text) {
            Ok(number) => Some(number),
            Err(error) => {
                self.fault(Severity::Field, FaultKind::Number, field, error.to_string());
                None
            }
        }
    }

    /// Returns the ST.3 code in `text`, or records a fault.
    pub(crate) fn country(&mut self, field: &str, text: &str) -> Option<CountryCode> {
        let code = CountryCode::parse(text);
        if code.is_none() {
            let message = format!("`{}` is no two-letter country code", clip(text));
            self.fault(Severity::Field, FaultKind::Number, field, message);
        }
        code
    }

    /// Returns the IPC or CPC class that `text` writes in any form, or records a fault.
    pub(crate) fn class(
        &mut self,
        field: &str,
        scheme: Scheme,
        text: &str,
        position: Option<Position>,
    ) -> Option<Classification> {
        let Some((symbol, version)) = Symbol::parse(text) else {
            let message = format!("`{}` is no classification symbol", clip(text));
            self.fault(Severity::Field, FaultKind::Classification, field, message);
            return None;
        };
        Some(Classification { scheme, symbol, version, position, additional: None })
    }
}

/// Returns the first 60 characters of `text`, for messages.
pub(crate) fn clip(text: &str) -> &str {
    match text.char_indices().nth(60) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

/// Returns `text` with each run of white space (full-width spaces included) as one space, none at the ends.
pub(crate) fn fold_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{feff}').filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn parse_date(text: &str) -> Option<Date> {
    let head = text.split(['T', ' ']).next().unwrap_or_default();
    let (year, month, day) = if head.len() == 8 && head.bytes().all(|b| b.is_ascii_digit()) {
        (&head[..4], &head[4..6], &head[6..])
    } else {
        let mut parts = head.split(['-', '.', '/', '年', '月', '日']).filter(|part| !part.is_empty());
        let ymd = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || ymd.0.len() != 4 {
            return None;
        }
        ymd
    };
    let year: i16 = year.parse().ok()?;
    if !(1600..=2200).contains(&year) {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_written_form() {
        let check = |text: &str, expected: Option<&str>| {
            let date = Parsed::default().date("date", text).map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected, "{text}");
        };
        check("20190802", Some("2019-08-02"));
        check("2019-8-2", Some("2019-08-02"));
        check("2019.08.02", Some("2019-08-02"));
        check("2019年8月2日", Some("2019-08-02"));
        check("2019-08-02T00:00:00Z", Some("2019-08-02"));
        check("0000-00-00", None);
        check("20190230", None);
        check("20190000", None);
        check("二〇一九", None);
        check("", None);
    }
}
