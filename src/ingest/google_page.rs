//! One page of Google Patents, saved from a browser.
//!
//! The page marks its facts with `itemprop`; only these marks are read, no script and no layout.
//! Families, similar documents and later citations on the page are not taken: they change with the day it was saved.

use std::sync::LazyLock;

use regex::Regex;

use super::FaultKind;
use super::Severity;
use super::record::Parsed;
use super::record::Raw;
use super::record::fold_space;
use crate::patent::Citation;
use crate::patent::Cited;
use crate::patent::CitedBy;
use crate::patent::Claim;
use crate::patent::ClaimSet;
use crate::patent::Description;
use crate::patent::Language;
use crate::patent::Link;
use crate::patent::LinkKind;
use crate::patent::LocalText;
use crate::patent::Party;
use crate::patent::Publication;
use crate::patent::PublicationNumber;
use crate::patent::Role;
use crate::patent::Scheme;
use crate::patent::Section;
use crate::patent::SectionKind;

/// Returns whether the head of a file is such a page.
pub(crate) fn recognise(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(64 * 1024)]);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.starts_with('<') && text.contains("- Google Patents") && text.contains("patents.google.com/patent/")
}

/// Makes a publication of a page; a page without the marks (saved as "text only") is a fault with a remedy.
pub(crate) fn parse(raw: &Raw<'_>, out: &mut Parsed) {
    let page = raw.text;
    let Some(number) = first(page, "publicationNumber") else {
        let message = "a Google Patents page without its data; save it again as \"web page, HTML only\"";
        out.fault(Severity::Record, FaultKind::Unsupported, "publicationNumber", message);
        return;
    };
    let mut publication = Publication {
        number: out.publication_number("publicationNumber", &number),
        application: first(page, "applicationNumber")
            .and_then(|number| out.application_number("applicationNumber", &number)),
        filing_date: date(page, "filingDate", out),
        publication_date: date(page, "publicationDate", out),
        earliest_priority_date: date(page, "priorityDate", out),
        ..Publication::default()
    };
    if let Some(title) = first(page, "title") {
        publication.titles.push(LocalText::new(Language::guess(&title), title));
    }
    let roles = [
        ("assigneeOriginal", Role::Applicant),
        ("assigneeCurrent", Role::Owner),
        ("inventor", Role::Inventor),
    ];
    for (mark, role) in roles {
        for (name, sequence) in repeated(page, mark).into_iter().zip(1..) {
            publication.parties.push(Party::new(role, name, sequence));
        }
    }
    for word in repeated(page, "priorArtKeywords") {
        publication.keywords.push(LocalText::new(Language::guess(&word), word));
    }
    if let Some(status) = first(page, "status") {
        publication.other.insert("legal_status".to_owned(), status);
    }
    if let Some(section) = section(page, "abstract") {
        let text = text_of(section.split_once("</h2>").map_or(section, |(_, body)| body));
        if !text.is_empty() {
            publication.abstracts.push(LocalText::new(language(section, &text), text));
        }
    }
    if let Some(section) = section(page, "claims") {
        publication.claims.extend(claims(section));
    }
    if let Some(section) = section(page, "description") {
        publication.descriptions.extend(description(section));
    }
    for item in page.split("<li ").filter(|item| item.contains("itemprop=\"Leaf\"")) {
        // Marks of the next list follow the end of this item.
        let item = item.split("</li>").next().unwrap_or_default();
        let scheme = if item.contains("itemprop=\"IsCPC\"") { Scheme::Cpc } else { Scheme::Ipc };
        let class = first(item, "Code").and_then(|code| out.class("Code", scheme, &code, None));
        if let Some(class) = class
            && !publication.classes.contains(&class)
        {
            publication.classes.push(class);
        }
    }
    for row in page.split("<tr ").filter(|row| row.starts_with("itemprop=\"backwardReferences")) {
        let number = first(row, "publicationNumber").and_then(|text| PublicationNumber::parse(&text).ok());
        if let Some(number) = number {
            let by = row.contains("itemprop=\"examinerCited\">*").then_some(CitedBy::Examiner);
            publication.citations.push(Citation {
                cited: Cited::Patent { number, date: None },
                by,
                category: None,
            });
        }
    }
    for item in page.split("<dd ").filter(|item| item.starts_with("itemprop=\"directAssociations\"")) {
        if let Some(number) =
            first(item, "publicationNumber").and_then(|text| PublicationNumber::parse(&text).ok())
        {
            let link = Link { kind: LinkKind::SameApplication, target: number.to_string(), date: None };
            publication.links.push(link);
        }
    }
    out.publications.push(publication);
}

