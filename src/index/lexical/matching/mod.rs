//! Exact matching on positions: words side by side or at a distance, whatever the segmenter thinks of them.
//!
//! A pattern is compiled once (`compile.rs`), then opened on each field of each segment (`tree.rs`): its cursors
//! (`terms.rs`) agree on documents, and only then are positions read and compared (`places.rs`).
//! `text.rs` does the same on a text itself, to mark what was found and where postings cannot decide.
//! A phrase is a list of units at fixed distances. A unit is one term, or, for a single Chinese character,
//! every term that begins with it (the position field holds bigrams, and the last character of a run alone).

mod compile;
mod places;
mod terms;
mod text;
mod tree;

use rustc_hash::FxHashMap;
use tantivy::TERMINATED;

use compile::Plan;
use places::{MAX_PLACES, TooManyPlaces};
pub use text::Finder;
use tree::Tree;

use super::reader::{DEAD, Segment, TextReader};
use super::schema::{VERSIONS, Zone, ZoneField};
use super::writer::ZoneTexts;
use crate::index::error::{Error, Result};
use crate::index::pattern::Pattern;
use crate::index::set::DocnoSet;
use crate::patent::Version;
use crate::text::{Analyzer, QueryUnit};

/// Units at fixed distances, as [`crate::text::Analyzer::query_units`] gives them.
pub(crate) struct Phrase<'a>(pub(crate) &'a [QueryUnit]);

/// Takes in the documents that hold a pattern.
pub(crate) trait Holders {
    /// Returns whether it matters that a document holds the pattern in a zone; positions cost most, and of a document
    /// that is known to hold it they need not be read again.
    fn wants(&self, docno: u32, zone: Zone) -> bool;

    /// Takes in a document that holds the pattern in a zone.
    fn add(&mut self, docno: u32, zone: Zone);
}

impl Holders for DocnoSet {
    fn wants(&self, docno: u32, _: Zone) -> bool {
        !self.contains(docno)
    }

    fn add(&mut self, docno: u32, _: Zone) {
        self.insert(docno);
    }
}

impl TextReader {
    /// Adds to `out` the documents in which the pattern starts at `at_least` units of one language version of
    /// `zones`, counted over all of them; `versions`, where not empty, are those that are looked into.
    ///
    /// Returns whether postings could not decide, so that `out` holds all such documents and perhaps others:
    /// then [`Sought::is_in`] decides.
    pub(crate) fn add_pattern(&self, sought: &Sought<'_>, out: &mut DocnoSet) -> Result<bool> {
        let in_doubt = sought.plan.needs_text();
        let loosened = sought.plan.loosened();
        if sought.at_least > 1 && !in_doubt {
            for version in VERSIONS {
                self.add_frequent(sought, version, out)?;
            }
        } else {
            self.visit(sought.zones, sought.versions, &loosened, out)?;
        }
        Ok(in_doubt)
    }

    fn add_frequent(&self, sought: &Sought<'_>, version: Version, out: &mut DocnoSet) -> Result<()> {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        let wanted = |field: &ZoneField| field.version == version && sought.looks_into(field.zone, version);
        for (_, field) in self.zone_fields(wanted) {
            for segment in &self.segments {
                let Some(mut tree) = Tree::open(segment, &field, &sought.plan, true)? else { continue };
                let mut doc = tree.seek(0);
                while doc != TERMINATED {
                    let docno = segment.docnos[doc as usize];
                    if docno != DEAD {
                        let n = tree.count(doc).map_err(too_many_places)?;
                        let count = counts.entry(docno).or_default();
                        *count = count.saturating_add(n);
                    }
                    doc = tree.seek(doc + 1);
                }
            }
        }
        out.extend(counts.into_iter().filter(|(_, n)| *n >= sought.at_least).map(|(docno, _)| docno));
        Ok(())
    }

    /// Adds to `out` the documents that hold every unit of the phrase somewhere in `zones`, at any places.
    pub(crate) fn add_all_units(
        &self,
        zones: &[Zone],
        phrase: &Phrase<'_>,
        out: &mut DocnoSet,
    ) -> Result<()> {
        let mut all: Option<DocnoSet> = None;
        for unit in phrase.0 {
            let mut holding = DocnoSet::empty(self.docno_end);
            self.add_holders(zones, &Phrase(std::slice::from_ref(unit)), &mut holding)?;
            match &mut all {
                Some(all) => all.intersect(&holding),
                None => all = Some(holding),
            }
            if all.as_ref().is_some_and(DocnoSet::is_empty) {
                return Ok(());
            }
        }
        if let Some(all) = all {
            out.unite(&all);
        }
        Ok(())
    }

