//! What an event code means: the ST.27 group of every code known, and what the code does to a right.
//!
//! Data, not code: `index-schema/legal/codes.tsv` (office, code, ST.27 class letter, influence, effect, origin; the facts of
//! the published list of codes, without its texts) and `index-schema/legal/codes.toml` (what the codes of the offices
//! that matter most do, by hand, with sources), both compiled in. What events do to a right over time: `super::state`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::patent::CountryCode;

const LIST: &str = include_str!("../../../index-schema/legal/codes.tsv");
const EFFECTS: &str = include_str!("../../../index-schema/legal/codes.toml");

/// The class of an event in WIPO ST.27 (the letter), as the list of codes assigns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A: application filing.
    Filing,
    /// B: application discontinuation.
    Discontinuation,
    /// C: application revival.
    Revival,
    /// D: search and examination.
    Examination,
    /// E: pre-grant review request.
    PreGrantReview,
    /// F: grant of the right.
    Grant,
    /// G: protection beyond the term of the right.
    BeyondTerm,
    /// H: cessation of the right.
    Cessation,
    /// K: revival of the right.
    Restoration,
    /// L: request to review the right.
    Review,
    /// M: maintenance of the right, perhaps narrowed.
    Maintenance,
    /// N: opt-out from a jurisdiction.
    OptOut,
    /// P: a document published again after a change.
    Republication,
    /// Q: document publication.
    Publication,
    /// R: change of party data; [`Effect`] tells a transfer from a new name.
    Party,
    /// S: licences, pledges and other encumbrances.
    Licensing,
    /// T: adjustment of the procedure (stay, interruption, preservation).
    Procedure,
    /// U: payment.
    Payment,
    /// V: appeal.
    Appeal,
    /// W: other.
    Other,
    /// Y: correction or deletion of event information.
    Correction,
    /// Z: not classified yet by the list.
    Pending,
}

impl Group {
    /// Every group with its ST.27 letter.
    pub const ALL: [(char, Self); 22] = [
        ('A', Self::Filing),
        ('B', Self::Discontinuation),
        ('C', Self::Revival),
        ('D', Self::Examination),
        ('E', Self::PreGrantReview),
        ('F', Self::Grant),
        ('G', Self::BeyondTerm),
        ('H', Self::Cessation),
        ('K', Self::Restoration),
        ('L', Self::Review),
        ('M', Self::Maintenance),
        ('N', Self::OptOut),
        ('P', Self::Republication),
        ('Q', Self::Publication),
        ('R', Self::Party),
        ('S', Self::Licensing),
        ('T', Self::Procedure),
        ('U', Self::Payment),
        ('V', Self::Appeal),
        ('W', Self::Other),
        ('Y', Self::Correction),
        ('Z', Self::Pending),
    ];

    /// Returns the group of an ST.27 letter.
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|(other, _)| *other == letter).map(|(_, group)| *group)
    }

    /// Returns the ST.27 letter.
    pub fn letter(self) -> char {
        Self::ALL.iter().find(|(_, group)| *group == self).map_or('W', |(letter, _)| *letter)
    }
}