/// Returns the text of the first element with a mark.
fn first(html: &str, mark: &str) -> Option<String> {
    let at = html.find(&format!("itemprop=\"{mark}\""))?;
    let rest = &html[at..];
    let body = &rest[rest.find('>')? + 1..];
    let text = text_of(&body[..body.find("</")?]);
    (!text.is_empty()).then_some(text)
}

/// Returns the texts of the definitions with a mark (`<dd itemprop="inventor" repeat>`).
fn repeated(html: &str, mark: &str) -> Vec<String> {
    let start = format!("<dd itemprop=\"{mark}\" repeat>");
    let parts = html.split(start.as_str()).skip(1);
    let texts = parts.filter_map(|part| Some(text_of(&part[..part.find("</dd>")?])));
    texts.filter(|text| !text.is_empty()).collect()
}

fn date(page: &str, mark: &str, out: &mut Parsed) -> Option<crate::patent::Date> {
    let start = format!("<time itemprop=\"{mark}\" datetime=\"");
    let rest = &page[page.find(&start)? + start.len()..];
    out.date(mark, &rest[..rest.find('"')?])
}

fn section<'a>(page: &'a str, mark: &str) -> Option<&'a str> {
    let at = page.find(&format!("<section itemprop=\"{mark}\""))?;
    let rest = &page[at..];
    Some(&rest[..rest.find("</section>").unwrap_or(rest.len())])
}

fn language(html: &str, text: &str) -> Language {
    static LANG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#" lang="([A-Za-z]{2})""#).expect("written here"));
    match LANG.captures(html) {
        Some(found) => Language::from_code(&found[1]),
        None => Language::guess(text),
    }
}

fn claims(section: &str) -> Option<ClaimSet> {
    static START: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"<div [^>]*num="0*(\d+)"[^>]*class="claim[^"]*">"#).expect("written here")
    });
    static REFERENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"<claim-ref idref="[^"]*?0*(\d+)">"#).expect("written here"));
    let starts: Vec<(usize, u32)> = START
        .captures_iter(section)
        .filter_map(|found| Some((found.get(0)?.end(), found[1].parse().ok()?)))
        .collect();
    let mut claims = Vec::new();
    for (n, &(start, number)) in starts.iter().enumerate() {
        let body = &section[start..starts.get(n + 1).map_or(section.len(), |next| next.0)];
        // The opening tag of the next claim belongs to that one.
        let body =
            if n + 1 < starts.len() { body.rsplit_once("<div ").map_or(body, |(own, _)| own) } else { body };
        let mut paragraphs =
            body.split("class=\"claim-text\">").skip(1).map(text_of).filter(|text| !text.is_empty());
        let head = paragraphs.next().unwrap_or_else(|| text_of(body));
        let prefix =
            head.strip_prefix(&number.to_string()).and_then(|rest| rest.strip_prefix(['.', '、', '．']));
        let mut text = prefix.map_or(head.as_str(), str::trim_start).to_owned();
        for paragraph in paragraphs {
            text.push('\n');
            text.push_str(&paragraph);
        }
        let mut refers_to: Vec<u32> =
            REFERENCE.captures_iter(body).filter_map(|found| found[1].parse().ok()).collect();
        refers_to.dedup();
        if !text.is_empty() {
            claims.push(Claim { number, text, refers_to });
        }
    }
    let lang = language(section, &claims.first()?.text);
    Some(ClaimSet { lang, translated: section.contains("google-src-text"), claims })
}

fn description(section: &str) -> Option<Description> {
    let mut sections: Vec<Section> = Vec::new();
    let parts = section.split("class=\"description-").skip(1);
    let paragraphs = parts.filter_map(|part| part.split_once('>').map(|(_, body)| body));
    for html in paragraphs {
        let text = text_of(html.split("</div>").next().unwrap_or(html));
        if text.is_empty() {
            continue;
        }
        let kind = SectionKind::from_heading(&text);
        // A heading is short; sentences that speak of an embodiment are not.
        if kind != SectionKind::Other && text.chars().count() <= 40 && !text.ends_with(['。', '.', '；']) {
            sections.push(Section { kind, heading: Some(text), paragraphs: Vec::new() });
            continue;
        }
        match sections.last_mut() {
            Some(last) => last.paragraphs.push(text),
            None => {
                sections.push(Section { kind: SectionKind::Other, heading: None, paragraphs: vec![text] });
            }
        }
    }
    let first = sections.iter().flat_map(|section| &section.paragraphs).next()?;
    let lang = language(section, first);
    Some(Description { lang, translated: section.contains("google-src-text"), sections })
}

/// Returns the text of a piece of HTML, folded.
fn text_of(html: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[^<>]*(>|$)").expect("written here"));
    let text = TAG.replace_all(html, "");
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    let text = entities.iter().fold(text.into_owned(), |text, (from, to)| text.replace(from, to));
    fold_space(&text)
}

#[cfg(test)]
mod tests;
