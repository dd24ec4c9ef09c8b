//! A US publication while it is being read: what every generation does in the same way.

use super::body::RawClaim;
use super::body::claim_set;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::clip;
use crate::ingest::record::fold_space;
use crate::patent::Address;
use crate::patent::ApplicationNumber;
use crate::patent::Attachment;
use crate::patent::AttachmentKind;
use crate::patent::Citation;
use crate::patent::Cited;
use crate::patent::CitedBy;
use crate::patent::Classification;
use crate::patent::CountryCode;
use crate::patent::Date;
use crate::patent::Language;
use crate::patent::Link;
use crate::patent::LinkKind;
use crate::patent::LocalText;
use crate::patent::Party;
use crate::patent::PartyKind;
use crate::patent::PatentType;
use crate::patent::Position;
use crate::patent::Priority;
use crate::patent::Publication;
use crate::patent::PublicationNumber;
use crate::patent::Role;
use crate::patent::Scheme;
use crate::patent::Symbol;

/// The publication that grows, its faults, and what is counted for the notes at its end.
pub(super) struct Draft<'a> {
    pub(super) out: &'a mut Parsed,
    pub(super) publication: Publication,
    months: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(out: &'a mut Parsed) -> Self {
        Self { out, publication: Publication::default(), months: 0 }
    }

    /// Sets number, type, dates of the publication; `grant` says whether it is one.
    pub(super) fn numbered(&mut self, serial: &str, kind: Option<&str>, date: Option<Date>, grant: bool) {
        let serial = serial.trim();
        if serial.bytes().any(|b| b.is_ascii_digit()) {
            let kind = kind.map(str::trim).filter(|kind| !kind.is_empty());
            self.publication.number = Some(PublicationNumber::new(us(), serial, kind));
        }
        self.publication.publication_date = date;
        self.publication.grant_date = date.filter(|_| grant);
        let letters: String = serial.chars().take_while(char::is_ascii_alphabetic).collect();
        self.publication.patent_type = Some(match letters.to_ascii_uppercase().as_str() {
            "D" => PatentType::Design,
            "PP" => PatentType::Plant,
            _ => PatentType::Invention,
        });
    }

    /// Returns the US application that `text` writes, series code and serial with or without a slash, or a PCT one.
    pub(super) fn application(&mut self, field: &str, text: &str) -> Option<ApplicationNumber> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("PCT")) {
            return self.out.application_number(field, text);
        }
        if !text.bytes().any(|b| b.is_ascii_digit()) {
            let message = format!("`{}` is no application number", clip(text));
            self.out.fault(Severity::Field, FaultKind::Number, field, message);
            return None;
        }
        Some(ApplicationNumber::new(us(), text))
    }

    /// Returns a date that belongs to another document. One of year and month only (`20101100`) is no date;
    /// it is counted and noted once, in [`Draft::finish`].
    pub(super) fn other_date(&mut self, field: &str, text: &str) -> Option<Date> {
        let text = text.trim();
        let month_only = text.len() == 8
            && text.ends_with("00")
            && !text.starts_with("0000")
            && text.bytes().all(|b| b.is_ascii_digit());
        if month_only {
            self.months += 1;
            return None;
        }
        self.out.date(field, text)
    }

    pub(super) fn title(&mut self, text: String) {
        if !text.is_empty() {
            self.publication.titles.push(LocalText::new(Language::en(), text));
        }
    }

    pub(super) fn summary(&mut self, paragraphs: &[String]) {
        if !paragraphs.is_empty() {
            self.publication.abstracts.push(LocalText::new(Language::en(), paragraphs.join("\n")));
        }
    }

    /// Adds a party with the next sequence of its role; nothing without a name.
    pub(super) fn party(
        &mut self,
        role: Role,
        name: &str,
        kind: Option<PartyKind>,
        address: Option<Address>,
    ) {
        let name = fold_space(name);
        if name.is_empty() {
            return;
        }
        let sequence = self.publication.parties_of(role).map(|party| party.sequence).max().unwrap_or(0) + 1;
        let mut party = Party::new(role, name, sequence);
        party.kind = kind;
        party.address = address.filter(|address| *address != Address::default());
        self.publication.parties.push(party);
    }

    /// Adds a cited patent document. Without a country it is a US one.
    pub(super) fn cite(
        &mut self,
        field: &str,
        country: &str,
        serial: &str,
        kind: Option<&str>,
        date: &str,
        by: Option<CitedBy>,
    ) {
        let year_text = date.trim().get(..4).unwrap_or_default();
        let date = self.other_date(field, date);
        if !serial.bytes().any(|b| b.is_ascii_digit()) {
            let message = format!("a cited document without a number: `{}`", clip(serial.trim()));
            self.out.fault(Severity::Field, FaultKind::Relation, field, message);
            return;
        }
        let country = match country.trim() {
            "" => us(),
            country => CountryCode::parse(country).unwrap_or_else(|| {
                let message =
                    format!("`{}` is no country code, the citation is kept under XX", clip(country));
                self.out.fault(Severity::Note, FaultKind::Relation, field, message);
                CountryCode::UNKNOWN
            }),
        };
        let kind = kind.map(str::trim).filter(|kind| !kind.is_empty() && *kind != "00");
        let year = year_text.parse().ok().filter(|_| country.as_str() == "JP");
        let era = year.and_then(|year| japanese_era(serial, year));
        let era = era.map(|(letter, year, serial)| format!("{letter}{year:02}{serial:0>6}"));
        let number = PublicationNumber::new(country, era.as_deref().unwrap_or(serial.trim()), kind);
        let cited = Cited::Patent { number, date };
        self.publication.citations.push(Citation { cited, by, category: None });
    }

    /// Adds cited literature.
    pub(super) fn cite_text(&mut self, text: &str, by: Option<CitedBy>) {
        let text = fold_space(text);
        if !text.is_empty() {
            let cited = Cited::Literature { text };
            self.publication.citations.push(Citation { cited, by, category: None });
        }
    }

    /// Adds a link to an application; a provisional one is a priority as well.
    pub(super) fn link_application(&mut self, kind: LinkKind, field: &str, number: &str, date: &str) {
        let date = self.other_date(field, date);
        let Some(number) = self.application(field, number) else { return };
        if kind == LinkKind::ProvisionalOf {
            self.publication.priorities.push(Priority { number: number.clone(), date });
        }
        self.link(Link { kind, target: number.to_string(), date });
    }

    /// Adds a link to a publication or patent.
    pub(super) fn link_publication(
        &mut self,
        kind: LinkKind,
        field: &str,
        number: &str,
        code: Option<&str>,
        date: &str,
    ) {
        let date = self.other_date(field, date);
        if number.bytes().any(|b| b.is_ascii_digit()) {
            let code = code.map(str::trim).filter(|code| !code.is_empty() && *code != "00");
            // Early files leave the year of an application publication to its date (`0193250` of 2004).
            let serial = number.trim();
            let serial = match date {
                Some(date) if serial.len() == 7 && matches!(code, Some("A1" | "A2" | "A9")) => {
                    format!("{}{serial}", date.year())
                }
                _ => serial.to_owned(),
            };
            let number = PublicationNumber::new(us(), &serial, code);
            self.link(Link { kind, target: number.to_string(), date });
        }
    }

    fn link(&mut self, link: Link) {
        if !self.publication.links.contains(&link) {
            self.publication.links.push(link);
        }
    }

    /// Adds the international application, whose date is the filing date of this document.
    pub(super) fn international(&mut self, field: &str, number: &str, date: &str) {
        let date = self.out.date(field, date);
        if date.is_some() {
            self.publication.filing_date = date;
        }
        if let Some(number) = self.application(field, number) {
            self.link(Link { kind: LinkKind::NationalPhaseOf, target: number.to_string(), date });
        }
    }

    /// Adds the publication of the international application.
    pub(super) fn international_publication(&mut self, field: &str, number: &str, date: &str) {
        let date = self.out.date(field, date);
        let digits = number.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
        if digits.is_empty() {
            return;
        }
        let Some(wo) = CountryCode::parse("WO") else { return };
        let target = PublicationNumber::new(wo, digits, None).to_string();
        self.link(Link { kind: LinkKind::NationalPhaseOf, target, date });
    }

    /// Adds a foreign priority.
    pub(super) fn priority(&mut self, field: &str, country: &str, number: &str, date: &str) {
        let date = self.out.date(field, date);
        if !number.bytes().any(|b| b.is_ascii_digit()) {
            let message = format!("a priority without a number: `{}`", clip(number.trim()));
            self.out.fault(Severity::Field, FaultKind::Relation, field, message);
            return;
        }
        let Some(country) = self.out.country(field, country) else { return };
        let era = date.filter(|_| country.as_str() == "JP").and_then(|date| {
            let (_, _, serial) = japanese_era(number, date.year())?;
            Some(format!("{}-{serial:0>6}", date.year()))
        });
        let number = era.unwrap_or_else(|| number.to_owned());
        self.publication
            .priorities
            .push(Priority { number: ApplicationNumber::new(country, number.trim()), date });
    }

    /// Adds an IPC or CPC class, written in any form.
    pub(super) fn class(
        &mut self,
        field: &str,
        scheme: Scheme,
        text: &str,
        first: bool,
        version: Option<Date>,
    ) {
        let position = Some(if first { Position::First } else { Position::Later });
        if text.trim().is_empty() {
            return;
        }
        if let Some(mut class) = self.out.class(field, scheme, text, position) {
            class.version = version.or(class.version);
            self.publication.classes.push(class);
        }
    }

    /// Adds a class of a scheme whose symbols `read` understands (USPC, Locarno).
    pub(super) fn national_class(
        &mut self,
        field: &str,
        scheme: Scheme,
        text: &str,
        first: bool,
        read: impl Fn(&str) -> Option<String>,
    ) {
        if text.trim().is_empty() {
            return;
        }
        let Some(symbol) = read(text) else {
            let message = format!("`{}` is no classification symbol", clip(text.trim()));
            self.out.fault(Severity::Field, FaultKind::Classification, field, message);
            return;
        };
        let position = Some(if first { Position::First } else { Position::Later });
        let symbol = Symbol(symbol);
        self.publication.classes.push(Classification {
            scheme,
            symbol,
            version: None,
            position,
            additional: None,
        });
    }

    /// Keeps a fact that the model has no place for; several of one name are joined by `; `.
    pub(super) fn other(&mut self, name: &str, value: &str) {
        let value = fold_space(value);
        if value.is_empty() {
            return;
        }
        let kept = self.publication.other.entry(name.to_owned()).or_default();
        if !kept.is_empty() {
            kept.push_str("; ");
        }
        kept.push_str(&value);
    }

    /// Adds a drawing by file name. In these files page 0 is the drawing of the first page.
    pub(super) fn drawing(&mut self, file: &str) {
        let file = file.trim();
        let page = file.rsplit_once("-D").map(|(_, tail)| tail.split('.').next().unwrap_or_default());
        let page = page.and_then(|page| page.parse::<u32>().ok());
        let kind = if page == Some(0) { AttachmentKind::FirstPageDrawing } else { AttachmentKind::Drawing };
        self.attach(kind, file, page.filter(|page| *page > 0).map(|page| page.to_string()));
    }

    /// Adds a picture in the text: a formula, a table, a structure.
    pub(super) fn picture(&mut self, file: &str) {
        self.attach(AttachmentKind::Picture, file.trim(), None);
    }

    fn attach(&mut self, kind: AttachmentKind, file: &str, label: Option<String>) {
        let known = self.publication.attachments.iter().any(|attachment| attachment.file == file);
        if !file.is_empty() && !known {
            self.publication.attachments.push(Attachment { kind, file: file.to_owned(), label });
        }
    }

    /// Adds the claims and compares their number with the one that the record states.
    pub(super) fn claims(&mut self, raw: Vec<RawClaim>, stated: &str) {
        let Some(set) = claim_set(raw) else { return };
        let stated = stated.trim();
        if stated.parse::<usize>().is_ok_and(|stated| stated != set.claims.len()) {
            let message = format!("the record states {stated} claims and holds {}", set.claims.len());
            self.out.fault(Severity::Note, FaultKind::Contradiction, "number-of-claims", message);
        }
        self.publication.claims.push(set);
    }

    /// Hands the publication over, or a fault where nothing names it.
    pub(super) fn finish(self) {
        if self.months > 0 {
            let message = format!("{} dates of cited documents name no day and are left out", self.months);
            self.out.fault(Severity::Note, FaultKind::Date, "date", message);
        }
        let publication = self.publication;
        if publication.number.is_none() && publication.application.is_none() {
            let message = "neither a publication nor an application number; get the file again";
            self.out.fault(Severity::Record, FaultKind::Missing, "doc-number", message);
            return;
        }
        if publication.number.is_some() && publication.publication_date.is_none() {
            self.out.fault(Severity::Field, FaultKind::Missing, "date", "no date of publication");
        }
        if publication.titles.is_empty() && publication.number.is_some() {
            self.out.fault(Severity::Field, FaultKind::Missing, "title", "no title");
        }
        self.out.publications.push(publication);
    }
}

