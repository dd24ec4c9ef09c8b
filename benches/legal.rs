//! How much of the published list of legal event codes is mapped, by office and by ST.27 group?
//!
//! Corpus: a folder with `legal_code_descriptions_*.xlsx`, the list of codes that goes with the EPO's legal data
//! (columns Authority, Event-code, Influence, Description ENG, Event-class). Facts of it (office, code, class letter, influence)
//! are in `index-schema/legal/codes.tsv`; its texts are not. Outside the timed part: reading the workbook.
//!
//! Without a folder: what one case and its state cost.
//!
//! Command: `cargo bench --bench legal -- DIR`; `cargo bench --bench legal -- DIR --write FILE` writes `codes.tsv` anew. Codes
//! that the list leaves without a class get one from the words of their description, marked `words` in the last column;
//! the effect column is always from words and sign, and `codes.toml` overrules it.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use calamine::Reader as _;
use calamine::Xlsx;
use patnav::patent::Date;
use patnav::patent::LegalEvent;
use patnav::patent::Publication;
use patnav::patent::PublicationNumber;
use patnav::patent::legal::Case;
use patnav::patent::legal::Effect;
use patnav::patent::legal::Simple;
use patnav::patent::legal::meaning;
use patnav::patent::legal::state;

struct Code {
    office: String,
    code: String,
    influence: String,
    words: String,
    class: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let Some(folder) = arguments.first() else {
        cost();
        return Ok(());
    };
    let codes = read(&workbook(Path::new(folder))?)?;
    if let [_, flag, file] = arguments.as_slice() {
        if flag == "--write" {
            fs::write(file, table(&codes))?;
            println!("{} codes written", codes.len());
        }
        return Ok(());
    }
    report(&codes);
    Ok(())
}

/// What one state costs: a case of two publications and seven events, built and asked 20,000 times on one thread.
fn cost() {
    let day = |year, month| Date::constant(year, month, 20);
    let event = |code: &str, effective, known| LegalEvent {
        office: "CN".to_owned(),
        code: code.to_owned(),
        country: None,
        effective: Some(effective),
        known: Some(known),
        text: String::new(),
        attributes: BTreeMap::new(),
    };
    let a = Publication {
        number: PublicationNumber::parse("CN102000001A").ok(),
        filing_date: Some(day(2012, 4)),
        publication_date: Some(day(2013, 10)),
        events: vec![
            event("PB01", day(2013, 10), day(2013, 10)),
            event("SE01", day(2013, 11), day(2013, 11)),
            event("GR01", day(2014, 10), day(2014, 10)),
            event("TR01", day(2016, 10), day(2016, 11)),
            event("PE01", day(2017, 10), day(2017, 11)),
            event("CF01", day(2019, 4), day(2020, 5)),
            event("RR01", day(2019, 4), day(2020, 11)),
        ],
        ..Publication::default()
    };
    let b = Publication { number: PublicationNumber::parse("CN102000001B").ok(), ..a.clone() };
    let n = 20_000;
    let start = Instant::now();
    let n_active = (0..n)
        .filter(|_| state(&Case::of(&[&a, &b]), day(2022, 1), day(2022, 1)).status.simple == Simple::Active)
        .count();
    let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(n);
    println!(
        "{micros:.1} microseconds a case with its state ({n_active} of {n} active), {:.1} s a million",
        micros
    );
}

fn workbook(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with("legal_code_descriptions") {
                return Ok(path);
            }
        }
    }
    Err("no legal_code_descriptions_*.xlsx below the folder".into())
}

fn read(path: &Path) -> Result<Vec<Code>, Box<dyn Error>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook(path)?;
    let sheet = workbook.sheet_names().first().cloned().ok_or("a workbook without a sheet")?;
    let range = workbook.worksheet_range(&sheet)?;
    let mut rows = range.rows();
    let header: Vec<String> = rows.next().ok_or("an empty sheet")?.iter().map(ToString::to_string).collect();
    let at =
        |name: &str| header.iter().position(|column| column == name).ok_or(format!("no column `{name}`"));
    let columns =
        [at("Authority")?, at("Event-code")?, at("Influence")?, at("Description ENG")?, at("Event-class")?];
    let mut out = Vec::new();
    for row in rows {
        let [office, code, influence, words, class] =
            columns.map(|at| row.get(at).map(|cell| cell.to_string().trim().to_owned()).unwrap_or_default());
        out.push(Code { office, code, influence, words: words.to_uppercase(), class });
    }
    Ok(out)
}

