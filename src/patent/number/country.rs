//! Office codes of WIPO ST.3. Which of them exist, not what each office does with numbers.

use std::fmt;

/// A WIPO ST.3 code: two capital letters. `XX` where the source names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

/// The codes that may open a written number: ST.3 (2023) with the codes of states and offices that are no more
/// (`SU`, `DD`, `CS`, `YU`, `SX`, `RH`, …) and `XX`. A text that opens with any other two letters names no office.
const ST3: &str = "AD AE AF AG AI AL AM AN AO AP AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BQ BR BS BT BV BW \
BX BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CS CU CV CW CY CZ DD DE DJ DK DM DO DZ EA EC EE EG EH EM EP ER ES ET FI \
FJ FK FO FR GA GB GC GD GE GG GH GI GL GM GN GQ GR GS GT GW GY HK HN HR HT HU IB ID IE IL IM IN IQ IR IS IT JE JM JO \
JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MP MR MS MT MU MV \
MW MX MY MZ NA NE NG NI NL NO NP NR NZ OA OM PA PE PG PH PK PL PT PW PY QA QZ RH RO RS RU RW SA SB SC SD SE SG SH SI \
SK SL SM SN SO SR SS ST SU SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WO \
WS XN XU XV XX YE YU ZA ZM ZR ZW";

impl CountryCode {
    /// The code for "unknown".
    pub const UNKNOWN: Self = Self(*b"XX");
    /// China.
    pub const CN: Self = Self(*b"CN");
    /// The United States.
    pub const US: Self = Self(*b"US");
    /// The European Patent Office.
    pub const EP: Self = Self(*b"EP");
    /// WIPO: international applications under the PCT.
    pub const WO: Self = Self(*b"WO");
    /// Japan.
    pub const JP: Self = Self(*b"JP");
    /// The Republic of Korea.
    pub const KR: Self = Self(*b"KR");

    /// Returns the code in `text`, two ASCII letters in any case. Whether such an office exists is not asked.
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

    /// Returns whether ST.3 has, or had, such an office (`XX` included).
    pub fn exists(&self) -> bool {
        ST3.split(' ').any(|code| code == self.as_str())
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
