//! Which format a stream is in, from its first bytes.
//!
//! Content decides, names do not: exports arrive as `data (3).xls` that is HTML, and as `.xml` without XML in it.
//! One exception: plain text is taken for a report only where its name says that it is text, because anything is text.

use std::path::Path;

use super::Format;
use super::google_page;
use super::json;
use super::record::clip;
use super::table;

/// How many decoded bytes decide.
pub(super) const HEAD: usize = 64 << 10;

/// What the first bytes show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Detected {
    /// Records of a format.
    Records(Format),
    /// A table: CSV, TSV or a workbook; its header row finds the map.
    Table,
    /// JSON objects, with the id of a map where one fits.
    Json(Option<String>),
    /// A gzip stream.
    Gzip,
    /// A zip file: an archive, a workbook or a Word document.
    Zip,
    /// A drawing.
    Image,
    /// A PDF.
    Pdf,
    /// Nothing, or white space.
    Empty,
    /// A known thing that cannot be a source: what it is, and what to do.
    Unsupported(String),
    /// None of the above: what it looks like.
    Unknown(String),
}

/// Returns what binary signature the raw bytes begin with.
pub(super) fn detect_binary(head: &[u8]) -> Option<Detected> {
    let starts = |signature: &[u8]| head.starts_with(signature);
    let packed =
        |name: &str| Some(Detected::Unsupported(format!("a {name} archive; unpack it and name the folder")));
    if head.is_empty() {
        Some(Detected::Empty)
    } else if starts(b"\x1f\x8b") {
        Some(Detected::Gzip)
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        Some(Detected::Zip)
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || is_bare_workbook(head) {
        Some(Detected::Table)
    } else if starts(b"%PDF") {
        Some(Detected::Pdf)
    } else if is_image(head) {
        Some(Detected::Image)
    } else if starts(b"7z\xbc\xaf\x27\x1c") {
        packed("7z")
    } else if starts(b"Rar!") {
        packed("rar")
    } else if starts(b"BZh") {
        packed("bzip2")
    } else if starts(b"\xfd7zXZ") {
        packed("xz")
    } else if starts(b"\x28\xb5\x2f\xfd") {
        packed("zstd")
    } else if head.get(257..262) == Some(b"ustar") {
        packed("tar")
    } else {
        None
    }
}

/// Returns whether a TIFF, PNG, JPEG, GIF or BMP picture begins here.
fn is_image(head: &[u8]) -> bool {
    let signatures: [&[u8]; 5] = [b"II*\0", b"MM\0*", b"\x89PNG", b"\xff\xd8\xff", b"GIF8"];
    signatures.iter().any(|signature| head.starts_with(signature))
        || (head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]))
}

/// Returns whether a workbook of the nineties begins here: a BIFF stream without a container.
fn is_bare_workbook(head: &[u8]) -> bool {
    matches!(head, [0x09, 0x00 | 0x02 | 0x04 | 0x08, length, 0, 0 | 2 | 3 | 6, ..] if (4..=16).contains(length))
}

/// Returns what the decoded text at the head of a stream is. `raw` are the same bytes before decoding.
pub(super) fn detect_text(text: &str, raw: &[u8], path: &Path) -> Detected {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    if body.is_empty() {
        return Detected::Empty;
    }
    if is_binary(text) {
        return Detected::Unknown("it is neither text nor a known binary format".to_owned());
    }
    let xml = body.starts_with('<').then(|| detect_xml(body, raw));
    let found = xml.or_else(|| detect_lines(body)).or_else(|| detect_json(body, raw));
    if let Some(found) = found {
        return found;
    }
    let name = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let is_text = matches!(name.as_deref(), Some("txt" | "text" | "md" | "markdown"));
    if table::recognise(raw).is_some() || (!is_text && looks_delimited(body)) {
        return Detected::Table;
    }
    if is_text {
        return Detected::Records(Format::Text);
    }
    Detected::Unknown(format!("it begins with `{}`", clip(body.lines().next().unwrap_or_default())))
}

/// Returns whether decoded text is none: control characters, or mostly characters that were lost.
fn is_binary(text: &str) -> bool {
    let (mut n, mut bad) = (0_usize, 0_usize);
    for c in text.chars().take(8192) {
        n += 1;
        let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}' | '\u{85}');
        bad += usize::from(control || c == '\u{fffd}');
    }
    bad * 10 > n
}

