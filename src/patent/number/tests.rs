//! Tables of written forms, and the properties that hold for any text.

use proptest::prelude::*;

use super::*;

fn publication(text: &str) -> PublicationNumber {
    PublicationNumber::parse(text).unwrap()
}

fn application(text: &str) -> ApplicationNumber {
    ApplicationNumber::parse(text).unwrap()
}

/// Each line: the displayed form, then ways to write it.
const PUBLICATIONS: &[(&str, &[&str])] = &[
    (
        "CN110083831A",
        &["CN-110083831-A", "CN 110083831 A", "cn110083831a", "ＣＮ１１００８３８３１Ａ", "CN110083831 (A)"],
    ),
    ("CN110083831A", &["公开号：CN110083831A", "申请公布号:CN 110083831 A"]),
    ("CN85100312A", &["CN 85100312 A", "CN-85100312-A"]),
    ("CN202644312U", &["CN202644312U", "CN 202644312 U"]),
    ("CN202448152Y", &["CN 202448152 Y"]),
    ("CN201910302430", &["ZL201910302430.1", "ZL 201910302430.1", "CN ZL201910302430.1"]),
    (
        "US20050004437A1",
        &["US2005/0004437 A1", "US 2005/0004437 A1", "US-2005004437-A1", "US2005004437A1", "US20050004437A1"],
    ),
    ("US20030060222A1", &["US2003060222A1", "US 20030060222 A1", "US2003/0060222A1"]),
    ("US8359798B2", &["US08359798B2", "US 8,359,798 B2", "US-8359798-B2", "US8359798 (B2)"]),
    ("US3982033A", &["US 3982033 A", "US03982033A", "US 3,982,033 A"]),
    ("USD454139S", &["US-D454139-S", "USD0454139S", "D454139 S", "US D454139 S"]),
    ("USRE34519E", &["US-RE34519-E", "USRE034519E", "RE34519E"]),
    ("USPP12345P2", &["US PP12345 P2", "USPP012345P2"]),
    ("USH1904H", &["US-H1904-H", "USH001904H"]),
    ("EP0666666A1", &["EP666666A1", "EP 0 666 666 A1", "EP-0666666-A1", "EP 666666 (A1)"]),
    ("EP1542377A2", &["EP 1542377 A2", "EP1542377A2"]),
    ("WO2019123456A1", &["WO2019/123456 A1", "WO 19/123456 A1", "WO-2019123456-A1", "WO/2019/123456 A1"]),
    ("WO1995022625A1", &["WO9522625A1", "WO 95/22625 A1", "WO-9522625-A1", "WO1995022625A1"]),
    ("WO2002054790A2", &["WO02054790A2", "WO 02/54790 A2", "WO 02/054790 A2", "WO2002/054790 A2"]),
    ("WO2001056547", &["WO200156547", "WO 01/56547", "WO0156547"]),
    ("WO1989010752A1", &["WO1989010752A1", "WO 89/10752 A1", "WO8910752A1"]),
    ("JPS57142099A", &["JP S57142099 A", "JPS57-142099A", "特開昭57-142099", "昭57-142099 A", "JP57142099A"]),
    (
        "JPH05170722A",
        &["JP5170722A", "JPH05170722A", "JP H05-170722 A", "特開平5-170722", "特開平05-170722号"],
    ),
    ("JPH11167215A", &["JP11167215A", "特開平11-167215", "JP-H11167215-A"]),
    ("JPS52089913A", &["JP S5289913 A", "JPS52-89913A"]),
    (
        "JP2005123456A",
        &[
            "特開2005-123456",
            "JP2005-123456A",
            "JP 2005123456 A",
            "特開２００５－１２３４５６",
            "JP20050123456A",
        ],
    ),
    ("JP2007088222A", &["JP2007-88222A", "JP 2007-088222 A"]),
    ("JP2008524255A", &["特表2008-524255"]),
    ("JP2700511B2", &["JP2700511B2", "JP 2700511 B2"]),
    ("JP3202182U", &["JP3202182U", "JP 3202182 U"]),
    ("JP2700511", &["特許第2700511号", "特許2700511"]),
    ("JPWO2023286258A1", &["JPWO2023286258A1", "JP-WO2023286258-A1"]),
    ("KR1020050063970A", &["KR 20050063970 A", "KR1020050063970A", "KR 10-2005-0063970 A"]),
    ("KR100802716B1", &["KR 100802716 B1", "KR10-0802716B1", "KR 0802716 B1"]),
    ("KR200174584Y1", &["KR 200174584 Y1", "KR 0174584 Y1", "KR 20-0174584 Y1"]),
    ("KR2020080000965U", &["KR 20080000965 U", "KR 20-2008-0000965 U"]),
    ("DE102004061977A1", &["DE 10 2004 061 977 A1", "DE102004061977A1"]),
    ("DE10008809A1", &["DE10008809A1", "DE000010008809A1", "DE 100 08 809 A1"]),
    ("DE202004018696U1", &["DE 20 2004 018 696 U1"]),
    ("FR2499880A1", &["FR 2499880 A1", "FR 2 499 880 A1"]),
    ("GB2420628A", &["GB 2420628 A", "GB2420628A"]),
    ("GB0326331D0", &["GB 0326331 D0", "GB-0326331-D0"]),
    ("RU2085199C1", &["RU 2085199 C1", "RU-2085199-C1"]),
    ("BR112013032945B1", &["BR-112013032945-B1", "BR112013032945B1"]),
    ("TWI840516B", &["TW I840516 B", "TWI840516B", "TW-I840516-B"]),
    ("IDP000096808B", &["IDP000096808B"]),
];

