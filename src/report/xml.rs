//! Text as it may stand in XML and HTML.

/// Returns text that is safe between tags and inside quoted attributes.
///
/// Characters that XML 1.0 does not allow (section 2.2: most controls, U+FFFE, U+FFFF) become U+FFFD, so that no text of
/// a source file can make a report that does not open.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_and_forbidden_characters_are_replaced() {
        assert_eq!(
            escape("a<b & \"c\" 'd'\u{0}\u{b}\u{ffff}煤\n"),
            "a&lt;b &amp; &quot;c&quot; &#39;d&#39;\u{fffd}\u{fffd}\u{fffd}煤\n"
        );
    }
}
