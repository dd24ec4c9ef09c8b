//! How well do the rules of names tell organisations, and what do they cost?
//!
//! Three questions, each with a folder of real data as argument; without one, the cost alone on made-up names.
//!
//! - `organizations.tsv` (name, type, aliases separated by `;`): pairwise precision and recall of `candidates`, names
//!   of one language compared with each other: Chinese with Chinese, Latin with Latin. Recall: of all pairs of names
//!   in one row, those that the rules join. Precision: of all pairs that they join and the file judges, those that it
//!   joins. The file is unchecked and lists most organisations several times, so it judges a pair only by these rules,
//!   each of which is counted:
//!   1. both names stand in rows with aliases (a row without was never compared with any other);
//!   2. rows that share a name are one organisation (the file says so itself): a name is shared where it is the same in
//!      letters and digits without case, accents, punctuation, legal forms, the capacity it acts in (`as agent`), the
//!      number of a list before it, and behind it an abbreviation in brackets or after a dash, or a second name after a
//!      slash, with or without small words; or of five words and more the same in the first three letters of each;
//!   3. two names are no judgement where they are, word for word, the same in their first three letters once all that is
//!      dropped: the file then lists one name twice, once abbreviated;
//!   4. nor where one is the beginning of the other, of 30 letters and more: sources print names cut off.
//!
//!   Figures without rules 3 and 4, and without any, are printed beside; and all of it twice, by spelling alone and with the
//!   tables of names that ship.
//! - `drones_tac_1606_cleaned.csv.gz` with the raw file beside: of the applicants of a record, whether those that the
//!   cleaning made one are one, and those it left apart are apart.
//! - Cost: names a second, parsing and candidates, on one thread's CPU time.
//!
//! Command: `cargo bench --bench names -- [--wrong N] organizations.tsv`, `… -- RAW.csv CLEAN.csv.gz`, `… -- --cost N`.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::Read as _;
use std::time::Instant;

use patnav::analytics::party::{Bond, Candidate, Groups, candidates};
use patnav::patent::Date;
use patnav::patent::domain::Pack;
use patnav::patent::party::{Name, Script};
use patnav::text::normalize::fold;
use unicode_normalization::UnicodeNormalization as _;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let mut n_shown = 0;
    if arguments.first().is_some_and(|flag| flag == "--wrong") {
        n_shown = arguments.get(1).map_or(Ok(0), |n| n.parse())?;
        arguments.drain(..2.min(arguments.len()));
    }
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => cost(100_000),
        ["--cost", n] => cost(n.parse()?),
        [file] => organizations(&std::fs::read_to_string(file)?, n_shown),
        [raw, clean] => drones(raw, clean, n_shown)?,
        _ => println!("see the head of benches/names.rs"),
    }
    Ok(())
}

/// Sets of positions that grow together.
struct Sets(Vec<usize>);

impl Sets {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }

    fn roots(&mut self) -> Vec<usize> {
        (0..self.0.len()).map(|at| self.root(at)).collect()
    }
}