const APPLICATIONS: &[(&str, &[&str])] = &[
    (
        "CN201910302430.1",
        &[
            "CN201910302430.1",
            "201910302430.1",
            "ZL201910302430.1",
            "ZL 2019 1 0302430.1",
            "CN 201910302430 A",
        ],
    ),
    (
        "CN201910302430.1",
        &[
            "CN201910302430",
            "CN2019103024301",
            "CN102019000302430",
            "CN20191302430",
            "申请号：CN201910302430.1",
        ],
    ),
    ("CN85100312.5", &["CN85100312", "CN 85100312 A", "CN101985000000312", "CN85100312.5"]),
    ("CN201810392222.0", &["CN2018103922220", "CN201810392222.0"]),
    ("CN202411070872.5", &["CN202411070872.5", "ＣＮ２０２４１１０７０８７２．５"]),
    ("CN202211420889.X", &["CN202211420889.X", "CN202211420889X", "CN202211420889"]),
    ("US15021105", &["US15021105", "US 15/021,105", "US201515021105", "US 201515021105 A"]),
    ("US13547826", &["US 13/547,826", "US201213547826"]),
    ("US61470252", &["US 201161470252 P", "US61/470,252"]),
    ("US3564134D", &["US 3564134D A"]),
    ("EP23173822", &["EP23173822.0", "EP 23173822", "EP20230173822", "EP 23 173 822.0"]),
    ("EP86900035", &["EP 86900035 A", "EP19860900035"]),
    ("EP03712345", &["EP3712345", "EP03712345"]),
    (
        "WOCN2019070001",
        &["PCT/CN2019/070001", "PCT/CN19/070001", "WOCN19070001", "CN 2019070001 W", "WO2019CN70001"],
    ),
    ("WOUS1997005183", &["PCT/US97/05183", "US 9705183 W", "WO1997US05183", "PCTUS9705183"]),
    ("WOEP1999006456", &["PCTEP9906456", "PCT/EP99/06456", "PCT/EP1999/006456"]),
    ("WOEP2024075186", &["WOEP24075186", "WO2024EP75186", "EP2024075186"]),
    ("WOAU2019050522", &["WOAU19050522", "PCT/AU2019/050522"]),
    ("WOUS2006028329", &["US 2006/0028329 W", "PCT/US2006/028329"]),
    ("JP2003145514", &["JP 2003145514 A", "JP20030145514", "特願2003-145514"]),
    ("JP1998206009", &["JP 20600998 A", "JP19980206009", "特願平10-206009", "特願平１０－２０６００９号"]),
    ("JP1990066828", &["JP 6682890 A", "特願平2-66828"]),
    ("JP2024002701U", &["JP2024002701U", "JP 2024002701 U"]),
    ("KR1020140061320", &["KR1020140061320", "KR 20140061320 A", "KR 10-2014-0061320"]),
    ("KR2020140003042", &["KR 20140003042 U", "KR20140003042U", "KR 20-2014-0003042"]),
    ("DE102015201065", &["DE102015201065", "DE 10 2015 201 065.4", "DE 102015201065 A"]),
    ("FR0950012", &["FR 0950012 A", "FR0950012"]),
    ("GB202306615", &["GB 2306615.2", "GB20230006615", "GB202306615", "GB2306615"]),
    ("GB0122448", &["GB 0122448 A", "GB0122448.1", "GB20010022448"]),
    ("IN8034DELNP2015", &["IN8034DELNP2015", "IN 8034/DELNP/2015"]),
    ("SG11202000720T", &["SG11202000720T"]),
    ("HK42022061301", &["HK42022061301.2"]),
    ("AU2002342196", &["AU 2002/342196 A", "AU2002342196"]),
    ("TW096116462", &["TW096116462", "TW 096116462 A"]),
];

