//! Names and addresses, case by case.

use super::*;
use crate::patent::Symbol;

fn key(name: &str) -> String {
    Name::parse(name).key
}

/// Checks that all names have one identity.
#[track_caller]
fn one(names: &[&str]) {
    let first = Name::parse(names[0]);
    for name in &names[1..] {
        let other = Name::parse(name);
        assert_eq!(first.identity(), other.identity(), "{} | {name}", names[0]);
    }
}

/// Checks that two names differ in identity or word order.
#[track_caller]
fn two(a: &str, b: &str) {
    let (x, y) = (Name::parse(a), Name::parse(b));
    let orders = (x.order, y.order);
    let by_order = matches!(orders, (WordOrder::Of, WordOrder::After) | (WordOrder::After, WordOrder::Of));
    assert!(x.identity() != y.identity() || by_order, "{a} | {b}: {}", x.key);
}

#[test]
fn chinese_spellings_of_one_name_meet() {
    one(&["天地科技股份有限公司", "天地科技有限公司", "天地科技 股份有限公司", "天地科技"]);
    one(&["株式会社半导体能源研究所", "半导体能源研究所株式会社"]);
    one(&["日商日东电工股份有限公司", "日东电工株式会社", "日商日东电工股份有限公司 (日本)"]);
    one(&["国立大学法人九州大学", "九州大学"]);
    one(&["元智大学 桃园市中坜区远东路135号 (中华民国)", "元智大学"]);
    one(&["中核四〇四有限公司", "中核四0四有限公司"]);
    one(&["四川空分设备（集团）有限责任公司", "四川空分设备(集团)有限责任公司"]);
    one(&["中国华能集団清洁能源技术研究院有限公司", "中国华能集团清洁能源技术研究院有限公司"]);
}

#[test]
fn latin_spellings_of_one_name_meet() {
    one(&["Airbus S.A.S.", "Airbus Sas", "AIRBUS"]);
    one(&["The University of Manchester", "UNIV MANCHESTER", "Manchester Univ."]);
    one(&[
        "Centre National de la Recherche Scientifique (C.N.R.S.)",
        "Centre National De La Recherche Scientifique - CNRS",
    ]);
    one(&["L'Air Liquide, Société Anonyme pour l'Étude", "L’air Liquide SA Pour L'etude"]);
    one(&["Deutsches Zentrum für Luft- und Raumfahrt e.V.", "DEUTSCHES ZENTRUM FUER LUFT UND RAUMFAHRT EV"]);
    one(&["Hno Green Fuels, Inc", "Hno Greenfuels, Inc."]);
    one(&["Sumitomo Seika Chem Co Ltd", "Sumitomo Seika Chemicals Co., Ltd."]);
    one(&["SociãtãDemo Sa", "SociãtãDemo"]);
    one(&["1) Wisconsin Alumni Research Foundation", "Wisconsin Alumni Research Foundation"]);
    assert_eq!(key("Sociã‰tã‰ Bic"), key("Société BIC"), "UTF-8 read as Windows-1252");
}

#[test]
fn names_that_only_look_alike_stay_apart() {
    two("中国矿业大学", "中国矿业大学（北京）");
    two("中国石油大学（北京）", "中国石油大学（华东）");
    two("岭云氢储科技有限公司", "岭云氢储科技（张家口）有限公司");
    two("中煤科工集团有限公司", "中煤集团有限公司");
    two("国家能源集团", "韩国能源研究所");
    two("University of Washington", "Washington University");
    two("University of York", "York University");
    two("中国石油化工集团有限公司", "中国石油化工股份有限公司");
    two("H2 GmbH", "I-H2 S.R.L.");
    two("第七一八研究所", "第七一九研究所");
}

#[test]
fn types_follow_the_name() {
    for (name, kind) in [
        ("天地科技股份有限公司", Type::Company),
        ("中国矿业大学（北京）", Type::University),
        ("北京某某大学科技园有限公司", Type::Company),
        ("煤炭科学研究总院", Type::Institute),
        ("中煤科工集团重庆研究院有限公司", Type::Institute),
        ("国家知识产权局专利管理委员会", Type::Government),
        ("首都医科大学附属北京某某医院", Type::Hospital),
        ("欧阳砺寒", Type::Person),
        ("张伟", Type::Person),
        ("Univ Tsinghua", Type::University),
        ("Fraunhofer Gesellschaft", Type::Institute),
        ("US Department of Energy", Type::Government),
        ("Massachusetts General Hospital", Type::Hospital),
        ("Harlan Ridge Robotics Inc.", Type::Company),
        ("MANIN MICHEL", Type::Person),
        ("株式会社半导体能源", Type::Company),
    ] {
        assert_eq!(Name::parse(name).kind, kind, "{name}");
    }
}

#[test]
fn persons_named_like_companies_and_the_reverse_are_told_or_marked() {
    assert_eq!(Name::parse("Robert Bosch GmbH").kind, Type::Company);
    assert_eq!(Name::parse("Robert Bosch").kind, Type::Person, "without a form only the source can tell");
    let marked = Name::parse("Smith, John Co");
    assert_eq!(marked.kind, Type::Company);
    assert!(marked.faults.contains(&Fault::PersonOrOrganisation));
}

