//! Models of small invented corpora.

use std::sync::LazyLock;

use super::*;
use crate::text::Analyzer;
use crate::text::embed::Embedder as _;
use crate::text::embed::Role;
use crate::text::error::Error;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

const OPTIONS: Options = Options { dims: 16, seed: 3 };

/// Four subjects with the same things said in both languages.
const SUBJECTS: [(&str, &str); 4] = [
    ("采煤机 滚筒 截齿 截割 喷雾", "shearer drum pick cutting spray"),
    ("电解槽 制氢 膜电极 催化剂 质子", "electrolyzer hydrogen membrane catalyst proton"),
    ("二氧化碳 捕集 吸收塔 胺液 再生", "carbon dioxide capture absorber amine regeneration"),
    ("气化炉 煤浆 渣锁斗 合成气 变换", "gasifier slurry lock hopper syngas shift"),
];

fn corpus() -> Vec<(String, String)> {
    (0..40)
        .map(|i| {
            let (zh, en) = SUBJECTS[i % 4];
            let pick = |text: &str| {
                let mut words: Vec<&str> = text.split(' ').collect();
                words.remove(i / 4 % 5);
                words.join(" ，")
            };
            (pick(zh), pick(en))
        })
        .collect()
}

fn train() -> Model {
    let mut trainer = Trainer::new(&ANALYZER, OPTIONS);
    for (zh, en) in corpus() {
        trainer.add(&[&zh, &en]);
    }
    trainer.finish().unwrap()
}

fn similarity(model: &Model, a: &str, b: &str) -> f32 {
    let vectors = model.embed(&[a, b], Role::Query).unwrap();
    let (a, b) = vectors.split_at(model.dim());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn a_question_finds_its_subject_in_the_other_language() {
    let model = train();
    for (i, (zh, _)) in SUBJECTS.iter().enumerate() {
        for (j, (_, en)) in SUBJECTS.iter().enumerate() {
            let near = similarity(&model, zh, en);
            assert!(if i == j { near > 0.8 } else { near < 0.2 }, "{zh} {en} {near}");
        }
    }
}

#[test]
fn vectors_have_length_one_or_zero() {
    let model = train();
    let vectors = model.embed(&["滚筒 drum", "", "完全无关"], Role::Passage).unwrap();
    let lengths: Vec<f32> =
        vectors.chunks(model.dim()).map(|v| v.iter().map(|x| x * x).sum::<f32>().sqrt()).collect();
    assert!((lengths[0] - 1.0).abs() < 1e-5);
    assert_eq!(lengths[1..], [0.0, 0.0]);
}

#[test]
fn bytes_bring_the_model_back() {
    let model = train();
    let bytes = model.to_bytes();
    let again = Model::from_bytes(&ANALYZER, &bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.id(), model.id());
    let texts = ["滚筒 截齿 drum"];
    assert_eq!(again.embed(&texts, Role::Query).unwrap(), model.embed(&texts, Role::Query).unwrap());
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = train().to_bytes();
    for cut in [0, 7, 31, 32, bytes.len() - 1] {
        assert!(
            matches!(Model::from_bytes(&ANALYZER, &bytes[..cut]), Err(Error::ModelDamaged { .. })),
            "{cut}"
        );
    }
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert!(matches!(Model::from_bytes(&ANALYZER, &flipped), Err(Error::ModelDamaged { .. })));
    let mut newer = bytes;
    newer[8] = 2;
    assert!(matches!(Model::from_bytes(&ANALYZER, &newer), Err(Error::ModelVersion { found: 2, .. })));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let bytes = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(train).to_bytes()
    };
    assert_eq!(bytes(1), bytes(4));
}

#[test]
fn corpora_too_small_for_a_topic_give_small_models() {
    let model = Trainer::new(&ANALYZER, OPTIONS).finish().unwrap();
    assert_eq!((model.dim(), model.n_terms()), (0, 0));
    assert_eq!(model.embed(&["滚筒", ""], Role::Query).unwrap(), Vec::<f32>::new());
    assert_eq!(Model::from_bytes(&ANALYZER, &model.to_bytes()).unwrap().dim(), 0);
    for documents in [&["滚筒"][..], &["滚筒", "drum of a shearer"], &["。", ""]] {
        let mut trainer = Trainer::new(&ANALYZER, OPTIONS);
        for document in documents {
            trainer.add(&[document]);
        }
        let model = trainer.finish().unwrap();
        assert!(model.dim() <= documents.len());
    }
}

#[test]
fn equivalents_bridge_a_corpus_in_one_language() {
    let mut trainer = Trainer::new(&ANALYZER, OPTIONS);
    for (zh, _) in corpus() {
        trainer.add(&[&zh]);
    }
    for (zh, en) in
        [("滚筒", "drum"), ("滚筒", "cutting drum"), ("催化剂", "catalyst"), ("催化剂", "the catalyst")]
    {
        trainer.add_equivalents(&[(zh.to_owned(), en.to_owned())]);
    }
    let model = trainer.finish().unwrap();
    let (near, far) = (similarity(&model, "drum", "截齿 滚筒"), similarity(&model, "drum", "催化剂 质子"));
    assert!(near > far + 0.2, "{near} {far}");
}

#[test]
fn the_unknown_is_counted() {
    let model = train();
    assert_eq!(model.unknown_mass("qwertz"), (0, 1));
    assert_eq!(model.unknown_mass("qwertz\nqwertz"), (0, 4), "the first line counts three times");
    let (known, _) = model.unknown_mass("滚筒");
    assert_eq!(known, 2, "the word and the pair of characters");
}