#[test]
fn publications_have_one_value_for_many_written_forms() {
    for (expected, forms) in PUBLICATIONS {
        for form in *forms {
            assert_eq!(publication(form).to_string(), *expected, "{form}");
        }
    }
}

#[test]
fn applications_have_one_value_for_many_written_forms() {
    for (expected, forms) in APPLICATIONS {
        for form in *forms {
            assert_eq!(application(form).to_string(), *expected, "{form}");
        }
    }
}

#[test]
fn displayed_and_stored_forms_are_fixed_points() {
    for (shown, _) in PUBLICATIONS {
        let number = publication(shown);
        assert_eq!(number.to_string(), *shown);
        assert_eq!(PublicationNumber::parse(&String::from(number.clone())), Ok(number));
    }
    for (shown, _) in APPLICATIONS {
        assert_eq!(application(shown).to_string(), *shown);
    }
}

#[test]
fn what_names_no_office_is_kept_whole() {
    for text in ["12345/67", "QQ 123", "unknown 99-A", "煤机-7号"] {
        let number = publication(text);
        assert_eq!(number.country, CountryCode::UNKNOWN, "{text}");
        assert_eq!(number.serial, fold(text));
        assert_eq!(PublicationNumber::try_from(String::from(number.clone())), Ok(number));
        assert_eq!(application(text).country, CountryCode::UNKNOWN, "{text}");
    }
}

#[test]
fn a_text_without_digits_is_refused() {
    for text in ["", "CN", "none", "，", "ZL.X"] {
        assert_eq!(PublicationNumber::parse(text), Err(NumberError::Empty { text: text.to_owned() }));
        assert_eq!(ApplicationNumber::parse(text), Err(NumberError::Empty { text: text.to_owned() }));
    }
}

#[test]
fn check_digits_are_verified() {
    for good in [
        "CN201910302430.1",
        "ZL201811107071.6",
        "CN2018103922220",
        "CN201220249766.X",
        "CN99113330.7",
        "EP23173822.0",
        "EP10167109.7",
        "EP18748586.7",
        "CN201910302430",
        "US15021105",
        "nothing",
        "EP23173822",
    ] {
        assert_eq!(ApplicationNumber::verify(good), Ok(()), "{good}");
    }
    for (bad, found, expected) in [
        ("CN201910302430.2", '2', '1'),
        ("CN201910302340.1", '1', '2'),
        ("ZL99113330.X", 'X', '7'),
        ("EP23173822.1", '1', '0'),
    ] {
        let error = NumberError::CheckDigit { text: bad.to_owned(), found, expected };
        assert_eq!(ApplicationNumber::verify(bad), Err(error), "{bad}");
    }
}