fn folded(text: &str) -> String {
    fold(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the rules make of names: the set of each, by spelling alone and with the tables that ship (groups and packs).
fn clusters(names: &[String]) -> (Vec<Name>, [Vec<usize>; 2]) {
    let parsed: Vec<Name> = names.iter().map(|name| Name::parse(name)).collect();
    let references: Vec<&Name> = parsed.iter().collect();
    let mut sets = Sets::new(names.len());
    let sure = |pair: &&Candidate| !pair.is_doubtful;
    for pair in candidates(&references).iter().filter(sure) {
        sets.join(pair.a, pair.b);
    }
    let spelled = sets.roots();
    let mut by_key: HashMap<(Script, &str, Option<&str>), usize> = HashMap::new();
    for (at, name) in parsed.iter().enumerate() {
        by_key.entry(name.identity()).or_insert(at);
    }
    for set in Groups::new(Pack::builtin(), Vec::new()).alias_sets() {
        let listed: Vec<Name> = set.iter().map(|name| Name::parse(&folded(name))).collect();
        let met: Vec<usize> =
            listed.iter().filter_map(|name| by_key.get(&name.identity()).copied()).collect();
        met.windows(2).for_each(|pair| sets.join(pair[0], pair[1]));
    }
    let with_tables = sets.roots();
    (parsed, [spelled, with_tables])
}

/// The sets with those of one owner joined: the clean names of a landscape are those of groups. `on` is the day on which
/// the tables are asked.
fn rolled_up(names: &[String], roots: &[usize], on: Date) -> Vec<usize> {
    let groups = Groups::new(Pack::builtin(), Vec::new());
    let mut sets = Sets(roots.to_vec());
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, name) in names.iter().enumerate() {
        for group in groups.of_name(name, on, Bond::Ownership) {
            match first.entry(group.id.clone()) {
                Entry::Occupied(other) => sets.join(*other.get(), at),
                Entry::Vacant(free) => drop(free.insert(at)),
            }
        }
    }
    sets.roots()
}

fn organizations(text: &str, n_shown: usize) {
    let (mut names, mut rows, mut index) = (Vec::new(), Vec::new(), HashMap::new());
    let mut is_labelled = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let head = cells.next().unwrap_or_default();
        let aliases = cells.nth(1).unwrap_or_default();
        let all =
            std::iter::once(head).chain(aliases.split(';')).map(str::trim).filter(|name| !name.is_empty());
        let mut row: Vec<usize> = Vec::new();
        for name in all {
            let name = folded(name);
            let at = *index.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                is_labelled.push(false);
                names.len() - 1
            });
            row.push(at);
        }
        if row.len() > 1 {
            row.iter().for_each(|at| is_labelled[*at] = true);
        }
        rows.push(row);
    }
    let n_aliased = rows.iter().filter(|row| row.len() > 1).count();
    println!("{} rows, {n_aliased} with aliases, {} names", rows.len(), names.len());
    let (parsed, [spelled, with_tables]) = clusters(&names);
    let mut said = Sets::new(names.len());
    rows.iter().for_each(|row| row.windows(2).for_each(|pair| said.join(pair[0], pair[1])));
    let plain = said.roots();
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, name) in names.iter().enumerate().filter(|(at, _)| is_labelled[*at]) {
        let heads = Some(heads(name)).filter(|heads| heads.split(' ').count() >= 5);
        for fold in [Some(bare(name, SMALL)), Some(bare(name, &[])), heads].into_iter().flatten() {
            match first.entry(fold) {
                Entry::Occupied(other) => said.join(*other.get(), at),
                Entry::Vacant(free) => drop(free.insert(at)),
            }
        }
    }
    let linked = said.roots();
    for (how, ours, n_shown) in [("by spelling", spelled, 0), ("with tables", with_tables, n_shown)] {
        println!("{how}:");
        let mut all = Counts::default();
        for script in [Script::Han, Script::Latin] {
            let is_of = |at: &usize| parsed[*at].script == script;
            let mut counts = Counts::default();
            let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            (0..names.len()).filter(is_of).for_each(|at| sets.entry(ours[at]).or_default().push(at));
            let mut wrong = Vec::new();
            for (a, b) in sets.values().flat_map(|set| pairs(set)) {
                counts.joined += 1;
                if plain[a] == plain[b] {
                    counts.plain_right += 1;
                }
                if !is_labelled[a] || !is_labelled[b] {
                    counts.unjudged += 1;
                } else if linked[a] == linked[b] {
                    counts.right += 1;
                } else if heads(&names[a]) == heads(&names[b]) {
                    counts.listed_twice += 1;
                } else if is_cut(&names[a], &names[b]) {
                    counts.cut += 1;
                } else {
                    wrong.push((a, b));
                }
            }
            counts.wrong = wrong.len();
            let mut missed = Vec::new();
            for row in &rows {
                let own: Vec<usize> = row.iter().copied().filter(is_of).collect();
                for (a, b) in pairs(&own).filter(|(a, b)| a != b) {
                    counts.in_rows += 1;
                    if ours[a] == ours[b] {
                        counts.found += 1;
                    } else {
                        missed.push((a, b));
                    }
                }
            }
            println!("{script:?}: {counts}");
            for (what, list) in [("joined, apart in the file", &wrong), ("one in the file, apart", &missed)] {
                let step = (list.len() / n_shown.max(1)).max(1);
                for (a, b) in list.iter().step_by(step).take(n_shown) {
                    println!("  {what}: {} | {}", names[*a], names[*b]);
                }
            }
            all.add(&counts);
        }
        println!("both: {all}");
        let mut cross = (0, 0);
        for row in &rows {
            for (a, b) in pairs(row)
                .filter(|(a, b)| (parsed[*a].script == Script::Han) != (parsed[*b].script == Script::Han))
            {
                cross = (cross.0 + 1, cross.1 + usize::from(ours[a] == ours[b]));
            }
        }
        println!(
            "Chinese with another script: {} of {} pairs, by spelling alone (records and tables join them)",
            cross.1, cross.0
        );
    }
}

