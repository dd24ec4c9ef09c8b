//! A synthetic page with the marks of the real ones.

use std::path::Path;

use super::*;

const PAGE: &str = r#"<!DOCTYPE html><html><head><title>CN110000011B - 一种锚杆 - Google Patents</title>
<link rel="canonical" href="https://patents.google.com/patent/CN110000011B/zh"></head><body>
<span itemprop="title">一种锚杆
  </span>
<dd itemprop="publicationNumber">CN110000011B</dd>
<dd itemprop="applicationNumber">CN201910000011.2A</dd>
<dd itemprop="directAssociations" itemscope repeat><span itemprop="publicationNumber">CN110000011A</span></dd>
<dd itemprop="inventor" repeat>张三</dd><dd itemprop="inventor" repeat>李四</dd>
<dd itemprop="assigneeOriginal" repeat>示例&amp;锚杆有限公司</dd>
<dd><time itemprop="priorityDate" datetime="2018-01-02">2018-01-02</time></dd>
<dd><time itemprop="filingDate" datetime="2019-01-02">2019-01-02</time></dd>
<dd><time itemprop="publicationDate" datetime="2020-13-40">x</time></dd>
<li itemprop="classifications" itemscope repeat><span itemprop="Code">E21D</span></li>
<li itemprop="classifications" itemscope repeat><span itemprop="Code">E21D21/00</span><meta itemprop="Leaf" content="true"><meta itemprop="IsCPC" content="true"></li>
<section itemprop="abstract" itemscope><h2>Abstract</h2><div><abstract lang="ZH"><div class="abstract">锚杆有一根<b>杆体</b>。</div></abstract></div></section>
<section itemprop="description" itemscope><h2>Description</h2><div lang="ZH">
<div class="description-paragraph">技术领域</div><div class="description-paragraph">涉及锚杆。</div></div></section>
<section itemprop="claims" itemscope><div lang="ZH" class="claims">
<div class="claim"> <div id="zh-cl0001" num="0001" class="claim"><div class="claim-text">1.一种锚杆，包括：</div><div class="claim-text">杆体。</div></div></div>
<div class="claim-dependent"> <div id="zh-cl0002" num="0002" class="claim"><div class="claim-text"><claim-ref idref="zh-cl0001"> </claim-ref></div><div class="claim-text">2.根据权利要求1所述的锚杆。</div></div></div>
</div></section>
<tr itemprop="backwardReferencesOrig" itemscope repeat><span itemprop="publicationNumber">US4000001A</span><span itemprop="examinerCited">*</span></tr>
</body></html>"#;

fn read(page: &str) -> Parsed {
    let mut out = Parsed::default();
    parse(&Raw { text: page, path: Path::new("p.html") }, &mut out);
    out
}

#[test]
fn a_page_is_recognised_by_its_title_and_address() {
    assert!(recognise(PAGE.as_bytes()));
    assert!(!recognise(b"<html><title>Another page</title></html>"));
}

#[test]
fn the_marks_become_fields() {
    let parsed = read(PAGE);
    let p = &parsed.publications[0];
    assert_eq!(p.key(), "CN110000011B");
    assert_eq!(p.titles[0].text, "一种锚杆");
    let names: Vec<&str> = p.parties.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(names, ["示例&锚杆有限公司", "张三", "李四"]);
    assert_eq!(p.abstracts[0].text, "锚杆有一根杆体。");
    assert_eq!(p.links[0].target, "CN110000011A");
    let classes: Vec<&str> = p.classes.iter().map(|class| class.symbol.0.as_str()).collect();
    assert_eq!(classes, ["E21D21/00"]);
    assert_eq!(p.citations[0].by, Some(CitedBy::Examiner));
    assert_eq!(p.descriptions[0].sections[0].kind, SectionKind::TechnicalField);
}

#[test]
fn claims_keep_their_paragraphs_and_references() {
    let parsed = read(PAGE);
    let claims = &parsed.publications[0].claims[0].claims;
    assert_eq!(claims[0].text, "一种锚杆，包括：\n杆体。");
    assert_eq!((claims[1].text.as_str(), &claims[1].refers_to[..]), ("根据权利要求1所述的锚杆。", &[1][..]));
}

#[test]
fn a_bad_date_is_a_fault_and_a_page_without_data_says_what_to_do() {
    let kinds: Vec<FaultKind> = read(PAGE).faults.iter().map(|fault| fault.kind).collect();
    assert!(kinds.contains(&FaultKind::Date), "{kinds:?}");
    let empty = read("<html><title>X - Google Patents</title></html>");
    assert_eq!((empty.publications.len(), empty.faults[0].kind), (0, FaultKind::Unsupported));
}
