//! Cuts do not depend on how the bytes arrive, and a bad record never takes its neighbours with it.

use std::io::Read;

use proptest::prelude::*;

use super::{Cut, Cutter, End, Rule};

const XML: Rule = Rule::Element(&["doc", "record"]);
const MARKED: Rule = Rule::Marked(|line| line.trim_ascii_end() == b"PATN");

/// A reader that gives its bytes in pieces of the given sizes, over and over.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    n: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.n % self.sizes.len()].min(self.bytes.len()).min(buf.len());
        self.n += 1;
        buf[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

fn cuts(input: impl Read, rule: Rule, limit: usize) -> Vec<Cut> {
    let mut cutter = Cutter::new(input, rule, limit);
    std::iter::from_fn(|| cutter.next()).collect()
}

fn check(rule: Rule, text: &str, expected: &[(&str, End)]) {
    let cuts = cuts(text.as_bytes(), rule, 1000);
    let found: Vec<_> = cuts.iter().map(|cut| (std::str::from_utf8(&cut.bytes).unwrap(), cut.end)).collect();
    assert_eq!(found, expected);
}

#[test]
fn elements_of_concatenated_documents() {
    check(
        XML,
        "<?xml version=\"1.0\"?><!DOCTYPE doc [<!ENTITY a SYSTEM \"b\">]><doc a=\"1\">x</doc>\n<?xml version=\"1.0\"?>\n<p:doc><docs/></p:doc ><record/>",
        &[
            ("<doc a=\"1\">x</doc>", End::Whole),
            ("<p:doc><docs/></p:doc >", End::Whole),
            ("<record/>", End::Whole),
        ],
    );
}

#[test]
fn comments_cdata_and_quotes_hide_tags() {
    check(
        XML,
        "<!-- <doc> --><doc a=\"/>\"><![CDATA[</doc>]]><!-- </doc> --><?p </doc>?></doc>",
        &[("<doc a=\"/>\"><![CDATA[</doc>]]><!-- </doc> --><?p </doc>?></doc>", End::Whole)],
    );
}

#[test]
fn a_record_without_its_end_gives_way_to_the_next() {
    check(
        XML,
        "<doc>one<doc>two</doc><doc>three<?xml version=\"1.0\"?><doc>four",
        &[
            ("<doc>one", End::Truncated),
            ("<doc>two</doc>", End::Whole),
            ("<doc>three", End::Truncated),
            ("<doc>four", End::Truncated),
        ],
    );
}

#[test]
fn marked_lines_begin_records() {
    check(
        MARKED,
        "HEADER 1\r\nPATN\r\nWKU 1\r\nPATN\nWKU 2",
        &[("PATN\r\nWKU 1\r\n", End::Whole), ("PATN\nWKU 2", End::Whole)],
    );
}

#[test]
fn lines_carry_their_number() {
    let numbers: Vec<_> =
        cuts(&b"{1}\n\n \n{2}\r\n{3}"[..], Rule::Lines, 100).iter().map(|cut| cut.number).collect();
    assert_eq!(numbers, [1, 4, 5]);
}

/// A stream that is made while it is read.
struct Lazy {
    head: &'static [u8],
    n_filler: u64,
    tail: &'static [u8],
}

impl Read for Lazy {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(buf);
        }
        if self.n_filler > 0 {
            let n = buf.len().min(usize::try_from(self.n_filler).unwrap());
            buf[..n].fill(b'x');
            self.n_filler -= n as u64;
            return Ok(n);
        }
        self.tail.read(buf)
    }
}

#[test]
fn a_record_of_2_gb_is_passed_over_in_constant_memory() {
    const HUGE: u64 = 2 << 30;
    for (rule, head, tail) in [
        (XML, &b"<doc>a</doc><doc>"[..], &b"</doc><doc>b</doc>"[..]),
        (Rule::Lines, b"<doc>a</doc>\n", b"\n<doc>b</doc>"),
    ] {
        let mut cutter = Cutter::new(Lazy { head, n_filler: HUGE, tail }, rule, 1 << 20);
        let mut found = Vec::new();
        while let Some(cut) = cutter.next() {
            found.push((cut.bytes.len(), cut.end));
            assert!(cutter.buf.capacity() < 8 << 20, "{} bytes held", cutter.buf.capacity());
        }
        assert_eq!(found.len(), 3);
        assert!(
            matches!(found[1], (0, End::TooLarge(n)) if (HUGE..HUGE + 20).contains(&n)),
            "{:?}",
            found[1]
        );
        assert_eq!(found[2].1, End::Whole);
    }
}

fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<doc>"),
        Just("<doc a='>' />"),
        Just("</doc>"),
        Just("<p:record x=\"1\">"),
        Just("</p:record>"),
        Just("<!-- <doc>"),
        Just("-->"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("<?xml ?>"),
        Just("<b>采煤</b>"),
        Just("PATN\n"),
        Just("\n"),
        Just("{\"a\":1}\n"),
        Just("<"),
        Just("&lt;"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_cuts(
        text in document(),
        sizes in prop::collection::vec(1_usize..9, 1..5),
        limit in 5_usize..60,
    ) {
        for rule in [XML, MARKED, Rule::Lines, Rule::Whole] {
            let whole = cuts(text.as_bytes(), rule, limit);
            let chopped = cuts(Pieces { bytes: text.as_bytes(), sizes: &sizes, n: 0 }, rule, limit);
            prop_assert_eq!(whole, chopped);
        }
    }
}
