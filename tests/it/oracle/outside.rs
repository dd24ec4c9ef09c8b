//! What a query takes from outside its words: nearness in meaning against a plain scan of all vectors, and organisations
//! with all below them against the table that the documents were made from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use patnav::index::Reader;
use patnav::query::{Expr, Like, Node, Similar, SimilarOrder};
use patnav::search::{NEAREST_LIMIT, Sets, match_set};
use patnav::text::Analyzer;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::generate::expr;
use crate::corpus::{patnav, reader};

fn near(like: Like, threshold: Option<f64>) -> Expr {
    expr(Node::Similar(Similar { like, threshold, order: SimilarOrder::Similarity }))
}

/// The cosine of every document with a vector, by plain sums.
fn cosines(reader: &Reader, vector: &[f32]) -> BTreeMap<u32, f64> {
    let product = |other: Vec<f32>| vector.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(b)).sum();
    reader.alive().iter().filter_map(|docno| Some((docno, product(reader.vector(docno)?)))).collect()
}

#[test]
fn what_is_near_in_meaning_is_what_a_scan_of_all_vectors_finds() {
    let reader = reader();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let docnos: Vec<u32> = reader.alive().iter().filter(|docno| reader.vector(*docno).is_some()).collect();
    // What lies so close to the border may fall on either side: sums are rounded in another order.
    const SLACK: f64 = 1e-5;
    let mut n_between = 0;
    for n in 0..40 {
        let docno = *docnos.choose(&mut random).unwrap();
        let (like, vector) = if n % 2 == 0 {
            (Like::Number(reader.key(docno).unwrap()), reader.vector(docno).unwrap())
        } else {
            let title = reader.document(docno).unwrap().titles.first().map(|title| title.text.clone());
            let Some(text) = title else { continue };
            let Some(vector) = reader.embed(&text).unwrap() else { continue };
            (Like::Text(text), vector)
        };
        let cosines = cosines(reader, &vector);
        let threshold = [0.5, 0.9, 0.99, 0.999].choose(&mut random).copied().unwrap();
        let floor = f64::from(reader.background_quantile(threshold).unwrap());
        let query = near(like.clone(), Some(threshold));
        let found: BTreeSet<u32> = match_set(reader, &query, &Sets::NONE).unwrap().iter().collect();
        for (docno, cosine) in &cosines {
            let clear = (cosine - floor).abs() > SLACK;
            assert!(
                !clear || found.contains(docno) == (*cosine > floor),
                "{query}: {docno} at {cosine}, {floor}"
            );
        }
        assert!(
            found.iter().all(|docno| cosines.contains_key(docno)),
            "{query}: what has no vector is near nothing"
        );
        n_between += usize::from(!found.is_empty() && found.len() < cosines.len());

        let nearest: BTreeSet<u32> =
            match_set(reader, &near(like, None), &Sets::NONE).unwrap().iter().collect();
        assert_eq!(nearest.len(), NEAREST_LIMIT.min(cosines.len()));
        let mut order: Vec<f64> = cosines.values().copied().collect();
        order.sort_unstable_by(|a, b| b.total_cmp(a));
        let last = order[nearest.len() - 1];
        for (docno, cosine) in &cosines {
            let clear = (cosine - last).abs() > SLACK;
            assert!(
                !clear || nearest.contains(docno) == (*cosine > last),
                "{query}: {docno} at {cosine}, {last}"
            );
        }
    }
    assert!(n_between > 20, "{n_between} queries find some documents and not others");
}

/// Who belongs to whom, whole names throughout.
const GROUPS: &str = r#"
[[group]]
id = "mountain"
name = { zh = "例言矿业集团", en = "Liyan Mining Group" }
members = [
  { name = "例言矿业集团有限公司", relation = "parent" },
  { name = "例言煤机有限公司", relation = "subsidiary" },
  { name = "例河能源有限公司", relation = "joint_venture", with = ["river"] },
]

[[group]]
id = "river"
name = { zh = "例河控股集团", en = "Lihe Holding Group" }
members = [
  { name = "例河控股集团有限公司", relation = "parent" },
  { name = "例河能源有限公司", relation = "joint_venture", with = ["mountain"] },
]

