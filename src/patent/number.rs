//! Publication and application numbers in one normal form, whatever a source writes.
//!
//! A number has three forms here. *Written*: what a source has (`US 2005/0004437 A1`, `特開平5-170722`, `ZL201910302430.1`);
//! `parse` takes any of them. *Displayed*: what people read (`CN110083831A`, `CN201910302430.1`). *Stored*: what serde writes,
//! `CN-110083831-A` for publications, because there the serial and the kind cannot be confused.
//!
//! Normalising twice gives the same as once, and a stored number reads back as the value that was written.
//! What an office's digits cannot tell is stated where the rule stands (`number/application.rs`, `number/publication.rs`).
//! An office without rules keeps its letters and digits; a text that names no office keeps all of it, under `XX`.
//!
//! Whether a number was ever given is not asked here, and kinds are read for what they say by themselves:
//! what they meant on a date (CN kind B before 1993) is [`PublicationNumber::is_grant`]'s stated limit.

mod application;
mod cn;
mod country;
mod publication;
mod written;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use country::CountryCode;

use super::PatentType;
use written::compact;
use written::fold;
use written::split_kind;

/// The number of a publication. Displays as `CN110083831A`.
///
/// ```
/// use patnav::patent::PublicationNumber;
/// let number = PublicationNumber::parse("US 2005/0004437 A1").expect("it has digits");
/// assert_eq!(number.to_string(), "US20050004437A1");
/// assert_eq!(String::from(number), "US-20050004437-A1");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PublicationNumber {
    /// The office, ST.3.
    pub country: CountryCode,
    /// The serial in its normal form.
    pub serial: String,
    /// The kind code, ST.16, where known.
    pub kind: Option<String>,
}

/// The number of an application. Displays as `CN201910302430.1`.
///
/// International applications are of office `WO` and name the receiving office: `PCT/CN2019/070001` is `WOCN2019070001`.
///
/// ```
/// use patnav::patent::ApplicationNumber;
/// let number = ApplicationNumber::parse("ZL201910302430.1").expect("it has digits");
/// assert_eq!(number, ApplicationNumber::parse("CN 201910302430").expect("it has digits"));
/// assert_eq!(number.to_string(), "CN201910302430.1");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ApplicationNumber {
    /// The office, ST.3.
    pub country: CountryCode,
    /// The serial in its normal form, without a check digit.
    pub serial: String,
}

/// Why a text is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// No digit in it.
    #[error("`{text}` holds no number")]
    Empty {
        /// The text as given.
        text: String,
    },
    /// The check digit does not fit (a typing error somewhere in the number).
    #[error("the check digit of `{text}` is `{found}`, its digits give `{expected}`")]
    CheckDigit {
        /// The text as given.
        text: String,
        /// The digit as written.
        found: char,
        /// The digit that the others give.
        expected: char,
    },
}

impl PublicationNumber {
    /// Returns the number in its normal form, from its parts as a source gives them.
    ///
    /// A kind that does not open with a letter (`00`) is dropped; of an unknown office, kind and serial are one text.
    pub fn new(country: CountryCode, serial: &str, kind: Option<&str>) -> Self {
        if country == CountryCode::UNKNOWN {
            let kind = kind.map(str::trim).unwrap_or_default();
            return Self { country, serial: fold(&format!("{serial}{kind}")), kind: None };
        }
        let kind = kind
            .map(|kind| fold(kind).chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .filter(|kind| kind.starts_with(|c: char| c.is_ascii_alphabetic()));
        let serial = publication::serial(country.as_str(), &fold(serial), kind.as_deref());
        Self { country, serial, kind }
    }

    /// Returns the number that `text` writes, in any form known.
    ///
    /// # Errors
    /// [`NumberError::Empty`] where there is no digit. Unknown forms are kept whole, never refused.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let folded = fold(text);
        if !folded.contains(|c: char| c.is_numeric()) {
            return Err(NumberError::Empty { text: text.to_owned() });
        }
        if let Some(number) = Self::stored(&folded).filter(|number| number.country.exists()) {
            return Ok(number);
        }
        let rest = written::without_label(&folded);
        if let Some(japanese) = written::japanese(rest) {
            let serial = format!("{}{:0>6}", japanese.year, japanese.number);
            let serial = if japanese.year.is_empty() { japanese.number } else { serial };
            return Ok(Self::new(CountryCode::JP, &serial, japanese.kind));
        }
        let (country, rest) = office(rest).unwrap_or((CountryCode::UNKNOWN, &folded));
        if country == CountryCode::UNKNOWN {
            return Ok(Self::new(country, rest, None));
        }
        let rest = rest.trim_end_matches([')', ' ', '.']);
        let (serial, kind) = split_kind(rest);
        let serial = match (country, serial.rsplit_once('.')) {
            // A patent number of China is the application's, with its check digit (`ZL201910302430.1`).
            (CountryCode::CN, Some((digits, check))) if check.len() == 1 => digits,
            _ => serial,
        };
        Ok(Self::new(country, serial, kind))
    }