    /// Adds to `out` every live document and zone that holds the phrase and that `out` wants.
    ///
    /// A phrase without units matches nothing.
    pub(crate) fn add_holders<H: Holders>(
        &self,
        zones: &[Zone],
        phrase: &Phrase<'_>,
        out: &mut H,
    ) -> Result<()> {
        self.visit(zones, &[], &Plan::of_units(phrase.0.to_vec()), out)
    }

    fn visit<H: Holders>(
        &self,
        zones: &[Zone],
        versions: &[Version],
        plan: &Plan,
        out: &mut H,
    ) -> Result<()> {
        for (_, field) in self.zone_fields(|field| looks_into(zones, versions, field.zone, field.version)) {
            for segment in &self.segments {
                plan.alternatives().try_for_each(|plan| visit_segment(segment, &field, plan, out))?;
            }
        }
        Ok(())
    }
}

/// Adds every live document of a segment that holds the plan in a field and that `out` wants.
fn visit_segment<H: Holders>(segment: &Segment, field: &ZoneField, plan: &Plan, out: &mut H) -> Result<()> {
    if let Some(term) = plan.only_term() {
        return terms::each_holder(segment, field.units, term, |doc| {
            let docno = segment.docnos[doc as usize];
            if docno != DEAD && out.wants(docno, field.zone) {
                out.add(docno, field.zone);
            }
        });
    }
    let Some(mut tree) = Tree::open(segment, field, plan, false)? else { return Ok(()) };
    let mut doc = tree.seek(0);
    while doc != TERMINATED {
        let docno = segment.docnos[doc as usize];
        if docno != DEAD && out.wants(docno, field.zone) && tree.holds(doc).map_err(too_many_places)? {
            out.add(docno, field.zone);
        }
        doc = tree.seek(doc + 1);
    }
    Ok(())
}

/// A pattern, where it is looked for, and how often it has to be there.
pub(crate) struct Sought<'a> {
    analyzer: &'a Analyzer,
    plan: Plan,
    zones: &'a [Zone],
    versions: &'a [Version],
    at_least: u32,
}

impl<'a> Sought<'a> {
    /// Compiles a pattern.
    pub(crate) fn new(
        analyzer: &'a Analyzer,
        pattern: &Pattern,
        (zones, versions): (&'a [Zone], &'a [Version]),
        at_least: u32,
    ) -> Result<Self> {
        Ok(Self { analyzer, plan: Plan::new(analyzer, pattern)?, zones, versions, at_least: at_least.max(1) })
    }

    /// Returns whether a document with these texts is one of those sought.
    pub(crate) fn is_in(&self, texts: &ZoneTexts) -> bool {
        VERSIONS.into_iter().any(|version| {
            let mut n = 0_u32;
            for (zone, of, text) in &texts.0 {
                // Zones without versions stand under the last one.
                let of = if zone.has_versions() { *of } else { Version::Other };
                if of == version && self.looks_into(*zone, version) {
                    n = n.saturating_add(Finder::count(self.analyzer, &self.plan, text));
                }
            }
            n >= self.at_least
        })
    }

    /// Returns whether the descriptions, which lie apart, are looked into.
    pub(crate) fn needs_descriptions(&self) -> bool {
        self.zones.contains(&Zone::Description)
    }

    fn looks_into(&self, zone: Zone, version: Version) -> bool {
        looks_into(self.zones, self.versions, zone, version)
    }
}

/// Zones without versions are in every selection of versions.
fn looks_into(zones: &[Zone], versions: &[Version], zone: Zone, version: Version) -> bool {
    zones.contains(&zone) && (versions.is_empty() || !zone.has_versions() || versions.contains(&version))
}

fn too_many_places(TooManyPlaces: TooManyPlaces) -> Error {
    let what = format!(
        "a document holds more than {MAX_PLACES} places of one proximity; take words that are not repeated as often, \
         or a smaller distance"
    );
    Error::Query { what }
}
