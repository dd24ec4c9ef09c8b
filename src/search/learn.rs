//! Learning from examples: a direction in the space of vectors, and the words that tell two sorts of documents apart.
//!
//! Both are plain functions of their examples: no randomness, sums in the order given.

use std::collections::BTreeMap;

/// How strongly weights are drawn to zero. With few examples the solution is close to the difference of the two means
/// (Rocchio); with many the examples at the border decide.
const RIDGE: f64 = 0.05;
/// Steps of gradient descent. The loss is smooth and strictly convex, and a step of `1 / (1 + RIDGE)` never overshoots.
const STEPS: usize = 300;

/// An example with its vector.
#[derive(Debug, Clone)]
pub(super) struct Example {
    /// Its vector, of length 1.
    pub(super) vector: Vec<f32>,
    /// Whether it is wanted.
    pub(super) wanted: bool,
    /// How much it counts beside others of its sort.
    pub(super) weight: f64,
}

/// Returns the weights of a logistic regression: documents whose vectors have the larger product with them are the more
/// likely wanted. Both sorts count alike in all, however many examples there are of each. `None` without one of each.
///
/// Minimises `Σ c_i ln(1 + exp(-y_i (w·x_i + b))) + RIDGE/2 |w|²`, where the `c_i` of each sort add up to 1.
pub(super) fn regression(examples: &[Example]) -> Option<Vec<f32>> {
    let total = |wanted: bool| -> f64 {
        examples.iter().filter(|one| one.wanted == wanted).map(|one| one.weight).sum()
    };
    let (of_wanted, of_others) = (total(true), total(false));
    let n = examples.first()?.vector.len();
    if of_wanted <= 0.0 || of_others <= 0.0 || n == 0 {
        return None;
    }
    let mut weights = vec![0.0_f64; n];
    let mut bias = 0.0_f64;
    let step = 1.0 / (1.0 + RIDGE);
    let mut gradient = vec![0.0_f64; n];
    for _ in 0..STEPS {
        gradient.iter_mut().zip(&weights).for_each(|(g, w)| *g = RIDGE * w);
        let mut of_bias = 0.0;
        for one in examples {
            let (sign, all) = if one.wanted { (1.0, of_wanted) } else { (-1.0, of_others) };
            let product: f64 = weights.iter().zip(&one.vector).map(|(w, x)| w * f64::from(*x)).sum();
            let slope = -sign * one.weight / all / (1.0 + (sign * (product + bias)).exp());
            gradient.iter_mut().zip(&one.vector).for_each(|(g, x)| *g += slope * f64::from(*x));
            of_bias += slope;
        }
        weights.iter_mut().zip(&gradient).for_each(|(w, g)| *w -= step * g);
        bias -= step * of_bias;
    }
    #[expect(clippy::cast_possible_truncation, reason = "vectors are of this precision")]
    let weights: Vec<f32> = weights.into_iter().map(|w| w as f32).collect();
    weights.iter().any(|w| *w != 0.0).then_some(weights)
}

/// A word that speaks for one sort of documents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Telling {
    /// As one of the documents writes it.
    pub(super) word: String,
    /// Wanted documents that have it.
    pub(super) n_wanted: usize,
    /// Others that have it.
    pub(super) n_others: usize,
    /// `p · ln((p + e) / (q + e))` with the shares `p` of the wanted and `q` of the others that have it.
    pub(super) weight: f64,
}

/// Returns the words that most speak for the wanted documents, at most `limit`; each document is a map from the form
/// that is compared to the one that is written.
pub(super) fn telling(
    wanted: &[BTreeMap<String, String>],
    others: &[BTreeMap<String, String>],
    limit: usize,
) -> Vec<Telling> {
    let mut counts: BTreeMap<&str, (usize, usize, &str)> = BTreeMap::new();
    for words in wanted {
        for (form, written) in words {
            counts.entry(form).or_insert((0, 0, written)).0 += 1;
        }
    }
    for words in others {
        for form in words.keys() {
            if let Some(count) = counts.get_mut(form.as_str()) {
                count.1 += 1;
            }
        }
    }
    let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    // One document more than there are: what a single example has by chance says little.
    let e = 1.0 / (wanted.len() + others.len() + 1) as f64;
    let mut found: Vec<Telling> = counts
        .into_values()
        .map(|(n_wanted, n_others, word)| {
            let (p, q) = (share(n_wanted, wanted.len()), share(n_others, others.len()));
            Telling { word: word.to_owned(), n_wanted, n_others, weight: p * ((p + e) / (q + e)).ln() }
        })
        .filter(|telling| telling.weight > 0.0)
        .collect();
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.word.cmp(&b.word)));
    found.truncate(limit);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn example(vector: [f32; 2], wanted: bool) -> Example {
        Example { vector: vector.to_vec(), wanted, weight: 1.0 }
    }

    #[test]
    fn the_direction_parts_the_examples() {
        let found = regression(&[example([1.0, 0.0], true), example([0.0, 1.0], false)]).unwrap();
        assert!(found[0] > 0.0 && found[1] < 0.0 && (found[0] + found[1]).abs() < 1e-6, "{found:?}");
        assert_eq!(regression(&[example([1.0, 0.0], true)]), None);
        assert_eq!(regression(&[]), None);
        let alike = [example([1.0, 0.0], true), example([1.0, 0.0], false)];
        assert_eq!(regression(&alike), None, "what is alike tells nothing");
    }

    #[test]
    fn telling_words_are_those_of_the_wanted() {
        let words = |all: &[&str]| all.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect();
        let wanted = [words(&["a", "b"]), words(&["a", "c"])];
        let others = [words(&["b", "d"]), words(&["b"])];
        let found: Vec<String> = telling(&wanted, &others, 9).into_iter().map(|one| one.word).collect();
        assert_eq!(found, ["a", "c"]);
        assert!(telling(&[], &others, 9).is_empty());
    }

    proptest! {
        #[test]
        fn points_on_either_side_of_a_line_are_ordered_by_it(
            angles in prop::collection::vec((-1.2_f32..1.2, any::<bool>()), 2..40),
        ) {
            // The wanted lie round (1, 0), the others round (-1, 0).
            let examples: Vec<Example> = angles
                .iter()
                .map(|(angle, wanted)| {
                    let side = if *wanted { 1.0 } else { -1.0 };
                    example([side * angle.cos(), side * angle.sin()], *wanted)
                })
                .collect();
            if let Some(w) = regression(&examples) {
                let score = |one: &Example| one.vector[0] * w[0] + one.vector[1] * w[1];
                let mean = |wanted: bool| {
                    let of: Vec<f32> = examples.iter().filter(|one| one.wanted == wanted).map(score).collect();
                    of.iter().sum::<f32>() / of.len() as f32
                };
                prop_assert!(mean(true) > mean(false));
            }
        }
    }
}
