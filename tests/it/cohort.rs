//! Cohorts and their indicators over the synthetic corpus: a naive recount of its publications, and the planted stories
//! of `fixtures/stories.toml`, found through the public face.

use std::collections::{BTreeMap, BTreeSet};

use patnav::analytics::cohort::{Cohort, Counting, Labels, Record};
use patnav::analytics::evidence::{Timeline, Unit};
use patnav::analytics::indicator::{burst, emergence, statistics, value::Weights};
use patnav::analytics::map;
use patnav::analytics::measure;
use patnav::patent::domain::Pack;
use patnav::patent::{Date, Publication, Role};
use patnav::search::{Filters, scope};

use crate::corpus;
use crate::tags::generator::vocabulary;

fn story(name: &str) -> toml::Table {
    let text = include_str!("../../fixtures/stories.toml");
    let mut stories: toml::Table = toml::from_str(text).unwrap();
    match stories.remove(name) {
        Some(toml::Value::Table(story)) => story,
        _ => panic!("no story `{name}`"),
    }
}

fn text<'a>(story: &'a toml::Table, fact: &str) -> &'a str {
    story[fact].as_str().unwrap()
}

fn texts<'a>(story: &'a toml::Table, fact: &str) -> Vec<&'a str> {
    story[fact].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn number(story: &toml::Table, fact: &str) -> usize {
    usize::try_from(story[fact].as_integer().unwrap()).unwrap()
}

fn of_scope(query: &str, counting: Counting) -> Cohort {
    let reader = corpus::reader();
    let found = scope(reader, query, &Filters::default()).unwrap();
    Cohort::of_scope(reader, &found.set, &found.query.canonical, counting).unwrap()
}

fn everything() -> Cohort {
    of_scope("*", Counting::default())
}

/// The units of a topic: topics have a main class each.
fn of_topic(cohort: &Cohort, topic: &str) -> Vec<u32> {
    let main = vocabulary::topics().find(|known| known.id == topic).unwrap().ipc[0];
    units_with(cohort.labels("ipc_main").unwrap(), main)
}

fn units_with(labels: &Labels, name: &str) -> Vec<u32> {
    labels.id(name).map(|id| labels.inverted().of(id).to_vec()).unwrap_or_default()
}

fn units_of(cohort: &Cohort, keys: &[&str]) -> BTreeSet<u32> {
    keys.iter().map(|key| cohort.unit_of(key).unwrap()).collect()
}

fn counts_by_year(cohort: &Cohort, units: &[u32], timeline: Timeline) -> BTreeMap<i16, usize> {
    let years = cohort.by_year_of(units, timeline).years;
    years.into_iter().map(|year| (year.year, year.units.len())).collect()
}