#[test]
fn kinds_tell_type_and_grant() {
    use PatentType::*;
    let check = |text: &str, kind, grant| {
        let number = publication(text);
        assert_eq!((number.patent_type(), number.is_grant()), (kind, grant), "{text}");
    };
    check("CN110083831A", Some(Invention), Some(false));
    check("CN110083831B", Some(Invention), Some(true));
    check("CN1010123B", Some(Invention), None);
    check("CN102345678C1", Some(Invention), Some(true));
    check("CN202644312U", Some(UtilityModel), Some(true));
    check("CN2042185Y", Some(UtilityModel), Some(true));
    check("CN301234567S", Some(Design), Some(true));
    check("US20050004437A1", Some(Invention), Some(false));
    check("US3982033A", Some(Invention), Some(true));
    check("USD454139S", Some(Design), Some(true));
    check("USPP12345P2", Some(Plant), Some(true));
    check("US20050004437P1", Some(Plant), Some(false));
    check("EP1542377B1", Some(Invention), Some(true));
    check("WO2019123456A1", Some(Invention), Some(false));
    check("JPH06030945B2", Some(Invention), Some(false));
    check("JP2700511B2", Some(Invention), Some(true));
    check("KR200174584Y1", Some(UtilityModel), Some(true));
    check("BR112013032945B1", None, None);
    check("CN110083831", None, None);
}

#[test]
fn chinese_application_numbers_tell_the_type() {
    let check = |text: &str, kind| assert_eq!(application(text).patent_type(), kind, "{text}");
    check("CN201910302430.1", Some(PatentType::Invention));
    check("CN202380093602.3", Some(PatentType::Invention));
    check("CN201220249766.X", Some(PatentType::UtilityModel));
    check("CN201790000001", Some(PatentType::UtilityModel));
    check("CN202030000001", Some(PatentType::Design));
    check("CN85100312", Some(PatentType::Invention));
    check("CN87215446", Some(PatentType::UtilityModel));
    check("CN12345", None);
    check("US15021105", None);
}

proptest! {
    #[test]
    fn no_text_panics_and_normal_forms_are_fixed_points(text in "\\PC{0,24}") {
        if let Ok(number) = PublicationNumber::parse(&text) {
            let stored = String::from(number.clone());
            prop_assert_eq!(PublicationNumber::parse(&stored), Ok(number.clone()), "{}", stored);
            prop_assert_eq!(PublicationNumber::try_from(stored), Ok(number));
        }
        if let Ok(number) = ApplicationNumber::parse(&text) {
            let stored = String::from(number.clone());
            prop_assert_eq!(ApplicationNumber::try_from(stored), Ok(number));
        }
        let _ = ApplicationNumber::verify(&text);
    }

    #[test]
    fn any_parts_round_trip(
        country in "(CN|US|EP|WO|JP|KR|DE|FR|GB|IN|XX|QQ)",
        serial in "([SHRD]?[0-9]{0,15}|[0-9]{1,4}/[0-9]{1,7}|[0-9]{6,12}\\.[0-9X]|\\PC{0,8}|(19|20)[0-9]{2}[0-9]{4,9}[UWPX]?)",
        kind in proptest::option::of("([A-Z][0-9]?|00|\\PC{0,3})"),
    ) {
        let country = CountryCode::parse(&country).unwrap();
        let number = PublicationNumber::new(country, &serial, kind.as_deref());
        let again = PublicationNumber::new(number.country, &number.serial, number.kind.as_deref());
        prop_assert_eq!(&again, &number);
        prop_assert_eq!(PublicationNumber::try_from(String::from(number.clone())), Ok(number));
        let number = ApplicationNumber::with_kind(country, &serial, kind.as_deref());
        let again = ApplicationNumber::new(number.country, &number.serial);
        prop_assert_eq!(&again, &number);
        prop_assert_eq!(ApplicationNumber::try_from(String::from(number.clone())), Ok(number));
    }

    #[test]
    fn office_shaped_numbers_parse_as_shown(
        text in "(CN[0-9]{7,9}[ABUYS]|US[1-9][0-9]{5,7}B[12]|EP[0-9]{7}[AB][1-9]|WO20[0-2][0-9][0-9]{6}A[1-3]|KR10(19|20)[0-9]{9}A|JPH(0[1-9]|1[0-1])[0-9]{6}A)",
    ) {
        let number = publication(&text);
        prop_assert_eq!(publication(&number.to_string()), number);
    }
}