    /// Returns the number of which `text` is the stored form, and nothing for any other text.
    fn stored(text: &str) -> Option<Self> {
        let (country, rest) = text.split_once('-')?;
        let country = CountryCode::parse(country)?;
        let (serial, kind) = match rest.rsplit_once('-') {
            Some((serial, kind)) if country != CountryCode::UNKNOWN => (serial, Some(kind)),
            _ => (rest, None),
        };
        let number = Self::new(country, serial, kind);
        (String::from(number.clone()) == text).then_some(number)
    }

    /// Returns the kind of right that the kind code names, where it does.
    ///
    /// CN: A, B, C inventions; U, Y utility models; D, S designs. US: A, B, C, E inventions; S designs; P plants.
    /// JP and KR: U and Y utility models, S designs. DE: U utility models. EP and WO: inventions. Else unknown.
    pub fn patent_type(&self) -> Option<PatentType> {
        let kind = self.kind.as_deref()?.chars().next()?;
        match (self.country.as_str(), kind) {
            ("CN", 'A' | 'B' | 'C') | ("US", 'A' | 'B' | 'C' | 'E') | ("JP" | "KR", 'A' | 'B' | 'C') => {
                Some(PatentType::Invention)
            }
            ("EP", 'A' | 'B' | 'C') | ("WO", 'A') | ("DE", 'A' | 'B' | 'C') => Some(PatentType::Invention),
            ("CN" | "JP" | "KR", 'U' | 'Y') | ("DE" | "TW", 'U') => Some(PatentType::UtilityModel),
            ("CN", 'D' | 'S') | ("US" | "JP" | "KR" | "TW", 'S') => Some(PatentType::Design),
            ("US", 'P') => Some(PatentType::Plant),
            _ => None,
        }
    }

    /// Returns whether this publication is of a granted right, where the kind code says so; `None` where it does not.
    ///
    /// CN: B, C, U, Y, D, S yes, A no; numbers of the years when A named something else are not told apart.
    /// Kind B of China before 1993 is an examined application (审定公告), not a grant: those serials have seven digits
    /// and open with `10` (1,000,001 onwards), as does C of the grant that followed, so B of seven digits is `None`,
    /// and the caller with a publication date decides. EP, KR and JP: B and C yes, A no
    /// (JP kind B of seven digits is a patent; era numbers of kind B are examined applications before 1996: no).
    /// US: A is a grant where the serial is a patent number (before 2001), no where it is an application's;
    /// B, C, E, S, P2, P3 yes. DE: B, C, U yes, A no. WO: no.
    pub fn is_grant(&self) -> Option<bool> {
        let kind = self.kind.as_deref()?;
        let letter = kind.chars().next()?;
        match (self.country.as_str(), letter) {
            ("WO", _) => Some(false),
            ("CN", 'A') => Some(false),
            ("CN", 'B') if self.serial.len() < 9 && self.serial.starts_with("10") => None,
            ("CN", 'B' | 'C' | 'U' | 'Y' | 'D' | 'S') => Some(true),
            ("US", 'A') => Some(self.serial.len() < 11),
            ("US", 'B' | 'C' | 'E' | 'S') => Some(true),
            ("US", 'P') => Some(self.serial.len() < 11 && kind != "P1"),
            ("JP", 'B' | 'Y') => Some(self.serial.bytes().all(|b| b.is_ascii_digit())),
            ("EP" | "KR" | "DE", 'A') | ("JP", 'A') => Some(false),
            ("EP" | "KR" | "DE", 'B' | 'C') | ("DE", 'U') | ("KR", 'Y') => Some(true),
            _ => None,
        }
    }
}

