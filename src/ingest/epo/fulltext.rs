//! EP full text (ST.36): one `ep-patent-document`, versions 1.0 to 1.5.1.
//!
//! The bibliography is `SDOBI`, a tree of INID tags:
//!
//! | tag | becomes |
//! |---|---|
//! | B110 B130 B140 B190, else the attributes of the root | number, publication date |
//! | B210 B220 | application number, filing date |
//! | B310 B320 B330, in rows | priorities |
//! | B450 (and B140 of a B document) | grant date |
//! | B510 (edition 7 and before), B510EP, B520EP | IPC and CPC |
//! | B540 | titles by language |
//! | B560 | citations of the search report |
//! | B620 | link to the parent of a divisional |
//! | B710 B720 B730 B740 | applicants, inventors, owners, representatives |
//! | B840 B844EP B848EP | `designated_states`, `extension_states`, `validation_states` |
//! | B860 B870 | links to the international application and its publication |
//!
//! Kept in `other`: B405 `bulletin`, B250 `language_of_filing`, B260 `language_of_publication`, B241
//! `examination_requested`, B880 `search_report_published`, B050EP and B053EP `remarks`.
//! Claims and abstracts in another language than that of publication are marked as translations. The list of documents
//! that the applicant cites (`ep-reference-list`) becomes citations by the applicant.
//!
//! Dropped on purpose: B001EP to B007EP (production), B590 (figure of the first page), references of
//! representatives (`irf`, `iid`), dates of extension and validation fees, sizes of pictures, printed headings of the
//! reference list.

use super::class::{add, line, older};
use super::{citation, language, patent_type, raw_text, states, unknown};
use crate::ingest::passage::{Sections, claim, claim_numbers};
use crate::ingest::record::{Parsed, Raw, clip};
use crate::ingest::xml::{self, Element};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    Address, ApplicationNumber, Attachment, AttachmentKind, Citation, Cited, CitedBy, ClaimSet, CountryCode,
    Date, Description, Language, Link, LinkKind, LocalText, Party, Position, Priority, Publication,
    PublicationNumber, Role, Scheme,
};

/// Reads one document.
pub(crate) fn parse_fulltext(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(root) = xml::parse(raw.text, out) else { return };
    let mut publication = Publication::default();
    for part in root.elements().filter(|part| part.name == "SDOBI") {
        bibliography(part, &mut publication, out);
    }
    complete(&root, &mut publication, out);
    if publication.number.is_none() && publication.application.is_none() {
        out.fault(Severity::Record, FaultKind::Missing, "B110", "neither publication nor application number");
        return;
    }
    let published = publication.other.get("language_of_publication").cloned();
    let published = published
        .or_else(|| root.attribute("lang").map(str::to_owned))
        .map(|code| Language::from_code(&code));
    let is_translation = |lang: &Language| published.as_ref().is_some_and(|published| published != lang);
    for part in root.elements() {
        match part.name.as_str() {
            "SDOBI" => {}
            "abstract" => {
                let text = part.paragraphs().join("\n");
                if !text.is_empty() {
                    let lang = language(part, &text);
                    let translated = is_translation(&lang);
                    publication.abstracts.push(LocalText { lang, text, translated });
                }
                attach(part, AttachmentKind::FirstPageDrawing, None, &mut publication);
            }
            "description" => description(part, &mut publication),
            "claims" | "amended-claims" => claims(part, &is_translation, &mut publication),
            "drawings" => {
                for figure in part.elements() {
                    let label = figure.attribute("figure-labels").or(figure.attribute("num"));
                    attach(figure, AttachmentKind::Drawing, label, &mut publication);
                }
            }
            "search-report-data" => {
                attach(part, AttachmentKind::Picture, Some("search report"), &mut publication);
                for references in part.descendants("references-cited") {
                    publication.citations.extend(citation::read(references, out));
                }
            }
            "ep-reference-list" => reference_list(part, &mut publication, out),
            "copyright" | "style" => {}
            other => unknown(other, out),
        }
    }
    if publication.claims.is_empty() && root.child("claims").is_some() {
        out.fault(Severity::Field, FaultKind::Missing, "claims", "the claims hold no text");
    }
    out.publications.push(publication);
}

