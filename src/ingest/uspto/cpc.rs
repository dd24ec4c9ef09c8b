//! Classification files of the US office, which users put beside the patents: the scheme and the master list.

use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;

/// Records that a classification file holds no patents.
pub(crate) fn parse_cpc(raw: &Raw<'_>, out: &mut Parsed) {
    let what = if raw.text.contains("CPCMasterClassification") {
        "a list of CPC symbols by document number (CPC master classification file)"
    } else {
        "a classification scheme"
    };
    out.fault(
        Severity::Record,
        FaultKind::Unsupported,
        "",
        format!("{what}, not patents: index the grant and application files, they carry their own classes"),
    );
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_scheme_is_explained_not_read() {
        let mut out = Parsed::default();
        parse_cpc(&Raw { text: "<class-scheme/>", path: Path::new("a.xml") }, &mut out);
        assert!(out.publications.is_empty());
        assert_eq!(out.faults.len(), 1);
        assert_eq!(out.faults[0].kind, FaultKind::Unsupported);
    }
}
