//! Searching and reading.

use patnav::index::{ColumnKind, Embedding, NewColumn, Options, Value as Cell, Writer};
use patnav::patent::Publication;
use patnav::text::Analyzer;
use serde_json::json;

use super::{Server, index, keys, publication, query, slice};

#[tokio::test]
async fn a_snapshot_says_what_it_holds() {
    let server = Server::new();
    let answer = server.get("/api/v1/snapshot").await;
    assert_eq!(answer.status, 200);
    let snapshot = answer.json();
    assert_eq!(snapshot["id"], "000001");
    assert_eq!(snapshot["as_of"], "2022-03-01");
    assert_eq!((&snapshot["n_documents"], &snapshot["n_families"]), (&json!(5), &json!(4)));
    assert_eq!(snapshot["offices"], json!([{ "code": "CN", "n": 4 }, { "code": "US", "n": 1 }]));
    assert_eq!(snapshot["by_kind"], json!({ "patent": 5 }));
    assert_eq!(snapshot["created"], "2023-11-14T22:13:20Z");
}

#[tokio::test]
async fn a_search_answers_with_marked_sentences() {
    let server = Server::new();
    let body = json!({
        "query": "采煤机 AND 滚筒", "dialect": "patnav", "filters": { "country": ["CN"] },
        "collapse": "simple_family", "sort": "relevance", "limit": 20, "facets": ["country", "year", "applicant"],
    });
    let answer = server.post("/api/v1/search", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["query"]["reading"], "boolean");
    assert_eq!(answer["query"]["concepts"], json!([{ "text": "采煤机" }, { "text": "滚筒" }]));
    assert_eq!(answer["total"], json!({ "families": 1, "publications": 1, "exact": true }));
    assert_eq!(keys(&answer["hits"]), ["CN110000001A"]);
    assert_eq!(answer["facets"]["country"], json!([{ "value": "CN", "n": 1 }]));
    assert_eq!(answer["snapshot"]["id"], "000001");
    assert!(answer["took_ms"].as_f64().unwrap() >= 0.0);
    let hit = &answer["hits"][0];
    assert_eq!(hit["title"]["zh"], "一种𠮷型采煤机滚筒");
    assert_eq!((&hit["publication_date"], &hit["country"]), (&json!("2018-03-01"), &json!("CN")));
    for snippet in hit["snippets"].as_array().unwrap() {
        for mark in snippet["highlights"].as_array().unwrap() {
            let concept = usize::try_from(mark["concept"].as_u64().unwrap()).unwrap();
            assert_eq!(slice(&snippet["text"], mark), ["采煤机", "滚筒"][concept], "{snippet}");
        }
    }
    let title = &hit["snippets"][0];
    assert_eq!(title["highlights"][0], json!({ "start": 5, "end": 8, "concept": 0 }), "𠮷 is two units");
}

#[tokio::test]
async fn readings_are_told_apart() {
    let server = Server::new();
    for (text, reading) in [("采煤机滚筒", "text"), ("采煤机 OR 泵", "boolean"), ("CN110000002A", "number")]
    {
        let answer = server.post("/api/v1/search", query(text)).await.json();
        assert_eq!(answer["query"]["reading"], reading, "{text}");
    }
}

#[tokio::test]
async fn similar_documents_leave_the_family_out() {
    let server = Server::new();
    let answer = server.post("/api/v1/similar", json!({ "number": "CN110000001A", "limit": 3 })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = keys(&answer.json()["hits"]);
    assert!(found.contains(&"CN110000002A".to_owned()), "{found:?}");
    assert!(!found.iter().any(|key| key == "CN110000001A" || key == "US20190000001A1"), "{found:?}");
    let answer = server.post("/api/v1/similar", json!({ "text": "储氢罐内胆" })).await;
    assert_eq!(keys(&answer.json()["hits"])[0], "CN110000004A");
}

#[tokio::test]
async fn a_document_comes_with_claims_family_and_citations() {
    let server = Server::new();
    let answer = server.get("/api/v1/documents/CN110000001A").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["key"], "CN110000001A");
    assert_eq!(answer["document"]["descriptions"][0]["sections"][0]["heading"], "技术领域");
    let claims = &answer["claims_info"][0];
    assert_eq!((&claims["lang"], &claims["independent"]), (&json!("zh"), &json!([1, 3])));
    assert_eq!(claims["depends"], json!({ "2": [1] }));
    assert_eq!(claims["categories"], json!({ "1": "device", "3": "device" }));
    assert_eq!(answer["family"]["id"], "F1");
    assert_eq!(keys(&answer["family"]["members"]), ["CN110000001A", "US20190000001A1"]);
    assert_eq!(answer["family"]["members"][1]["title"]["en"], "Shearer drum with spiral vanes");
    assert_eq!(keys(&answer["cited_by"]), ["CN110000002A"]);
    let other = server.get("/api/v1/documents/cn%20110000001").await.json();
    assert_eq!(other["key"], "CN110000001A", "any way of writing the number will do");
}

#[tokio::test]
async fn key_phrases_stand_best_first_whatever_the_columns_hold() {
    let server = Server::new();
    let answer = server.get("/api/v1/documents/CN110000001A").await.json();
    let document: Publication = serde_json::from_value(answer["document"].clone()).unwrap();
    let ranked = Analyzer::new().publication_phrases(&document).zh;
    assert!(ranked.len() > 1 && ranked.is_sorted_by(|a, b| a.weight >= b.weight), "{ranked:?}");
    let texts: Vec<&str> = ranked.iter().map(|phrase| phrase.text.as_str()).collect();
    assert_eq!(answer["key_phrases"]["zh"], json!(texts));
}

