//! The end of a record: what depends on several columns.
//!
//! Numbers take office and kind from columns of their own, years of two digits their century from the year of
//! publication, priorities their dates from a list beside theirs, texts their translation mark from the office.

use super::Builder;
use super::with_country;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::clip;
use crate::ingest::record::fold_space;
use crate::ingest::table::Column;
use crate::ingest::table::cell::local_date;
use crate::ingest::table::map::Field;
use crate::patent::Claim;
use crate::patent::ClaimSet;
use crate::patent::Date;
use crate::patent::Link;
use crate::patent::LinkKind;
use crate::patent::Priority;
use crate::patent::PublicationNumber;
use crate::patent::Role;

impl Builder<'_> {
    /// Resolves what depends on several columns and gives the publication, if the record is one.
    pub(crate) fn finish(mut self, out: &mut Parsed) {
        self.finish_numbers(out);
        self.finish_dates(out);
        self.finish_claims();
        let addresses = std::mem::take(&mut self.addresses);
        let n_applicants = self.publication.parties_of(Role::Applicant).count();
        let applicants = self.publication.parties.iter_mut().filter(|party| party.role == Role::Applicant);
        // One address belongs to the first applicant; a list of the same length to each in turn.
        let n_wanted = if addresses.len() == n_applicants { n_applicants } else { addresses.len().min(1) };
        for (party, piece) in applicants.zip(&addresses).take(n_wanted) {
            let address = party.address.get_or_insert_default();
            address.text = Some(fold_space(&piece.text));
            address.postcode.clone_from(&piece.postcode);
        }
        for piece in &addresses[n_wanted.min(addresses.len())..] {
            self.keep("address", &fold_space(&piece.text));
        }
        let office = self.publication.number.as_ref().map(|number| number.country);
        let office = office.or(self.publication.application.as_ref().map(|number| number.country));
        for (field, index, offices) in std::mem::take(&mut self.conditional) {
            let original = office.is_none_or(|office| offices.iter().any(|code| code == office.as_str()));
            let publication = &mut self.publication;
            match field {
                Field::Title => publication.titles[index].translated |= !original,
                Field::Abstract => publication.abstracts[index].translated |= !original,
                Field::Keyword => publication.keywords[index].translated |= !original,
                _ => publication.claims[index].translated |= !original,
            }
        }
        let publication = self.publication;
        let unnamed = publication.number.is_none()
            && publication.application.is_none()
            && publication.source_id.is_none()
            && publication.titles.is_empty();
        if unnamed {
            let message = "neither a number nor a title; check the column map";
            out.fault(Severity::Record, FaultKind::Missing, "", message);
            return;
        }
        out.publications.push(publication);
    }

    fn finish_numbers(&mut self, out: &mut Parsed) {
        let kind = self.kind.take().map(|kind| kind.trim().to_owned()).filter(|kind| !kind.is_empty());
        for (n, (header, piece)) in std::mem::take(&mut self.numbers).into_iter().enumerate() {
            let text = with_country(&piece.text, self.country);
            let Some(mut number) = out.publication_number(&header, &text) else {
                self.keep(&header, &piece.text);
                continue;
            };
            let given = piece.kind.as_deref().or(if n == 0 { kind.as_deref() } else { None });
            if let (None, Some(kind)) = (&number.kind, given) {
                number = PublicationNumber::new(number.country, &number.serial, Some(kind));
            }
            match &self.publication.number {
                None => self.publication.number = Some(number),
                Some(first) if *first == number => {}
                // One row with several publications: the first names the record.
                Some(_) => {
                    let link =
                        Link { kind: LinkKind::SameApplication, target: number.to_string(), date: None };
                    self.publication.links.push(link);
                }
            }
        }
        for (header, piece) in std::mem::take(&mut self.applications) {
            let text = with_country(&piece.text, self.country);
            let Some(number) = out.application_number(&header, &text) else {
                self.keep(&header, &piece.text);
                continue;
            };
            match &self.publication.application {
                None => self.publication.application = Some(number),
                Some(first) if *first == number => {}
                Some(_) => {
                    let link = Link { kind: LinkKind::Related, target: number.to_string(), date: None };
                    self.publication.links.push(link);
                }
            }
        }
        let written = self.publication.number.as_ref().map(|number| number.country);
        let written = written.or(self.publication.application.as_ref().map(|number| number.country));
        match (written, self.country) {
            (Some(written), Some(country)) if written != country => {
                let message = format!("the number is of `{written}`, the country column says `{country}`");
                out.fault(Severity::Note, FaultKind::Contradiction, "country", message);
            }
            (None, Some(country)) => self.keep("country", country.as_str()),
            _ => {}
        }
    }

    fn finish_dates(&mut self, out: &mut Parsed) {
        let year = self.publication_year;
        let mut stated: Vec<Option<Date>> = Vec::new();
        for (field, header, column, pieces) in std::mem::take(&mut self.dates) {
            let mut found = pieces.iter().map(|piece| date(column, &header, &piece.text, year, out));
            match field {
                Field::FilingDate => set(&mut self.publication.filing_date, found.next().flatten()),
                Field::PublicationDate => {
                    set(&mut self.publication.publication_date, found.next().flatten());
                    // Further dates belong to the further publications of the row, if there are as many.
                    let rest: Vec<Option<Date>> = found.collect();
                    let mut links: Vec<&mut Link> = self.publication.links.iter_mut().collect();
                    links.retain(|link| link.kind == LinkKind::SameApplication);
                    if links.len() == rest.len() {
                        links.into_iter().zip(rest).for_each(|(link, date)| link.date = date);
                    }
                }
                Field::GrantDate => set(&mut self.publication.grant_date, found.next().flatten()),
                _ => stated.extend(found),
            }
        }
        let priorities = std::mem::take(&mut self.priorities);
        let paired = stated.len() == priorities.len();
        for (n, (header, column, piece)) in priorities.into_iter().enumerate() {
            let Some(number) = out.application_number(&header, &piece.text) else {
                self.keep(&header, &piece.text);
                continue;
            };
            let own = piece.date.as_deref().and_then(|text| date(column, &header, text, year, out));
            let date = own.or(if paired { stated[n] } else { None });
            self.publication.priorities.push(Priority { number, date });
        }
        let earliest = stated.into_iter().flatten().min();
        let known = self.publication.priorities.iter().filter_map(|priority| priority.date).min();
        if let Some(earliest) = earliest
            && known.is_none_or(|known| earliest < known)
        {
            self.publication.earliest_priority_date = Some(earliest);
        }
    }

    fn finish_claims(&mut self) {
        for (lang, translated, text) in std::mem::take(&mut self.first_claims) {
            if self.publication.claims.iter().any(|set| set.lang == lang) {
                continue;
            }
            let text =
                text.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', '、', '．']);
            let claim = Claim { number: 1, text: text.trim().to_owned(), refers_to: Vec::new() };
            self.publication.claims.push(ClaimSet { lang, translated, claims: vec![claim] });
        }
    }
}

fn set(field: &mut Option<Date>, date: Option<Date>) {
    if field.is_none() {
        *field = date;
    }
}

fn date(column: &Column, header: &str, text: &str, year: Option<i16>, out: &mut Parsed) -> Option<Date> {
    match local_date(text, column.date_order, year) {
        Some(Some(date)) => Some(date),
        Some(None) => {
            let message =
                format!("`{}` is no date, or its century cannot be told; write it as YYYY-MM-DD", clip(text));
            out.fault(Severity::Field, FaultKind::Date, header, message);
            None
        }
        None => out.date(header, text),
    }
}