/// Fills what the bibliography left open from the attributes of the root.
fn complete(root: &Element, publication: &mut Publication, out: &mut Parsed) {
    if publication.number.is_none()
        && let Some(serial) = root.attribute("doc-number").filter(|text| !text.is_empty())
    {
        let country = root.attribute("country").and_then(CountryCode::parse);
        let country = country.or_else(|| CountryCode::parse("EP")).unwrap_or(CountryCode::UNKNOWN);
        publication.number = Some(PublicationNumber::new(country, serial, root.attribute("kind")));
    }
    if publication.publication_date.is_none() {
        publication.publication_date = out.date("date-publ", root.attribute("date-publ").unwrap_or_default());
    }
    let Some(number) = &publication.number else { return };
    publication.patent_type = patent_type(number);
    if number.kind.as_deref() == Some("B1") && publication.grant_date.is_none() {
        publication.grant_date = publication.publication_date;
    }
}

fn keep(name: &str, value: Option<String>, publication: &mut Publication) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        publication.other.insert(name.to_owned(), value);
    }
}

fn bibliography(data: &Element, publication: &mut Publication, out: &mut Parsed) {
    for group in data.elements() {
        match group.name.as_str() {
            "B000" => {
                let tags = group.child("eptags");
                let remarks: Vec<String> = ["B050EP", "B053EP"]
                    .iter()
                    .filter_map(|name| tags?.child(name))
                    .map(|remark| remark.text_at("B052EP").unwrap_or_else(|| remark.text()))
                    .filter(|text| !text.is_empty())
                    .collect();
                keep("remarks", Some(remarks.join(" ")), publication);
            }
            "B100" => {
                let country = group.text_at("B190").and_then(|text| out.country("B190", &text));
                if let (Some(country), Some(serial)) = (country, group.text_at("B110")) {
                    let kind = group.text_at("B130");
                    publication.number = Some(PublicationNumber::new(country, &serial, kind.as_deref()));
                }
                publication.publication_date = date(group, "B140", out);
            }
            "B200" => {
                if let Some(text) = group.text_at("B210") {
                    publication.application = out.application_number("B210", &format!("EP{text}"));
                }
                publication.filing_date = date(group, "B220", out);
                keep("language_of_filing", group.text_at("B250"), publication);
                keep("language_of_publication", group.text_at("B260"), publication);
                let requested = group.child("B240").and_then(|dates| date(dates, "B241", out));
                keep("examination_requested", requested.map(|day| day.to_string()), publication);
            }
            "B300" => priorities(group, publication, out),
            "B400" => {
                keep("bulletin", group.text_at("B405/bnum"), publication);
                publication.grant_date = date(group, "B450", out);
            }
            "B500" => classes_and_titles(group, publication, out),
            "B600" => {
                for parent in group.find_all("B620/parent/pdoc") {
                    if let Some(text) = parent.text_at("dnum/anum")
                        && let Some(number) = out.application_number("B620", &format!("EP{text}"))
                    {
                        let (kind, date) = (LinkKind::DivisionalOf, date_in(parent, "B620", out));
                        publication.links.push(Link { kind, target: number.to_string(), date });
                    }
                }
            }
            "B700" => {
                for (list, one, role) in [
                    ("B710", "B711", Role::Applicant),
                    ("B720", "B721", Role::Inventor),
                    ("B730", "B731", Role::Owner),
                    ("B740", "B741", Role::Agent),
                ] {
                    let people = group.children_named(list).flat_map(|list| list.children_named(one));
                    publication
                        .parties
                        .extend((1..).zip(people).filter_map(|(n, element)| party(role, n, element)));
                }
            }
            "B800" => designations(group, publication, out),
            "B900" => {}
            other => unknown(other, out),
        }
    }
}

/// Returns the date in the first child of this name.
fn date(group: &Element, name: &str, out: &mut Parsed) -> Option<Date> {
    group.child(name).and_then(|element| date_in(element, name, out))
}

fn date_in(element: &Element, field: &str, out: &mut Parsed) -> Option<Date> {
    element.text_at("date").and_then(|text| out.date(field, &text))
}