fn pairs(set: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    set.iter().enumerate().flat_map(|(i, a)| set[i + 1..].iter().map(move |b| (*a, *b)))
}

#[derive(Default)]
struct Counts {
    joined: usize,
    plain_right: usize,
    unjudged: usize,
    right: usize,
    listed_twice: usize,
    cut: usize,
    wrong: usize,
    in_rows: usize,
    found: usize,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.joined += other.joined;
        self.plain_right += other.plain_right;
        self.unjudged += other.unjudged;
        self.right += other.right;
        self.listed_twice += other.listed_twice;
        self.cut += other.cut;
        self.wrong += other.wrong;
        self.in_rows += other.in_rows;
        self.found += other.found;
    }
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { f64::NAN } else { part as f64 / all as f64 }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{} pairs joined; not judged {} (rule 1), listed twice {} (rule 3), cut {} (rule 4); right {}, wrong {}: precision \
             {:.4} (without rules 3 and 4 {:.4}, without any {:.4}); recall {} of {}: {:.4}",
            self.joined,
            self.unjudged,
            self.listed_twice,
            self.cut,
            self.right,
            self.wrong,
            share(self.right, self.right + self.wrong),
            share(self.right, self.right + self.wrong + self.listed_twice + self.cut),
            share(self.plain_right, self.joined),
            self.found,
            self.in_rows,
            share(self.found, self.in_rows),
        )
    }
}

/// Letters and digits of a text, without accents, in lower case.
fn letters(text: &str) -> String {
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Legal forms of Chinese and Japanese names, kinds of legal persons, countries in brackets, merchants' prefixes, and
/// words for "and".
const HAN_FORMS: &[&str] = &[
    "股份两合公司",
    "股份有限公司",
    "有限责任公司",
    "责任有限公司",
    "私人有限公司",
    "有限公司",
    "股份公司",
    "公司",
    "株式会社",
    "有限会社",
    "国立大学法人",
    "学校法人",
    "独立行政法人",
    "公法法人",
    "(日本)",
    "(美国)",
    "(德国)",
    "(法国)",
    "(南韩)",
    "(丹麦)",
    "(英国)",
    "(瑞士)",
    "(荷兰)",
    "南韩商",
    "丹麦商",
    "瑞士商",
    "荷兰商",
    "日商",
    "美商",
    "英商",
    "法商",
    "德商",
    "(株)",
    "与",
    "和",
    "及",
    "暨",
];

/// Characters of Japanese print, or words, and what they are in Chinese.
const HAN_SAME: &[(&str, &str)] =
    &[("浜", "滨"), ("気", "气"), ("沢", "泽"), ("豊", "丰"), ("自动车", "汽车")];

/// Legal forms of Latin names, of one word.
const LATIN_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "ltd",
    "limited",
    "llc",
    "plc",
    "gmbh",
    "mbh",
    "ag",
    "sa",
    "sas",
    "bv",
    "nv",
    "kk",
    "ab",
    "as",
    "oy",
    "spa",
    "srl",
    "lp",
    "llp",
    "kg",
    "kgaa",
    "se",
    "pty",
    "pte",
    "pvt",
    "private",
    "ulc",
    "gk",
    "slu",
    "ev",
    "jsc",
    "public",
    "proprietary",
    "sdn",
    "bhd",
    "sl",
];

