//! Where a page ended: opaque to clients, bound to its query and snapshot.

use super::error::{Error, Result};
use super::request::Request;

/// A place in a list of hits.
///
/// Written as `v1.<snapshot>.<offset>.<hash>`; the hash covers the request without its cursor, so that a cursor of
/// another query, or one edited by hand, is refused rather than answered with the wrong page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The snapshot that the list was made from.
    pub snapshot: u64,
    /// Hits before the page.
    pub offset: usize,
}

impl Cursor {
    /// Returns the snapshot that a written cursor belongs to, so that a reader of it can be opened.
    pub fn snapshot_of(written: &str) -> Option<u64> {
        let mut parts = written.split('.');
        (parts.next() == Some("v1")).then(|| parts.next()?.parse().ok()).flatten()
    }

    pub(super) fn write(self, request: &Request) -> String {
        format!("v1.{}.{}.{}", self.snapshot, self.offset, fingerprint(request, self))
    }

    pub(super) fn read(request: &Request, snapshot: u64) -> Result<Self> {
        let Some(written) = &request.cursor else { return Ok(Self { snapshot, offset: 0 }) };
        let parts: Vec<&str> = written.split('.').collect();
        if let ["v1", id, offset, hash] = parts.as_slice()
            && let (Ok(id), Ok(offset)) = (id.parse::<u64>(), offset.parse::<usize>())
        {
            let cursor = Self { snapshot: id, offset };
            if id == snapshot && *hash == fingerprint(request, cursor) {
                return Ok(cursor);
            }
        }
        Err(Error::Cursor { snapshot })
    }
}

fn fingerprint(request: &Request, cursor: Cursor) -> String {
    // The page size and what is shown of a hit may change from page to page; the list may not.
    let list = (&request.query, request.dialect, &request.filters, request.collapse, request.sort);
    let days = (&request.as_of, &request.relevant);
    let text = format!("{list:?} {days:?} {} {}", cursor.snapshot, cursor.offset);
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_query_and_snapshot() {
        let mut request = Request::new("采煤机");
        let written = Cursor { snapshot: 3, offset: 20 }.write(&request);
        assert_eq!(Cursor::snapshot_of(&written), Some(3));
        request.cursor = Some(written.clone());
        assert_eq!(Cursor::read(&request, 3).unwrap().offset, 20);
        assert!(Cursor::read(&request, 4).is_err());
        for bad in
            [written.replace(".20.", ".40."), "v1.3.20".to_owned(), String::new(), "采.煤.机.x".to_owned()]
        {
            request.cursor = Some(bad);
            assert!(Cursor::read(&request, 3).is_err());
        }
        let other = Request { cursor: Some(written), ..Request::new("泵") };
        assert!(Cursor::read(&other, 3).is_err());
    }
}
