//! What sort of party a name names: a person, or which type of organisation.

use serde::{Deserialize, Serialize};

use super::han;
use super::name::{Fault, Name, Script};
use super::words::WORDS;

/// The type of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// 企业.
    Company,
    /// 高校.
    University,
    /// 科研院所.
    Institute,
    /// 机关.
    Government,
    /// 医院.
    Hospital,
    /// 个人.
    Person,
    /// The name does not say.
    Unknown,
}

impl Type {
    /// Returns the word that columns hold.
    pub fn id(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::University => "university",
            Self::Institute => "institute",
            Self::Government => "government",
            Self::Hospital => "hospital",
            Self::Person => "person",
            Self::Unknown => "unknown",
        }
    }

    fn from_id(id: &str) -> Self {
        match id {
            "hospital" => Self::Hospital,
            "university" => Self::University,
            "government" => Self::Government,
            "institute" => Self::Institute,
            _ => Self::Unknown,
        }
    }
}

/// Surnames of two characters; one-character surnames are too many to list and any first character passes.
const LONG_SURNAMES: [&str; 12] =
    ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "司徒"];

/// Decides the type; a person with a legal form keeps the form and gets a fault.
pub(super) fn decide(text: &str, name: &mut Name) {
    let by_word = WORDS.types.iter().find(|(_, han, latin)| {
        if name.script == Script::Latin {
            latin.iter().any(|word| has_word(&name.words, &name.spelled, word))
        } else {
            han.iter().any(|word| text.contains(word.as_str()))
        }
    });
    let looks_personal = looks_personal(text, name);
    name.kind = match by_word {
        // `某某大学科技园有限公司` is a company, `…研究院有限公司` an institute that became one: the form decides
        // against university and hospital, and against the state; a research institute stays one.
        Some((id, ..)) => match Type::from_id(id) {
            found @ (Type::University | Type::Hospital | Type::Government)
                if name.has_form && ends_with_form(text) =>
            {
                let _ = found;
                Type::Company
            }
            found => found,
        },
        None if name.has_form => Type::Company,
        None if name.script == Script::Latin && is_organisation(name) => Type::Company,
        None if name.script != Script::Latin && han::ends_as_organisation(text) => Type::Company,
        None if looks_personal => Type::Person,
        None => Type::Unknown,
    };
    if looks_personal
        && name.has_form
        && name.script == Script::Latin
        && by_word.is_none()
        && text.contains(',')
        && !is_organisation(name)
    {
        name.faults.push(Fault::PersonOrOrganisation);
    }
}

fn ends_with_form(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    WORDS.han_forms.iter().any(|form| end.ends_with(form.as_str())) || !end.chars().any(|c| c > '\u{2e80}')
}

fn has_word(words: &[String], spelled: &[String], wanted: &str) -> bool {
    if wanted.contains(' ') {
        return spelled.join(" ").contains(wanted);
    }
    words.iter().chain(spelled).any(|word| word == wanted)
}

fn is_organisation(name: &Name) -> bool {
    name.words.iter().any(|word| WORDS.latin_organisations.iter().any(|known| known == word))
}

fn looks_personal(text: &str, name: &Name) -> bool {
    match name.script {
        Script::Han => {
            let n = text.chars().filter(|c| c.is_alphanumeric()).count();
            let all_han =
                text.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c) || c == '·' || c == ' ');
            let long = LONG_SURNAMES.iter().any(|surname| text.starts_with(surname));
            let foreign = text.contains('·') || text.contains('.');
            all_han
                && !han::ends_as_organisation(text)
                && ((2..=3).contains(&n) || (n == 4 && long) || (foreign && n <= 12))
        }
        Script::Latin => {
            let n = name.spelled.len();
            // Longer than any personal name: the cut-off beginning of an organisation.
            (2..=4).contains(&n)
                && name.n_chars <= 36
                && name.spelled.iter().all(|word| word.chars().all(char::is_alphabetic))
        }
        _ => false,
    }
}
