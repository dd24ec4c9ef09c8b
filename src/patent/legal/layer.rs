//! The words for states: three layers, as patent databases have them.
//!
//! What leads to which state: `super::state`.

use serde::{Deserialize, Serialize};

/// The first layer: is there a right, may there be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Simple {
    /// 有效: a right in force.
    Active,
    /// 审中: an application that may become one.
    Pending,
    /// 失效: no right, and none to come from this application unless restored (`State::window`).
    Inactive,
    /// An international application within the time for national entry.
    PctOpen,
    /// An international application after that time: look at its national members.
    PctOver,
    /// Not decided by what is known. Not free.
    Undetermined,
}

/// The second layer: why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Before the filing date.
    NotFiled,
    /// Filed, not published.
    Filed,
    /// Published, examination not entered as far as known.
    Published,
    /// In substantive examination.
    Examining,
    /// The office intends to grant.
    Allowed,
    /// Granted.
    Granted,
    /// Granted, lapsed and restored.
    Restored,
    /// In force with fewer or narrower claims.
    PartlyRevoked,
    /// Granted, with a same-day twin.
    DoubleGrant,
    /// A European patent without word on whether it took effect in this state.
    Designated,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Deemed withdrawn.
    DeemedWithdrawn,
    /// Deemed withdrawn because a later application claims its priority: not an abandonment in any statistic.
    PriorityBasis,
    /// Refused.
    Refused,
    /// Ended before grant, reason unknown.
    Discontinued,
    /// Given up by the owner.
    Abandoned,
    /// Deemed given up.
    DeemedAbandoned,
    /// Given up for its same-day twin: look there.
    AbandonedForTwin,
    /// Lapsed for unpaid fees.
    Lapsed,
    /// The term is over.
    Expired,
    /// Revoked or invalidated as a whole.
    Revoked,
    /// Ended after grant, reason unknown.
    Ceased,
    /// International application, national entry open.
    PctOpen,
    /// International application, national entry over.
    PctOver,
    /// National phase entered (countries of a PCT application).
    PctEntered,
    /// National phase not entered or ended.
    PctNotEntered,
    /// The register contradicts itself: life after an end without a restoration.
    Contradictory,
    /// Nothing known.
    Unknown,
}

/// The third layer: what has happened, whatever the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// 转让.
    Transfer,
    /// Name or address of a party changed.
    Renamed,
    /// 许可 on record now.
    Licence,
    /// An offer to license (开放许可).
    LicenceOffer,
    /// 质押 on record now.
    Pledge,
    /// 保全 now.
    Preservation,
    /// An opposition was filed.
    Opposition,
    /// Reexamination or reissue.
    Reexamination,
    /// Another review after grant.
    Review,
    /// A court action.
    Litigation,
    /// Invalidation, full or in part.
    Invalidation,
    /// A lapse was restored.
    Restoration,
    /// Term extension or adjustment.
    Extension,
    /// A disclaimer.
    Disclaimer,
    /// A same-day twin (一案双申).
    SameDay,
    /// The only invention and the only utility model that these applicants and inventors filed on the day; nothing
    /// states that they are twins. Told by the derived columns alone, never by one case.
    SameDayLikely,
    /// Declassified.
    Declassified,
    /// Unitary effect.
    Unitary,
    /// Opted out of the Unified Patent Court now.
    OptOut,
    /// A divisional.
    Divisional,
    /// A supplementary protection certificate.
    Certificate,
}

/// Gives the words of a layer names, those that they have in JSON, columns and queries.
macro_rules! named {
    ($layer:ident: $($word:ident $name:literal),+ $(,)?) => {
        impl $layer {
            /// Every word of the layer, in order.
            pub const ALL: &[Self] = &[$(Self::$word),+];

            /// Returns the name, as columns and queries have it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name),+
                }
            }

            /// Returns the word of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.name() == name)
            }
        }
    };
}

named!(Simple:
    Active "active",
    Pending "pending",
    Inactive "inactive",
    PctOpen "pct_open",
    PctOver "pct_over",
    Undetermined "undetermined",
);
named!(Detail:
    NotFiled "not_filed",
    Filed "filed",
    Published "published",
    Examining "examining",
    Allowed "allowed",
    Granted "granted",
    Restored "restored",
    PartlyRevoked "partly_revoked",
    DoubleGrant "double_grant",
    Designated "designated",
    Withdrawn "withdrawn",
    DeemedWithdrawn "deemed_withdrawn",
    PriorityBasis "priority_basis",
    Refused "refused",
    Discontinued "discontinued",
    Abandoned "abandoned",
    DeemedAbandoned "deemed_abandoned",
    AbandonedForTwin "abandoned_for_twin",
    Lapsed "lapsed",
    Expired "expired",
    Revoked "revoked",
    Ceased "ceased",
    PctOpen "pct_open",
    PctOver "pct_over",
    PctEntered "pct_entered",
    PctNotEntered "pct_not_entered",
    Contradictory "contradictory",
    Unknown "unknown",
);
named!(Flag:
    Transfer "transfer",
    Renamed "renamed",
    Licence "licence",
    LicenceOffer "licence_offer",
    Pledge "pledge",
    Preservation "preservation",
    Opposition "opposition",
    Reexamination "reexamination",
    Review "review",
    Litigation "litigation",
    Invalidation "invalidation",
    Restoration "restoration",
    Extension "extension",
    Disclaimer "disclaimer",
    SameDay "same_day",
    SameDayLikely "same_day_likely",
    Declassified "declassified",
    Unitary "unitary",
    OptOut "opt_out",
    Divisional "divisional",
    Certificate "certificate",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        fn check<T: Serialize + Copy>(all: &[T], name: fn(T) -> &'static str) {
            for word in all {
                let json = serde_json::to_value(word).unwrap();
                assert_eq!(json.as_str(), Some(name(*word)));
            }
        }
        check(Simple::ALL, Simple::name);
        check(Detail::ALL, Detail::name);
        check(Flag::ALL, Flag::name);
        assert_eq!(Detail::from_name("lapsed"), Some(Detail::Lapsed));
        assert_eq!(Simple::from_name("alive"), None);
    }
}
