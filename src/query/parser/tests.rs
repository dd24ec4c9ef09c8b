//! Queries against what they come to in the canonical form, and against their errors.

use proptest::prelude::*;

use super::*;
use crate::query::ast::{
    Bound, Condition, Expr, Frequent, Like, Matching, Near, Node, Piece, RangeCondition, Reach, SetName,
    Similar, SimilarOrder, Term,
};
use crate::query::fields::{Field, Target, fields};
use crate::query::{LintKind, translate};

fn shown(read: Result<Query, SyntaxErrors>) -> String {
    match read {
        Ok(Query { parsed: Parsed::Boolean(expr), .. }) => expr.to_string(),
        Ok(Query { parsed: Parsed::Text(text), .. }) => format!("text: {text}"),
        Err(errors) => errors.errors.iter().map(|e| e.problem.to_string()).collect::<Vec<_>>().join(" / "),
    }
}

fn canonical(query: &str) -> String {
    shown(read(query, Dialect::Patnav, false))
}

#[test]
fn queries_are_read_as_written() {
    let check = |query: &str, expected: &str| assert_eq!(canonical(query), expected, "{query}");
    check("采煤机滚筒 控制方法", "text: 采煤机滚筒 控制方法");
    check("method and device (part 1): a drum", "text: method and device (part 1): a drum");
    check("a OR b AND c NOT d", "(a OR (b AND c AND (NOT d)))");
    check("a b OR c", "((a AND b) OR c)");
    check(
        "ti=(采煤机 or 掘进机) AND ad=[2015 TO 2020-06-30]",
        "(ti=(采煤机 OR 掘进机) AND ad=[2015 TO 2020-06-30])",
    );
    check("（a OR b） AND 标题：“液压 支架”", "((a OR b) AND ti=\"液压 支架\")");
    check("pd>=2019 AND ipc=E21C35/24", "(pd>=2019 AND ipc=E21C35/24)");
    check("ad=[* , 2001]", "ad<=2001");
    // Fields on both sides, though inside an event the first is called so only there.
    check("ev.(known<GD AND cc=DE)", "ev.(known<GD AND cc=DE)");
    check("tag=hes:B1 AND tag=(\"hes:B1a\" OR hes)", "(tag=hes:B1 AND tag=(\"hes:B1a\" OR hes))");
    check("NOT a", "the query only excludes; say what to find as well");
}

#[test]
fn all_errors_are_found_at_once() {
    let check = |query: &str, expected: &[&str]| {
        let found = canonical(query);
        assert_eq!(found.split(" / ").collect::<Vec<_>>(), expected, "{query}");
    };
    check("titel=a AND", &["there is no field `titel`", "something is missing after `AND`"]);
    check("(a AND b", &["this bracket is never closed"]);
    check("a AND b) OR c", &["this bracket closes nothing"]);
    check("OR a AND \"b", &["something is missing before `OR`", "this quote is never closed"]);
    check(
        "ti=[1 TO 2] AND ad=[1]",
        &["`ti` is text and has no order", "a range is written `[from TO to]`; `*` stands for an open end"],
    );
    check("ti=(ab=x)", &["a field cannot stand inside the value of another field"]);
    check("   ", &["the query is empty"]);
}

#[test]
fn errors_point_at_their_place() {
    let errors = parse("标题=采煤机 AND titel=滚筒").unwrap_err();
    insta::assert_snapshot!(errors, @r"
    there is no field `titel` (column 12)
      标题=采煤机 AND titel=滚筒
                      ^^^^^ did you mean `ti`?
    ");
}

#[test]
fn deep_brackets_are_an_error_in_bounded_time() {
    let deep = format!("a AND {}", "(".repeat(500_000));
    assert!(canonical(&deep).contains("nested deeper"));
    assert!(canonical(&"(".repeat(MAX_QUERY_BYTES + 1)).contains("the limit is"));
    assert!(canonical(&"NOT ".repeat(250_000)).contains("nested deeper"));
    assert!(canonical(&format!("a AND {}", ")".repeat(1_000_000))).len() < 2_000);
    for open in ["ad=[{", "ad=[{{{", "ti=[a, {b"] {
        for dialect in Dialect::ALL {
            // Whatever is said of it, reading comes to an end.
            let _ = parse_in(open, Some(dialect));
        }
    }
    assert!(canonical(&"ti=(".repeat(250_000)).contains("nested deeper"));
    assert!(canonical(&format!("ti=(a{})", " (w) b".repeat(100_000))).contains("nested deeper"));
    let alternating = format!("a{}", " AND b OR c".repeat(50_000));
    assert!(shown(parse_in(&alternating, Some(Dialect::Espacenet))).contains("nested deeper"));
}

/// Every node once, deep and wide, with texts of every nasty kind.
fn trees() -> impl Strategy<Value = Expr> {
    query_tree().boxed()
}

fn node(node: Node) -> Expr {
    Expr::new(node, 0..0)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z采煤机]{1,4}",
        1 => r#"[ a-zA-Z0-9采。（）()\[\]{}"“\\'_*?#@/=:<>,.&$+~^-]{1,6}"#,
        1 => Just("and".to_owned()),
        1 => Just("TO".to_owned()),
        1 => Just("tree@x".to_owned()),
    ]
}

