//! Which encoding a text is in, and reading it as UTF-8.
//!
//! A byte order mark decides, then the XML declaration where the bytes agree with it, then the bytes themselves.
//! What cannot be decoded becomes U+FFFD, and the record that holds it says so; nothing is dropped.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are decoded at once.
const CHUNK: usize = 32 << 10;

/// Returns the encoding that the first bytes of a file show.
pub(super) fn guess(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(wide) = guess_wide(head) {
        return wide;
    }
    let declared = declared(head).filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE);
    match declared {
        Some(encoding) if encoding != UTF_8 => encoding,
        _ if n_bad(UTF_8, head) == 0 => UTF_8,
        _ => guess_bytes(head),
    }
}

/// Returns the encoding that the XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = memchr::memmem::find(head, b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(value[1..].split(quote).next()?.as_bytes())
}

/// Returns UTF-16 for text of which every second byte is zero (ASCII markup without a byte order mark).
fn guess_wide(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(64) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |odd: usize| head.chunks_exact(2).filter(|pair| pair[odd] == 0).count() * 4 / head.len();
    match (zeros(0), zeros(1)) {
        (0, n) if n > 0 => Some(UTF_16LE),
        (n, 0) if n > 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the best guess for bytes that are not clean UTF-8: UTF-8 with damage, GB18030 or Latin.
pub(super) fn guess_bytes(head: &[u8]) -> &'static Encoding {
    let n_high = head.iter().filter(|byte| !byte.is_ascii()).count();
    // Damaged UTF-8 still holds whole characters; other encodings fail on nearly every one.
    let n_good = String::from_utf8_lossy(head).chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if n_good > n_bad(UTF_8, head) {
        return UTF_8;
    }
    // Latin letters stand alone between ASCII letters; Chinese characters come in runs of high bytes.
    let lone = |at: usize| {
        !head[at].is_ascii()
            && at.checked_sub(1).is_none_or(|before| head[before].is_ascii())
            && head.get(at + 1).is_none_or(u8::is_ascii)
    };
    let n_lone = (0..head.len()).filter(|&at| lone(at)).count();
    if n_lone * 2 < n_high && n_bad(GB18030, head) * 20 < n_high { GB18030 } else { WINDOWS_1252 }
}

/// Returns how many sequences of `head` cannot be decoded; one that the head ends in does not count.
fn n_bad(encoding: &'static Encoding, head: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0_u8; 4096];
    let (mut at, mut bad) = (0, 0);
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(&head[at..], &mut scratch, false);
        at += read;
        match result {
            DecoderResult::InputEmpty => return bad,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => bad += 1,
        }
    }
}

/// Reads any encoding as UTF-8, without byte order mark.
///
/// UTF-8 itself passes unchecked, so that each record can be checked and named alone.
pub(super) struct Utf8<R> {
    input: R,
    /// `None` for UTF-8, and once the decoder was told the end.
    decoder: Option<Decoder>,
    /// Decoded bytes on their way out.
    ready: Vec<u8>,
    at: usize,
    begun: bool,
}

impl<R: Read> Utf8<R> {
    /// Returns a reader of `input`, which is in `encoding`.
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        Self { input, begun: decoder.is_some(), decoder, ready: Vec::new(), at: 0 }
    }

    /// Passes over the byte order mark of UTF-8.
    fn begin(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        (&mut self.input).take(3).read_to_end(&mut head)?;
        self.begun = true;
        if head != b"\xef\xbb\xbf" {
            self.ready = head;
        }
        Ok(())
    }

    /// Decodes the next chunk; leaves nothing ready only at the end.
    fn decode(&mut self) -> io::Result<()> {
        let mut raw = vec![0; CHUNK];
        while let Some(decoder) = &mut self.decoder {
            let n = self.input.read(&mut raw)?;
            let room = decoder.max_utf8_buffer_length(n).unwrap_or(CHUNK * 4);
            self.ready.resize(room, 0);
            self.at = 0;
            let (_, _, written, _) = decoder.decode_to_utf8(&raw[..n], &mut self.ready, n == 0);
            self.ready.truncate(written);
            if n == 0 {
                self.decoder = None;
            }
            if written > 0 {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            self.begin()?;
        }
        if self.at == self.ready.len() && self.decoder.is_some() {
            self.decode()?;
        }
        let n = out.len().min(self.ready.len() - self.at);
        if n > 0 {
            out[..n].copy_from_slice(&self.ready[self.at..self.at + n]);
            self.at += n;
            return Ok(n);
        }
        self.input.read(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        let mut text = String::new();
        Utf8::new(bytes, guess(bytes)).read_to_string(&mut text).expect("it decodes");
        assert_eq!(text, expected);
    }

    #[test]
    fn every_encoding_reads_as_utf8() {
        let text = "一种采煤机滚筒，包括截齿和齿座。";
        let xml = |label: &str| format!("<?xml version=\"1.0\" encoding=\"{label}\"?><a>{text}</a>");
        check(text.as_bytes(), text);
        check(format!("\u{feff}{text}").as_bytes(), text);
        check(&GB18030.encode(text).0, text);
        check(&GB18030.encode(&xml("GB2312")).0, &xml("GB2312"));
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&wide, text);
        let wide: Vec<u8> = xml("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&wide, &xml("UTF-16"));
        check(b"proc\xe9d\xe9 de forage \xe0 sec", "procédé de forage à sec");
    }

    #[test]
    fn a_declaration_that_the_bytes_refute_is_not_believed() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>煤矿井下支护装置</a>";
        check(&GB18030.encode(xml).0, xml);
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        assert_eq!(guess(b"\xe9\x87\x87\xe7\x85 \xe6\x9c\xba"), UTF_8);
        let mut bytes = "氢能储存装置及其控制方法".repeat(20).into_bytes();
        bytes[31] = 0xff;
        assert_eq!(guess(&bytes), UTF_8);
    }
}