/// What an event does to an application or right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing that this module follows.
    None,
    /// The application is published.
    Published,
    /// Substantive examination is requested or entered.
    Examination,
    /// The office intends or decides to grant; the right does not exist yet.
    Allowed,
    /// The right exists.
    Granted,
    /// The application is refused.
    Refused,
    /// The application is withdrawn by the applicant.
    Withdrawn,
    /// The application counts as withdrawn (no request, no fee, no answer).
    DeemedWithdrawn,
    /// The application ends for a reason that the code does not tell.
    Discontinued,
    /// The application lives again.
    Revived,
    /// The right ends for unpaid fees.
    Lapsed,
    /// The right ends for a reason that the code does not tell.
    Ceased,
    /// The term is over.
    Expired,
    /// The owner gives the right up.
    Abandoned,
    /// The right counts as given up (not taken up after the decision to grant).
    DeemedAbandoned,
    /// The right is given up for its same-day twin (避重放弃).
    AbandonedForTwin,
    /// The right is revoked or invalidated as a whole.
    Revoked,
    /// The code covers both full and partial invalidation.
    Invalidated,
    /// The right goes on with fewer or narrower claims.
    Limited,
    /// The right goes on as it is after a review.
    Maintained,
    /// The right lives again.
    Restored,
    /// An earlier lapse is deleted as an error.
    LapseDeleted,
    /// Earlier information is deleted.
    Deleted,
    /// Application or right passes to somebody else.
    Transferred,
    /// Name or address changes, the owner does not. Codes that offices use for both are here.
    Renamed,
    /// A licence is recorded.
    Licensed,
    /// A recorded licence changes.
    LicenceChanged,
    /// A recorded licence ends.
    LicenceEnded,
    /// The owner declares willingness to license.
    LicenceOffered,
    /// A pledge is recorded.
    Pledged,
    /// A recorded pledge changes.
    PledgeChanged,
    /// A recorded pledge ends.
    PledgeEnded,
    /// A court preserves the right (财产保全).
    Preserved,
    /// Preservation begins or ends, the code does not tell which.
    PreservationChanged,
    /// The preservation ends.
    PreservationEnded,
    /// The term is extended or adjusted.
    Extended,
    /// A disclaimer is filed; a terminal one caps the term.
    Disclaimed,
    /// A fee that keeps the right alive is paid.
    FeePaid,
    /// An opposition is filed.
    Opposed,
    /// Opposition ends without revocation, or none was filed.
    OppositionEnded,
    /// Another review after grant is asked for.
    Reviewed,
    /// Reexamination or reissue.
    Reexamined,
    /// A court action.
    Litigated,
    /// A secret patent is declassified.
    Declassified,
    /// A same-day application of another type is stated.
    SameDay,
    /// States are designated.
    Designated,
    /// The European patent takes effect in a state.
    Validated,
    /// Unitary effect is requested.
    UnitaryRequested,
    /// Unitary effect is registered.
    Unitary,
    /// Unitary effect is refused, or its request withdrawn.
    UnitaryRefused,
    /// Opted out of the Unified Patent Court.
    OptedOut,
    /// The opt-out is withdrawn or deleted.
    OptOutEnded,
    /// A PCT application enters a national phase.
    Entered,
    /// A PCT application led to a grant at a national office.
    EntryGranted,
    /// A PCT application does not enter a national phase.
    NotEntered,
    /// A national phase ended without a grant.
    EntryRefused,
    /// A divisional of an earlier application.
    Divided,
    /// The code of another office stands behind this one.
    Reference,
    /// A supplementary protection certificate is applied for, granted or ends: never the end of the base patent.
    Certificate,
}

impl Effect {
    /// Returns the ST.27 group of codes that have this effect, for codes outside the list.
    pub fn group(self) -> Group {
        match self {
            Self::Published => Group::Publication,
            Self::Examination | Self::Allowed => Group::Examination,
            Self::Granted | Self::EntryGranted | Self::Validated => Group::Grant,
            Self::Refused
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Discontinued
            | Self::EntryRefused => Group::Discontinuation,
            Self::Revived => Group::Revival,
            Self::Lapsed
            | Self::Ceased
            | Self::Expired
            | Self::Abandoned
            | Self::DeemedAbandoned
            | Self::AbandonedForTwin
            | Self::Revoked => Group::Cessation,
            Self::Limited | Self::Maintained | Self::Invalidated => Group::Maintenance,
            Self::Restored => Group::Restoration,
            Self::LapseDeleted | Self::Deleted => Group::Correction,
            Self::Transferred | Self::Renamed => Group::Party,
            Self::Licensed
            | Self::LicenceChanged
            | Self::LicenceEnded
            | Self::LicenceOffered
            | Self::Pledged
            | Self::PledgeChanged
            | Self::PledgeEnded => Group::Licensing,
            Self::Preserved | Self::PreservationChanged | Self::PreservationEnded => Group::Procedure,
            Self::Extended | Self::Certificate => Group::BeyondTerm,
            Self::FeePaid => Group::Payment,
            Self::Opposed | Self::OppositionEnded | Self::Reviewed | Self::Reexamined | Self::Disclaimed => {
                Group::Review
            }
            Self::Entered | Self::NotEntered | Self::Divided => Group::Filing,
            Self::OptedOut | Self::OptOutEnded => Group::OptOut,
            Self::None
            | Self::Litigated
            | Self::Declassified
            | Self::SameDay
            | Self::Designated
            | Self::UnitaryRequested
            | Self::Unitary
            | Self::UnitaryRefused
            | Self::Reference => Group::Other,
        }
    }

