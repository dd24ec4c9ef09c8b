//! Parsers that are on their way, as their signatures.

pub(crate) mod epo {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_docdb(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_fulltext(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_ops(_: &Raw<'_>, _: &mut Parsed) {}
}
pub(crate) mod uspto {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_xml4(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_pap(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_grant25(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_sgml(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_greenbook(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_brs(_: &Raw<'_>, _: &mut Parsed) {}
}
