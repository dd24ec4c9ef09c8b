//! Question: how much CPU does it take to read a query of 10,000 terms?
//!
//! Corpus: generated, no seed: words `w0 … w9999` and Chinese words, joined by OR in one field, and with a field each.
//! Timed: `query::parse` alone, best and median of 20. Outside: making the query.
//! Run: `cargo bench --bench query_parse`. One line per shape, milliseconds.

use std::time::Instant;

use patnav::query::{Dialect, parse_in};

fn main() {
    let n = 10_000;
    let words: Vec<String> =
        (0..n).map(|n| if n % 2 == 0 { format!("w{n}") } else { format!("采煤{n}机") }).collect();
    let shapes = [
        ("OR in one field", format!("ti=({})", words.join(" OR "))),
        ("a field each", words.iter().map(|word| format!("ti={word}")).collect::<Vec<_>>().join(" OR ")),
        (
            "pairs in proximity",
            format!(
                "ti=({})",
                words
                    .chunks(2)
                    .map(|pair| format!("({} (2w) {})", pair[0], pair[1]))
                    .collect::<Vec<_>>()
                    .join(" OR ")
            ),
        ),
    ];
    for (name, query) in shapes {
        for dialect in [Some(Dialect::Patnav), Some(Dialect::Incopat), None] {
            let mut times: Vec<f64> = (0..20)
                .map(|_| {
                    let start = Instant::now();
                    let read = parse_in(&query, dialect);
                    assert!(read.is_ok(), "{name}");
                    start.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            let dialect = dialect.map_or("detected", Dialect::name);
            eprintln!("{name:<20} {dialect:<9} best {:.1} ms, median {:.1} ms", times[0], times[10]);
        }
    }
}