fn table(codes: &[Code]) -> String {
    let mut lines = Vec::new();
    for code in codes {
        let (class, origin) = if code.class.is_empty() {
            (class_of(&code.words), "words")
        } else {
            (code.class.as_str(), "list")
        };
        let effect = effect_of(class, &code.influence, &code.words);
        let sign = if code.influence.is_empty() { "." } else { &code.influence };
        lines.push(format!("{}\t{}\t{class}\t{sign}\t{effect}\t{origin}", code.office, code.code));
    }
    lines.sort();
    let mut out = String::from(
        "# Legal event codes: office, code, ST.27 class letter (empty: unmapped), influence (+ - or .), effect, origin of the class.\n\
         # Written by `cargo bench --bench legal -- DIR --write FILE` from the facts of the EPO's list of legal event codes (2024/17).\n",
    );
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    out
}

fn any(words: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| words.contains(part))
}

const CERTIFICATE: [&str; 5] = [
    "SUPPLEMENTARY PROTECTION",
    "SPC",
    "COMPLEMENTARY PROTECTION",
    "PLANT PROTECTION",
    "CERTIFICATE SETTLED",
];

/// The class of a code that the list leaves open, by the words of its description; empty where they tell nothing.
fn class_of(words: &str) -> &'static str {
    let rules: [(&str, &[&str]); 15] = [
        ("Y", &["DELETE", "CORRECT", "ERRAT", "ERRONEOUS", "ERROR"]),
        ("G", &CERTIFICATE),
        ("G", &["TERM EXTEN", "EXTENSION OF TERM", "PATENT EXTENDED", "RENEWAL OF PATENT TERM"]),
        ("V", &["APPEAL", "COURT"]),
        ("K", &["RESTOR", "REINSTAT", "RE-ESTABL", "REESTABL", "NOT CEASED", "RESTITUTION", "RECISSION"]),
        ("L", &["OPPOSITION", "RE-EXAMINATION", "FOR REVOCATION"]),
        (
            "B",
            &[
                "APPLICATION WITHDRAWN",
                "APPLICATION DEEMED",
                "APPLICATION REFUSED",
                "WITHDRAW",
                "REFUS",
                "REJECT",
            ],
        ),
        (
            "H",
            &[
                "REVO",
                "CEAS",
                "EXPIR",
                "LAPSE",
                "SURREND",
                "RENUNC",
                "ANNUL",
                "INVALID",
                "NULL",
                "VOID",
                "CANCELLATION OF A RIGHT",
                "TERMINATION OF PATENT",
                "DISPOSAL",
            ],
        ),
        ("S", &["LICEN", "PLEDGE", "MORTGAGE", "IN REM", "LEGAL MEANS"]),
        (
            "R",
            &[
                "TRANSFER",
                "ASSIGN",
                "NAME",
                "ADDRESS",
                "PROPRIETOR",
                "SUBSTITUTION OF APPLICANT",
                "BIBLIOGRAPHIC",
                "OWNERSHIP",
            ],
        ),
        ("U", &["FEE", "PAYMENT"]),
        ("F", &["GRANT", "SEALED", "IN FORCE", "VALID"]),
        ("Q", &["PUBLI", "LAID OPEN", "TRANSLATION", "OPEN TO", "DOCUMENT"]),
        ("D", &["EXAMIN", "SEARCH"]),
        (
            "W",
            &[
                "PROCEEDING",
                "APPLICATION",
                "SECT",
                "CASE DECIDED",
                "ELECT",
                "REQUEST",
                "REFERENCE",
                "SPECIFICATION",
                "MATTERS",
            ],
        ),
    ];
    rules.iter().find(|(_, parts)| any(words, parts)).map_or("", |(class, _)| class)
}