/// The same of several words; what follows them only explains them.
const LONG_FORMS: &[&str] = &[
    "limited liability company",
    "koerperschaft des oeffentlichen rechts",
    "korperschaft des offentlichen rechts",
    "an indian registered body",
    "an indianregistered body",
    "a body corporate",
    "gemeinnutzige stiftung",
];

/// In what capacity an organisation acts.
const CAPACITIES: &[&str] = &[
    " as agent",
    " as administrative",
    " as collateral",
    " as notes",
    " as the notes",
    " as successor",
    " as trustee",
];

/// Articles, prepositions and conjunctions.
const SMALL: &[&str] =
    &["of", "the", "and", "for", "de", "la", "des", "du", "et", "fur", "fuer", "und", "der", "i"];

/// The words of a Latin name without small words and legal forms; runs of single letters are one word (`S.p.A.`).
/// Written without the rules that are measured.
fn latin_words(name: &str, small: &[&str]) -> Vec<String> {
    let mut text: String = name.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect();
    text = text
        .to_lowercase()
        .replace('&', " ")
        .replace("societe anonyme", "sa")
        .replace(", ", " ")
        .replace(',', " ");
    for form in ["national university corporation ", "nat univ corp ", "public university corporation "] {
        text = text.strip_prefix(form).map(str::to_owned).unwrap_or(text);
    }
    for mark in LONG_FORMS.iter().chain(CAPACITIES) {
        if let Some(at) = text.find(mark).filter(|at| *at > 0) {
            text.truncate(at);
        }
    }
    let mut words: Vec<String> = Vec::new();
    let mut in_run = false;
    for word in text.split(|c: char| c.is_whitespace() || ",-/.(".contains(c)).map(letters) {
        if word.is_empty() {
            continue;
        }
        let is_single = word.chars().count() == 1;
        match words.last_mut().filter(|_| is_single && in_run) {
            Some(last) => last.push_str(&word),
            None => words.push(word),
        }
        in_run = is_single;
    }
    words.retain(|word| !small.contains(&word.as_str()));
    let mut at = 0;
    words.retain(|word| {
        at += 1;
        at == 1 || !LATIN_FORMS.contains(&word.as_str())
    });
    words
}