#[test]
fn bad_names_are_kept_with_their_fault() {
    for (name, fault) in [
        ("", Fault::NoLetters),
        (",", Fault::NoLetters),
        ("。。。", Fault::NoLetters),
        ("甲", Fault::OneCharacter),
        ("A", Fault::OneCharacter),
        ("有限公司", Fault::FormOnly),
        ("カナ한글", Fault::MixedScripts),
    ] {
        let parsed = Name::parse(name);
        assert!(parsed.faults.contains(&fault), "{name:?}: {:?}", parsed.faults);
        assert_eq!(parsed.key.is_empty(), name.is_empty());
    }
    let long = "长".repeat(5_000) + "有限公司";
    let parsed = Name::parse(&long);
    assert_eq!(parsed.n_chars, 5_004);
    assert!(parsed.faults.contains(&Fault::TooLong) && parsed.is_void());
    assert_eq!(parsed.key.chars().count(), MAX_NAME_CHARS);
}

#[test]
fn a_second_name_in_brackets_is_another_key() {
    let name = Name::parse("武汉第二船舶设计研究所(中国船舶重工集团公司第七一九研究所)");
    assert_eq!(name.key, key("武汉第二船舶设计研究所"));
    assert_eq!(name.also, [key("中国船舶重工集团公司第七一九研究所")]);
}

#[track_caller]
fn at(text: &str, on: &str) -> (String, String) {
    let address = Address { text: Some(text.to_owned()), ..Address::default() };
    let place = locate(&address, on.parse().unwrap());
    (place.province.unwrap_or_default(), place.city.unwrap_or_default())
}

#[test]
fn addresses_lie_in_the_divisions_of_the_day() {
    for (text, on, province, city) in [
        ("075000 河北省张家口市示例路2号", "2020-01-01", "河北省", "张家口市"),
        ("北京市海淀区上海路1号", "2020-01-01", "北京市", "北京市"),
        ("江苏省张家港市杨舍镇", "2020-01-01", "江苏省", "苏州市"),
        ("湖北省仙桃市仙桃大道", "2020-01-01", "湖北省", "仙桃市"),
        ("湖北省襄樊市", "2009-01-01", "湖北省", "襄樊市"),
        ("湖北省襄樊市", "2011-01-01", "湖北省", "襄阳市"),
        ("山东省莱芜市", "2018-12-31", "山东省", "莱芜市"),
        ("山东省莱芜市", "2019-01-01", "山东省", "济南市"),
        ("四川省重庆市", "1997-05-31", "四川省", "重庆市"),
        ("四川省重庆市", "1997-06-01", "重庆市", "重庆市"),
        ("广西壮族自治区南宁市", "2020-01-01", "广西壮族自治区", "南宁市"),
        ("100083", "2020-01-01", "北京市", "北京市"),
        ("Zhangjiakou, Hebei", "2020-01-01", "河北省", "张家口市"),
        ("Suzhou, Jiangsu Province, P.R. China", "2020-01-01", "江苏省", "苏州市"),
        ("Xi'an, Shaanxi", "2020-01-01", "陕西省", "西安市"),
        ("Suzhou", "2020-01-01", "", ""),
        ("某处无名地", "2020-01-01", "", ""),
    ] {
        assert_eq!(at(text, on), (province.to_owned(), city.to_owned()), "{text} on {on}");
    }
}

#[test]
fn foreign_addresses_are_not_read_as_chinese() {
    let address = Address {
        text: Some("Beijing Road 1, Springfield".into()),
        country: Some("US".into()),
        province: Some("Illinois".into()),
        ..Address::default()
    };
    let place = locate(&address, "2020-01-01".parse().unwrap());
    assert_eq!(place.country.as_deref(), Some("US"));
    assert_eq!(place.province.as_deref(), Some("Illinois"));
    assert_eq!(place.code, None);
}

#[test]
fn the_table_of_divisions_is_consistent() {
    let divisions = divisions();
    let provinces = divisions.iter().filter(|d| d.level() == 1).count();
    assert_eq!(provinces, 34, "23 provinces, 5 regions, 4 municipalities, 2 special regions");
    for division in divisions {
        assert!(
            division.code.len() == 6 && division.code.bytes().all(|b| b.is_ascii_digit()),
            "{}",
            division.name
        );
        let province = format!("{}0000", &division.code[..2]);
        assert!(divisions.iter().any(|other| other.code == province), "{} lacks its province", division.code);
        if let Some(next) = &division.successor {
            assert!(division.to.is_some(), "{} has a successor and no end", division.code);
            assert!(
                divisions.iter().any(|other| other.code == *next && other.to.is_none()),
                "{next} is no division"
            );
        }
    }
}

#[test]
fn industry_tables_are_read_whole_or_not_at_all() {
    let text =
        "\u{feff}# scheme = 战略性新兴产业\n# edition = 2021\nH01M8\t6.1\t氢能\nC01B3/02,6.1\nE21C,2.1\n";
    let table = IndustryTable::from_text(text).unwrap();
    let classes = |symbol: &str| table.classes(&Symbol(symbol.into())).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((table.scheme.as_str(), table.edition.as_str()), ("战略性新兴产业", "2021"));
    assert_eq!(classes("H01M8/04"), ["6.1"]);
    assert_eq!(classes("C01B3/02"), ["6.1"]);
    assert_eq!(classes("C01B3/04"), Vec::<String>::new());
    assert_eq!(table.title("6.1"), Some("氢能"));
    let error = |text: &str| IndustryTable::from_text(text).unwrap_err();
    assert_eq!(error("H01M8\t6.1"), IndustryError::Unnamed { what: "scheme" });
    assert_eq!(error("# scheme = x\nH01M8\t6.1"), IndustryError::Unnamed { what: "edition" });
    assert!(matches!(error("# scheme = x\n# edition = 1\nnonsense\t1"), IndustryError::Line { line: 3, .. }));
    assert_eq!(error("# scheme = x\n# edition = 1\n"), IndustryError::Empty);
}