    /// Returns whether the event ends an application before grant.
    pub fn ends_application(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::DeemedWithdrawn | Self::Discontinued)
    }

    /// Returns whether the event ends a right.
    pub fn ends_right(self) -> bool {
        self.group() == Group::Cessation
    }

    /// Returns whether the event decides how an application or right stands from then on: ends it, or lets it live again
    /// or in part. Grants, fees and all else leave it as it was or are told elsewhere too.
    pub fn decides(self) -> bool {
        self.ends_application()
            || self.ends_right()
            || matches!(
                self,
                Self::Revived | Self::Restored | Self::LapseDeleted | Self::Limited | Self::Invalidated
            )
    }

    /// The order of events of one day: what must come before comes before.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Published => 0,
            Self::Examination => 1,
            Self::Allowed => 2,
            Self::Granted | Self::Validated => 3,
            Self::Limited | Self::Maintained => 4,
            _ if self.ends_application() || self.ends_right() => 5,
            Self::LapseDeleted | Self::Restored | Self::Revived => 6,
            _ => 4,
        }
    }
}

/// What is known of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// The ST.27 group.
    pub group: Group,
    /// What it does.
    pub effect: Effect,
}

/// One line of the list of codes.
struct Listed {
    group: Option<Group>,
    effect: Effect,
}

static CODES: LazyLock<HashMap<(String, String), Meaning>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(office), Some(code)) = (fields.next(), fields.next()) else { continue };
        let group = fields.next().and_then(|text| text.chars().next()).and_then(Group::from_letter);
        let effect = fields.nth(1).and_then(parse_effect).unwrap_or(Effect::None);
        let listed = Listed { group, effect };
        if let Some(group) = listed.group {
            out.insert((office.to_owned(), code.to_owned()), Meaning { group, effect: listed.effect });
        }
    }
    for (office, effects) in by_hand() {
        for (effect, code) in effects {
            let key = (office.clone(), code);
            let group = out.get(&key).map_or(effect.group(), |listed| listed.group);
            let group = if group == Group::Pending { effect.group() } else { group };
            out.insert(key, Meaning { group, effect });
        }
    }
    out
});

fn parse_effect(text: &str) -> Option<Effect> {
    let value = toml::Value::String(text.to_owned());
    value.try_into().ok()
}

/// Reads `codes.toml`: office to (effect, code).
fn by_hand() -> Vec<(String, Vec<(Effect, String)>)> {
    let table: toml::Table = toml::from_str(EFFECTS).expect("codes.toml is compiled in and a test reads it");
    let mut out = Vec::new();
    for (office, entries) in table {
        let mut effects = Vec::new();
        for (name, codes) in entries.as_table().into_iter().flatten() {
            let Some(effect) = parse_effect(name) else { continue };
            let codes = codes.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
            effects.extend(codes.map(|code| (effect, code.trim_start_matches('*').to_owned())));
        }
        out.push((office, effects));
    }
    out
}

/// Returns what a code of an office means, or `None` where nothing is known of it.
///
/// ```
/// use patnav::patent::legal::{Effect, Group, meaning};
/// // CP01 is a new name, TR01 a new owner; both are party data in ST.27.
/// assert_eq!(meaning("CN", "CP01").map(|m| (m.group, m.effect)), Some((Group::Party, Effect::Renamed)));
/// assert_eq!(meaning("CN", "TR01").map(|m| (m.group, m.effect)), Some((Group::Party, Effect::Transferred)));
/// assert_eq!(meaning("CN", "C41").map(|m| m.effect), Some(Effect::Transferred), "a code of before 2010");
/// assert_eq!(meaning("CN", "QQ99"), None);
/// ```
pub fn meaning(office: &str, code: &str) -> Option<Meaning> {
    let key = (office.trim().to_ascii_uppercase(), code.trim().to_owned());
    CODES.get(&key).copied()
}

static COUNTRIES: LazyLock<HashMap<(String, String), CountryCode>> = LazyLock::new(|| {
    let table: toml::Table = toml::from_str(EFFECTS).expect("codes.toml is compiled in and a test reads it");
    let mut out = HashMap::new();
    for (office, entries) in &table {
        for (name, codes) in entries.get("country").and_then(toml::Value::as_table).into_iter().flatten() {
            let Some(country) = CountryCode::parse(name) else { continue };
            for code in codes.as_array().into_iter().flatten().filter_map(toml::Value::as_str) {
                out.insert((office.clone(), code.to_owned()), country);
            }
        }
    }
    out
});

/// Returns the state that a code is about by itself: `GBPC` of the EPO is the end of the British part alone.
pub(super) fn country_of(office: &str, code: &str) -> Option<CountryCode> {
    COUNTRIES.get(&(office.trim().to_ascii_uppercase(), code.trim().to_owned())).copied()
}

/// Returns how many codes are mapped, by office.
pub fn n_codes_by_office() -> std::collections::BTreeMap<String, usize> {
    let mut out = std::collections::BTreeMap::new();
    for (office, _) in CODES.keys() {
        *out.entry(office.clone()).or_default() += 1;
    }
    out
}