fn is_han(name: &str) -> bool {
    name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn without_han_forms(name: &str) -> String {
    let mut text = name.to_lowercase();
    HAN_SAME.iter().for_each(|(from, to)| text = text.replace(from, to));
    HAN_FORMS.iter().for_each(|form| text = text.replace(form, ""));
    letters(&text)
}

/// Rule 2: a name in letters and digits alone, without case, accents, punctuation, small words and legal forms, the
/// number of a list before it, and an abbreviation in brackets behind it.
fn bare(name: &str, small: &[&str]) -> String {
    let mut name = name.replace('（', "(").replace('）', ")");
    if let Some((number, rest)) = name.split_once(['.', ')'])
        && (1..=2).contains(&number.len())
        && number.chars().all(|c| c.is_ascii_digit())
        && letters(rest).chars().count() >= 4
    {
        name = rest.to_owned();
    }
    // A second name behind a slash, an abbreviation behind a dash.
    if let Some((head, tail)) = name.rsplit_once(" / ").or_else(|| name.rsplit_once(" - "))
        && letters(head).chars().count() >= 8
        && (name.contains(" / ") || !tail.contains(' '))
    {
        name = head.to_owned();
    }
    if let Some((head, tail)) = name.trim_end().strip_suffix(')').and_then(|name| name.rsplit_once('('))
        && tail.len() <= 12
        && tail.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
        && letters(head).chars().count() >= 4
    {
        name = head.to_owned();
    }
    let bare = if is_han(&name) { without_han_forms(&name) } else { latin_words(&name, small).concat() };
    // Written-out umlauts are umlauts.
    bare.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// Rule 4.
fn is_cut(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.chars().count() >= 30 && long.starts_with(&short)
}

/// Rule 3.
fn heads(name: &str) -> String {
    if is_han(name) {
        return without_han_forms(name);
    }
    let words = latin_words(name, SMALL);
    words.iter().map(|word| word.chars().take(3).collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Raw names and the clean ones that a person made of them, record by record.
fn drones(raw: &str, clean: &str, n_shown: usize) -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(clean)?).read_to_string(&mut text)?;
    let number = |text: &str| letters(text);
    let field = |record: &csv::StringRecord, headers: &csv::StringRecord, name: &str| {
        headers
            .iter()
            .position(|header| header.trim() == name)
            .and_then(|at| record.get(at))
            .unwrap_or_default()
            .to_owned()
    };
    let mut cleaned: HashMap<String, Vec<String>> = HashMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    for record in reader.records() {
        let record = record?;
        let names = field(&record, &headers, "applicants_use_me");
        let names = names.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        cleaned.insert(number(&field(&record, &headers, "publication_number")), names.collect());
    }
    let bytes = std::fs::read(raw)?;
    // Written on a Macintosh of its time, as its lone line ends say and as `ingest` reads it.
    let (decoded, ..) = encoding_rs::MACINTOSH.decode(&bytes);
    let text = decoded.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    // Each raw name with the clean one at its place, where both lists have the same length.
    let (mut said, mut skipped): (BTreeMap<String, String>, usize) = (BTreeMap::new(), 0);
    for record in reader.records() {
        let record = record?;
        let raw = field(&record, &headers, "Applicants");
        let raw: Vec<String> = raw.split(";;").map(folded).filter(|name| !name.is_empty()).collect();
        match cleaned.get(&number(&field(&record, &headers, "Publication Number"))) {
            Some(clean) if clean.len() == raw.len() => said.extend(aligned(raw, clean)),
            _ => skipped += 1,
        }
    }
    // Clean names that are one by rule 2 are one.
    let mut spelled: HashMap<String, String> = HashMap::new();
    for clean in said.values_mut() {
        *clean = spelled.entry(bare(clean, SMALL)).or_insert_with(|| clean.clone()).clone();
    }
    let names: Vec<String> = said.keys().cloned().collect();
    let (_, [_, organisations]) = clusters(&names);
    tell("organisations", &names, &said, &organisations, 0);
    // The end of the year of the export.
    let ours = rolled_up(&names, &organisations, Date::constant(2016, 12, 31));
    tell("groups that the tables know", &names, &said, &ours, n_shown);
    println!("{} raw names; {skipped} records without a one-to-one list", names.len());
    Ok(())
}

/// Prints how many raw names have the set that the person's clean names give them.
fn tell(what: &str, names: &[String], said: &BTreeMap<String, String>, ours: &[usize], n_shown: usize) {
    // A raw name is told right where its set is the set of the names that the person gave the same clean name.
    let mut by_clean: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_ours: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        by_clean.entry(said[name].as_str()).or_default().push(at);
        by_ours.entry(ours[at]).or_default().push(at);
    }
    let wrong: Vec<usize> =
        (0..names.len()).filter(|at| by_clean[said[&names[*at]].as_str()] != by_ours[&ours[*at]]).collect();
    let right = names.len() - wrong.len();
    println!(
        "{what}: {} clean names; set of the name told right: {right}: {:.4}",
        by_clean.len(),
        share(right, names.len())
    );
    let (mut joined, mut both) = (0, 0);
    for (a, b) in by_ours.values().flat_map(|set| pairs(set)) {
        joined += 1;
        both += usize::from(said[&names[a]] == said[&names[b]]);
    }
    let wanted = by_clean.values().flat_map(|set| pairs(set)).count();
    println!(
        "pairs: precision {both} of {joined}: {:.4}; recall {both} of {wanted}: {:.4}",
        share(both, joined),
        share(both, wanted)
    );
    for at in wrong.iter().take(n_shown) {
        println!("  {} -> {}", names[*at], said[&names[*at]]);
    }
}

/// Pairs the raw names of a record with its clean ones: those of the same letters first, since the two lists are not
/// always in the same order, and the rest by place.
fn aligned(raw: Vec<String>, clean: &[String]) -> Vec<(String, String)> {
    let mut left: Vec<&String> = clean.iter().collect();
    let mut said: Vec<Option<String>> = vec![None; raw.len()];
    for (raw, said) in raw.iter().zip(&mut said) {
        if let Some(at) = left.iter().position(|clean| letters(clean) == letters(raw)) {
            *said = Some(left.remove(at).clone());
        }
    }
    let mut left = left.into_iter();
    let rest = raw.into_iter().zip(said);
    rest.filter_map(|(raw, said)| Some((raw, said.or_else(|| left.next().cloned())?))).collect()
}

/// Made-up names of both languages, some of them spellings of others.
fn cost(n: usize) {
    let syllables = [
        "岭", "云", "泽", "岚", "恒", "岩", "翊", "坤", "璟", "源", "通", "昱", "沐", "壤", "衡", "朔", "景",
        "峤", "安", "穹",
    ];
    let fields = ["氢储科技", "煤矿机械", "碳环境装备", "能源化工", "智能装备"];
    let forms = ["有限公司", "股份有限公司", "有限责任公司", "（北京）有限公司"];
    let latin = [
        "Lingyun", "Zelan", "Hengyan", "Yikun", "Jingyuan", "Tongyu", "Muran", "Hengshuo", "Harlan", "Ridge",
        "Norden", "Velo",
    ];
    let words = [
        "Hydrogen Technology",
        "Coal Machinery",
        "Carbon Environment Equipment",
        "Energy Chem",
        "Intelligent Systems",
    ];
    let ends = ["Co., Ltd.", "Inc", "GmbH", "Corporation", "Univ"];
    let pick = |seed: usize, list: &[&str]| list[seed % list.len()].to_owned();
    let names: Vec<String> = (0..n)
        .map(|i| {
            let (x, y, z) = (i.wrapping_mul(2_654_435_761) >> 7, i / 7, i / 3);
            if i % 2 == 0 {
                pick(x, &syllables)
                    + &pick(y, &syllables)
                    + &pick(z, &syllables)
                    + &pick(i, &fields)
                    + &pick(x / 31, &forms)
            } else {
                format!(
                    "{} {}{} {} {}",
                    pick(x, &latin),
                    pick(y, &latin),
                    i % 997,
                    pick(z, &words),
                    pick(x / 17, &ends)
                )
            }
        })
        .collect();
    let started = Instant::now();
    let parsed: Vec<Name> = names.iter().map(|name| Name::parse(&folded(name))).collect();
    let parsing = started.elapsed();
    let references: Vec<&Name> = parsed.iter().collect();
    let found = candidates(&references).len();
    let all = started.elapsed();
    println!(
        "{n} names on one thread: parsing {:.1} s, all {:.1} s; {found} pairs",
        parsing.as_secs_f64(),
        all.as_secs_f64()
    );
}