fn term() -> impl Strategy<Value = Expr> {
    let plain = (text(), any::<bool>()).prop_map(|(text, quoted)| {
        // Outside quotes there is no space, control character or full-width form.
        let text = if quoted { text } else { text.chars().map(crate::query::token::fold).collect() };
        node(Node::Term(Term::plain(text, quoted)))
    });
    let wild = ("[a-z采]{1,3}", 0..3usize, "[a-z机]{0,2}").prop_map(|(before, wild, after)| {
        let wild = [Piece::Any, Piece::One, Piece::Optional][wild].clone();
        let mut pieces = vec![Piece::Text(before), wild];
        if !after.is_empty() {
            pieces.push(Piece::Text(after));
        }
        node(Node::Term(Term { pieces, quoted: false }))
    });
    prop_oneof![4 => plain, 1 => wild]
}

fn near_operand() -> impl Strategy<Value = Expr> {
    term().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| node(Node::Or(parts))),
            (inner.clone(), inner, 0..4u8, any::<bool>()).prop_map(|(left, right, reach, ordered)| {
                node(Node::Near(Near {
                    left: Box::new(left),
                    right: Box::new(right),
                    reach: [Reach::Units(3), Reach::Sentence, Reach::Paragraph, Reach::Zone]
                        [usize::from(reach)],
                    ordered,
                    negated: false,
                }))
            }),
        ]
    })
}

fn value() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        4 => term(),
        2 => near_operand(),
        1 => (near_operand(), term(), any::<bool>()).prop_map(|(left, right, ordered)| {
            let (left, right) = (Box::new(left), Box::new(right));
            node(Node::Near(Near { left, right, reach: Reach::Units(0), ordered, negated: true }))
        }),
        1 => (term(), 1..=MAX_FREQUENCY).prop_map(|(operand, at_least)| {
            node(Node::Frequent(Frequent { operand: Box::new(operand), at_least }))
        }),
    ];
    combined(leaf.boxed())
}

fn combined(leaf: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    leaf.prop_recursive(3, 20, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(|parts| node(Node::And(parts))),
            parts.clone().prop_map(|parts| node(Node::Or(parts))),
            parts.prop_map(|parts| node(Node::Xor(parts))),
            inner.prop_map(|part| node(Node::Not(Box::new(part)))),
        ]
    })
}

fn some_field(wanted: fn(&Field) -> bool) -> impl Strategy<Value = &'static Field> {
    prop::sample::select(fields().iter().filter(|field| wanted(field)).collect::<Vec<_>>())
}

fn condition(wanted: fn(&Field) -> bool) -> impl Strategy<Value = Expr> {
    (some_field(wanted), value(), any::<bool>()).prop_map(|(field, value, exact)| {
        let matching = if exact && field.has_exact() { Matching::Exactly } else { Matching::Holds };
        node(Node::Field(Condition { fields: vec![field], matching, value: Box::new(value) }))
    })
}

fn range(wanted: fn(&Field) -> bool) -> impl Strategy<Value = Expr> {
    let bound = || {
        let bound = ("[0-9A-Z/-]{1,6}|[ a\"]{1,3}", any::<bool>());
        prop::option::of(bound.prop_map(|(value, inclusive)| Bound { value, inclusive, span: 0..0 }))
    };
    (some_field(wanted), bound(), bound())
        .prop_map(|(field, low, high)| node(Node::Range(RangeCondition { fields: vec![field], low, high })))
}

