//! Decisions of several people: who differs, what is refused, what undoing brings back.

use super::*;
use crate::workspace::projects::{ProjectText, create};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

struct Project {
    _dir: tempfile::TempDir,
    database: Database,
    id: i64,
}

impl Project {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let text = ProjectText { name: "p".to_owned(), ..ProjectText::default() };
        let id = create(&database, &text, NOW).unwrap().id;
        Self { _dir: dir, database, id }
    }

    fn decide(&self, who: &str, decisions: &[NewDecision]) -> Batch {
        decide(&self.database, self.id, who, decisions, None, NOW).unwrap()
    }

    fn standing(&self, key: &str) -> Option<Standing> {
        standings(&decisions(&self.database, self.id).unwrap()).get(key).copied()
    }
}

fn new(key: &str, judgement: Judgement) -> NewDecision {
    NewDecision { key: key.to_owned(), judgement: Some(judgement), note: String::new(), revision: None }
}

#[test]
fn people_who_differ_leave_a_document_contested() {
    let project = Project::new();
    project.decide("li", &[new("A", Judgement::Relevant), new("B", Judgement::Not)]);
    project.decide("wang", &[new("A", Judgement::Not), new("B", Judgement::Not)]);
    assert_eq!(project.standing("A"), Some(Standing::Contested));
    assert_eq!(project.standing("B"), Some(Standing::Agreed(Judgement::Not)));
    assert_eq!(project.standing("C"), None);
    let back = NewDecision { judgement: None, ..new("A", Judgement::Not) };
    project.decide("wang", &[back]);
    assert_eq!(project.standing("A"), Some(Standing::Agreed(Judgement::Relevant)));
}

#[test]
fn a_decision_made_from_an_old_state_is_refused_and_the_rest_is_made() {
    let project = Project::new();
    project.decide("li", &[new("A", Judgement::Maybe)]);
    let from = |revision, decision| NewDecision { revision: Some(revision), ..decision };
    let batch = project.decide(
        "li",
        &[
            from(0, new("A", Judgement::Not)),
            from(1, new("A", Judgement::Relevant)),
            from(0, new("B", Judgement::Not)),
        ],
    );
    assert_eq!(batch.n_changed, 2);
    let refused: Vec<(&str, i64)> = batch
        .refused
        .iter()
        .map(|refusal| (refusal.key.as_str(), refusal.current.as_ref().unwrap().revision))
        .collect();
    assert_eq!(refused, [("A", 1)]);
    assert_eq!(project.standing("A"), Some(Standing::Agreed(Judgement::Relevant)));
}

#[test]
fn a_batch_sent_twice_is_made_once() {
    let project = Project::new();
    let send = |judgement| {
        decide(&project.database, project.id, "li", &[new("A", judgement)], Some("t1"), NOW).unwrap()
    };
    let first = send(Judgement::Relevant);
    assert_eq!(send(Judgement::Not), first, "the outcome of the first");
    assert_eq!(project.standing("A"), Some(Standing::Agreed(Judgement::Relevant)));
    assert_eq!(history(&project.database, project.id, 10).unwrap().len(), 1);
    // A token is a person's own.
    let other = decide(&project.database, project.id, "wang", &[new("A", Judgement::Not)], Some("t1"), NOW);
    assert_ne!(other.unwrap().id, first.id);
}

#[test]
fn undoing_brings_back_what_stood_but_never_what_was_decided_since() {
    let project = Project::new();
    project.decide("li", &[new("A", Judgement::Relevant), new("B", Judgement::Relevant)]);
    let second = project
        .decide("li", &[new("A", Judgement::Not), new("B", Judgement::Not), new("C", Judgement::Maybe)]);
    project.decide("li", &[new("B", Judgement::Maybe)]);
    let undone = undo(&project.database, project.id, "li", second.id, NOW).unwrap();
    assert_eq!(undone.n_changed, 2);
    assert_eq!(undone.refused.iter().map(|refusal| refusal.key.as_str()).collect::<Vec<_>>(), ["B"]);
    assert_eq!(project.standing("A"), Some(Standing::Agreed(Judgement::Relevant)));
    assert_eq!(project.standing("B"), Some(Standing::Agreed(Judgement::Maybe)));
    assert_eq!(project.standing("C"), None);
    assert_eq!(undo(&project.database, project.id, "li", second.id, NOW).unwrap().n_changed, 0);
    let log = history(&project.database, project.id, 100).unwrap();
    assert_eq!(log.iter().filter(|entry| entry.undone).count(), 3);
    let others = undo(&project.database, project.id, "wang", second.id, NOW);
    assert!(matches!(others, Err(Error::UnknownBatch { .. })));
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let project = Project::new();
    let many = vec![new("A", Judgement::Not); MAX_BATCH + 1];
    let refused = decide(&project.database, project.id, "li", &many, None, NOW);
    assert!(matches!(refused, Err(Error::TooMany { .. })));
    assert!(matches!(
        decide(&project.database, 99, "li", &[], None, NOW),
        Err(Error::UnknownProject { id: 99 })
    ));
    let long = "t".repeat(MAX_TOKEN_CHARS + 1);
    let refused = decide(&project.database, project.id, "li", &[], Some(&long), NOW);
    assert!(matches!(refused, Err(Error::Text { .. })));
}

#[test]
fn two_people_at_once_both_stand() {
    let project = Project::new();
    std::thread::scope(|scope| {
        for who in ["li", "wang"] {
            let project = &project;
            scope.spawn(move || {
                for number in 0..50 {
                    project.decide(who, &[new(&format!("K{number}"), Judgement::Relevant)]);
                }
            });
        }
    });
    let all = decisions(&project.database, project.id).unwrap();
    assert_eq!(all.len(), 100);
    assert!(all.iter().all(|decision| decision.revision == 1));
}

#[test]
fn documents_are_listed_in_the_order_of_their_first_decision() {
    let project = Project::new();
    project.decide("li", &[new("B", Judgement::Relevant), new("A", Judgement::Not)]);
    project.decide("wang", &[new("C", Judgement::Not), new("B", Judgement::Not)]);
    project.decide("li", &[new("A", Judgement::Relevant)]);
    assert_eq!(reading_order(&project.database, project.id).unwrap(), ["B", "A", "C"]);
    assert!(matches!(reading_order(&project.database, 99), Err(Error::UnknownProject { id: 99 })));
}