/// Returns era letter, year of the era, and serial of a Japanese number of an era year (`9-290033`, `53/84696`) whose
/// document is dated in `year`, where the two agree.
///
/// The digits alone do not tell the era; the date does. Showa 1 is 1926, Heisei 1 is 1989.
fn japanese_era(number: &str, year: i16) -> Option<(char, i16, &str)> {
    let (era, serial) = number.trim().split_once(['-', '/'])?;
    let era_year = era.parse::<i16>().ok().filter(|year| *year < 100)?;
    match year {
        _ if year - 1988 == era_year => Some(('H', era_year, serial)),
        _ if year - 1925 == era_year => Some(('S', era_year, serial)),
        _ => None,
    }
}

/// Returns the code of the office.
pub(super) fn us() -> CountryCode {
    CountryCode::parse("US").unwrap_or(CountryCode::UNKNOWN)
}

/// Returns `last, first`, or whichever is there.
pub(super) fn person(last: &str, first: &str) -> String {
    match (last.trim(), first.trim()) {
        ("", first) => first.to_owned(),
        (last, "") => last.to_owned(),
        (last, first) => format!("{last}, {first}"),
    }
}

/// Returns what an assignee code says: 4 and 5 are individuals, 2, 3 and 6 to 9 organisations;
/// a first digit of 1 marks a part interest (source: the office's documentation of its grant files).
pub(super) fn assignee_kind(code: &str) -> Option<PartyKind> {
    match code.trim().parse::<u8>().ok()? % 10 {
        4 | 5 => Some(PartyKind::Person),
        2 | 3 | 6..=9 => Some(PartyKind::Organisation),
        _ => None,
    }
}

/// Returns a field of an address unless it is a filler.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty() && !matches!(text.as_str(), "unknown" | "omitted" | "N/A" | "null"))
}

/// Returns who cited, from `cited by examiner` and its like.
pub(super) fn cited_by(text: &str) -> Option<CitedBy> {
    let text = text.to_ascii_lowercase();
    if text.contains("examiner") {
        Some(CitedBy::Examiner)
    } else if text.contains("applicant") {
        Some(CitedBy::Applicant)
    } else if text.contains("other") || text.contains("third") {
        Some(CitedBy::Other)
    } else {
        None
    }
}
