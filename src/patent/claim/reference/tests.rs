//! References in both languages: which claims, and what the reference means.

use super::Relation::*;
use super::*;
use crate::patent::Language;
use crate::patent::claim::subject::is_chinese;

fn set(texts: &[&str]) -> ClaimSet {
    let claims = texts.iter().zip(1..).map(|(text, number)| Claim {
        number,
        text: (*text).to_owned(),
        refers_to: Vec::new(),
    });
    ClaimSet { lang: Language::zh(), translated: false, claims: claims.collect() }
}

/// Checks the last of several claims; the first nine are a method (1-3) and devices (4-9).
fn check(text: &str, refers_to: &[u32], relation: Relation) {
    let zh = [
        "一种采煤方法，包括步骤。",
        "一种采煤方法。",
        "一种采煤方法。",
        "一种采煤机，包括滚筒。",
        "一种支架。",
        "一种支架。",
        "一种支架。",
        "一种支架。",
        "一种支架。",
    ];
    let en = [
        "A method of mining, comprising cutting.",
        "A method.",
        "A method.",
        "A shearer comprising a drum.",
        "A support.",
        "A support.",
        "A support.",
        "A support.",
        "A support.",
    ];
    let mut texts = if is_chinese(text) { zh.to_vec() } else { en.to_vec() };
    texts.push(text);
    let found = dependencies(&set(&texts)).pop().unwrap();
    assert_eq!((found.refers_to.as_slice(), found.relation), (refers_to, relation), "{text}");
    assert_eq!(found.unresolved, Vec::<u32>::new(), "{text}");
}

#[test]
fn chinese_references() {
    check("根据权利要求1所述的采煤方法，其特征在于。", &[1], Dependent);
    check("如权利要求1、2或3所述的方法，其特征在于。", &[1, 2, 3], Dependent);
    check("如权利要求1，2所述的方法。", &[1, 2], Dependent);
    check("根据权利要求1至3中任一项所述的方法。", &[1, 2, 3], Dependent);
    check("根据权利要求1-3任一项所述的方法。", &[1, 2, 3], Dependent);
    check("根据权利要求4～6、8任意一项所述的支架。", &[4, 5, 6, 8], Dependent);
    check("根据权利要求1或权利要求3所述的方法。", &[1, 3], Dependent);
    check("按照权利要求 4 或 5 所述的采煤机，其特征是。", &[4, 5], Dependent);
    check("一种如权利要求4所述的采煤机，其特征在于。", &[4], Dependent);
    check("前述任一权利要求所述的支架，其特征在于。", &[1, 2, 3, 4, 5, 6, 7, 8, 9], Dependent);
    check("根据前述权利要求中任一项所述的方法。", &[1, 2, 3, 4, 5, 6, 7, 8, 9], Dependent);
    check("权利要求４所述的采煤机。", &[4], Dependent);
    check("根据权利要求4所述的采煤机，2个滚筒对称布置。", &[4], Dependent);
    check("根据权利要求4，2个滚筒对称布置。", &[4], Dependent);
    check("一种矿井，包括巷道。", &[], None);
}

#[test]
fn chinese_claims_for_another_subject_stay_independent() {
    check("一种采用权利要求1所述方法的装置，包括机架。", &[1], OtherSubject);
    check("一种采煤系统，包括权利要求4所述的采煤机。", &[4], OtherSubject);
    check("根据权利要求1所述的方法制备的催化剂。", &[1], OtherSubject);
    check("如权利要求4所述的采煤机的使用方法。", &[4], OtherSubject);
    check("权利要求4所述的采煤机在薄煤层中的应用。", &[4], OtherSubject);
    check(
        "一种计算机可读存储介质，其存储的程序执行时实现权利要求1至3中任一项所述的方法。",
        &[1, 2, 3],
        OtherSubject,
    );
}

#[test]
fn english_references() {
    check("The method of claim 1, wherein.", &[1], Dependent);
    check("A method according to any one of claims 1-3, 5 or 7.", &[1, 2, 3, 5, 7], Dependent);
    check("The method according to any preceding claim.", &[1, 2, 3, 4, 5, 6, 7, 8, 9], Dependent);
    check("A shearer as claimed in claim 4, wherein.", &[4], Dependent);
    check("The support of claims 5 or 6.", &[5, 6], Dependent);
    check("The support of claim 5 or claim 6, wherein.", &[5, 6], Dependent);
    check("Support according to one of claims 5 to 8.", &[5, 6, 7, 8], Dependent);
    check("The support of any of claims 5, 6, and 8.", &[5, 6, 8], Dependent);
    check("The support as set forth in Claim 5, 4 to 6 wt% of which is steel.", &[5], Dependent);
    check("The method of one of the preceding claims, wherein.", &[1, 2, 3, 4, 5, 6, 7, 8, 9], Dependent);
    check("A mine comprising a gallery.", &[], None);
    check("A method of mining a seam according to claim 1, wherein the seam is thin.", &[1], Dependent);
}

#[test]
fn english_claims_for_another_subject_stay_independent() {
    check("An apparatus for carrying out the method of claim 1.", &[1], OtherSubject);
    check("A mine comprising the shearer of claim 4.", &[4], OtherSubject);
    check("A polynucleotide encoding at least one support of claim 5.", &[5], OtherSubject);
    check("Use of the shearer according to claim 4 in thin seams.", &[4], OtherSubject);
    check("A method of operating the shearer of any one of claims 4 to 6.", &[4, 5, 6], OtherSubject);
    check(
        "A non-transitory medium storing instructions that perform the method of claim 2.",
        &[2],
        OtherSubject,
    );
}

#[test]
fn declared_references_win_and_faults_are_listed() {
    let mut claims =
        set(&["A drum.", "The drum of claim 1.", "The drum of claim 3.", "The drum of claim 99."]);
    claims.claims[1].refers_to = vec![1];
    let found = dependencies(&claims);
    assert_eq!(found[1].refers_to, [1]);
    assert_eq!((found[2].refers_to.as_slice(), found[2].unresolved.as_slice()), (&[][..], &[3][..]));
    assert_eq!(found[3].unresolved, [99]);
    assert_eq!(claims.independent(), [0]);
    claims.claims[3].refers_to = vec![2];
    assert_eq!(dependencies(&claims)[3].refers_to, [2]);
}

#[test]
fn independent_claims_are_counted() {
    let claims = set(&[
        "一种方法。",
        "根据权利要求1所述的方法。",
        "一种采用权利要求1所述方法的装置。",
        "根据权利要求3所述的装置。",
    ]);
    assert_eq!(claims.independent(), [0, 2]);
    assert_eq!(set(&[]).independent(), Vec::<usize>::new());
}
