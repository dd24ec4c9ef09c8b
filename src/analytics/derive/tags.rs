//! The place of each document in the trees of the domains, as columns. The rules are those of `analytics::tag`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Group, Rows};
use crate::analytics::tag::near::{self, Neighbour};
use crate::analytics::tag::{Decision, Hint, Method, Scratch, Tag, Tagged, Tagger, VERSION};
use crate::index::{ColumnKind, Near, Reader, Result, SpaceName, Value};
use crate::patent::Publication;
use crate::patent::domain::Pack;

/// Documents up to which neighbours are found by scanning all vectors; above, only a graph is asked.
const MAX_SCANNED: u64 = 20_000;

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("domain", ColumnKind::Keyword),
    ("tag", ColumnKind::Keyword),
    ("effect", ColumnKind::Keyword),
    ("purpose", ColumnKind::Keyword),
    ("tag_detail", ColumnKind::Keyword),
];

/// Returns the group of tag columns.
///
/// - `domain`: the packs to whose field the document belongs, by id.
/// - `tag`: leaves as `pack:leaf`, or a branch where no leaf of it could be told.
/// - `effect`, `purpose`: effects, and effects whose problem is stated, as `pack:effect`.
/// - `tag_detail`: each tag as `pack:leaf|method|confidence`; `pack|refused` where noise words keep it out of a domain.
///
/// What people decided goes before rules, by key of the document. Where rules leave the leaf open, and of every document
/// where people have tagged some, the nearest documents are asked: in collections of up to 20,000 documents, and in larger ones as soon as there is a graph. The
/// version names packs and that, so the group is due again when either changes. With `only`, the values of other packs
/// stay as they are.
pub fn tags<'a>(
    reader: &Reader,
    tagger: &'a Tagger,
    decisions: &'a [Decision],
    only: Option<&'a str>,
) -> Group<'a> {
    let asks_near = reader.has_vectors() && (reader.alive().len() <= MAX_SCANNED || reader.has_graph());
    let packs: Vec<String> = tagger.packs().iter().map(Pack::rules_id).collect();
    let packs = blake3::hash(packs.join(" ").as_bytes()).to_hex();
    let version = format!("{VERSION}@{}{}", &packs[..8], if asks_near { "+near" } else { "" });
    let mut decided: FxHashMap<&str, Vec<&Decision>> = FxHashMap::default();
    for decision in decisions {
        decided.entry(decision.key.as_str()).or_default().push(decision);
    }
    let facts = move |_: u32, publication: &Publication| {
        let mut tagged = SCRATCH.with_borrow_mut(|scratch| tagger.tag(publication, scratch));
        if !decided.is_empty() {
            let decisions = decided.get(publication.key().as_str());
            decisions.into_iter().flatten().for_each(|decision| tagged.decide(decision));
        }
        Facts::of(&tagged, tagger.packs())
    };
    let reviewed = decisions.iter().map(|decision| decision.pack.clone()).collect();
    Group::whole("tags", version, COLUMNS, facts, move |found, reader, rows| {
        let near = asks_near.then_some(&reviewed);
        finish(&found, reader, tagger, near, only, rows)
    })
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What a document is, in few bytes: there may be millions. Places of packs and of their nodes and effects.
struct Facts(Box<[Fact]>);

#[derive(Clone, Copy)]
struct Fact {
    pack: u16,
    at: u16,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Domain,
    Tag(Method, f32),
    Effect,
    Purpose,
    Refused,
    Hint(f32),
    Decided,
}