/// Returns what an XML document is, by its root element.
fn detect_xml(body: &str, raw: &[u8]) -> Detected {
    let Some(root) = root_name(body) else {
        return Detected::Unknown("it is XML without an element".to_owned());
    };
    let local = root.rsplit(':').next().unwrap_or(root);
    Detected::Records(match local {
        "PatentDocumentAndRelated" | "cn-patent-document" => Format::CnipaXml,
        "cn-application-body" => Format::CnipaEfiling,
        "exchange-document" | "exchange-documents" => Format::DocdbXml,
        "ep-patent-document" => Format::EpFulltext,
        "world-patent-data" => Format::OpsXml,
        "fault" if body.contains("http://ops.epo.org") => Format::OpsXml,
        "us-patent-grant" | "us-patent-application" => Format::UsptoXml4,
        "patent-application-publication" => Format::UsptoPap,
        "PATDOC" if is_xml_grant(body) => Format::UsptoGrant25,
        "PATDOC" => Format::UsptoSgml,
        "ClaimsDocument" | "SpecificationDocument" => Format::UsptoXml4ip,
        "CPCMasterClassificationFile" | "class-scheme" => {
            return Detected::Unsupported(
                "a classification file, not patents; read the publications, they carry their own classes"
                    .to_owned(),
            );
        }
        "html" | "HTML" if google_page::recognise(raw) => Format::GooglePage,
        "html" | "HTML" => {
            return Detected::Unsupported(
                "a saved web page; export the result list as CSV or XLSX and read that".to_owned(),
            );
        }
        _ => {
            // A wrapper of some database: the records inside decide.
            let inside = [
                ("PatentDocumentAndRelated", Format::CnipaXml),
                ("exchange-document", Format::DocdbXml),
                ("ep-patent-document", Format::EpFulltext),
                ("us-patent-grant", Format::UsptoXml4),
                ("us-patent-application", Format::UsptoXml4),
                ("patent-application-publication", Format::UsptoPap),
                ("PATDOC", Format::UsptoGrant25),
            ];
            let found = inside.into_iter().find(|(name, _)| holds_element(body, name));
            match found {
                Some((_, format)) => format,
                None => return Detected::Unknown(format!("its root element is `{}`", clip(root))),
            }
        }
    })
}

/// ST.32 grants were first SGML (version 2.4, end tags left out), from 2002 XML (version 2.5).
fn is_xml_grant(body: &str) -> bool {
    body.starts_with("<?xml") || body.contains("-025xml") || body.contains("DTD=\"2.5\"")
}

/// Returns the name of the first element.
fn root_name(body: &str) -> Option<&str> {
    let mut rest = body;
    loop {
        rest = &rest[rest.find('<')?..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->")?.1;
        } else if let Some(declaration) = rest.strip_prefix("<?") {
            rest = declaration.split_once("?>")?.1;
        } else if rest.starts_with("<!") {
            // Of a DOCTYPE with entities, each `<!ENTITY` is passed over alone.
            rest = &rest[2..];
        } else {
            let end = rest[1..].find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
            return Some(&rest[1..=end]);
        }
    }
}

/// Returns whether an element of this local name begins in the text.
fn holds_element(body: &str, name: &str) -> bool {
    body.match_indices(name).any(|(at, _)| {
        let before = body[..at].rfind('<').map(|open| &body[open + 1..at]);
        let prefixed = before.is_some_and(|prefix| {
            prefix.is_empty() || (prefix.ends_with(':') && !prefix.contains(char::is_whitespace))
        });
        let after = body[at + name.len()..].chars().next();
        prefixed && after.is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'))
    })
}

fn detect_json(body: &str, raw: &[u8]) -> Option<Detected> {
    if !body.starts_with(['{', '[']) {
        return None;
    }
    let inner = body.trim_start_matches(|c: char| c == '[' || c.is_whitespace());
    if !inner.starts_with('{') {
        return Some(Detected::Unknown("it is JSON without objects".to_owned()));
    }
    if let Some(id) = json::recognise(raw) {
        return Some(Detected::Json(Some(id)));
    }
    let ops = ["\"documents\":", "\"results\":", "\"document_id\":"].iter().any(|key| body.contains(key));
    if body.starts_with('{') && ops && body.contains("\"doc_number\":") {
        return Some(Detected::Records(Format::OpsJson));
    }
    let line = body.lines().next().unwrap_or_default();
    Some(if is_ours(line) { Detected::Records(Format::Jsonl) } else { Detected::Json(None) })
}

/// Returns whether a line of JSON is one of our own: it names a field that only our model has in this place.
fn is_ours(line: &str) -> bool {
    const OURS: [&str; 12] = [
        "\"document_kind\":",
        "\"number\":",
        "\"application\":",
        "\"source_id\":",
        "\"patent_type\":",
        "\"publication_date\":",
        "\"filing_date\":",
        "\"titles\":",
        "\"abstracts\":",
        "\"parties\":",
        "\"classes\":",
        "\"provenance\":",
    ];
    let dense: String = line.chars().take(4096).filter(|c| !c.is_whitespace()).collect();
    let shaped = ["\"titles\":[{\"lang\"", "\"abstracts\":[{\"lang\"", "\"parties\":[{\"role\""];
    shaped.iter().any(|shape| dense.contains(shape)) || OURS.iter().any(|name| dense[1..].starts_with(name))
}

