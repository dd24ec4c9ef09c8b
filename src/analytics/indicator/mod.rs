//! Indicators as pure functions: numbers in, a number or the reason why there is none out.
//!
//! Each function's documentation gives formula, denominator, treatment of missing values and zero, and source; the same
//! stands in `analytics::formula` under the id that values carry. Nothing here knows documents: what is counted, and
//! which documents stand behind a number, is the business of `analytics::measure` on a cohort.
//!
//! | question | functions |
//! |---|---|
//! | how does it grow? | [`growth`]: year on year, rolling, CAGR; [`life_cycle`]; [`s_curve`] |
//! | who holds it, how evenly? | [`share`]: HHI, CR, entropy, evenness, Simpson; [`specialisation`]: RTA, RPA |
//! | what weighs how much? | [`impact`]: h-index, cycle time, CII, TS, SL, originality, generality |
//! | what is new? | [`burst`], [`emergence`] |
//! | what meets what? | [`matrix`] (技术功效矩阵), [`association`], [`portfolio`] |
//! | along which line did it grow? | [`main_path`] |
//! | which patents matter? | [`value`] |
//! | how sure is it? | [`statistics`]: Wilson, Chapman, Poisson, binomial, Benjamini-Hochberg |

pub mod association;
pub mod burst;
pub mod emergence;
pub mod growth;
pub mod impact;
pub mod life_cycle;
pub mod main_path;
pub mod matrix;
pub mod portfolio;
pub mod s_curve;
pub mod share;
pub mod specialisation;
pub mod statistics;
pub mod value;