impl Facts {
    /// Ids that the packs do not have, which only people can have named, are left out; `patnav tag drift` lists them.
    fn of(tagged: &Tagged, packs: &[Pack]) -> Self {
        let small = |at: usize| u16::try_from(at).ok();
        let pack_at = |id: &str| packs.iter().position(|pack| pack.id == id);
        let mut facts = Vec::new();
        for id in &tagged.domains {
            let pack = pack_at(id).and_then(small);
            facts.extend(pack.map(|pack| Fact { pack, at: 0, kind: Kind::Domain }));
        }
        for tag in &tagged.tags {
            let Some(pack) = pack_at(&tag.pack) else { continue };
            let node = packs[pack].nodes.iter().position(|node| node.id == tag.node);
            if let (Some(pack), Some(at)) = (small(pack), node.and_then(small)) {
                facts.push(Fact { pack, at, kind: Kind::Tag(tag.method, tag.confidence) });
            }
        }
        for (ids, kind) in [(&tagged.effects, Kind::Effect), (&tagged.purposes, Kind::Purpose)] {
            for (pack, id) in ids.iter().filter_map(|id| id.split_once(':')) {
                let Some(pack) = pack_at(pack) else { continue };
                let effect = packs[pack].effects.iter().position(|effect| effect.id == id);
                if let (Some(pack), Some(at)) = (small(pack), effect.and_then(small)) {
                    facts.push(Fact { pack, at, kind });
                }
            }
        }
        let open = tagged.open();
        for hint in tagged.hints.iter().filter(|hint| open.contains(&hint.pack)) {
            let Some(pack) = pack_at(&hint.pack) else { continue };
            let node = packs[pack].nodes.iter().position(|node| node.id == hint.node);
            if let (Some(pack), Some(at)) = (small(pack), node.and_then(small)) {
                facts.push(Fact { pack, at, kind: Kind::Hint(hint.weight) });
            }
        }
        for (ids, kind) in [(&tagged.refused, Kind::Refused), (&tagged.decided, Kind::Decided)] {
            let packs = ids.iter().filter_map(|id| pack_at(id).and_then(small));
            facts.extend(packs.map(|pack| Fact { pack, at: 0, kind }));
        }
        Self(facts.into())
    }

    fn tagged(&self, packs: &[Pack]) -> Tagged {
        let mut tagged = Tagged::default();
        for fact in &self.0 {
            let pack = &packs[usize::from(fact.pack)];
            let effect = || format!("{}:{}", pack.id, pack.effects[usize::from(fact.at)].id);
            match fact.kind {
                Kind::Refused => tagged.refused.push(pack.id.clone()),
                Kind::Decided => tagged.decided.push(pack.id.clone()),
                Kind::Domain => tagged.domains.push(pack.id.clone()),
                Kind::Tag(method, confidence) => tagged.tags.push(Tag {
                    pack: pack.id.clone(),
                    node: pack.nodes[usize::from(fact.at)].id.clone(),
                    method,
                    confidence,
                }),
                Kind::Hint(weight) => tagged.hints.push(Hint {
                    pack: pack.id.clone(),
                    node: pack.nodes[usize::from(fact.at)].id.clone(),
                    weight,
                }),
                Kind::Effect => tagged.effects.push(effect()),
                Kind::Purpose => tagged.purposes.push(effect()),
            }
        }
        tagged
    }
}

/// `near` are the packs in which people have tagged documents; `None` where neighbours are not asked.
fn finish(
    found: &[(u32, Facts)],
    reader: &Reader,
    tagger: &Tagger,
    near: Option<&BTreeSet<String>>,
    only: Option<&str>,
    rows: &mut Rows,
) -> Result<()> {
    let packs = tagger.packs();
    let tags_of = |docno: u32| {
        let at = found.binary_search_by_key(&docno, |(docno, _)| *docno);
        at.map_or_else(|_| Vec::new(), |at| found[at].1.tagged(packs).tags)
    };
    let background = near.and_then(|_| reader.background_cosine()).unwrap_or(0.0);
    // A block at a time: the rows come in order, and the work on all cores.
    for block in found.chunks(4096) {
        let tagged: Vec<Result<Tagged>> = block
            .par_iter()
            .map(|(docno, facts)| {
                let mut tagged = facts.tagged(packs);
                if let Some(reviewed) = near
                    && (!reviewed.is_empty() || !tagged.open().is_empty())
                {
                    let near = neighbours(reader, *docno)?;
                    settle(&mut tagged, &near, &tags_of, packs, background, reviewed);
                }
                Ok(tagged)
            })
            .collect();
        for ((docno, _), tagged) in block.iter().zip(tagged) {
            rows.put(*docno, &values(reader, *docno, &tagged?, only));
        }
    }
    Ok(())
}

/// Returns the nearest other documents.
fn neighbours(reader: &Reader, docno: u32) -> Result<Vec<Near>> {
    let Some(vector) = reader.vector(docno) else { return Ok(Vec::new()) };
    let mut near = reader.nearest(SpaceName::Documents, &vector, None, near::ASKED)?;
    near.retain(|near| near.docno != docno);
    Ok(near)
}

