//! Parsers that are on their way, as their signatures.

pub(crate) mod epo {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_docdb(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_fulltext(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_ops(_: &Raw<'_>, _: &mut Parsed) {}
}