fn query_tree() -> impl Strategy<Value = Expr> {
    let is_event = |field: &Field| matches!(field.target(), Target::Event(_));
    let event_leaf =
        prop_oneof![condition(is_event), range(|f| matches!(f.target(), Target::Event(_)) && f.is_ordered())];
    let event = combined(event_leaf.boxed()).prop_map(|inside| node(Node::Event(Box::new(inside))));
    let similar = (any::<bool>(), text(), prop::option::of(0..=100u8), 0..3usize).prop_map(
        |(number, text, threshold, order)| {
            let like = if number {
                Like::Number(format!("CN{}A", text.len()))
            } else {
                Like::Text(format!("x{text}"))
            };
            let order = [SimilarOrder::Similarity, SimilarOrder::Filing, SimilarOrder::Publication][order];
            node(Node::Similar(Similar { like, threshold: threshold.map(|n| f64::from(n) / 100.0), order }))
        },
    );
    let set =
        prop_oneof![any::<u32>().prop_map(SetName::Line), "[a-z采 \"\\\\]{1,5}".prop_map(SetName::Named),];
    let tree = (some_field(Field::is_organisation), "[a-z集团 \"]{1,5}").prop_map(|(field, name)| {
        let value = Box::new(node(Node::Tree(name)));
        node(Node::Field(Condition { fields: vec![field], matching: Matching::Holds, value }))
    });
    let leaf = prop_oneof![
        3 => value(),
        3 => condition(|field| !matches!(field.target(), Target::Event(_))),
        2 => range(|field| field.is_ordered() && !matches!(field.target(), Target::Event(_))),
        1 => event,
        1 => similar,
        1 => set.prop_map(|name| node(Node::Set(name))),
        1 => tree,
    ];
    let leaf = leaf.boxed();
    prop_oneof![
        4 => combined(leaf.clone()),
        1 => (combined(leaf), term()).prop_map(|(base, wanted)| {
            node(Node::Optional { base: Box::new(base), wanted: Box::new(wanted) })
        }),
    ]
}

/// Forgets where things stood.
fn placeless(expr: &Expr) -> Expr {
    let again = |expr: &Expr| Box::new(placeless(expr));
    let all = |parts: &[Expr]| parts.iter().map(placeless).collect();
    let end = |bound: &Option<Bound>| bound.clone().map(|bound| Bound { span: 0..0, ..bound });
    node(match &expr.node {
        Node::And(parts) => Node::And(all(parts)),
        Node::Or(parts) => Node::Or(all(parts)),
        Node::Xor(parts) => Node::Xor(all(parts)),
        Node::Not(part) => Node::Not(again(part)),
        Node::Event(part) => Node::Event(again(part)),
        Node::Field(condition) => {
            Node::Field(Condition { value: again(&condition.value), ..condition.clone() })
        }
        Node::Range(range) => {
            Node::Range(RangeCondition { low: end(&range.low), high: end(&range.high), ..range.clone() })
        }
        Node::Near(near) => {
            Node::Near(Near { left: again(&near.left), right: again(&near.right), ..near.clone() })
        }
        Node::Frequent(frequent) => {
            Node::Frequent(Frequent { operand: again(&frequent.operand), ..frequent.clone() })
        }
        Node::Optional { base, wanted } => Node::Optional { base: again(base), wanted: again(wanted) },
        leaf => leaf.clone(),
    })
}