impl ApplicationNumber {
    /// Returns the number in its normal form, from its parts as a source gives them; a check digit is dropped.
    ///
    /// Sources that give a kind with it (DOCDB) say more through [`ApplicationNumber::with_kind`].
    pub fn new(country: CountryCode, serial: &str) -> Self {
        Self::with_kind(country, serial, None)
    }

    /// Returns the number in its normal form; the kind of DOCDB tells international applications (`W`)
    /// and utility models (`U`) apart where the digits do not.
    pub fn with_kind(country: CountryCode, serial: &str, kind: Option<&str>) -> Self {
        let folded = fold(serial);
        if country == CountryCode::UNKNOWN {
            return Self { country, serial: folded };
        }
        let (country, serial) = application::normal(country, &folded, kind);
        Self { country, serial }
    }

    /// Returns the number that `text` writes, in any form known; a check digit may be there or not.
    ///
    /// # Errors
    /// [`NumberError::Empty`] where there is no digit.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let folded = fold(text);
        if !folded.contains(|c: char| c.is_numeric()) {
            return Err(NumberError::Empty { text: text.to_owned() });
        }
        let rest = written::without_label(&folded);
        if let Some(japanese) = written::japanese(rest) {
            return Ok(Self::japanese(&japanese));
        }
        // `PCT/CN2019/070001`: the number is written in parts, which tell a short year from a short number.
        if let Some(international) = rest.strip_prefix("PCT") {
            let mut parts = international.split(['/', ' ', '-']).filter(|part| !part.is_empty());
            let serial = match (parts.next(), parts.next()) {
                (Some(head), Some(number)) if number.len() <= 6 => format!("{head}{number:0>6}"),
                _ => compact(international),
            };
            return Ok(Self::new(CountryCode::WO, &serial));
        }
        // Only China writes 12 digits and a check digit after a dot, and the check digit bears it out.
        if let Some((digits, check)) = rest.split_once('.')
            && cn::is_twelve(digits)
            && cn::check_digit(digits).is_some_and(|digit| check.len() == 1 && check.starts_with(digit))
        {
            return Ok(Self::new(CountryCode::CN, digits));
        }
        let (country, rest) = office(rest).unwrap_or((CountryCode::UNKNOWN, &folded));
        if country == CountryCode::UNKNOWN {
            return Ok(Self::new(country, rest));
        }
        // A kind set off by white space is never part of the serial, whatever the office.
        let (serial, kind) = match rest.rsplit_once(' ') {
            Some((serial, kind)) if is_kind(kind) && serial.contains(|c: char| c.is_ascii_digit()) => {
                (serial, Some(kind))
            }
            _ => (rest, None),
        };
        Ok(Self::with_kind(country, serial, kind))
    }

    fn japanese(written: &written::Japanese<'_>) -> Self {
        let year = match written.year.split_at_checked(1) {
            Some((era, digits)) => digits.parse().ok().and_then(|digits| written::era_year(era, digits)),
            None => None,
        };
        let serial = match year {
            Some(year) => format!("{year}{:0>6}", written.number),
            None if written.year.is_empty() => written.number.clone(),
            None => format!("{}{:0>6}", written.year, written.number),
        };
        Self::with_kind(CountryCode::JP, &serial, written.utility.then_some("U"))
    }

    /// Checks the check digit that `text` writes, where its office has one and it is there.
    ///
    /// CN: weights 2 to 9 and 2 to 5, modulo 11 (`X` for 10). EP: digits times 1 and 2 in turn, digit sums,
    /// what is missing to the next ten. Others are not checked.
    ///
    /// # Errors
    /// [`NumberError::CheckDigit`] where it does not fit.
    pub fn verify(text: &str) -> Result<(), NumberError> {
        let folded = fold(text);
        let rest = written::without_label(&folded);
        let Some((country, rest)) = office(rest) else { return Ok(()) };
        let rest = rest.trim();
        let Some((digits, check)) = rest.split_at_checked(rest.len().saturating_sub(1)) else {
            return Ok(());
        };
        let dotted = digits.ends_with('.');
        let digits = compact(digits);
        let Some(found) = check.chars().next() else { return Ok(()) };
        if !(found.is_ascii_digit() || found == 'X') {
            return Ok(());
        }
        let expected = match country {
            // Without a dot, 9 or 13 digits can only be a number with its check digit.
            CountryCode::CN => cn::check_digit(&digits),
            CountryCode::EP if dotted => ep_check_digit(&digits),
            _ => None,
        };
        match expected {
            Some(expected) if expected != found => {
                Err(NumberError::CheckDigit { text: text.to_owned(), found, expected })
            }
            _ => Ok(()),
        }
    }

    /// Returns the check digit of the number, where its office has one that is known here (CN).
    pub fn check_digit(&self) -> Option<char> {
        if self.country == CountryCode::CN { cn::check_digit(&self.serial) } else { None }
    }

    /// Returns the kind of right sought, where the number tells (CN: digit 5 of 12, or 3 of 8).
    pub fn patent_type(&self) -> Option<PatentType> {
        if self.country == CountryCode::CN { cn::patent_type(&self.serial) } else { None }
    }

    /// Returns whether it is an international application under the PCT.
    pub fn is_international(&self) -> bool {
        self.country == CountryCode::WO
    }
}