/// The effect of a code, by class, sign and words; `none` wherever they leave doubt.
fn effect_of(class: &str, influence: &str, words: &str) -> &'static str {
    let request = any(
        words,
        &["REQUEST", "APPLICATION FOR", "APPLICATION MADE", "DELETED", "CHANGED", "NOTICE PRIOR", "PETITION"],
    );
    if any(words, &CERTIFICATE) {
        return "certificate";
    }
    match class {
        "B" if influence == "-" && !request && !words.contains("NOTIFICATION OF REASON") => {
            if any(words, &["REFUS", "REJECT"]) {
                "refused"
            } else if any(words, &["DEEMED", "CONSIDERED", "NO REQUEST", "PAYMENT", "LAPS", "VOID"]) {
                "deemed_withdrawn"
            } else if words.contains("WITHDRAW") {
                "withdrawn"
            } else {
                "discontinued"
            }
        }
        "H" if influence == "-" && !request => {
            if any(words, &["PARTIAL", "IN PART", "LIMIT", "RESTRICT"]) {
                "limited"
            } else if any(words, &["EXPIR", "LIFETIME", "COMPLETION OF TERM", "END OF TERM"]) {
                "expired"
            } else if any(words, &["PAYMENT", "UNPAID", "FEE"]) {
                "lapsed"
            } else if any(words, &["REVO", "INVALID", "NULL", "ANNUL", "VOID"]) {
                "revoked"
            } else if any(words, &["SURREND", "RENUNC", "ABANDON", "RESIGN"]) {
                "abandoned"
            } else {
                "ceased"
            }
        }
        "K" if influence == "+" && !request && !any(words, &["REFUS", "REJECT", "FILED"]) => "restored",
        "C" if influence == "+" && !request && !any(words, &["REFUS", "REJECT", "FILED"]) => "revived",
        "F" if influence != "-"
            && !any(words, &["WITHDRAWN", "CORRECT", "DECISION", "INTENTION", "EXPECTED"]) =>
        {
            "granted"
        }
        "M" if any(words, &["PARTIAL", "LIMIT", "AMEND", "RESTRICT", "MODIFIED"]) => "limited",
        "M" if influence == "+" => "maintained",
        "L" if words.contains("OPPOSITION FILED") => "opposed",
        "L" => "reviewed",
        "R" if any(words, &["NAME", "ADDRESS", "REPRESENTATIVE", "ATTORNEY", "AGENT"]) => "renamed",
        "R" if any(words, &["TRANSFER", "ASSIGN", "OWNERSHIP", "PROPRIETOR", "SUCCESSION"]) => "transferred",
        "U" if influence == "+" && any(words, &["ANNUAL", "RENEWAL", "MAINTENANCE"]) => "fee_paid",
        "Q" if influence != "-" && words.contains("PUBLICATION") => "published",
        "V" => "none",
        _ => "none",
    }
}

fn report(codes: &[Code]) {
    let start = Instant::now();
    let found: Vec<_> = codes.iter().map(|code| meaning(&code.office, &code.code)).collect();
    let elapsed = start.elapsed();
    let mut offices: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut groups: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    let mut unmapped = Vec::new();
    for (code, meaning) in codes.iter().zip(&found) {
        let office = offices.entry(&code.office).or_default();
        office.0 += 1;
        match meaning {
            Some(meaning) => {
                office.1 += 1;
                let group = groups.entry(meaning.group.letter()).or_default();
                group.0 += 1;
                if meaning.effect != Effect::None {
                    office.2 += 1;
                    group.1 += 1;
                }
            }
            None => unmapped.push(format!("{} {}", code.office, code.code)),
        }
    }
    println!("office\tcodes\tmapped\twith an effect");
    for (office, (n, mapped, effective)) in &offices {
        println!("{office}\t{n}\t{mapped}\t{effective}");
    }
    println!("group\tcodes\twith an effect");
    for (group, (n, effective)) in &groups {
        println!("{group}\t{n}\t{effective}");
    }
    println!(
        "{} codes, {} mapped ({:.2} %), {} unmapped, {} microseconds for all",
        codes.len(),
        codes.len() - unmapped.len(),
        100.0 * (codes.len() - unmapped.len()) as f64 / codes.len().max(1) as f64,
        unmapped.len(),
        elapsed.as_micros()
    );
    println!("unmapped: {}", unmapped.join(", "));
}
