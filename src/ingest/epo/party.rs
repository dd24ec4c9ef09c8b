//! Applicants, inventors and agents of a bibliography: one party in several formats.
//!
//! The `docdba` and `original` formats keep the spelling of the document, `docdb` and `epodoc` are standardised
//! (capitals, abbreviations, no accents). The original spelling is the party's name; the standardised one is a second
//! spelling of it only where the original is in another script, so that a Chinese applicant can be found in Latin
//! letters. Standardised names of applicants are kept together in `other["applicants_standardised"]`; those of
//! inventors, agents' registration numbers and `designation` of applicants are dropped.

use crate::ingest::xml::Element;
use crate::patent::{Address, Language, Party, Publication, Role};

/// One spelling of a party.
struct Form {
    sequence: u32,
    original: bool,
    name: String,
    lang: Option<Language>,
    address: Option<Address>,
}

/// Reads `parties`.
pub(super) fn read(parties: &Element, publication: &mut Publication) {
    for (list, name, role) in [
        ("applicants", "applicant", Role::Applicant),
        ("inventors", "inventor", Role::Inventor),
        ("agents", "agent", Role::Agent),
    ] {
        let forms: Vec<Form> = parties
            .children_named(list)
            .flat_map(|list| (1..).zip(list.children_named(name)))
            .filter_map(|(place, element)| form(place, element))
            .collect();
        add(role, forms, publication);
    }
}

fn form(place: u32, element: &Element) -> Option<Form> {
    let sequence = element.attribute("sequence").and_then(|text| text.trim().parse().ok()).unwrap_or(place);
    let format = element.attribute("data-format").unwrap_or("docdb");
    let holder =
        element.elements().find(|child| child.name.ends_with("-name") || child.name == "addressbook");
    let holder = holder.unwrap_or(element);
    let mut name = holder.text_at("name").or_else(|| holder.text_at("last-name"))?;
    let mut country = element.text_at("residence/country").or_else(|| element.text_at("nationality/country"));
    // `BOER BEHEER BV [NL]`: the standardised formats of OPS write the residence behind the name.
    if let Some((head, code)) =
        name.rsplit_once(" [").and_then(|(head, code)| Some((head, code.strip_suffix(']')?)))
        && code.len() == 2
    {
        country = country.or(Some(code.to_owned()));
        name = head.to_owned();
    }
    let name = name.trim_matches([',', ' ']).to_owned();
    if name.is_empty() {
        return None;
    }
    let lang = holder.attribute("lang").or(element.attribute("lang")).map(Language::from_code);
    let text = holder.text_at("address").or_else(|| element.text_at("addressbook/address"));
    let address = Address { text, country, ..Address::default() };
    let address = Some(address).filter(|address| *address != Address::default());
    Some(Form { sequence, original: matches!(format, "docdba" | "original"), name, lang, address })
}

fn add(role: Role, forms: Vec<Form>, publication: &mut Publication) {
    let (mut originals, standard): (Vec<Form>, Vec<Form>) = forms.into_iter().partition(|form| form.original);
    fold_rounds(&mut originals, standard.len());
    if role == Role::Applicant && !originals.is_empty() && !standard.is_empty() {
        let names: Vec<&str> = standard.iter().map(|form| form.name.as_str()).collect();
        publication.other.insert("applicants_standardised".to_owned(), names.join("; "));
    }
    let mut parties: Vec<Party> = Vec::new();
    for form in &originals {
        let known = standard.iter().find(|other| other.sequence == form.sequence);
        let address = form.address.clone().or_else(|| known.and_then(|other| other.address.clone()));
        let lang = form.lang.clone().or_else(|| script(&form.name));
        parties.push(Party { lang, address, ..Party::new(role, form.name.clone(), form.sequence) });
    }
    for form in standard {
        let mut same = originals.iter().filter(|other| other.sequence == form.sequence).peekable();
        let latin = same.clone().any(|other| script(&other.name).is_none());
        if same.peek().is_none() || (!latin && script(&form.name).is_none()) {
            parties.push(Party {
                lang: form.lang,
                address: form.address,
                ..Party::new(role, form.name, form.sequence)
            });
        }
    }
    parties.sort_by_key(|party| party.sequence);
    publication.parties.extend(parties);
}

/// OPS lists the original spellings of several publications one round after the other, sequences running on:
/// `9SOLUTIONS OY`, then `9Solutions Oy`. Where the rounds fit the number of parties, one spelling is kept for each:
/// the last, whose letters are not all capitals if any round has such.
fn fold_rounds(originals: &mut Vec<Form>, n_parties: usize) {
    let rounds = n_parties > 0 && originals.len() > n_parties && originals.len().is_multiple_of(n_parties);
    let running = (1..).zip(originals.iter()).all(|(place, form)| form.sequence == place);
    if rounds && running {
        let later = originals.split_off(n_parties);
        for (index, form) in later.into_iter().enumerate() {
            let Some(kept) = originals.get_mut(index % n_parties) else { continue };
            if form.name.chars().any(char::is_lowercase) || !kept.name.chars().any(char::is_lowercase) {
                *kept = Form { sequence: kept.sequence, ..form };
            }
        }
    }
    originals.dedup_by(|a, b| a.sequence == b.sequence && a.name == b.name);
}

/// Returns the language that a script shows; `None` for Latin letters.
fn script(name: &str) -> Option<Language> {
    Some(Language::guess(name)).filter(|lang| *lang != Language::en())
}
