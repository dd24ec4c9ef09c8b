//! Tests of the legal state: the planted stories, worked expiry dates, broken records, properties.

mod bad;
mod codes;
mod expiry;
mod stories;
mod timeline;

use crate::patent::{ApplicationNumber, Date, LegalEvent, PatentType, Publication, PublicationNumber};

fn day(text: &str) -> Date {
    text.parse().expect("tests write dates as YYYY-MM-DD")
}

/// An event as `office code effective known`, `-` for a missing date.
fn event(line: &str) -> LegalEvent {
    let fields: Vec<&str> = line.split(' ').collect();
    let date = |at: usize| fields.get(at).filter(|text| **text != "-").map(|text| day(text));
    let (office, country) =
        fields[0].split_once('/').map_or((fields[0], None), |(o, c)| (o, Some(c.to_owned())));
    LegalEvent {
        office: office.to_owned(),
        code: fields[1].to_owned(),
        country,
        effective: date(2),
        known: date(3),
        text: fields.get(4..).unwrap_or_default().join(" "),
        attributes: Default::default(),
    }
}

/// A publication of `number`, filed and published on the days given, with events.
fn publication(number: &str, filed: &str, published: &str, events: &[&str]) -> Publication {
    let number = PublicationNumber::parse(number).expect("tests write numbers that parse");
    Publication {
        application: Some(ApplicationNumber::new(number.country, "201510000001")),
        patent_type: number.patent_type().or(Some(PatentType::Invention)),
        number: Some(number),
        filing_date: Some(day(filed)),
        publication_date: Some(day(published)),
        events: events.iter().map(|line| event(line)).collect(),
        ..Publication::default()
    }
}
