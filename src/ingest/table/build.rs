//! From the items of one record to a publication: each cell finds its place as it comes.
//!
//! What depends on several columns (numbers and their office, dates and their century) waits for `build/resolve.rs`.

mod resolve;

use super::cell::Damage;
use super::cell::Piece;
use super::cell::prose;
use super::map::Column;
use super::map::ColumnMap;
use super::map::Field;
use super::words;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::fold_space;
use crate::patent::Address;
use crate::patent::Citation;
use crate::patent::Cited;
use crate::patent::ClaimSet;
use crate::patent::Classification;
use crate::patent::CountryCode;
use crate::patent::Description;
use crate::patent::Language;
use crate::patent::Link;
use crate::patent::LinkKind;
use crate::patent::LocalText;
use crate::patent::Party;
use crate::patent::Position;
use crate::patent::Publication;
use crate::patent::PublicationNumber;
use crate::patent::Role;
use crate::patent::Scheme;
use crate::patent::Section;
use crate::patent::SectionKind;
use crate::patent::Symbol;
use crate::patent::claim;

/// Collects the items of one record.
pub(crate) struct Builder<'a> {
    map: &'a ColumnMap,
    publication: Publication,
    numbers: Vec<(String, Piece)>,
    applications: Vec<(String, Piece)>,
    kind: Option<String>,
    country: Option<CountryCode>,
    /// The header, order and texts of each date column; resolved when the year of publication is known.
    dates: Vec<(Field, String, &'a Column, Vec<Piece>)>,
    publication_year: Option<i16>,
    priorities: Vec<(String, &'a Column, Piece)>,
    first_claims: Vec<(Language, bool, String)>,
    addresses: Vec<Piece>,
    /// Texts whose column says in which offices it is the original.
    conditional: Vec<(Field, usize, &'a [String])>,
}

impl<'a> Builder<'a> {
    /// Starts a record of a format.
    pub(crate) fn new(map: &'a ColumnMap) -> Self {
        let constants = &map.constants;
        let publication = Publication {
            document_kind: constants.document_kind,
            patent_type: constants.patent_type,
            ..Publication::default()
        };
        Self {
            map,
            publication,
            numbers: Vec::new(),
            applications: Vec::new(),
            kind: None,
            country: constants.country.as_deref().and_then(CountryCode::parse),
            dates: Vec::new(),
            publication_year: None,
            priorities: Vec::new(),
            first_claims: Vec::new(),
            addresses: Vec::new(),
            conditional: Vec::new(),
        }
    }

    /// Keeps a cell under a name that the model does not have.
    pub(crate) fn keep(&mut self, name: &str, text: &str) {
        if text.is_empty() || self.map.empty.iter().any(|word| word == text) {
            return;
        }
        let kept = self.publication.other.entry(name.to_owned()).or_default();
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(text);
    }

    /// Records what is wrong with the bytes of a cell.
    pub(crate) fn damage(header: &str, damage: Damage, out: &mut Parsed) {
        match damage {
            Damage::Repaired => {
                let message = "text that was decoded with the wrong table has been put right";
                out.fault(Severity::Note, FaultKind::Encoding, header, message);
            }
            Damage::Lost => {
                let message = "characters are lost in the file; export it again as UTF-8";
                out.fault(Severity::Field, FaultKind::Encoding, header, message);
            }
        }
    }

    /// Takes the items of one cell; `whole` is the cell, kept where its items say nothing.
    pub(crate) fn feed(
        &mut self,
        column: &'a Column,
        header: &str,
        whole: &str,
        pieces: Vec<Piece>,
        out: &mut Parsed,
    ) {
        if pieces.is_empty() && column.field != Field::Other {
            return;
        }
        match column.field {
            Field::Skip => {}
            Field::Other => {
                let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
                let joined = column.item.text.is_some().then(|| texts.join("; "));
                self.keep(column.name.as_deref().unwrap_or(header), joined.as_deref().unwrap_or(whole));
            }
            Field::Number => self.numbers.extend(named(header, pieces)),
            Field::Application => self.applications.extend(named(header, pieces)),
            Field::Kind => self.kind = pieces.into_iter().next().map(|piece| piece.text),
            Field::Country => self.take_country(header, whole),
            Field::SourceId => self.publication.source_id = pieces.into_iter().next().map(|piece| piece.text),
            Field::PatentType => match words::patent_type(whole) {
                Some(kind) => self.publication.patent_type = Some(kind),
                None => self.keep(column.name.as_deref().unwrap_or(header), whole),
            },
            Field::PublicationYear => {
                self.publication_year = whole.get(..4).and_then(|year| year.parse().ok())
            }
            Field::FilingDate | Field::PublicationDate | Field::GrantDate | Field::PriorityDate => {
                self.dates.push((column.field, header.to_owned(), column, pieces));
            }
            Field::Priority => {
                self.priorities.extend(pieces.into_iter().map(|piece| (header.to_owned(), column, piece)));
            }
            Field::Title | Field::Abstract | Field::Keyword => self.take_texts(column, pieces),
            Field::Claims => self.take_claims(column, pieces),
            Field::FirstClaim => {
                for piece in pieces {
                    let text = prose(&piece.text);
                    let lang = language(column, &piece, &text);
                    self.first_claims.push((lang, column.translated, text));
                }
            }
            Field::Description => self.take_description(column, pieces),
            Field::LabelledText => self.take_labelled(whole),
            Field::Applicant => self.take_parties(Role::Applicant, pieces),
            Field::Owner => self.take_parties(Role::Owner, pieces),
            Field::Inventor => self.take_parties(Role::Inventor, pieces),
            Field::Agent => self.take_parties(Role::Agent, pieces),
            Field::Agency => self.take_parties(Role::Agency, pieces),
            Field::Examiner => self.take_parties(Role::Examiner, pieces),
            Field::Author => self.take_parties(Role::Author, pieces),
            Field::ApplicantAddress => self.addresses.extend(pieces),
            Field::IpcMain
            | Field::Ipc
            | Field::Cpc
            | Field::Uspc
            | Field::Locarno
            | Field::Fi
            | Field::FTerm => {
                self.take_classes(column, header, pieces, out);
            }
            Field::Citation | Field::Literature => self.take_citations(column, pieces),
            Field::Family => self.publication.family.simple = Some(fold_space(whole)),
            Field::ExtendedFamily => self.publication.family.extended = Some(fold_space(whole)),
            Field::FamilyMember | Field::ExtendedMember => {
                for piece in pieces {
                    let Some(number) = composed(&piece, None, header, out) else { continue };
                    match column.field {
                        Field::FamilyMember => self.publication.family.members.push(number),
                        _ => self.publication.family.extended_members.push(number),
                    }
                }
            }
            Field::SameApplication => self.take_links(LinkKind::SameApplication, pieces),
            Field::DivisionalOf => self.take_links(LinkKind::DivisionalOf, pieces),
            Field::SameDay => self.take_links(LinkKind::SameDay, pieces),
            Field::International => self.take_links(LinkKind::NationalPhaseOf, pieces),
        }
    }

    fn take_country(&mut self, header: &str, whole: &str) {
        match CountryCode::parse(whole).or_else(|| words::country(whole)) {
            Some(code) => self.country = Some(code),
            None => self.keep(header, whole),
        }
    }

    fn take_texts(&mut self, column: &'a Column, pieces: Vec<Piece>) {
        for mut piece in pieces {
            let mut text = prose(&piece.text);
            // `[EN]PHARMACEUTICAL FORMULATION`: PATENTSCOPE writes the language before some titles.
            if let [b'[', a, b, b']', ..] = *text.as_bytes()
                && a.is_ascii_uppercase()
                && b.is_ascii_uppercase()
            {
                piece.lang = Some(text[1..3].to_owned());
                text = text[4..].trim().to_owned();
            }
            if text.is_empty() {
                continue;
            }
            let lang = language(column, &piece, &text);
            let texts = match column.field {
                Field::Title => &mut self.publication.titles,
                Field::Abstract => &mut self.publication.abstracts,
                _ => &mut self.publication.keywords,
            };
            if column.field != Field::Keyword && texts.iter().any(|text| text.lang == lang) {
                continue;
            }
            if !column.original_in.is_empty() {
                self.conditional.push((column.field, texts.len(), &column.original_in));
            }
            texts.push(LocalText { lang, text, translated: column.translated });
        }
    }

    fn take_claims(&mut self, column: &'a Column, pieces: Vec<Piece>) {
        for piece in pieces {
            let claims = claim::split(&strip_tags(&piece.text));
            if claims.is_empty() {
                continue;
            }
            let lang = language(column, &piece, &claims[0].text);
            if !column.original_in.is_empty() {
                self.conditional.push((column.field, self.publication.claims.len(), &column.original_in));
            }
            self.publication.claims.push(ClaimSet { lang, translated: column.translated, claims });
        }
    }

    fn take_description(&mut self, column: &Column, pieces: Vec<Piece>) {
        for piece in pieces {
            let text = strip_tags(&piece.text);
            let paragraphs: Vec<String> =
                text.lines().map(fold_space).filter(|paragraph| !paragraph.is_empty()).collect();
            if paragraphs.is_empty() {
                continue;
            }
            let lang = language(column, &piece, &text);
            let sections = vec![Section { kind: SectionKind::Other, heading: None, paragraphs }];
            let description = Description { lang, translated: column.translated, sections };
            self.publication.descriptions.push(description);
        }
    }

    /// Takes `Title: … Keywords: … Abstract: …` on lines of their own, or the three parted by `[SEP]`.
    fn take_labelled(&mut self, whole: &str) {
        let mut parts = [String::new(), String::new(), String::new()];
        if whole.contains("[SEP]") {
            for (part, text) in parts.iter_mut().zip(whole.splitn(3, "[SEP]")) {
                *part = fold_space(text);
            }
        } else {
            let labels = ["Title:", "Keywords:", "Abstract:"];
            let mut current = 2;
            for line in whole.lines() {
                let line = line.trim();
                let label = labels.iter().position(|label| line.starts_with(label));
                let text = label.map_or(line, |label| &line[labels[label].len()..]);
                current = label.unwrap_or(current);
                parts[current].push(' ');
                parts[current].push_str(text);
            }
        }
        let [title, keywords, summary] = parts.map(|part| prose(&part));
        let local = |text: &str| LocalText::new(Language::guess(text), text);
        if !title.is_empty() {
            self.publication.titles.push(local(&title));
        }
        let words = keywords.split(';').map(str::trim).filter(|word| !word.is_empty());
        self.publication.keywords.extend(words.map(local));
        if !summary.is_empty() {
            self.publication.abstracts.push(local(&summary));
        }
    }

    fn take_parties(&mut self, role: Role, pieces: Vec<Piece>) {
        let before = self.publication.parties.iter().filter(|party| party.role == role);
        let start = before.map(|party| party.sequence).max().unwrap_or(0);
        // Languages with the same number of names are spellings of the same parties, else a plain list.
        let count = |lang: &Option<String>| pieces.iter().filter(|piece| piece.lang == *lang).count();
        let aligned = pieces.first().is_some_and(|first| {
            let wanted = count(&first.lang);
            pieces.iter().all(|piece| count(&piece.lang) == wanted)
        });
        let mut seen: Vec<(Option<String>, u32)> = Vec::new();
        let (mut running, mut names) = (start, Vec::<(String, Option<String>)>::new());
        for piece in pieces {
            let name = fold_space(&piece.text);
            let name = name.trim_matches([',', ';', '；', '，', '、']).trim().to_owned();
            let seen_before = names.iter().any(|(other, country)| {
                *other == name && (piece.country.is_none() || *country == piece.country)
            });
            let sequence = if aligned {
                match seen.iter_mut().find(|(lang, _)| *lang == piece.lang) {
                    Some((_, n)) => {
                        *n += 1;
                        *n
                    }
                    None => {
                        seen.push((piece.lang.clone(), start + 1));
                        start + 1
                    }
                }
            } else {
                running += 1;
                running
            };
            if name.is_empty() || (seen_before && piece.lang.is_none()) {
                continue;
            }
            let mut party = Party::new(role, name.clone(), sequence);
            party.lang = piece.lang.as_deref().map(Language::from_code);
            if let Some(country) = &piece.country {
                party.address = Some(Address { country: Some(country.clone()), ..Address::default() });
            }
            names.push((name, piece.country));
            self.publication.parties.push(party);
        }
    }

    fn take_classes(&mut self, column: &Column, header: &str, pieces: Vec<Piece>, out: &mut Parsed) {
        for (n, piece) in pieces.into_iter().enumerate() {
            let main = column.field == Field::IpcMain || (column.first_is_main && n == 0);
            let listed = column.first_is_main
                || self
                    .publication
                    .classes
                    .iter()
                    .any(|class| class.position == Some(Position::First) && column.field == Field::Ipc);
            let position = if main { Some(Position::First) } else { listed.then_some(Position::Later) };
            let scheme = match column.field {
                Field::IpcMain | Field::Ipc => Scheme::Ipc,
                Field::Cpc => Scheme::Cpc,
                Field::Uspc => Scheme::Uspc,
                Field::Locarno => Scheme::Locarno,
                Field::Fi => Scheme::Fi,
                _ => Scheme::FTerm,
            };
            let class = match scheme {
                Scheme::Ipc | Scheme::Cpc => out.class(header, scheme, &piece.text, position),
                _ => {
                    let symbol = Symbol(fold_space(&piece.text));
                    Some(Classification { scheme, symbol, version: None, position, additional: None })
                }
            };
            let Some(class) = class else { continue };
            let same =
                |other: &&mut Classification| other.scheme == class.scheme && other.symbol == class.symbol;
            match self.publication.classes.iter_mut().find(same) {
                // The main class of its own column stands in the list of all classes again.
                Some(known) if main => known.position = Some(Position::First),
                Some(_) => {}
                None => self.publication.classes.push(class),
            }
        }
    }

    fn take_citations(&mut self, column: &Column, pieces: Vec<Piece>) {
        for piece in pieces {
            let text = fold_space(&piece.text);
            let bytes = text.as_bytes();
            let like_number = bytes.len() > 4
                && bytes[..2].iter().all(u8::is_ascii_uppercase)
                && bytes[2..].iter().filter(|b| b.is_ascii_digit()).count() * 2 > bytes.len() - 2;
            let mut silent = Parsed::default();
            let number = if column.field == Field::Citation && like_number {
                composed(&piece, None, "", &mut silent)
            } else {
                None
            };
            let cited = match number {
                Some(number) => {
                    let date = piece.date.as_deref().and_then(|date| silent.date("", date));
                    Cited::Patent { number, date }
                }
                None if text.chars().any(char::is_alphanumeric) => Cited::Literature { text },
                None => continue,
            };
            self.publication.citations.push(Citation { cited, by: column.by, category: piece.category });
        }
    }

    fn take_links(&mut self, kind: LinkKind, pieces: Vec<Piece>) {
        for piece in pieces {
            let date = piece.date.as_deref().and_then(|date| Parsed::default().date("", date));
            let text = fold_space(&piece.text);
            let target = match PublicationNumber::parse(&text) {
                _ if kind == LinkKind::NationalPhaseOf => international(&text),
                Ok(number) => number.to_string(),
                Err(_) => text,
            };
            self.publication.links.push(Link { kind, target, date });
        }
    }
}

fn named(header: &str, pieces: Vec<Piece>) -> impl Iterator<Item = (String, Piece)> {
    pieces.into_iter().map(move |piece| (header.to_owned(), piece))
}

/// Returns `text` with the office before it, where the column leaves it to another one.
fn with_country(text: &str, country: Option<CountryCode>) -> String {
    // Series marks that some offices write before the digits (BR `PI`, DK `PA`, US `PP` and `RE`).
    const SERIES: &[&str] = &["PI", "MU", "PA", "PP", "RE", "PL"];
    let text = text.trim();
    let Some(country) = country else { return text.to_owned() };
    let lettered = text.len() >= 2 && text.as_bytes()[..2].iter().all(u8::is_ascii_alphabetic);
    if lettered && (text.starts_with(country.as_str()) || !SERIES.contains(&&text[..2])) {
        return text.to_owned();
    }
    format!("{country}{text}")
}

/// Returns an international application number in its usual form; PATENTSCOPE leaves out `PCT/` and the stroke.
fn international(text: &str) -> String {
    let bytes = text.as_bytes();
    let bare = bytes.len() == 12
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..].iter().all(u8::is_ascii_digit);
    if bare { format!("PCT/{}/{}", &text[..6], &text[6..]) } else { text.to_owned() }
}

fn composed(
    piece: &Piece,
    country: Option<CountryCode>,
    header: &str,
    out: &mut Parsed,
) -> Option<PublicationNumber> {
    let mut number = out.publication_number(header, &with_country(&piece.text, country))?;
    if let (None, Some(kind)) = (&number.kind, &piece.kind) {
        number = PublicationNumber::new(number.country, &number.serial, Some(kind));
    }
    Some(number)
}

fn language(column: &Column, piece: &Piece, text: &str) -> Language {
    match piece.lang.as_ref().or(column.lang.as_ref()) {
        Some(code) => Language::from_code(code),
        None => Language::guess(text),
    }
}

/// Returns `text` with its lines kept and each without tags.
fn strip_tags(text: &str) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let lines = text.replace("<br>", "\n").replace("<br/>", "\n").replace("</p>", "\n");
    lines.lines().map(prose).collect::<Vec<_>>().join("\n")
}
