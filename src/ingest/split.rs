//! Cutting a stream of UTF-8 bytes into raw records, in constant memory.
//!
//! A [`Cutter`] pulls from a reader and gives one [`Cut`] at a time. How the reader chops its bytes never changes
//! the cuts. A record above the limit is passed over without being held; a record that the stream ends in,
//! or that the next record begins in, is given as far as it goes and marked.
//! Not here: decoding (`encoding.rs`), tables (`table`), and what is inside a record.

use std::io::{self, Read};

/// How a stream is cut.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Each XML element of one of these local names, whatever its prefix. They never nest.
    Element(&'static [&'static str]),
    /// A record begins at each line that the function accepts (it sees the first 128 bytes of the line).
    Marked(fn(&[u8]) -> bool),
    /// Each line that is not blank.
    Lines,
    /// The whole stream.
    Whole,
}

/// One raw record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    /// Its bytes; empty for [`End::TooLarge`].
    pub(super) bytes: Vec<u8>,
    /// How it ends.
    pub(super) end: End,
    /// Its number in the stream, from 1; for [`Rule::Lines`] the number of the line.
    pub(super) number: u64,
}

/// How a raw record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As it should.
    Whole,
    /// The stream ends in it, or another record begins in it.
    Truncated,
    /// It has this many bytes, more than the limit.
    TooLarge(u64),
}

/// How many bytes of a line or tag decide what it is.
const LOOK: usize = 128;
const CHUNK: usize = 64 << 10;

/// Cuts one stream.
pub(super) struct Cutter<R> {
    input: R,
    rule: Rule,
    limit: usize,
    buf: Vec<u8>,
    /// The first byte of `buf` that was not looked at.
    pos: usize,
    /// Where the record in hand begins in `buf`.
    start: Option<usize>,
    /// The bytes of the record in hand that were dropped because it is above the limit.
    dropped: Option<u64>,
    eof: bool,
    failure: Option<io::Error>,
    number: u64,
    /// Markup that is passed over up to its end: comment, CDATA section, processing instruction.
    until: Option<&'static [u8]>,
}

impl<R: Read> Cutter<R> {
    /// Returns a cutter that passes over records of more than `limit` bytes.
    pub(super) fn new(input: R, rule: Rule, limit: usize) -> Self {
        Self {
            input,
            rule,
            limit,
            buf: Vec::new(),
            pos: 0,
            start: None,
            dropped: None,
            eof: false,
            failure: None,
            number: 0,
            until: None,
        }
    }

    /// Returns the next record, `None` at the end of the stream or where reading failed.
    pub(super) fn next(&mut self) -> Option<Cut> {
        match self.rule {
            Rule::Element(names) => self.next_element(names),
            Rule::Marked(starts) => self.next_marked(starts),
            Rule::Lines => self.next_line(),
            Rule::Whole => self.next_whole(),
        }
    }

