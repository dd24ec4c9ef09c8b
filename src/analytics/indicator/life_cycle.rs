//! Life-cycle ratios of Chinese filings (专利指标法): they need utility models and designs, so they hold for CN alone.

use crate::analytics::evidence::{Outcome, Undefined};

/// Filings of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filings {
    /// Inventions of the year: a.
    pub inventions: u64,
    /// Utility models of the year: b.
    pub utility_models: u64,
    /// Designs of the year: c.
    pub designs: u64,
    /// Inventions of the five years that end with it: A.
    pub inventions_of_5_years: u64,
}

/// The four ratios.
///
/// v rising: emerging or growing. alpha falling: maturing. beta falling: ageing. N larger: more of a new technology.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    /// Technology growth rate v = a / A.
    pub growth: Outcome,
    /// Maturity alpha = a / (a + b).
    pub maturity: Outcome,
    /// Ageing beta = (a + b) / (a + b + c).
    pub ageing: Outcome,
    /// New-technology coefficient N = sqrt(v² + alpha²).
    pub novelty: Outcome,
}

/// Returns the ratios of a year; one with a zero denominator is undefined by itself.
///
/// For a year that is not complete the caller suppresses them: inventions appear later than utility models.
///
/// ```
/// use patnav::analytics::indicator::life_cycle::{Filings, ratios};
/// let year = Filings { inventions: 30, utility_models: 10, designs: 10, inventions_of_5_years: 100 };
/// let found = ratios(&year);
/// assert_eq!((found.growth, found.maturity, found.ageing), (Ok(0.3), Ok(0.75), Ok(0.8)));
/// assert!((found.novelty.unwrap() - 0.807_774_7).abs() < 1e-6);
/// ```
pub fn ratios(filings: &Filings) -> Ratios {
    let ratio = |part: u64, whole: u64, what: &str| match whole {
        0 => Err(Undefined::zero(what)),
        _ => Ok(part as f64 / whole as f64),
    };
    let Filings { inventions: a, utility_models: b, designs: c, inventions_of_5_years } = *filings;
    let growth = ratio(a, inventions_of_5_years, "inventions of five years");
    let maturity = ratio(a, a + b, "inventions and utility models of the year");
    let ageing = ratio(a + b, a + b + c, "filings of the year");
    let novelty = growth.clone().and_then(|v| Ok(v.hypot(maturity.clone()?)));
    Ratios { growth, maturity, ageing, novelty }
}

/// Returns the ratios of every year of a series without gaps; the first four have no five years behind them and no v.
pub fn series(years: &[Filings]) -> Vec<Ratios> {
    let of = |at: usize| {
        let five: u64 = years[at.saturating_sub(4)..=at].iter().map(|year| year.inventions).sum();
        let mut found = ratios(&Filings { inventions_of_5_years: five, ..years[at] });
        if at < 4 {
            let few = Undefined::TooFew { what: "years".to_owned(), n: at as u64 + 1, needed: 5 };
            (found.growth, found.novelty) = (Err(few.clone()), Err(few));
        }
        found
    };
    (0..years.len()).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_denominators_are_undefined_one_by_one() {
        let found = ratios(&Filings { designs: 3, ..Filings::default() });
        assert!(found.growth.is_err() && found.maturity.is_err() && found.novelty.is_err());
        assert_eq!(found.ageing, Ok(0.0));
    }

    #[test]
    fn v_needs_five_years() {
        let year = Filings { inventions: 10, utility_models: 10, ..Filings::default() };
        let found = series(&[year; 6]);
        assert!(found[3].growth.is_err() && found[3].maturity == Ok(0.5));
        assert_eq!(found[4].growth, Ok(0.2));
    }
}
