//! Papers.
use super::record::{Parsed, Raw};
pub(super) fn parse_ris(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_endnote(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_noteexpress(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_refworks(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_cnki_list(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_docx(_: &Raw<'_>, _: &mut Parsed) {}
pub(super) fn parse_text(_: &Raw<'_>, _: &mut Parsed) {}
