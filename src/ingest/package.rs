//! Drawings and full texts that belong to publications by the number in their path.
//!
//! Offices ship image packages with one folder a document or one file a page, and users keep PDFs named by number.
//! Each such file gives a record of nothing but the number and the file; merging brings it to its publication.
//! Not here: reading inside a PDF.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::record::Fault;
use super::{FaultKind, Severity};
use crate::patent::{
    ApplicationNumber, Attachment, AttachmentKind, CountryCode, Publication, PublicationNumber,
};

/// `CN110083831A`, `US20210267109A1-20210902-D00001`, `EP 1000000 A1`, `CN110083831A_2`, with what follows.
static PUBLICATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([A-Z]{2})[ _-]?((?:19|20)?\d{2}/?\d{4,7}|[A-Z]{0,2}\d{5,12})[ _-]?([A-Z]\d?)?(?:$|[ _.,()-]+(.*)$)")
        .expect("the pattern is fixed")
});

/// `201810392222.0`, `CN2018103922220`, `ZL201810392222.0`: a Chinese application with its check digit.
static CN_APPLICATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:CN|ZL)?((?:19|20)\d{2}[1-389]\d{7})\.?([\dX])(?:$|[ _.,()-]+(.*)$)")
        .expect("the pattern is fixed")
});

/// Returns the record of a drawing or PDF, or why it belongs to nothing.
pub(super) fn attach(path: &Path, file: &str, is_pdf: bool) -> Result<Publication, Fault> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folders = path.parent().into_iter().flat_map(|parent| parent.iter().rev());
    let names = std::iter::once(stem.clone()).chain(folders.map(|name| name.to_string_lossy().into_owned()));
    for (level, name) in names.enumerate() {
        if let Some((mut publication, rest)) = owner(&name) {
            // In a folder by number the file name is the label.
            let label = if level == 0 { rest } else { stem };
            let kind = if is_pdf { AttachmentKind::FullText } else { AttachmentKind::Drawing };
            let label = Some(label).filter(|label| !label.is_empty());
            publication.attachments.push(Attachment { kind, file: file.to_owned(), label });
            return Ok(publication);
        }
    }
    let message = if is_pdf {
        "a PDF is no source of bibliographic data; export the list as XLSX, CSV or XML, \
         and name the PDF by its publication number to attach it"
    } else {
        "a drawing without a publication number in its name or folder; rename it, as in `CN110000001A-1.tif`"
    };
    Err(Fault {
        severity: Severity::File,
        kind: FaultKind::Unsupported,
        field: String::new(),
        message: message.to_owned(),
    })
}

/// Returns a publication of nothing but the number that a file or folder name begins with, and the rest of the name.
fn owner(name: &str) -> Option<(Publication, String)> {
    let upper = name.trim().to_uppercase();
    if let Some(found) = CN_APPLICATION.captures(&upper) {
        let dotted = format!("CN{}.{}", &found[1], &found[2]);
        if ApplicationNumber::verify(&dotted).is_ok() {
            let application = Some(ApplicationNumber::new(CountryCode::CN, &found[1]));
            return Some((
                Publication { application, ..Publication::default() },
                rest_of(name, found.get(3)),
            ));
        }
    }
    let found = PUBLICATION.captures(&upper)?;
    let country = CountryCode::parse(&found[1])?;
    // Without kind and without an office that we know, `DA000164371417` is a number of something else.
    let kind = found.get(3).map(|kind| kind.as_str());
    if kind.is_none()
        && !matches!(country.as_str(), "CN" | "US" | "EP" | "WO" | "JP" | "KR" | "DE" | "FR" | "GB")
    {
        return None;
    }
    let text = format!("{country}{}{}", &found[2], kind.unwrap_or_default());
    let number = Some(PublicationNumber::parse(&text).ok()?);
    Some((Publication { number, ..Publication::default() }, rest_of(name, found.get(4))))
}

fn rest_of(name: &str, rest: Option<regex::Match<'_>>) -> String {
    let n_chars = rest.map_or(0, |rest| rest.as_str().chars().count());
    let skip = name.trim().chars().count().saturating_sub(n_chars);
    name.trim().chars().skip(skip).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(&str, Option<&str>)>) {
        let found = attach(Path::new(path), path, path.ends_with(".pdf")).ok();
        let found = found.map(|publication| {
            let number = publication.number.as_ref().map(ToString::to_string);
            let number =
                number.or(publication.application.as_ref().map(ToString::to_string)).unwrap_or_default();
            (number, publication.attachments[0].label.clone())
        });
        let found = found.as_ref().map(|(number, label)| (number.as_str(), label.as_deref()));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_number_in_the_name_owns_the_file() {
        check("CN110000001A.pdf", Some(("CN110000001A", None)));
        check("a/CN110000001A-fig1.tif", Some(("CN110000001A", Some("fig1"))));
        check("cn110000001a_2.png", Some(("CN110000001A", Some("2"))));
    }

    #[test]
    fn a_folder_by_number_owns_its_files() {
        check(
            "CN110000001A/HDA0001643714190000011.jpg",
            Some(("CN110000001A", Some("HDA0001643714190000011"))),
        );
        check("pack/US20210000001A1/D00001.TIF", Some(("US20210000001A1", Some("D00001"))));
    }

    #[test]
    fn files_without_a_number_own_nothing() {
        check("scan0001.tif", None);
        check("DA000164371417.tif", None);
        check("report 2019.pdf", None);
    }
}