/// Rows of number, date and country follow each other without an element around them.
fn priorities(group: &Element, publication: &mut Publication, out: &mut Parsed) {
    let numbers: Vec<&Element> = group.children_named("B310").collect();
    let dates: Vec<&Element> = group.children_named("B320").collect();
    let countries: Vec<&Element> = group.children_named("B330").collect();
    for (row, number) in numbers.iter().enumerate() {
        let country = countries.get(row).and_then(|element| element.text_at("ctry"));
        let Some(country) = country.and_then(|code| out.country("B330", &code)) else {
            let message = format!("priority `{}` without a country, left out", clip(&number.text()));
            out.fault(Severity::Field, FaultKind::Relation, "B330", message);
            continue;
        };
        let date = dates.get(row).and_then(|element| date_in(element, "B320", out));
        publication
            .priorities
            .push(Priority { number: ApplicationNumber::new(country, &number.text()), date });
    }
}

fn classes_and_titles(group: &Element, publication: &mut Publication, out: &mut Parsed) {
    for part in group.elements() {
        match part.name.as_str() {
            "B510" => {
                let edition = part.text_at("B516").unwrap_or_default();
                for (name, position) in [
                    ("B511", Some(Position::First)),
                    ("B512", Some(Position::Later)),
                    ("B513", Some(Position::Later)),
                ] {
                    for element in part.children_named(name) {
                        if let Some(mut class) = older(name, &edition, &element.text(), position, out) {
                            class.additional = (name == "B513").then_some(true);
                            add(publication, class);
                        }
                    }
                }
                for linked in part.children_named("B517EP") {
                    for symbol in linked.text().split([',', ';']) {
                        let symbol = symbol.trim_matches(|c: char| c.is_whitespace() || c == '/');
                        let class = older("B517EP", &edition, symbol, Some(Position::Later), out);
                        if let Some(class) = class {
                            add(publication, class);
                        }
                    }
                }
            }
            "B510EP" => {
                for text in part.find_all("classification-ipcr/text") {
                    if let Some(class) = line(Scheme::Ipc, &raw_text(text), out) {
                        add(publication, class);
                    }
                }
            }
            "B520EP" => {
                for text in part.find_all("classifications-cpc/classification-cpc/text") {
                    if let Some(class) = line(Scheme::Cpc, &raw_text(text), out) {
                        add(publication, class);
                    }
                }
            }
            "B540" => {
                let mut lang = None;
                for element in part.elements() {
                    match element.name.as_str() {
                        "B541" => lang = Some(Language::from_code(&element.text())),
                        "B542" => {
                            let text = element.text();
                            let lang = lang.take().unwrap_or_else(|| Language::guess(&text));
                            if !text.is_empty() {
                                publication.titles.push(LocalText::new(lang, text));
                            }
                        }
                        _ => {}
                    }
                }
            }
            "B560" => {
                for cited in part.find_all("B561/text") {
                    let text = cited.text();
                    let number = PublicationNumber::parse(&text.replace(' ', "")).ok();
                    let number =
                        number.filter(|number| number.serial.bytes().all(|b| b.is_ascii_alphanumeric()));
                    let cited = match number {
                        Some(number) => Cited::Patent { number, date: None },
                        None => Cited::Literature { text },
                    };
                    publication.citations.push(Citation {
                        cited,
                        by: Some(CitedBy::Examiner),
                        category: None,
                    });
                }
                for cited in part.find_all("B562/text") {
                    let cited = Cited::Literature { text: cited.text() };
                    publication.citations.push(Citation {
                        cited,
                        by: Some(CitedBy::Examiner),
                        category: None,
                    });
                }
            }
            "B590" => {}
            other => unknown(other, out),
        }
    }
}

fn party(role: Role, sequence: u32, element: &Element) -> Option<Party> {
    let name = element.text_at("snm").or_else(|| element.text_at("onm"))?;
    let name = match element.text_at("fnm") {
        Some(first) => format!("{name}, {first}"),
        None => name,
    };
    let address = element.child("adr").map(|adr| {
        let of = |name: &str| adr.text_at(name);
        let lines: Vec<String> = adr
            .elements()
            .filter(|line| line.name != "ctry")
            .map(Element::text)
            .filter(|text| !text.is_empty())
            .collect();
        let text = Some(lines.join(", ")).filter(|text| !text.is_empty());
        Address { text, country: of("ctry"), city: of("city"), postcode: of("pcode"), province: of("state") }
    });
    let address = address.filter(|address| *address != Address::default());
    Some(Party { address, ..Party::new(role, name, sequence) })
}