/// Returns the formats that the first lines show.
fn detect_lines(body: &str) -> Option<Detected> {
    let mut lines = body.lines().map(str::trim_end);
    let found = lines.by_ref().take(50).find_map(|line| {
        Some(if line == "PATN" {
            Format::UsptoGreenbook
        } else if line.starts_with("*** BRS DOCUMENT BOUNDARY") {
            Format::UsptoBrs
        } else if line.starts_with("TY  -") {
            Format::Ris
        } else if line.starts_with("%0 ") {
            Format::EndNote
        } else if line.starts_with("{Reference Type}:") {
            Format::NoteExpress
        } else if line.starts_with("SrcDatabase-") {
            Format::CnkiList
        } else if line.starts_with("RT ") && body.contains("\nT1 ") {
            Format::RefWorks
        } else {
            return None;
        })
    });
    found.map(Detected::Records)
}

/// Returns whether most of the first lines hold the same delimiter equally often.
fn looks_delimited(body: &str) -> bool {
    let lines: Vec<&str> = body.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    ['\t', ',', ';'].into_iter().any(|delimiter| {
        let counts = lines.iter().map(|line| line.matches(delimiter).count());
        let n = lines.first().map_or(0, |line| line.matches(delimiter).count());
        n > 0 && counts.filter(|&count| count >= n).count() * 2 > lines.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = detect_text(text, text.as_bytes(), Path::new("data.bin"));
        let name = match &found {
            Detected::Records(format) => format.id().to_owned(),
            other => format!("{other:?}").split('(').next().unwrap_or_default().to_owned(),
        };
        assert_eq!(name, expected, "{text}");
    }

    #[test]
    fn xml_is_told_by_its_root() {
        check("<?xml version=\"1.0\"?><b:PatentDocumentAndRelated xmlns:b=\"x\">", "cnipa-xml");
        check(
            "<!DOCTYPE cn-application-body SYSTEM \"a\"><cn-application-body lang=\"zh\">",
            "cnipa-efiling",
        );
        check("<exch:exchange-document country=\"EP\">", "docdb-xml");
        check("<!-- <PATDOC> --><ep-patent-document id=\"a\">", "ep-fulltext");
        check("<ops:world-patent-data><exchange-document a=\"\">", "ops-xml");
        check(
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"c\" NDATA TIF>]>\n<us-patent-grant lang=\"EN\">",
            "uspto-xml4",
        );
        check("<?xml version=\"1.0\"?><PATDOC DTD=\"2.5\">", "uspto-grant25");
        check(
            "<!DOCTYPE PATDOC PUBLIC \"-//USPTO//DTD ST.32 US PATENT GRANT V2.4\">\n<PATDOC DTD=\"2.4\">",
            "uspto-sgml",
        );
        check("<results><page><exchange-document country=\"EP\">", "docdb-xml");
        check("<class-scheme scheme-type=\"cpc\">", "Unsupported");
        check("<pat:ClaimsDocument xmlns:pat=\"x\">", "uspto-xml4ip");
        check("<catalogue>", "Unknown");
        check("<!DOCTYPE html><html lang=\"en\">", "Unsupported");
        check("<?xml-stylesheet type='text/xsl' href='cpc.xsl' ?>", "Unknown");
    }

    #[test]
    fn text_is_told_by_its_lines() {
        check("{\"number\":\"CN-110000001-A\",\"titles\":[]}\n", "jsonl");
        check("{\n  \"document_id\": {\"country\": \"EP\", \"doc_number\": \"9000000\"}}", "ops-json");
        check("{\"a\": 1}", "Json");
        check("PATN\nWKU  039000000\n", "uspto-greenbook");
        check("09000001\tB2\nA title\n*** BRS DOCUMENT BOUNDARY ***\nWKU 09000001\n", "uspto-brs");
        check("TY  - JOUR\r\nTI  - A\r\n", "ris");
        check("%0 Journal Article\n%A 某人\n", "endnote");
        check("{Reference Type}: Journal Article\n", "noteexpress");
        check("RT Journal Article\nSR 1\nA1 某人\nT1 某题\n", "refworks");
        check("SrcDatabase-来源库: 期刊\n", "cnki-list");
        check(" \r\n ", "Empty");
        check("\u{1}\u{2}\u{fffd}\u{3}ab", "Unknown");
    }
}
