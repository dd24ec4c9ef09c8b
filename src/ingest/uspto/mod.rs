//! The bulk data of the US office in all its generations, from 1976 to today.
//!
//! | function | what it reads | years |
//! |---|---|---|
//! | [`parse_greenbook`] | fielded text, `PATN` to `CLMS` | grants 1976-2001 |
//! | [`parse_sgml`] | ST.32 SGML, `PATDOC` with tags left open | grants 2001 |
//! | [`parse_grant25`] | the same elements as XML, `PATDOC` 2.4 and 2.5 | grants 2002-2004 |
//! | [`parse_pap`] | `patent-application-publication` 1.x | applications 2001-2004 |
//! | [`parse_xml4`] | `us-patent-grant` and `us-patent-application` 4.x | both from 2005 |
//! | [`parse_brs`] | the fielded text of the office's search system | grants |
//! | [`parse_xml4ip`] | claims, specifications and abstracts as filed, read by OCR | file wrappers |
//!
//! `draft.rs` holds what is alike in all of them, `symbol.rs` the US ways of writing classes, `body.rs` claims and
//! descriptions, `dot.rs` the codes for characters in fielded text, `fielded.rs` its lines, `sgml.rs` the repair of
//! open tags. A record may still carry its XML declaration and DOCTYPE.
//!
//! How things are mapped:
//! - Names read `last, first` in every generation (fielded text prints `last; first`).
//! - Before September 2012 the inventors are the applicants: such a party is given twice, as applicant and as inventor.
//!   Assignees are owners.
//! - A grant's publication date is its grant date. The filing date of a PCT entry is the international one.
//! - Links list the whole chain of parents that the record prints, nearest first: an ancestor carries the kind of its own
//!   step. A parent that was granted is given twice, by application and by patent number. A provisional application
//!   and a foreign one are priorities; continuations and divisions are links only.
//! - Cited documents carry a date of month and year (`20101100`): no date, and one note a record says how many.
//! - In [`Publication::other`](crate::patent::Publication::other), under the names of the 4.x elements in every
//!   generation: `us-term-extension` (days, or a term as printed), `length-of-grant` (years), `disclaimer` (its text, date or `yes`),
//!   `us-371c124-date`, `us-102e-date`, `us-exemplary-claim`, `correspondence-address`, `latin-name` and `variety` of plants,
//!   `us-sir-flag`.
//!
//! Not yet proven on real files, for want of samples: SGML with open tags (the real files at hand are its XML form),
//! plant patents, reissues and statutory registrations, term disclaimers, PCT entries in the 1.x applications other than
//! through their chain of parents, and the letters of the older Greenbook country codes.
//!
//! Knowingly dropped: field of search, numbers of sheets and figures, names and classes of cited documents, examiners'
//! departments, nationality and residence where they only repeat the address, dates of assigning a class, sequence listings,
//! chemistry and mathematics files (pictures are attached by name), the statement before the claims, telephone and
//! mail addresses, flags of processing (rule 47, continued prosecution).

mod body;
mod brs;
mod dot;
mod draft;
mod fielded;
mod greenbook;
mod pap;
mod patdoc;
mod sgml;
mod symbol;
mod xml4;
mod xml4ip;

#[cfg(test)]
mod tests;

pub(crate) use brs::parse_brs;
pub(crate) use greenbook::parse_greenbook;
pub(crate) use pap::parse_pap;
pub(crate) use patdoc::parse_grant25;
pub(crate) use patdoc::parse_sgml;
pub(crate) use xml4::parse_xml4;
pub(crate) use xml4ip::parse_xml4ip;