fn designations(group: &Element, publication: &mut Publication, out: &mut Parsed) {
    for part in group.elements() {
        match part.name.as_str() {
            "B840" => keep("designated_states", Some(states(part)), publication),
            "B844EP" => keep("extension_states", Some(states(part)), publication),
            "B848EP" => keep("validation_states", Some(states(part)), publication),
            "B860" => {
                let Some(text) = part.text_at("B861/dnum/anum") else { continue };
                if let Some(number) = out.application_number("B861", &printed_pct(&text)) {
                    let date = date(part, "B861", out);
                    let kind = LinkKind::NationalPhaseOf;
                    publication.links.push(Link { kind, target: number.to_string(), date });
                }
            }
            "B870" => {
                let Some(text) = part.text_at("B871/dnum/pnum") else { continue };
                if let Some(number) = out.publication_number("B871", &text) {
                    let date = date(part, "B871", out);
                    publication.links.push(Link {
                        kind: LinkKind::Related,
                        target: number.to_string(),
                        date,
                    });
                }
            }
            "B880" => {
                let published = date_in(part, "B880", out).map(|day| day.to_string());
                keep("search_report_published", published, publication);
            }
            other => unknown(other, out),
        }
    }
}

/// Returns the printed form of a PCT number as the files write it: `JP0107711`, `IB2018050742`.
fn printed_pct(text: &str) -> String {
    match text.is_char_boundary(2) && text.len() > 2 && !text.starts_with("PCT") {
        true => super::number::pct(&text[..2], &text[2..]),
        false => text.to_owned(),
    }
}

fn description(part: &Element, publication: &mut Publication) {
    let mut sections = Sections::default();
    for piece in part.elements() {
        match piece.name.as_str() {
            "heading" => sections.heading(&piece.text()),
            _ => piece.paragraphs().iter().for_each(|text| sections.paragraph(text)),
        }
    }
    let sections = sections.finish();
    let first = sections.first().and_then(|section| section.paragraphs.first()).cloned().unwrap_or_default();
    if !sections.is_empty() {
        let lang = language(part, &first);
        publication.descriptions.push(Description { lang, translated: false, sections });
    }
    attach(part, AttachmentKind::Picture, None, publication);
}

fn claims(part: &Element, is_translation: &dyn Fn(&Language) -> bool, publication: &mut Publication) {
    let mut claims = Vec::new();
    for (place, element) in (1..).zip(part.children_named("claim")) {
        let text = element.paragraphs().join("\n");
        if text.is_empty() {
            continue;
        }
        let declared = element.attribute("num").and_then(|num| num.trim().parse().ok());
        let mut refers_to: Vec<u32> = element
            .descendants("claim-ref")
            .into_iter()
            .flat_map(|reference| match claim_numbers(&reference.text()) {
                // `idref="c-en-0001"` where the text names no number.
                none if none.is_empty() => claim_numbers(reference.attribute("idref").unwrap_or_default()),
                numbers => numbers,
            })
            .collect();
        refers_to.sort_unstable();
        refers_to.dedup();
        claims.push(claim(declared, place, &text, refers_to));
    }
    if !claims.is_empty() {
        let lang = language(part, &claims[0].text);
        let translated = is_translation(&lang);
        publication.claims.push(ClaimSet { lang, translated, claims });
    }
    attach(part, AttachmentKind::Picture, None, publication);
}

/// Documents that the applicant cites in the description, listed by the office.
fn reference_list(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let mut cited: Vec<Cited> =
        part.descendants("patcit").into_iter().filter_map(|e| citation::patent(e, out)).collect();
    let literature = part.descendants("nplcit").into_iter().map(citation::literature);
    cited.extend(literature.filter(|text| !text.is_empty()).map(|text| Cited::Literature { text }));
    for cited in cited {
        let citation = Citation { cited, by: Some(CitedBy::Applicant), category: None };
        if !publication.citations.contains(&citation) {
            publication.citations.push(citation);
        }
    }
}

/// Attaches every picture below `element`.
fn attach(element: &Element, kind: AttachmentKind, label: Option<&str>, publication: &mut Publication) {
    for name in ["img", "doc-page"] {
        for image in element.descendants(name) {
            if let Some(file) = image.attribute("file").filter(|file| !file.is_empty()) {
                let label = label.filter(|label| !label.is_empty()).map(str::to_owned);
                publication.attachments.push(Attachment { kind, file: file.to_owned(), label });
            }
        }
    }
}

#[cfg(test)]
mod tests;