#[tokio::test]
async fn columns_put_in_later_are_listed() {
    let server = Server::new();
    let options = Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: true,
        embedding: Embedding::Off,
        equivalents: Vec::new(),
        now: jiff::Timestamp::from_second(1_700_003_600).unwrap(),
    };
    let mut writer = Writer::open(server.dir.path(), Analyzer::new(), options).unwrap();
    let column = NewColumn {
        name: "phrases_zh".to_owned(),
        kind: ColumnKind::Keyword,
        version: "phrases-2".to_owned(),
        values: vec![Cell::Keywords(vec!["螺旋叶片".to_owned(), "采煤机".to_owned()])],
    };
    writer.put_columns(vec![column], &|_, _, _| true).unwrap();
    assert!(server.state.refresh().unwrap());
    let columns = server.get("/api/v1/columns").await.json();
    let phrases = json!({ "name": "phrases_zh", "kind": "keyword", "version": "phrases-2" });
    assert!(columns["columns"].as_array().unwrap().contains(&phrases), "{columns}");
}

#[tokio::test]
async fn a_commit_of_another_process_is_swapped_in() {
    let server = Server::new();
    assert!(!server.state.refresh().unwrap(), "nothing changed");
    index(server.dir.path(), 1, &[publication("CN110000009A", "掘进机截割头", 2023)]);
    let before = server.post("/api/v1/search", query("掘进机 AND 截割头")).await.json();
    assert_eq!((&before["snapshot"]["id"], &before["total"]["publications"]), (&json!("000001"), &json!(0)));
    assert!(server.state.refresh().unwrap());
    let after = server.post("/api/v1/search", query("掘进机 AND 截割头")).await.json();
    assert_eq!((&after["snapshot"]["id"], &after["total"]["publications"]), (&json!("000002"), &json!(1)));
}

#[tokio::test]
async fn a_list_goes_on_where_it_began_although_a_commit_came_between() {
    let server = Server::new();
    let page = |cursor: Option<&str>| json!({ "query": "采煤机 OR 液压支架 OR 泵", "sort": "oldest", "limit": 1, "cursor": cursor });
    let first = server.post("/api/v1/search", page(None)).await.json();
    assert_eq!(keys(&first["hits"]), ["CN110000001A"]);
    index(server.dir.path(), 1, &[publication("CN100000009A", "更早的采煤机", 2010)]);
    server.state.refresh().unwrap();
    let second = server.post("/api/v1/search", page(first["next_cursor"].as_str())).await.json();
    assert_eq!(second["snapshot"]["id"], "000001");
    assert_eq!(keys(&second["hits"]), ["CN110000002A"]);
    let third = server.post("/api/v1/search", page(second["next_cursor"].as_str())).await.json();
    assert_eq!(keys(&third["hits"]), ["CN110000003A"]);
    assert!(third.get("next_cursor").is_none());
    let anew = server.post("/api/v1/search", page(None)).await.json();
    assert_eq!(keys(&anew["hits"]), ["CN100000009A"]);
}

#[tokio::test]
async fn a_query_is_shown_with_counts_traps_and_translation() {
    let server = Server::new();
    let answer =
        server.post("/api/v1/query", json!({ "query": "𠮷型 OR 采煤机 AND ti=滚筒", "to": "patsnap" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = answer.json();
    assert_eq!(found["canonical"], "(𠮷型 OR (采煤机 AND ti=滚筒))");
    assert_eq!((found["dialect"].as_str(), found["detected"].as_bool()), (Some("patnav"), Some(false)));
    assert_eq!(found["reading"], "boolean");
    let clauses = found["clauses"].as_array().unwrap();
    let n = |text: &str| clauses.iter().find(|clause| clause["text"] == text).unwrap()["n"].as_u64();
    assert_eq!((n("采煤机"), n("ti=滚筒")), (Some(2), Some(1)));
    assert_eq!(clauses.last().unwrap()["text"], found["canonical"]);
    assert!(found["snapshot"]["id"].is_string());
    assert!(found["translation"]["text"].as_str().unwrap().contains("TTL:"), "{found}");
    // Places are UTF-16 units: the first character takes two.
    let lint = found["lints"].as_array().unwrap().iter().find(|lint| lint["kind"] == "precedence").unwrap();
    let units: Vec<u16> = "𠮷型 OR 采煤机 AND ti=滚筒".encode_utf16().collect();
    let at = |name: &str| usize::try_from(lint[name].as_u64().unwrap()).unwrap();
    assert!(at("start") < at("end") && at("end") <= units.len());
    String::from_utf16(&units[at("start")..at("end")]).unwrap();

    let text = server.post("/api/v1/query", json!({ "query": "采煤机滚筒" })).await.json();
    assert_eq!((text["reading"].as_str(), text.get("translation")), (Some("text"), None));
    let unsearchable = server.post("/api/v1/query", json!({ "query": "@nowhere AND 泵" })).await.json();
    assert!(unsearchable["not_counted"].as_str().unwrap().contains("nowhere"), "{unsearchable}");
    for wrong in [json!({ "query": "ti=(" }), json!({ "query": "泵", "to": "latin" }), json!({ "query": 1 })]
    {
        assert_eq!(server.post("/api/v1/query", wrong.clone()).await.error().0, 400, "{wrong}");
    }
}