/// Splits the office off the front of a folded text: `ZL` is CN; `D`, `RE`, `PP` and `H` before digits are US.
fn office(text: &str) -> Option<(CountryCode, &str)> {
    let text = text.trim_start_matches([' ', ':', '(']);
    if let Some(rest) = text.strip_prefix("ZL") {
        return Some((CountryCode::CN, rest.trim_start()));
    }
    if let Some((head, rest)) = text.split_at_checked(2)
        && let Some(country) = CountryCode::parse(head)
        && country.exists()
    {
        // `CN ZL 2019…` and `CN: …` are one number with two marks.
        let rest = rest.trim_start_matches([' ', '-', ':', '/', '.']);
        let rest = if country == CountryCode::CN { rest.strip_prefix("ZL").unwrap_or(rest) } else { rest };
        return Some((country, rest.trim_start()));
    }
    let us_series = ["RE", "PP", "D", "H"].iter().any(|series| {
        text.strip_prefix(series).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    us_series.then_some((CountryCode::US, text))
}

fn is_kind(text: &str) -> bool {
    matches!(text.as_bytes(), [a] if a.is_ascii_uppercase())
        || matches!(text.as_bytes(), [a, b] if a.is_ascii_uppercase() && b.is_ascii_digit())
}

/// EPO check digit: digits times 1 and 2 in turn from the left, digit sums added, the complement to ten.
fn ep_check_digit(digits: &str) -> Option<char> {
    if digits.len() != 8 || !written::is_digits(digits) {
        return None;
    }
    let sum: u32 = digits
        .bytes()
        .zip([1, 2].into_iter().cycle())
        .map(|(b, weight)| u32::from(b - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10)
}

impl fmt::Display for PublicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.country, self.serial, self.kind.as_deref().unwrap_or_default())
    }
}

impl fmt::Display for ApplicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.country, self.serial)?;
        match self.check_digit() {
            Some(check) => write!(f, ".{check}"),
            None => Ok(()),
        }
    }
}

impl From<PublicationNumber> for String {
    fn from(number: PublicationNumber) -> Self {
        match &number.kind {
            Some(kind) => format!("{}-{}-{kind}", number.country, number.serial),
            None => format!("{}-{}", number.country, number.serial),
        }
    }
}

impl TryFrom<String> for PublicationNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        match Self::stored(&text) {
            Some(number) => Ok(number),
            None => Self::parse(&text),
        }
    }
}

impl From<ApplicationNumber> for String {
    fn from(number: ApplicationNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for ApplicationNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        // What `new` made of parts reads back as it was, even where a written number would be read otherwise.
        if let Some((head, rest)) = text.split_at_checked(2)
            && let Some(country) = CountryCode::parse(head)
        {
            let number = Self::new(country, rest);
            if number.to_string() == text {
                return Ok(number);
            }
        }
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests;