fn spans_are_good(query: &str, expr: &Expr) -> bool {
    query.get(expr.span.clone()).is_some() && expr.parts().into_iter().all(|part| spans_are_good(query, part))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn printing_then_reading_is_the_identity(tree in trees()) {
        prop_assume!(!only_excludes(&tree));
        let printed = tree.to_string();
        let read = parse_expression(&printed);
        let read = read.map_err(|errors| TestCaseError::fail(format!("{printed}\n{errors}")))?;
        prop_assert!(spans_are_good(&printed, &read), "{}", printed);
        prop_assert!(placeless(&read) == tree, "{}\n{}", printed, read);
    }

    #[test]
    fn translating_without_loss_changes_nothing(tree in trees()) {
        prop_assume!(!only_excludes(&tree));
        for dialect in [Dialect::Incopat, Dialect::Patsnap] {
            let there = translate(&tree, dialect);
            if let Ok(Query { parsed: Parsed::Boolean(back), .. }) = parse_in(&there.text, Some(dialect)) {
                // Whatever comes back can be said, and says itself.
                prop_assert_eq!(back.to_string(), placeless(&back).to_string());
            }
        }
    }

    #[test]
    fn any_text_gives_a_tree_or_errors_at_character_boundaries(
        query in r#"(?s)([a-zA-Z采煤机 ()\[\]{}"'=:<>，“”\\$#@*?~^/._-]|AND |OR |NOT |XOR |ti=|R=\(|ev\.\(|\(2w\)|\(s\) |\$W2 |prox/|5W |TREE@|\PC){0,40}"#,
        dialect in 0..9usize,
    ) {
        let dialect = Dialect::ALL.get(dialect).copied();
        match parse_in(&query, dialect) {
            Err(errors) => {
                for error in &errors.errors {
                    prop_assert!(query.get(error.span.clone()).is_some());
                }
                prop_assert!(!errors.to_string().is_empty());
            }
            Ok(read) => {
                for lint in &read.lints {
                    prop_assert!(query.get(lint.span.clone()).is_some());
                }
                if let Parsed::Boolean(expr) = read.parsed {
                    prop_assert!(spans_are_good(&query, &expr));
                    let printed = expr.to_string();
                    let again = parse_expression(&printed);
                    let again = again.map_err(|errors| TestCaseError::fail(format!("{query}\n{printed}\n{errors}")))?;
                    prop_assert_eq!(placeless(&again), placeless(&expr), "{}", printed);
                    for dialect in Dialect::ALL {
                        translate(&expr, dialect);
                    }
                }
            }
        }
    }
}

#[test]
fn lints_are_told() {
    let check = |query: &str, dialect: Option<Dialect>, expected: &[LintKind]| {
        let read = parse_in(query, dialect).unwrap();
        let found: Vec<LintKind> = read.lints.iter().map(|lint| lint.kind).collect();
        assert_eq!(found, expected, "{query}: {:?}", read.lints);
    };
    check("a1 OR b1 AND c1", None, &[LintKind::Precedence]);
    check("a1 OR b1 AND c1", Some(Dialect::Espacenet), &[LintKind::Precedence]);
    check("a1 AND b1 OR c1", None, &[LintKind::MixedOperators]);
    check("a1 OR (b1 AND c1)", None, &[]);
    check("TTL:纳米 AND AN:清华大学", None, &[LintKind::Collision]);
    check("an=201810000000 AND drum", None, &[LintKind::Collision]);
    check("ti=(the OR drum)", None, &[LintKind::StopWord]);
    check("ti=(a* OR drum*)", None, &[LintKind::ShortWildcard]);
    check("loc=01-01 OR drum", None, &[LintKind::NotHeld]);
    check("ad=[2020 TO 2010]", None, &[LintKind::EmptyRange]);
    check("A pipe of 5\" is bent; the bend is welded.", None, &[LintKind::OpenQuote]);
}

#[test]
fn the_examples_of_the_reference_are_read() {
    let blocks = crate::query::REFERENCE.split("```query\n").skip(1);
    let examples: Vec<&str> =
        blocks.flat_map(|block| block.split("```").next().unwrap_or("").lines()).collect();
    assert!(examples.len() > 15);
    for example in examples {
        let read = parse_in(example, None);
        assert!(
            matches!(&read, Ok(Query { parsed: Parsed::Boolean(_), dialect: Dialect::Patnav, .. })),
            "{example}: {}",
            shown(read)
        );
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    dialect: String,
    #[serde(default)]
    detected: bool,
    input: String,
    canonical: String,
}

#[test]
fn each_dialect_is_read_by_its_own_rules() {
    let cases: Cases = toml::from_str(include_str!("../../../fixtures/dialects.toml")).unwrap();
    for case in cases.case {
        let dialect: Dialect = case.dialect.parse().unwrap();
        let read = parse_in(&case.input, Some(dialect));
        assert_eq!(shown(read), case.canonical, "{} in {dialect}", case.input);
        if case.detected {
            let read = parse_in(&case.input, None).unwrap();
            assert_eq!((read.dialect, read.detected), (dialect, true), "{}", case.input);
        }
        let expr = parse_expression(&case.canonical).unwrap();
        assert_eq!(expr.to_string(), case.canonical, "the canonical form stays");
        // What the dialect said, it can say again.
        let back = translate(&expr, dialect);
        if back.losses.is_empty() {
            // Quotes are added where a word could be an operator.
            let plain = |text: &str| text.replace('"', "");
            let again = shown(parse_in(&back.text, Some(dialect)));
            assert_eq!(plain(&again), plain(&case.canonical), "{}", back.text);
        }
    }
}