    /// Returns why reading failed, once [`Cutter::next`] has returned `None`.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Reads more, keeping the record in hand. Returns whether there was more.
    fn fill(&mut self) -> bool {
        if self.eof {
            return false;
        }
        if let Some(start) = self.start
            && self.pos - start > self.limit
        {
            self.dropped = Some(self.dropped.unwrap_or(0) + (self.pos - start) as u64);
            self.start = Some(self.pos);
        }
        let keep = self.start.unwrap_or(self.pos);
        // Moving the rest for each chunk would be quadratic in a long record.
        if keep > 0 && (keep >= self.buf.len() / 2 || keep >= CHUNK) {
            self.buf.drain(..keep);
            self.pos -= keep;
            self.start = self.start.map(|start| start - keep);
        }
        let old = self.buf.len();
        self.buf.resize(old + CHUNK, 0);
        let n = loop {
            match self.input.read(&mut self.buf[old..]) {
                Ok(n) => break n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    break 0;
                }
            }
        };
        self.buf.truncate(old + n);
        self.eof = n == 0;
        n > 0
    }

    /// Makes at least `n` bytes available after `pos`, where the stream has them.
    fn look(&mut self, n: usize) -> &[u8] {
        while self.buf.len() - self.pos < n && self.fill() {}
        let end = self.buf.len().min(self.pos + n);
        &self.buf[self.pos..end]
    }

    /// Ends the record in hand at `pos`.
    fn cut(&mut self, end: End) -> Cut {
        let start = self.start.take().unwrap_or(self.pos);
        let n_bytes = (self.pos - start) as u64 + self.dropped.unwrap_or(0);
        let too_large = self.dropped.take().is_some() || self.pos - start > self.limit;
        let (bytes, end) = if too_large {
            (Vec::new(), End::TooLarge(n_bytes))
        } else {
            (self.buf[start..self.pos].to_vec(), end)
        };
        Cut { bytes, end, number: self.number }
    }

    fn begin(&mut self) {
        self.start = Some(self.pos);
        self.number += 1;
    }

    /// Moves `pos` behind the next `needle`; returns whether there is one.
    fn skip_past(&mut self, needle: &[u8]) -> bool {
        loop {
            if let Some(at) = memchr::memmem::find(&self.buf[self.pos..], needle) {
                self.pos += at + needle.len();
                return true;
            }
            self.pos = self.buf.len().saturating_sub(needle.len() - 1).max(self.pos);
            if !self.fill() {
                self.pos = self.buf.len();
                return false;
            }
        }
    }

    /// Moves `pos` onto the next `byte`; returns whether there is one.
    fn skip_to(&mut self, byte: u8) -> bool {
        loop {
            if let Some(at) = memchr::memchr(byte, &self.buf[self.pos..]) {
                self.pos += at;
                return true;
            }
            self.pos = self.buf.len();
            if !self.fill() {
                return false;
            }
        }
    }

    fn next_element(&mut self, names: &[&str]) -> Option<Cut> {
        loop {
            if let Some(end) = self.until
                && self.skip_past(end)
            {
                self.until = None;
            }
            if self.until.is_some() || !self.skip_to(b'<') {
                self.until = None;
                return self.start.is_some().then(|| self.cut(End::Truncated));
            }
            let inside = self.start.is_some();
            let tag = self.look(LOOK);
            if tag.starts_with(b"<!--") {
                self.pos += 4;
                self.until = Some(b"-->");
            } else if tag.starts_with(b"<![CDATA[") {
                self.pos += 9;
                self.until = Some(b"]]>");
            } else if tag.starts_with(b"<?") {
                // A declaration inside a record: the file is a concatenation, and this record lost its end.
                if tag.starts_with(b"<?xml ") && inside {
                    return Some(self.cut(End::Truncated));
                }
                self.pos += 2;
                self.until = Some(b"?>");
            } else if tag.starts_with(b"</") {
                let ours = inside && is_named(&tag[2..], names);
                self.pos += 2;
                if ours && self.skip_past(b">") {
                    return Some(self.cut(End::Whole));
                }
            } else if is_named(&tag[1..], names) {
                if inside {
                    return Some(self.cut(End::Truncated));
                }
                self.begin();
                self.pos += 1;
                if self.skip_tag() == TagEnd::SelfClosing {
                    return Some(self.cut(End::Whole));
                }
            } else {
                self.pos += 1;
            }
        }
    }

    /// Moves `pos` behind the start tag that it is in.
    fn skip_tag(&mut self) -> TagEnd {
        let (mut quote, mut last) = (None, b' ');
        loop {
            while let Some(&byte) = self.buf.get(self.pos) {
                self.pos += 1;
                match (quote, byte) {
                    (Some(open), _) if open == byte => quote = None,
                    (Some(_), _) => {}
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (None, b'>') if last == b'/' => return TagEnd::SelfClosing,
                    (None, b'>') => return TagEnd::Open,
                    (None, _) => {}
                }
                last = byte;
            }
            if !self.fill() {
                return TagEnd::Open;
            }
        }
    }

    fn next_marked(&mut self, starts: fn(&[u8]) -> bool) -> Option<Cut> {
        loop {
            let head = self.look(LOOK);
            if head.is_empty() {
                return self.start.is_some().then(|| self.cut(End::Whole));
            }
            let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
            if starts(line) {
                if self.start.is_some() {
                    return Some(self.cut(End::Whole));
                }
                self.begin();
            }
            self.skip_past(b"\n");
        }
    }

    fn next_line(&mut self) -> Option<Cut> {
        loop {
            if self.look(1).is_empty() {
                return None;
            }
            self.begin();
            self.skip_past(b"\n");
            let cut = self.cut(End::Whole);
            if !matches!(cut.end, End::Whole) || !cut.bytes.trim_ascii().is_empty() {
                return Some(cut);
            }
        }
    }

    fn next_whole(&mut self) -> Option<Cut> {
        if self.number > 0 || self.look(1).is_empty() {
            return None;
        }
        self.begin();
        loop {
            self.pos = self.buf.len();
            if !self.fill() {
                return Some(self.cut(End::Whole));
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum TagEnd {
    Open,
    SelfClosing,
}

/// Returns whether a tag (without `<` or `</`) has one of these local names.
fn is_named(tag: &[u8], names: &[&str]) -> bool {
    let end =
        tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(tag.len());
    let name = &tag[..end];
    let local = name.iter().position(|&b| b == b':').map_or(name, |at| &name[at + 1..]);
    end < tag.len() && names.iter().any(|name| name.as_bytes() == local)
}

#[cfg(test)]
mod tests;
