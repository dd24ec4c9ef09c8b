//! What one document says of its parties, reduced to what the whole corpus needs of it.

use crate::patent::legal::Case;
use crate::patent::legal::owners;
use crate::patent::party::locate;
use crate::patent::{Date, PartyKind, Publication, Role};
use crate::text::normalize::fold;

/// A party of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Applicant or owner.
    pub role: Role,
    /// The place among those of its role; two spellings of one party share it.
    pub sequence: u32,
    /// The name, folded, with single spaces.
    pub name: Box<str>,
    /// What the source says that it is.
    pub kind: Option<PartyKind>,
    /// Country, province and city of its address.
    pub place: Option<Box<crate::patent::party::Place>>,
}

/// A change of owner or of name that a register states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it took effect, else when it was announced.
    pub on: Option<Date>,
    /// Whether the party stayed the same and only its name changed.
    pub is_rename: bool,
    /// The names before, folded; empty where not stated.
    pub from: Vec<Box<str>>,
    /// The names after, folded; empty where not stated.
    pub to: Vec<Box<str>>,
}

/// What one document says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The key of the document, for evidence.
    pub key: Box<str>,
    /// Its application, as a hash of the number; of the document where none is known.
    pub application: u64,
    /// Its family, as a hash of the id; the application where none is known.
    pub family: u64,
    /// Its filing date, else the publication date.
    pub filed: Option<Date>,
    /// Its publication date.
    pub published: Option<Date>,
    /// Applicants and owners.
    pub mentions: Vec<Mention>,
    /// Hashes of its inventors' names, sorted.
    pub inventors: Vec<u64>,
    /// Its subclasses (`F17C`), sorted, each once.
    pub subclasses: Vec<[u8; 4]>,
    /// Changes of owner and name, in order.
    pub changes: Vec<Change>,
}

/// Returns the facts of a document. Regions are those that hold on `on`.
pub fn facts(publication: &Publication, on: Date) -> Facts {
    let key = publication.key();
    let number = publication.application.as_ref().map(ToString::to_string);
    let application = hash(number.as_deref().unwrap_or(&key));
    let family = publication.family.simple.as_deref().map_or(application, hash);
    let mut inventors: Vec<u64> =
        of_role(publication, Role::Inventor).map(|party| hash(&spaced(&fold(&party.name).text))).collect();
    inventors.sort_unstable();
    inventors.dedup();
    let mut subclasses: Vec<[u8; 4]> = publication
        .classes
        .iter()
        .filter_map(|class| class.symbol.subclass()?.as_bytes().try_into().ok())
        // Y sections tag what other classes say already.
        .filter(|class: &[u8; 4]| class[0] != b'Y')
        .collect();
    subclasses.sort_unstable();
    subclasses.dedup();
    let mentions = [Role::Applicant, Role::Owner].into_iter().flat_map(|role| of_role(publication, role));
    Facts {
        key: key.into(),
        application,
        family,
        filed: publication.filing_date.or(publication.publication_date),
        published: publication.publication_date,
        mentions: mentions.map(|party| mention(party, on)).collect(),
        inventors,
        subclasses,
        changes: changes(publication),
    }
}

fn of_role(publication: &Publication, role: Role) -> impl Iterator<Item = &crate::patent::Party> {
    publication.parties.iter().filter(move |party| party.role == role)
}

fn mention(party: &crate::patent::Party, on: Date) -> Mention {
    let place = party.address.as_ref().map(|address| {
        let folded = |text: &Option<String>| text.as_deref().map(|text| fold(text).text.into_owned());
        let address = crate::patent::Address {
            text: folded(&address.text),
            country: address.country.clone(),
            province: folded(&address.province),
            city: folded(&address.city),
            postcode: folded(&address.postcode),
        };
        Box::new(locate(&address, on))
    });
    Mention {
        role: party.role,
        sequence: party.sequence,
        name: spaced(&fold(&party.name).text).into(),
        kind: party.kind,
        place,
    }
}

/// Returns `text` with single spaces, none at the ends; a name of spaces alone stays one space, which is a fault.
pub(super) fn spaced(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { " ".to_owned() } else { words.join(" ") }
}

fn changes(publication: &Publication) -> Vec<Change> {
    if publication.events.is_empty() {
        return Vec::new();
    }
    let case = Case::of(&[publication]);
    let folded = |names: &[String]| {
        names.iter().map(|name| spaced(&fold(name).text).into()).collect::<Vec<Box<str>>>()
    };
    let chain = owners(&case, Date::MAX, Date::MAX);
    let mut changes: Vec<Change> = chain
        .windows(2)
        .map(|pair| Change {
            on: pair[1].from,
            is_rename: false,
            from: folded(&pair[0].names),
            to: folded(&pair[1].names),
        })
        .collect();
    let renames = case.events.iter().filter(|event| event.effect == crate::patent::legal::Effect::Renamed);
    for event in renames {
        let names = |keys: &[&str]| folded(&event.attribute(keys).map(split).unwrap_or_default());
        changes.push(Change {
            on: event.effective.or(event.known),
            is_rename: true,
            from: names(&["from", "before", "old"]),
            to: names(&["to", "after", "new"]),
        });
    }
    changes.sort_by_key(|change| change.on);
    changes
}

fn split(text: &str) -> Vec<String> {
    text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A hash that is the same on every machine and in every version.
pub(super) fn hash(text: &str) -> u64 {
    let bytes = *blake3::hash(text.as_bytes()).as_bytes();
    u64::from_le_bytes(bytes[..8].try_into().expect("a hash has 32 bytes"))
}
