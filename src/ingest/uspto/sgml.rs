//! ST.32 SGML made readable for the XML tree: empty elements closed, minimised tags written out, names in capitals.
//!
//! Missing end tags need nothing here: the tree closes an element with its parent. Entities are resolved there too.

use std::fmt::Write as _;

/// Elements that are declared empty and stand without an end tag.
const EMPTY: [&str; 22] = [
    "CITED-BY-EXAMINER",
    "CITED-BY-OTHER",
    "B473US",
    "B597US",
    "B221US",
    "B222US",
    "B641US",
    "B645US",
    "B742US",
    "B863US",
    "EMI",
    "EMR",
    "CUSTOM-CHARACTER",
    "CHEMCDX",
    "CHEMMOL",
    "MATHEMATICA",
    "CHEM-US-FILE",
    "COLSPEC",
    "SPANSPEC",
    "DEL-S",
    "DEL-E",
    "INS-S",
];

/// Elements that are empty in some files and hold text in others; they are closed where no end tag follows.
const PERHAPS_EMPTY: [&str; 6] = ["INS-E", "B473US", "B221US", "B641US", "B645US", "B742US"];

/// Returns `text` as XML. Text that is XML already comes back with the same elements.
pub(super) fn to_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(skipped) = skip_markup(rest) {
            rest = &rest[skipped..];
            continue;
        }
        let Some(end) = tag_end(rest) else {
            out.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        write_tag(tag, rest, &mut open, &mut out);
    }
    out.push_str(rest);
    out
}

/// Returns the length of a declaration, comment, or instruction at the start of `rest`, which the tree needs not see.
fn skip_markup(rest: &str) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |end| end + 3));
    }
    if rest.starts_with("<?") {
        return Some(rest.find('>').map_or(rest.len(), |end| end + 1));
    }
    if rest.starts_with("<![CDATA[") || !rest.starts_with("<!") {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => return Some(at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

/// Returns the place of the `>` of a tag that begins `rest`, `None` where the `<` opens no tag.
fn tag_end(rest: &str) -> Option<usize> {
    let name = rest[1..].trim_start_matches('/');
    let minimised = rest.starts_with("</>") || rest.starts_with("<>");
    if !minimised && !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (at, c) in rest.char_indices().skip(1) {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '<') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn write_tag(tag: &str, rest: &str, open: &mut Vec<String>, out: &mut String) {
    if let Some(name) = tag.strip_prefix('/') {
        let name = name.trim();
        // `</>` ends the element that is open.
        let name = if name.is_empty() { open.last().cloned().unwrap_or_default() } else { capitals(name) };
        if EMPTY.contains(&name.as_str()) && !open.contains(&name) {
            return;
        }
        if let Some(at) = open.iter().rposition(|element| *element == name) {
            open.truncate(at);
        }
        if !name.is_empty() {
            let _ = write!(out, "</{name}>");
        }
        return;
    }
    let closed = tag.ends_with('/');
    let tag = tag.trim_end_matches('/').trim_end();
    let (name, attributes) = tag.split_at(tag.find(char::is_whitespace).unwrap_or(tag.len()));
    // `<>` repeats the element before.
    let name = if name.is_empty() { open.last().cloned().unwrap_or_default() } else { capitals(name) };
    if name.is_empty() {
        return;
    }
    let follows = || {
        let end_tag = format!("</{name}");
        rest.get(..end_tag.len().max(200).min(rest.len())).is_some_and(|near| near.contains(&end_tag))
    };
    let empty = closed
        || (EMPTY.contains(&name.as_str()) && !(PERHAPS_EMPTY.contains(&name.as_str()) && follows()))
        || (name == "INS-E");
    let _ = write!(out, "<{name}{attributes}{}>", if empty { "/" } else { "" });
    if !empty {
        open.push(name);
    }
}

/// SGML names do not tell cases apart; tables and formulas inside keep their small letters.
fn capitals(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let structural =
        upper.len() == 4 && upper.starts_with('B') && upper[1..].bytes().all(|b| b.is_ascii_digit());
    let known = matches!(
        upper.as_str(),
        "PATDOC"
            | "SDOBI"
            | "SDOAB"
            | "SDODE"
            | "SDOCL"
            | "SDODR"
            | "PDAT"
            | "DNUM"
            | "DATE"
            | "CTRY"
            | "KIND"
            | "DOC"
            | "CLM"
            | "CLREF"
            | "PARA"
            | "PTEXT"
            | "STEXT"
            | "BTEXT"
            | "PARTY-US"
            | "NAM"
            | "FNM"
            | "SNM"
            | "ONM"
            | "ADR"
            | "CITY"
            | "STATE"
    );
    if structural || known || EMPTY.contains(&upper.as_str()) { upper } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(to_xml(text), expected, "{text}");
    }

    #[test]
    fn empty_elements_are_closed() {
        check("<B561><CITED-BY-OTHER></B561>", "<B561><CITED-BY-OTHER/></B561>");
        check("<EMI ID=a FILE=\"x>y.TIF\">", "<EMI ID=a FILE=\"x>y.TIF\"/>");
        check("<CITED-BY-OTHER/></CITED-BY-OTHER>", "<CITED-BY-OTHER/>");
        check("<B473US><PDAT>yes</PDAT></B473US>", "<B473US><PDAT>yes</PDAT></B473US>");
    }

    #[test]
    fn minimised_tags_are_written_out() {
        check("<B110><DNUM><PDAT>1</></></B110>", "<B110><DNUM><PDAT>1</PDAT></DNUM></B110>");
        check("<pdat>a</pdat>", "<PDAT>a</PDAT>");
    }

    #[test]
    fn declarations_go_and_lone_angles_stay() {
        check("<!DOCTYPE P [<!ENTITY a SYSTEM \"b\">]><!-- x --><P>1 < 2</P>", "<P>1 &lt; 2</P>");
        check("<P>open <", "<P>open &lt;");
        check("<P>open <PDA", "<P>open &lt;PDA");
    }
}
