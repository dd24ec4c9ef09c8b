//! Any text in any dialect gives a tree or errors, and the canonical form of the tree gives the tree again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patnav::query::{Dialect, Parsed, parse_expression, parse_in, translate};

fuzz_target!(|input: (u8, &str)| {
    let (dialect, query) = input;
    let dialect = Dialect::ALL.get(usize::from(dialect) % 9).copied();
    match parse_in(query, dialect) {
        Ok(read) => {
            if let Parsed::Boolean(expr) = read.parsed {
                let printed = expr.to_string();
                let again = parse_expression(&printed).expect("the canonical form can be read");
                assert_eq!(again.to_string(), printed);
                for dialect in Dialect::ALL {
                    let _ = translate(&expr, dialect);
                }
            }
        }
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
});
