//! Bytes to text: which encoding a table is in, and putting right text that was decoded with the wrong table.
//!
//! Commas, quotes and line ends are the same bytes in UTF-8, GB18030 and the single-byte encodings, so a table is
//! cut as bytes and each cell decoded by itself: a file glued together from two encodings survives.
//! UTF-16 is transcoded before cutting.

use std::io;
use std::io::Read;

use encoding_rs::Encoding;
use encoding_rs::GB18030;
use encoding_rs::MACINTOSH;
use encoding_rs::UTF_16BE;
use encoding_rs::UTF_16LE;
use encoding_rs::WINDOWS_1252;

use super::cell::Damage;

/// Returns UTF-16 with its byte order where the head of a file is in it.
pub(crate) fn wide(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    // Without a mark: ASCII headers in UTF-16 have a zero in every second byte.
    let pairs = head.len().min(64) / 2;
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).take(pairs).filter(|&&b| b == 0).count();
    match pairs {
        0..4 => None,
        _ if zeros(1) * 2 > pairs && zeros(0) == 0 => Some(UTF_16LE),
        _ if zeros(0) * 2 > pairs && zeros(1) == 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding of a file that is not, or not all, UTF-8.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Legacy {
    encoding: &'static Encoding,
    /// Most cells with other than ASCII characters are in it.
    prevails: bool,
}

impl Legacy {
    /// Returns whether a cell that happens to be UTF-8 too is in this encoding.
    ///
    /// `摘要` in GB18030 is also `ժҪ` in UTF-8: pairs of bytes are ambiguous, the three bytes of Han in UTF-8 are not.
    fn claims(self, text: &str) -> bool {
        self.prevails && self.encoding == GB18030 && !text.is_ascii() && text.chars().all(|c| c < '\u{800}')
    }
}

/// Returns the encoding for the cells of a file that are not UTF-8, judged from the head of the file; `None` where
/// the head has no such cell.
pub(crate) fn legacy(head: &[u8]) -> Option<Legacy> {
    let ends = |b: &u8| matches!(b, b',' | b';' | b'\t' | b'\r' | b'\n' | b'"');
    // A cut through a character at the end must not look like an error.
    let end = head.iter().rposition(ends).map_or(head.len(), |at| at + 1);
    let cells = head[..end].split(ends).filter(|cell| !cell.is_ascii());
    let (utf8, foreign): (Vec<&[u8]>, Vec<&[u8]>) = cells.partition(|cell| std::str::from_utf8(cell).is_ok());
    if foreign.is_empty() {
        return None;
    }
    let macintosh = head.contains(&b'\r') && !head.contains(&b'\n');
    let encoding = judge(&foreign.join(&b'\n'), macintosh);
    Some(Legacy { encoding, prevails: foreign.len() > utf8.len() })
}

/// Returns GB18030 where its decoder finds no error and most characters are of its oldest part; else Mac Roman for
/// files with bare carriage returns (Excel on a Macintosh wrote those), else Windows-1252.
fn judge(bytes: &[u8], macintosh: bool) -> &'static Encoding {
    let (_, failed) = GB18030.decode_without_bom_handling(bytes);
    let (common, all) = double_bytes(bytes);
    if !failed && all > 0 && common * 10 >= all * 7 {
        GB18030
    } else if macintosh {
        MACINTOSH
    } else {
        WINDOWS_1252
    }
}

/// Returns how many two-byte characters of `bytes`, read as GB18030, lie in its oldest part (GB 2312), and how many
/// there are.
///
/// Chinese text lies there almost wholly; accented Latin letters followed by plain ones do not.
fn double_bytes(bytes: &[u8]) -> (usize, usize) {
    let (mut common, mut all, mut at) = (0, 0, 0);
    while at + 1 < bytes.len() {
        if bytes[at] < 0x81 {
            at += 1;
            continue;
        }
        all += 1;
        common += usize::from((0xa1..=0xf7).contains(&bytes[at]) && bytes[at + 1] >= 0xa1);
        at += 2;
    }
    (common, all)
}

/// Returns the text of one cell; without a `legacy` encoding a cell that is not UTF-8 is judged by itself.
pub(crate) fn decode(bytes: &[u8], legacy: Option<Legacy>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !legacy.is_some_and(|legacy| legacy.claims(text)) => text.to_owned(),
        _ => {
            let encoding = legacy.map_or_else(|| judge(bytes, false), |legacy| legacy.encoding);
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
    }
}

/// Returns `text` with UTF-8 that had been read as Windows-1252 (`dÃ©crit`) put right, and what was found.
///
/// Only sequences that are UTF-8 byte for byte are touched, so correct text comes back as it is.
pub(crate) fn repair(text: &str) -> (String, Option<Damage>) {
    if text.is_ascii() {
        return (text.to_owned(), None);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let (mut repaired, mut lost) = (false, text.contains('\u{fffd}'));
    let mut at = 0;
    while at < chars.len() {
        if let Some((c, length)) = sequence(&chars[at..]) {
            out.push(c);
            at += length;
            repaired = true;
            continue;
        }
        // A first byte of such a sequence whose second was replaced when the file was converted.
        let orphan = matches!(chars[at], 'Ã' | 'Â') && matches!(chars.get(at + 1), Some('_' | '?' | ' '));
        lost |= orphan && (repaired || chars.get(at + 1) == Some(&'_'));
        out.push(chars[at]);
        at += 1;
    }
    let damage = if lost { Some(Damage::Lost) } else { repaired.then_some(Damage::Repaired) };
    (out, damage)
}

/// Returns the character whose UTF-8 bytes, read as Windows-1252, stand at the head of `chars`, and how many.
fn sequence(chars: &[char]) -> Option<(char, usize)> {
    let first = byte_of(*chars.first()?)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [0_u8; 4];
    for (byte, &c) in bytes.iter_mut().zip(chars.get(..length)?) {
        *byte = byte_of(c)?;
    }
    let text = std::str::from_utf8(&bytes[..length]).ok()?;
    let c = text.chars().next()?;
    (!c.is_control()).then_some((c, length))
}

/// Returns the byte that Windows-1252 decodes to `c`; the five bytes it leaves open are the C1 controls.
fn byte_of(c: char) -> Option<u8> {
    // U+2122 is the last character that Windows-1252 has.
    if c.is_ascii() || c > '\u{2122}' {
        return None;
    }
    let mut buffer = [0_u8; 4];
    let (bytes, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (&bytes[..], failed) {
        (&[byte], false) => Some(byte),
        _ => None,
    }
}

/// A reader that gives UTF-16 as UTF-8.
pub(crate) struct Transcoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    /// Wraps `inner`, which is in `encoding`.
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: vec![0; 16 * 1024], ready: Vec::new(), given: 0, ended: false }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            let n = self.inner.read(&mut self.raw)?;
            self.ended = n == 0;
            let mut text = String::new();
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(4 * n + 16);
            text.reserve(room);
            let _ = self.decoder.decode_to_string(&self.raw[..n], &mut text, self.ended);
            self.ready = text.into_bytes();
            self.given = 0;
        }
        let n = buffer.len().min(self.ready.len() - self.given);
        buffer[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}
