//! Parties of the synthetic corpus: the planted rivals, and decisions made with the program.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::corpus;

/// The values of a keyword column for a document.
fn values(column: &str, number: &str) -> BTreeSet<String> {
    let reader = corpus::reader();
    let docno = reader.by_number(number)[0];
    reader.column(column).unwrap().keywords(docno).map(str::to_owned).collect()
}

fn one(name: &str) -> BTreeSet<String> {
    BTreeSet::from([name.to_owned()])
}

#[test]
fn three_spellings_a_rename_a_stranger_and_a_co_filer_are_told_right() {
    let company = "岭云新能源股份有限公司";
    for number in
        ["CN154010000A", "CN154010001A", "CN154010002A", "CN154010004A", "CN154010005A", "CN154010006A"]
    {
        assert_eq!(values("applicant_std", number), one(company), "{number}");
    }
    for number in ["WO2016510001A1", "US20189010001A1"] {
        assert_eq!(values("applicant_std", number), one(company), "the English spelling: {number}");
    }
    let both = values("applicant_std", "CN154010003A");
    assert_eq!(both, BTreeSet::from([company.to_owned(), "河朔例言大学".to_owned()]), "with the co-filer");
    let stranger = values("applicant_std", "CN154010007A");
    assert_eq!(stranger.len(), 1);
    assert!(!stranger.contains(company), "the stranger of the same name is another: {stranger:?}");
    assert_eq!(values("city", "CN154010007A"), one("佛山市"));
    assert_eq!(values("province", "CN154010000A"), one("河北省"));
    assert_eq!(
        values("party_type", "CN154010003A"),
        BTreeSet::from(["company".to_owned(), "university".to_owned()])
    );
}

#[test]
fn owners_follow_the_planted_transfer() {
    let (from, to) = ("大连昱泽氢储装备股份有限公司", "银川翊坤达氢储装备股份有限公司");
    for number in ["CN154013000A", "CN154013000B", "CN154013002B"] {
        assert_eq!(values("applicant_std", number), one(from));
        assert_eq!(values("owner_original", number), one(from));
        assert_eq!(values("owner_current", number), one(to));
        assert_eq!(values("owner_historic", number), BTreeSet::from([from.to_owned(), to.to_owned()]));
    }
}

#[test]
fn an_inventor_who_moves_makes_no_one_party_of_two() {
    assert_ne!(values("applicant_std", "CN154020000A"), values("applicant_std", "CN154020002A"));
    assert_eq!(values("applicant_std", "CN154020000A"), values("applicant_std", "CN154020001A"));
}

fn json(data: &std::path::Path, args: &[&str]) -> Value {
    let args: Vec<&str> = ["--json"].iter().chain(args).copied().collect();
    let output = corpus::patnav(data, &args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn total(data: &std::path::Path, query: &str) -> u64 {
    json(data, &["search", query])["total"]["publications"].as_u64().unwrap()
}

#[test]
fn decisions_are_made_reviewed_and_undone_with_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("some.jsonl");
    let record = |n: u32, name: &str, city: &str| {
        format!(
            r#"{{"number":"CN-1590000{n:02}-A","titles":[{{"lang":"zh","text":"一种装置"}}],"parties":[{{"role":"applicant","name":"{name}","sequence":1,"address":{{"text":"{city}","country":"CN"}}}}],"classes":[{{"scheme":"ipc","symbol":"{}"}}]}}"#,
            if n == 1 { "F17C1/00" } else { "E21F1/00" }
        )
    };
    let lines =
        [record(1, "同名例言科技有限公司", "北京市"), record(2, "同名例言科技有限公司", "广东省佛山市")];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let data = dir.path().join("data");
    json(&data, &["index", file.to_str().unwrap()]);
    let queue = json(&data, &["parties", "review"]);
    assert_eq!(queue["total"], 1);
    assert_eq!(queue["pairs"][0]["doubt"], "same_name_elsewhere");
    let query = "ap.std=同名例言科技有限公司";
    assert_eq!(total(&data, query), 1);
    let decided =
        json(&data, &["parties", "merge", "同名例言科技有限公司@北京市", "同名例言科技有限公司@佛山市"]);
    assert_eq!(decided["decision"]["verdict"], "merge");
    assert_eq!(total(&data, query), 2, "the columns follow the decision");
    json(&data, &["index", "--reread", file.to_str().unwrap()]);
    assert_eq!(total(&data, query), 2, "and outlive a new reading");
    let id = decided["decision"]["id"].to_string();
    json(&data, &["parties", "undo", &id]);
    assert_eq!(total(&data, query), 1);
    let again = corpus::patnav(&data, &["parties", "undo", &id]);
    assert_eq!(again.status.code(), Some(2));
    let listed = json(&data, &["parties", "list", "--name", "同名例言"]);
    assert_eq!(listed["total"], 2);
    assert_eq!(json(&data, &["parties", "list", "--decisions"]).as_array().unwrap().len(), 1);
}

#[test]
fn classes_of_industry_need_a_table_and_follow_the_one_that_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("some.jsonl"));
    let record = |n: u32, symbol: &str| {
        format!(
            r#"{{"number":"CN-1590000{n:02}-A","titles":[{{"lang":"zh","text":"一种装置"}}],"classes":[{{"scheme":"ipc","symbol":"{symbol}"}}]}}"#
        )
    };
    std::fs::write(&file, format!("{}\n{}\n", record(1, "H01M8/04"), record(2, "E21F1/00"))).unwrap();
    json(&data, &["index", file.to_str().unwrap()]);
    let refused = |args: &[&str], says: &str| {
        let output = corpus::patnav(&data, args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
    };
    let query = "industry=\"战略性新兴产业:6.1\"";
    refused(&["search", query], "not computable: no table loaded");
    refused(&["search", "--facet", "industry", "装置"], "not computable: no table loaded");
    refused(&["derive", "industry"], "no table of industry classes is loaded");

    let folder = data.join("industry");
    std::fs::create_dir_all(&folder).unwrap();
    let table = folder.join("emerging.tsv");
    std::fs::write(&table, "# scheme = 战略性新兴产业\n# edition = 2021\nH01M8 6.1\n").unwrap();
    refused(&["derive", "industry"], "line 3");
    std::fs::write(&table, "# scheme = 战略性新兴产业\n# edition = 2021\nH01M8\t6.1\t氢能\n").unwrap();
    json(&data, &["derive", "industry"]);
    assert_eq!(total(&data, query), 1);
    assert_eq!(total(&data, "gbc=\"战略性新兴产业:6.1\""), 1);
    let counted = json(&data, &["search", "--facet", "industry", "装置"]);
    assert_eq!(counted["facets"]["industry"][0]["value"], "战略性新兴产业:6.1", "{}", counted["facets"]);

    std::fs::remove_file(&table).unwrap();
    json(&data, &["derive"]);
    refused(&["search", query], "not computable: no table loaded");
}