/// Groups publications the plain way, by whatever `names` gives for each.
fn naive_groups(
    publications: &[Publication],
    names: &dyn Fn(&Publication) -> Vec<String>,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<BTreeSet<usize>> = (0..publications.len()).map(|at| BTreeSet::from([at])).collect();
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, publication) in publications.iter().enumerate() {
        names(publication).into_iter().for_each(|name| holders.entry(name).or_default().push(at));
    }
    // Merges until nothing changes.
    loop {
        let mut changed = false;
        for members in holders.values() {
            let union: BTreeSet<usize> = members.iter().flat_map(|at| groups[*at].clone()).collect();
            for at in &union {
                if groups[*at] != union {
                    groups[*at].clone_from(&union);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let distinct: BTreeSet<Vec<usize>> =
        groups.into_iter().map(|group| group.into_iter().collect()).collect();
    distinct.into_iter().collect()
}

#[test]
fn counts_equal_a_naive_recount() {
    let publications = corpus::publications();
    let applications = |p: &Publication| -> Vec<String> {
        let part_of = p.links.iter().filter(|link| link.kind == patnav::patent::LinkKind::NationalPartOf);
        let base = part_of.map(|link| format!("pn:{}", link.target));
        let own = p.number.iter().map(|number| format!("pn:{number}"));
        p.application.iter().map(|number| format!("an:{number}")).chain(base).chain(own).collect()
    };
    let families = |p: &Publication| -> Vec<String> {
        let twins = p.links.iter().filter(|link| link.kind == patnav::patent::LinkKind::SameDay);
        let twins = twins.map(|link| format!("an:{}", link.target));
        applications(p)
            .into_iter()
            .chain(p.family.simple.iter().map(|id| format!("fam:{id}")))
            .chain(twins)
            .collect()
    };
    for (unit, groups) in [
        (Unit::Application, naive_groups(publications, &applications)),
        (Unit::SimpleFamily, naive_groups(publications, &families)),
        (Unit::Publication, (0..publications.len()).map(|at| vec![at]).collect()),
    ] {
        let cohort = of_scope("*", Counting { unit, ..Counting::default() });
        assert_eq!(cohort.n_units() as usize, groups.len(), "{unit:?}");
        let mut years: BTreeMap<i16, usize> = BTreeMap::new();
        let mut holders: BTreeMap<String, f64> = BTreeMap::new();
        let mut undated = 0;
        for group in &groups {
            let members = || group.iter().map(|at| &publications[*at]);
            match members().filter_map(Publication::priority_date).min() {
                Some(date) => *years.entry(date.year()).or_default() += 1,
                None => undated += 1,
            }
            let mut names: BTreeSet<String> = BTreeSet::new();
            for publication in members() {
                let mut seen = BTreeSet::new();
                let parties = publication.parties_of(Role::Applicant);
                names.extend(
                    parties.filter(|party| seen.insert(party.sequence)).map(|party| party.name.clone()),
                );
            }
            names.into_iter().for_each(|name| *holders.entry(name).or_default() += 1.0);
        }
        let found = cohort.by_year(Timeline::Priority);
        assert_eq!(found.undated.len(), undated);
        let found: BTreeMap<i16, usize> =
            found.years.iter().map(|year| (year.year, year.units.len())).collect();
        assert_eq!(found, years, "{unit:?}");
        let found: BTreeMap<String, f64> = cohort
            .by_label("applicant")
            .unwrap()
            .into_iter()
            .map(|count| (count.label, count.value))
            .collect();
        assert_eq!(found, holders, "{unit:?}");
    }
}

/// A snapshot and plain records of the same publications are counted alike.
#[test]
fn records_give_the_cohort_that_the_snapshot_gives() {
    let records: Vec<Record> = corpus::publications().iter().map(Record::of).collect();
    let counting = Counting { as_of: corpus::reader().statistics().as_of, ..Counting::default() };
    let (plain, snapshot) = (Cohort::of_records(&records, "*", counting), of_scope("*", counting));
    assert_eq!(plain.n_units(), snapshot.n_units());
    for column in ["office", "first_office", "validated_in", "class", "applicant", "inventor", "patent_type"]
    {
        assert_eq!(plain.by_label(column), snapshot.by_label(column), "{column}");
    }
    for unit in 0..plain.n_units() {
        assert_eq!(plain.key(unit), snapshot.key(unit));
        assert_eq!(plain.date(unit, Timeline::Grant), snapshot.date(unit, Timeline::Grant));
        assert_eq!(plain.citations().cites(unit), snapshot.citations().cites(unit));
    }
    assert_eq!(plain.basis().complete_years, snapshot.basis().complete_years);
}

#[test]
fn branch_surge() {
    let (story, cohort) = (story("branch-surge"), everything());
    let topics = cohort.labels("ipc_main").unwrap();
    let found = measure::bursts(&cohort, topics, Timeline::FirstPublication, &burst::STANDARD).unwrap();
    let main = vocabulary::topics().find(|topic| topic.id == text(&story, "topic")).unwrap().ipc[0];
    let surge = found.iter().find(|burst| burst.label == main).unwrap();
    assert_eq!((surge.from, surge.to), (2024, 2024));
    let behind: BTreeSet<&str> = surge.weight.documents.keys().into_iter().collect();
    assert!(texts(&story, "documents").iter().all(|key| behind.contains(key)));
    assert_eq!(found[0].label, main, "the heaviest of all bursts");
}

#[test]
fn competitor_surge() {
    let (story, cohort) = (story("competitor-surge"), everything());
    let units = units_with(cohort.labels("applicant").unwrap(), text(&story, "applicant"));
    let by_year = counts_by_year(&cohort, &units, Timeline::FirstPublication);
    assert_eq!(by_year, BTreeMap::from([(2020, 2), (2021, 2), (2022, 2), (2023, 0), (2024, 10)]));
    let p = statistics::rate_rise(4, 3.0, 10, 1.0).unwrap();
    assert!(p < 0.01, "ten against four in the three years before: {p}");
}

#[test]
fn new_entrant() {
    let (story, cohort) = (story("new-entrant"), everything());
    let units = units_with(cohort.labels("applicant").unwrap(), text(&story, "applicant"));
    assert_eq!(units.len(), number(&story, "families"));
    let branch = of_topic(&cohort, text(&story, "topic"));
    assert!(units.iter().all(|unit| branch.contains(unit)));
    let days: Vec<Date> = units.iter().filter_map(|unit| cohort.date(*unit, Timeline::Priority)).collect();
    let span = *days.iter().max().unwrap() - *days.iter().min().unwrap();
    assert!(span.get_days() < 366);
}

#[test]
fn foreign_entry() {
    let (story, cohort) = (story("foreign-entry"), everything());
    let (first, office) = (cohort.labels("first_office").unwrap(), cohort.labels("office").unwrap());
    let mut entered = of_topic(&cohort, text(&story, "topic"));
    entered.retain(|unit| {
        first.names_of(*unit).all(|office| office != "CN")
            && office.names_of(*unit).any(|office| office == "CN")
    });
    let planted = units_of(&cohort, &texts(&story, "chinese_documents"));
    assert_eq!(entered.into_iter().collect::<BTreeSet<u32>>(), planted);
    let flows = measure::families(&cohort).unwrap().flows;
    assert!(flows.iter().any(|(from, to, count)| (from.as_str(), to.as_str()) == ("US", "CN") && count.value >= Some(3.0)));
}

/// Labels by the words of the abstracts, as a tagger would give them: topics by main class, effects by phrase.
fn labelled() -> Cohort {
    let effect = |publication: &Publication| -> Vec<String> {
        let says = |phrase: &str| publication.abstracts.iter().any(|text| text.text.contains(phrase));
        let found = vocabulary::EFFECTS.iter().filter(|(zh, en)| says(zh) || says(en));
        found.map(|(zh, _)| (*zh).to_owned()).collect()
    };
    let records: Vec<Record> = corpus::publications()
        .iter()
        .map(|publication| {
            let mut record = Record::of(publication);
            record.labels.insert("effect".to_owned(), effect(publication));
            record
        })
        .collect();
    Cohort::of_records(&records, "the corpus with effects by phrase", Counting::default())
}

#[test]
fn empty_cell() {
    let (story, cohort) = (story("empty-cell"), labelled());
    let (topics, effects) = (cohort.labels("ipc_main").unwrap(), cohort.labels("effect").unwrap());
    let found = measure::technology_effect(&cohort, topics, effects).unwrap();
    let blank: Vec<_> = found.cells.iter().filter(|cell| cell.kind == "blank" && cell.significant).collect();
    let topic = vocabulary::topics().find(|topic| topic.id == text(&story, "topic")).unwrap();
    let cells: Vec<(&str, &str)> =
        blank.iter().map(|cell| (cell.technique.as_str(), cell.effect.as_str())).collect();
    assert_eq!(cells, [(topic.ipc[0], text(&story, "effect_zh"))], "the planted cell and no other");
    assert_eq!(blank[0].count.value, Some(0.0));
    assert!(blank[0].expected > 10.0 && blank[0].caveats.len() >= 3);
}

#[test]
fn expiring_key_patent() {
    let (story, cohort) = (story("expiring-key-patent"), everything());
    let unit = cohort.unit_of(text(&story, "patent")).unwrap();
    assert_eq!(cohort.expiry(unit), text(&story, "expires").parse().ok());
    assert_eq!(cohort.citations().cited_by(unit).len(), number(&story, "cited_by_families"));
    assert!(cohort.labels("legal_state").unwrap().names_of(unit).eq(["active"]));
    let branch = of_topic(&cohort, vocabulary_topic(&cohort, unit));
    let most = branch.iter().map(|unit| cohort.citations().cited_by(*unit).len()).max();
    assert_eq!(most, Some(number(&story, "cited_by_families")), "the most cited of its branch");
    let found = measure::key_patents(&cohort, Weights::standard(), 20);
    assert!(found.iter().all(|patent| patent.n_computed <= 27 && patent.score.value.is_some()));
    let place = found.iter().position(|patent| patent.unit == unit);
    assert!(place.is_some(), "among the first 20 of all: {found:#?}");
}

#[test]
fn emerging_term() {
    let (story, cohort) = (story("emerging-term"), everything());
    let planted = units_of(&cohort, &texts(&story, "documents"));
    assert_eq!(planted.len(), number(&story, "families"));
    for (column, fact) in [("phrases_zh", "term_zh"), ("phrases_en", "term_en")] {
        let phrases = cohort.labels(column).unwrap();
        // Phrases write compounds apart.
        let term = text(&story, fact).replace('-', " ");
        let with: BTreeSet<u32> = units_with(phrases, &term).into_iter().collect();
        assert_eq!(with, planted, "the term is a key phrase of its documents and of no others");
        let found = measure::emergence(&cohort, phrases, &emergence::STANDARD).unwrap();
        let passed: Vec<&str> =
            found.iter().filter(|term| term.passes).map(|term| term.term.as_str()).collect();
        assert_eq!(passed.first(), Some(&term.as_str()), "{passed:?}");
    }
}

fn vocabulary_topic(cohort: &Cohort, unit: u32) -> &'static str {
    let main = cohort.labels("ipc_main").unwrap().names_of(unit).next().unwrap().to_owned();
    vocabulary::topics().find(|topic| topic.ipc[0] == main).unwrap().id
}

/// The corpus tells of 44 topics in four fields. A person reads about a dozen regions, each of one field, and finds the
/// topics below them.
#[test]
fn regions_are_few_of_one_field_and_part_into_topics() {
    let cohort = everything();
    let map = map::of_cohort(corpus::reader(), &cohort, Pack::builtin(), None, &|_, _, _| true).unwrap();
    let main = cohort.labels("ipc_main").unwrap();
    let topic = |key: &str| {
        let symbol = main.names_of(cohort.unit_of(key).unwrap()).next()?;
        vocabulary::topics().find(|topic| topic.ipc[0] == symbol).map(|topic| topic.id)
    };
    // The share of the points that belong to what most of their region belong to.
    let purity = |level: u32, name: &dyn Fn(&'static str) -> &'static str| {
        let (mut agreeing, mut all) = (0, 0);
        for region in map.regions.iter().filter(|region| region.level == level) {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for topic in map.members(region.id).filter_map(|point| topic(&point.key)) {
                *counts.entry(name(topic)).or_default() += 1;
            }
            agreeing += counts.values().max().unwrap_or(&0);
            all += counts.values().sum::<usize>();
        }
        agreeing as f64 / all as f64
    };
    let coarse: Vec<_> = map.regions.iter().filter(|region| region.level == 0).collect();
    assert!((8..=20).contains(&coarse.len()), "{} regions", coarse.len());
    let field = |topic: &'static str| topic.split('-').next().unwrap();
    assert!(purity(0, &field) > 0.95, "{}", purity(0, &field));
    assert!(purity(1, &|topic| topic) > 0.8, "{}", purity(1, &|topic| topic));
    let phrases = ["phrases_zh", "phrases_en"].map(|column| cohort.labels(column).unwrap());
    for region in &map.regions {
        let units: Vec<u32> =
            map.members(region.id).map(|point| cohort.unit_of(&point.key).unwrap()).collect();
        assert!(!region.label.is_empty(), "region {} of {} has no label", region.id, region.n);
        for (term, labels) in
            region.label.iter().flat_map(|label| [&label.zh, &label.en].into_iter().zip(phrases))
        {
            let Some(term) = term else { continue };
            let said = units.iter().any(|unit| labels.names_of(*unit).any(|name| name == term));
            assert!(said, "no document of region {} says {term}", region.id);
        }
    }
}

#[test]
fn restored_key_patent() {
    let (story, cohort) = (story("restored-key-patent"), everything());
    let unit = cohort.unit_of(text(&story, "patent")).unwrap();
    let in_force = |on: &str, known: &str| {
        let found = cohort.in_force_on(on.parse().unwrap(), known.parse().unwrap()).unwrap();
        found.in_force.contains(&unit)
    };
    assert!(in_force("2019-12-31", "2019-12-31"), "before the lapse was announced nobody could know it");
    assert!(!in_force("2019-12-31", "2020-06-30"), "announced");
    assert!(in_force("2019-12-31", "2020-12-31"), "restored, it never was out");
}

#[test]
fn same_day_pair() {
    let story = story("same-day-pair");
    let keys = texts(&story, "documents");
    assert_eq!(units_of(&everything(), &keys).len(), 1);
    let applications = of_scope("*", Counting { unit: Unit::Application, ..Counting::default() });
    assert_eq!(units_of(&applications, &keys).len(), 2);
    let cohort = everything();
    let unit = cohort.unit_of(keys[0]).unwrap();
    assert!(cohort.labels("legal_state").unwrap().names_of(unit).eq(["active"]), "the twin carries on");
}

#[test]
fn divisional() {
    let story = story("divisional");
    let keys = texts(&story, "documents");
    let n = |unit| units_of(&of_scope("*", Counting { unit, ..Counting::default() }), &keys).len();
    assert_eq!((n(Unit::ExtendedFamily), n(Unit::Application)), (1, 2));
    let cohort = everything();
    let filed = cohort.date(cohort.unit_of(keys[2]).unwrap(), Timeline::Filing);
    assert_eq!(filed, text(&story, "filing_date_of_both").parse().ok());
}

#[test]
fn main_path() {
    let story = story("main-path");
    let main = vocabulary::topics().find(|topic| topic.id == text(&story, "topic")).unwrap().ipc[0];
    let cohort = of_scope(&format!("ipc.main={main}"), Counting::default());
    let found = measure::main_path(&cohort);
    let path: BTreeSet<u32> = found.steps.iter().map(|step| step.unit).collect();
    let planted = units_of(&cohort, &texts(&story, "path"));
    assert!(planted.is_subset(&path), "{:?}", found.steps);
    assert!(found.dropped.is_empty());
}

#[test]
fn transfer() {
    let (story, cohort) = (story("transfer"), everything());
    let flags = cohort.labels("legal_flag").unwrap();
    for unit in units_of(&cohort, &texts(&story, "documents")) {
        assert!(flags.names_of(unit).any(|flag| flag == "transfer"));
    }
}

#[test]
fn national_parts() {
    let (story, cohort) = (story("national-parts"), everything());
    let unit = cohort.unit_of(text(&story, "patent")).unwrap();
    assert_eq!(cohort.unit_of(text(&story, "german_part")), Some(unit));
    assert!(cohort.labels("validated_in").unwrap().names_of(unit).eq(["DE"]));
    assert!(
        cohort.labels("office").unwrap().names_of(unit).eq(["EP", "US", "WO"]),
        "Germany is no office of filing"
    );
}

#[test]
fn undated_and_without_family() {
    let cohort = everything();
    let undated = cohort.unit_of(texts(&story("undated"), "documents")[0]).unwrap();
    assert!(cohort.by_year(Timeline::Priority).undated.contains(&undated));
    assert_eq!(cohort.basis().n_undated, 1);
    let alone = cohort.unit_of(texts(&story("no-family"), "documents")[0]).unwrap();
    assert_eq!(cohort.documents(alone).count(), 1);
}

#[test]
fn talent_move() {
    let (story, cohort) = (story("talent-move"), everything());
    let units = units_with(cohort.labels("inventor").unwrap(), text(&story, "inventor"));
    let (applicants, mut moves) = (cohort.labels("applicant").unwrap(), Vec::new());
    let mut dated: Vec<(Option<Date>, u32)> =
        units.iter().map(|unit| (cohort.date(*unit, Timeline::Priority), *unit)).collect();
    dated.sort();
    dated.iter().for_each(|(_, unit)| moves.extend(applicants.names_of(*unit).map(str::to_owned)));
    assert_eq!(moves, [text(&story, "from"), text(&story, "from"), text(&story, "to")]);
}

#[test]
fn cited_by_rival() {
    let (story, cohort) = (story("cited-by-rival"), everything());
    let cited = cohort.unit_of(text(&story, "cited")).unwrap();
    let rivals = units_with(cohort.labels("applicant").unwrap(), text(&story, "rival"));
    let citing = cohort.citations().cited_by(cited);
    assert_eq!(citing.iter().filter(|unit| rivals.contains(unit)).count(), 3);
}

#[test]
fn rival_abroad() {
    let (story, cohort) = (story("rival-abroad"), everything());
    let mut units = units_with(cohort.labels("applicant").unwrap(), text(&story, "applicant"));
    units.sort_by_key(|unit| cohort.date(*unit, Timeline::Priority));
    let office = cohort.labels("office").unwrap();
    let abroad = |unit: &u32| office.names_of(*unit).any(|office| office != "CN");
    let first = units.iter().position(abroad).unwrap();
    assert_eq!(Some(units[first]), cohort.unit_of(text(&story, "first_abroad")));
    assert!(first > 0 && !abroad(&units[0]));
}

/// As of a day, later publications are left out and states are those that were known.
#[test]
fn as_of_a_day_only_what_was_known_counts() {
    let day: Date = "2020-06-30".parse().unwrap();
    let cohort = of_scope("*", Counting { as_of: Some(day), ..Counting::default() });
    let later =
        corpus::publications().iter().filter(|p| p.publication_date.is_some_and(|date| date > day)).count();
    assert_eq!(cohort.basis().n_later, later as u64);
    assert_eq!(cohort.basis().last_complete_year, Some(2018));
    let unit = cohort.unit_of(text(&story("restored-key-patent"), "patent")).unwrap();
    assert!(
        cohort.labels("legal_state").unwrap().names_of(unit).eq(["inactive"]),
        "lapsed, restoration not yet known"
    );
}

#[test]
fn outside_citations_are_counted_by_family() {
    let story = story("cited-by-rival");
    let cohort = of_scope(&format!("pn={}", text(&story, "cited")), Counting::default());
    assert_eq!((cohort.n_units(), cohort.citations().n_outside(0)), (1, 3));
}