/// Returns what rules and neighbours say of one document, whatever people said of it. The tags of neighbours are those
/// of the columns, people's included; without the columns only rules speak.
pub fn computed(reader: &Reader, tagger: &Tagger, docno: u32) -> Result<Tagged> {
    let document = reader.document(docno)?;
    let mut tagged = SCRATCH.with_borrow_mut(|scratch| tagger.tag(&document, scratch));
    if let Ok(details) = reader.column("tag_detail") {
        let near = neighbours(reader, docno)?;
        let tags_of = |docno: u32| details.keywords(docno).filter_map(|text| text.parse().ok()).collect();
        let all = (0..u32::try_from(details.n_distinct()).unwrap_or(u32::MAX)).map(|at| details.keyword(at));
        let tags = all.filter_map(|text| text.parse::<Tag>().ok());
        let reviewed = tags.filter(|tag| tag.method == Method::Reviewed).map(|tag| tag.pack).collect();
        let background = reader.background_cosine().unwrap_or(0.0);
        settle(&mut tagged, &near, &tags_of, tagger.packs(), background, &reviewed);
    }
    Ok(tagged)
}

fn settle(
    tagged: &mut Tagged,
    near: &[Near],
    tags_of: &dyn Fn(u32) -> Vec<Tag>,
    packs: &[Pack],
    background: f32,
    reviewed: &BTreeSet<String>,
) {
    let tags: Vec<Vec<Tag>> = near.iter().map(|near| tags_of(near.docno)).collect();
    let neighbours: Vec<Neighbour<'_>> =
        near.iter().zip(&tags).map(|(near, tags)| Neighbour { cosine: near.cosine, tags }).collect();
    let is_below = |pack: &str, node: &str, branch: &str| {
        let pack = packs.iter().find(|other| other.id == pack);
        let mut at = pack.and_then(|pack| pack.node(node)).and_then(|node| node.parent.as_deref());
        while let Some(id) = at {
            if id == branch {
                return true;
            }
            at = pack.and_then(|pack| pack.node(id)).and_then(|node| node.parent.as_deref());
        }
        false
    };
    near::settle(tagged, &neighbours, background, reviewed, &is_below);
}

/// Returns the values of a document; with `only`, those of other packs are the ones that it has.
fn values(reader: &Reader, docno: u32, tagged: &Tagged, only: Option<&str>) -> Vec<Value> {
    let new: [Vec<String>; 5] = [
        tagged.domains.clone(),
        tagged.tags.iter().map(Tag::id).collect(),
        tagged.effects.clone(),
        tagged.purposes.clone(),
        tagged
            .tags
            .iter()
            .map(ToString::to_string)
            .chain(tagged.refused.iter().map(|pack| format!("{pack}|refused")))
            .collect(),
    ];
    let columns = COLUMNS.iter().zip(new);
    let merged = columns.map(|((name, _), new)| {
        let Some(only) = only else { return new };
        let mine = |value: &str| value.split([':', '|']).next() == Some(only);
        let old = reader.column(name).ok().filter(|column| (docno as usize) < column.n_documents());
        let Some(old) = old else { return new };
        let kept = old.keywords(docno).filter(|value| !mine(value)).map(str::to_owned);
        kept.chain(new.into_iter().filter(|value| mine(value))).collect()
    });
    merged.map(Value::Keywords).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_bytes_say_the_same() {
        let tagger = Tagger::new(Pack::builtin());
        let tagged = Tagged {
            domains: vec!["hes".to_owned()],
            tags: vec![Tag {
                pack: "hes".to_owned(),
                node: "B1".to_owned(),
                method: Method::Class,
                confidence: 0.6,
            }],
            effects: vec!["hes:weight".to_owned()],
            purposes: vec!["hes:cost".to_owned()],
            refused: vec!["icm".to_owned()],
            hints: vec![Hint { pack: "hes".to_owned(), node: "B2".to_owned(), weight: 1.5 }],
            decided: vec!["mcc".to_owned()],
        };
        assert_eq!(Facts::of(&tagged, tagger.packs()).tagged(tagger.packs()), tagged);
        let mut gone = tagged.clone();
        gone.tags[0].node = "Z9".to_owned();
        gone.hints[0].node = "Z9".to_owned();
        gone.effects = vec!["nopack:x".to_owned(), "hes:x".to_owned()];
        let rest = Facts::of(&gone, tagger.packs()).tagged(tagger.packs());
        assert!(rest.tags.is_empty() && rest.effects.is_empty() && rest.hints.is_empty());
    }
}