[[group]]
id = "hill"
name = { zh = "例丘煤业集团", en = "Liqiu Coal Group" }
within = [{ group = "mountain" }]
members = [{ name = "例丘煤业有限公司", relation = "parent" }]
"#;

/// Each name that can be asked for, and the companies that it stands for.
const STANDS_FOR: &[(&str, &[&str])] = &[
    ("例言矿业集团", &["例言矿业集团有限公司", "例言煤机有限公司", "例河能源有限公司", "例丘煤业有限公司"]),
    ("例河控股集团", &["例河控股集团有限公司", "例河能源有限公司"]),
    ("例丘煤业集团", &["例丘煤业有限公司"]),
    ("例河能源有限公司", &["例河能源有限公司"]),
    ("例言矿业研究院有限公司", &["例言矿业研究院有限公司"]),
    ("无此机构有限公司", &[]),
];

#[test]
fn an_organisation_stands_for_those_of_the_table_and_no_other() {
    // The last looks related, and is a stranger.
    let companies = [
        "例言矿业集团有限公司",
        "例言煤机有限公司",
        "例河能源有限公司",
        "例河控股集团有限公司",
        "例丘煤业有限公司",
        "例言矿业研究院有限公司",
    ];
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir_all(data.join("groups")).unwrap();
    std::fs::write(data.join("groups/own.toml"), GROUPS).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut applicants: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut lines = String::new();
    for n in 0..60 {
        let of: Vec<&str> = companies.choose_multiple(&mut random, 1 + n % 2).copied().collect();
        let parties: Vec<String> = of
            .iter()
            .enumerate()
            .map(|(at, name)| {
                format!(r#"{{"role":"applicant","name":"{name}","sequence":{},"address":{{"text":"太原市","country":"CN"}}}}"#, at + 1)
            })
            .collect();
        let number = format!("CN1591{n:05}A");
        writeln!(
            lines,
            r#"{{"number":"CN-1591{n:05}-A","titles":[{{"lang":"zh","text":"一种装置"}}],"parties":[{}]}}"#,
            parties.join(",")
        )
        .unwrap();
        applicants.insert(number, of);
    }
    let file = dir.path().join("some.jsonl");
    std::fs::write(&file, lines).unwrap();
    let made = patnav(&data, &["index", "--json", file.to_str().unwrap()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let reader = Reader::open(&data, Analyzer::new(), None).unwrap();
    let found = |query: &Expr| -> BTreeSet<String> {
        match_set(&reader, query, &Sets::NONE)
            .unwrap()
            .iter()
            .map(|docno| reader.key(docno).unwrap())
            .collect()
    };
    let expected = |stands_for: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let of = applicants.iter().filter(|(_, names)| names.iter().any(|name| stands_for(name)));
        of.map(|(number, _)| number.clone()).collect()
    };
    let tree = |name: &str| expr(Node::Tree(name.to_owned()));
    for (name, companies) in STANDS_FOR {
        let plain = expected(&|applicant| companies.contains(&applicant));
        assert_eq!(found(&tree(name)), plain, "{name}");
        let field = patnav::query::parse_expression(&format!("ap=TREE@\"{name}\"")).unwrap();
        assert_eq!(found(&field), plain, "ap={name}");
    }
    // Beside other conditions it is a set like any other.
    for _ in 0..60 {
        let (a, b) = (STANDS_FOR.choose(&mut random).unwrap(), STANDS_FOR.choose(&mut random).unwrap());
        let (first, second) = (expected(&|name| a.1.contains(&name)), expected(&|name| b.1.contains(&name)));
        let parts = vec![tree(a.0), tree(b.0)];
        let (query, wanted): (Expr, BTreeSet<String>) = match random.random_range(0..3) {
            0 => (expr(Node::And(parts)), first.intersection(&second).cloned().collect()),
            1 => (expr(Node::Or(parts)), first.union(&second).cloned().collect()),
            _ => {
                let not = expr(Node::Not(Box::new(tree(b.0))));
                (expr(Node::And(vec![tree(a.0), not])), first.difference(&second).cloned().collect())
            }
        };
        assert_eq!(found(&query), wanted, "{query}");
    }
}
