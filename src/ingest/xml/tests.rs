//! The XML reader on what real files do: entities, mixed content, damage.

use super::*;

fn read(text: &str) -> (Option<Element>, Vec<FaultKind>) {
    let mut out = Parsed::default();
    let root = parse(text, &mut out);
    (root, out.faults.into_iter().map(|fault| fault.kind).collect())
}

#[track_caller]
fn check(xml: &str, expected: &[&str]) {
    let (root, faults) = read(xml);
    assert_eq!(root.expect("a root").paragraphs(), expected, "{xml}");
    assert_eq!(faults, [], "{xml}");
}

#[track_caller]
fn check_fault(xml: &str, expected: &str, kind: FaultKind) {
    let (root, faults) = read(xml);
    assert_eq!(root.expect("a root").text(), expected, "{xml}");
    assert_eq!(faults, [kind], "{xml}");
}

#[test]
fn text_is_folded_and_cut_into_blocks() {
    check("<a>  one \n two </a>", &["one two"]);
    check("<a>CO<sub>2</sub> at 10<sup>6</sup> m<sup>2</sup></a>", &["CO2 at 10^6 m2"]);
    check("<a><p>one</p><p>two<br/>three</p></a>", &["one", "two three"]);
    check("<a>一种采煤<br/>机，\n  包括滚筒</a>", &["一种采煤机，包括滚筒"]);
    check("<a>温度 为<br/>20 K</a>", &["温度 为20 K"]);
    check("<a>湿度卡<br/>\n(2)嵌入</a>", &["湿度卡(2)嵌入"]);
    check("<a>“\n  <Image/>”字型<Image/>和</a>", &["“ ”字型 和"]);
    check(
        "<a><claim-text>A pump:<claim-text>a rotor;</claim-text>and oil</claim-text></a>",
        &["A pump:", "a rotor;", "and oil"],
    );
    check(
        "<a>see <nplcit><text>Doe 2001</text><article><atl>x</atl></article></nplcit>.</a>",
        &["see Doe 2001."],
    );
    check("<a>see <img alt=\"x\">pixels</img>here</a>", &["see here"]);
    check("<a><row><entry>1</entry><entry>25</entry></row><row><entry>2</entry></row></a>", &["1 25", "2"]);
    check(
        "<a>with <math><mi>Q</mi><mo>=</mo>\n<mfrac><mi>m</mi><mi>t</mi></mfrac></math> .</a>",
        &["with Q=m/t ."],
    );
}

#[test]
fn references_become_characters() {
    check("<a>&ldquo;5&#x2003;&deg;C&rdquo; &lt;&amp;&gt; &lgr;</a>", &["“5 °C” <&> λ"]);
    check_fault("<a>x &SACUTE; y</a>", "x &SACUTE; y", FaultKind::Malformed);
    check("<a>R & D, A& B</a>", &["R & D, A& B"]);
}

#[test]
fn prefixes_comments_instructions_and_doctype_are_dropped() {
    let xml = "\u{feff}<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY F SYSTEM \"f.tif\" NDATA TIF> <!-- ] -->]>\
        <n:a xmlns:n=\"urn:x\" xml:lang='de' n:id=\"1 &amp; 2\"><!-- c --><?pi x?><b><![CDATA[<raw>]]></b></n:a>";
    let (root, faults) = read(xml);
    let root = root.expect("a root");
    assert_eq!(faults, []);
    assert_eq!(
        (root.name.as_str(), root.attribute("lang"), root.attribute("id")),
        ("a", Some("de"), Some("1 & 2"))
    );
    assert_eq!(root.attributes.len(), 2);
    assert_eq!(root.text(), "<raw>");
}

#[test]
fn paths_try_every_branch() {
    let (root, _) = read("<a><b/><b><c>1</c></b><b><c>2</c><d><c>3</c></d></b></a>");
    let root = root.expect("a root");
    assert_eq!(root.text_at("b/c").as_deref(), Some("1"));
    assert_eq!(root.find_all("b/c").len(), 2);
    assert_eq!(root.descendants("c").len(), 3);
    assert_eq!(root.children_named("b").count(), 3);
    assert!(root.find("b/x").is_none());
}

#[test]
fn broken_xml_is_read_as_far_as_it_goes() {
    check_fault("<a><b>one</b><c>tw", "onetw", FaultKind::Truncated);
    check_fault("<a><b>one<c>two</b></a>", "onetwo", FaultKind::Malformed);
    check_fault("<a>one</b></a>", "one", FaultKind::Malformed);
    check_fault("<a>at p < 5 <b>bar</b></a>", "at p < 5 bar", FaultKind::Malformed);
    check_fault(
        "<a>the <Fourth Embodiment> of it</a>",
        "the <Fourth Embodiment> of it",
        FaultKind::Malformed,
    );
    check_fault("<a><h>The <First part</h><p>It is.</p></a>", "The <First part It is.", FaultKind::Malformed);
    check_fault("<a>one</a><b>two</b>", "one", FaultKind::Malformed);
    assert_eq!(read("no markup"), (None, vec![FaultKind::Malformed]));
    assert_eq!(read(""), (None, vec![FaultKind::Malformed]));
    assert_eq!(read("<a x=\"1").1, [FaultKind::Truncated, FaultKind::Malformed]);
}

#[test]
fn nesting_is_limited() {
    let xml = format!("{}deep{}<z>after</z>", "<a>".repeat(100_000), "</a>".repeat(99_999));
    let (root, faults) = read(&format!("{xml}</a>"));
    assert_eq!(root.expect("a root").text(), "deepafter");
    assert_eq!(faults, [FaultKind::TooLarge]);
}

#[test]
fn repairs_are_limited() {
    let (root, faults) = read(&format!("<a>{}</a>", "< ".repeat(1000)));
    assert!(root.is_some());
    assert!(faults.contains(&FaultKind::Malformed));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[<>/&;#a-c\"'= !\\[\\]?-]{0,60}") {
        if let (Some(root), _) = read(&text) {
            let _ = root.text();
        }
    }
}
