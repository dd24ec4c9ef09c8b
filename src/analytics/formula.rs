//! The formulas behind all numbers, by id: definition, denominator, missing values, scale, source.
//!
//! A [`super::evidence::Value`] names one of these; reports print the table so that a reader can recompute each number.
//! A changed definition takes a new id.

/// A formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formula {
    /// The id.
    pub id: &'static str,
    /// The Chinese name.
    pub zh: &'static str,
    /// The English name.
    pub en: &'static str,
    /// Definition with denominator, and what happens to missing values and zero.
    pub definition: &'static str,
    /// The scale of the result.
    pub scale: &'static str,
    /// The base of its logarithms, empty where there are none.
    pub log_base: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// Returns the formula of an id that this program uses.
///
/// # Panics
/// For an id that is not in [`FORMULAS`]; ids are constants of the program.
pub fn formula(id: &str) -> &'static Formula {
    let found = FORMULAS.iter().find(|formula| formula.id == id);
    found.unwrap_or_else(|| panic!("`{id}` is no formula of this program"))
}

const fn of(
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    definition: &'static str,
    scale: &'static str,
    log_base: &'static str,
    source: &'static str,
) -> Formula {
    Formula { id, zh, en, definition, scale, log_base, source }
}

const COUNT: &str = "count";
const SHARE: &str = "share 0-1";

/// All formulas.
pub const FORMULAS: &[Formula] = &[
    of(
        "count",
        "数量",
        "count",
        "units with the property; fractional counting gives each of k holders 1/k",
        COUNT,
        "",
        "counting",
    ),
    of(
        "share",
        "占比",
        "share",
        "count / sum of counts of all labels; undefined for a sum of 0",
        SHARE,
        "",
        "counting",
    ),
    of(
        "share-points",
        "占比变化",
        "change of share",
        "100 × (share of the period - share of the period before); a label without units has the share 0; undefined where the period before has no units",
        "percentage points",
        "",
        "elementary",
    ),
    of(
        "growth-yoy",
        "年增长率",
        "growth year on year",
        "(n_t - n_{t-1}) / n_{t-1}; undefined where n_{t-1} = 0",
        "ratio",
        "",
        "elementary",
    ),
    of(
        "growth-3y",
        "三年滚动增长率",
        "growth of 3-year sums",
        "sum of n over t-2..t divided by sum over t-5..t-3, minus 1; used where a year has fewer than 20 units; undefined for a sum of 0",
        "ratio",
        "",
        "smoothing of small counts",
    ),
    of(
        "cagr",
        "复合年增长率",
        "compound annual growth",
        "(n_T / n_0)^(1/T) - 1; undefined for n_0 = 0 or T = 0; complete years only",
        "ratio a year",
        "",
        "elementary",
    ),
    of(
        "lifecycle-v",
        "技术生长率",
        "technology growth rate v",
        "a / A: inventions filed in the year over inventions of the five years that end with it; undefined for A = 0",
        SHARE,
        "",
        "patent indicator method (专利指标法)",
    ),
    of(
        "lifecycle-alpha",
        "技术成熟系数",
        "maturity coefficient alpha",
        "a / (a + b): inventions over inventions and utility models of the year; suppressed for incomplete years",
        SHARE,
        "",
        "patent indicator method (专利指标法)",
    ),
    of(
        "lifecycle-beta",
        "技术衰老系数",
        "ageing coefficient beta",
        "(a + b) / (a + b + c), c designs of the year; suppressed for incomplete years",
        SHARE,
        "",
        "patent indicator method (专利指标法)",
    ),
    of(
        "lifecycle-n",
        "新技术特征系数",
        "new technology coefficient N",
        "sqrt(v^2 + alpha^2)",
        "0 to sqrt 2",
        "",
        "patent indicator method (专利指标法)",
    ),
    of(
        "s-curve-k",
        "饱和量",
        "saturation K",
        "logistic K / (1 + exp(-r (t - t0))) fitted to cumulative counts of complete years by least squares; 90 % interval from 200 seeded resamples of the yearly counts as Poisson counts round the fitted ones; not identifiable where K > 5 F(T) or t0 > T",
        COUNT,
        "",
        "logistic growth; stages at 10, 50, 90 % of K",
    ),
    of(
        "hhi",
        "赫芬达尔指数",
        "Herfindahl-Hirschman index",
        "sum of squared shares of the entities; undefined for a sum of 0",
        "0-1",
        "",
        "Hirschman 1964",
    ),
    of(
        "hhi-normalised",
        "标准化赫芬达尔指数",
        "normalised HHI",
        "(HHI - 1/N) / (1 - 1/N); undefined for N < 2",
        "0-1",
        "",
        "Hirschman 1964",
    ),
    of(
        "cr",
        "集中度",
        "concentration ratio",
        "sum of the n largest shares",
        SHARE,
        "",
        "industrial economics",
    ),
    of(
        "rta",
        "技术比较优势",
        "revealed technology advantage",
        "(P_ij / sum_i P_ij) / (sum_j P_ij / sum_ij P_ij); suppressed where the expected count sum_i P_ij x sum_j P_ij / sum_ij P_ij < 5",
        "ratio, 1 = average",
        "",
        "Soete 1981",
    ),
    of(
        "rta-symmetric",
        "对称比较优势",
        "symmetric RTA",
        "(RTA - 1) / (RTA + 1)",
        "-1..1",
        "",
        "Laursen 1998",
    ),
    of(
        "rpa",
        "相对专利优势",
        "relative patent advantage",
        "100 tanh(ln RTA)",
        "-100..100",
        "e",
        "Grupp 1994",
    ),
    of(
        "family-size",
        "同族规模",
        "family size",
        "distinct offices with a filed member; WO is no office of protection, validations count with their base",
        COUNT,
        "",
        "Putnam 1996; OECD Patent Statistics Manual 2009",
    ),
    of(
        "triadic",
        "三方专利族",
        "triadic share",
        "units filed at EP, US and JP / units",
        SHARE,
        "",
        "OECD triadic families",
    ),
    of(
        "overseas",
        "海外布局占比",
        "share filed abroad",
        "units with a filed member (WO included) outside the office of first filing / units whose office of first filing is known",
        SHARE,
        "",
        "counting",
    ),
    of(
        "h-index",
        "h指数",
        "h-index",
        "largest h with h units cited by at least h other units; citations by a shared applicant removed",
        COUNT,
        "",
        "Hirsch 2005, applied to families",
    ),
    of(
        "h-rate",
        "年均h指数",
        "h-index a year",
        "h / years from the first unit to the last year of the data; undefined for 0 years",
        "a year",
        "",
        "Hirsch 2005 (m quotient)",
    ),
    of(
        "tct",
        "技术循环周期",
        "technology cycle time",
        "median over citing units of the median of (citing year - cited year); self-citations kept, unresolved citations left out and reported as coverage",
        "years",
        "",
        "Kayal and Waters 1999",
    ),
    of(
        "cii",
        "当前影响指数",
        "current impact index",
        "citations made in the year to the last five years' units, a unit, over the same for the whole field",
        "ratio, 1 = average",
        "",
        "CHI Research (Narin)",
    ),
    of("ts", "技术强度", "technological strength", "units x CII", COUNT, "", "CHI Research (Narin)"),
    of(
        "sl",
        "科学关联度",
        "science linkage",
        "mean number of non-patent citations of units whose citations are on record",
        "a unit",
        "",
        "CHI Research (Narin)",
    ),
    of(
        "entropy",
        "香农熵",
        "Shannon entropy",
        "-sum p ln p over labels at the stated level",
        "nats",
        "e",
        "Shannon 1948",
    ),
    of("evenness", "均匀度", "evenness", "H / ln N; undefined for N < 2", "0-1", "e", "Pielou 1966"),
    of(
        "simpson",
        "辛普森多样性",
        "Simpson diversity",
        "1 - sum p^2 over labels at the stated level",
        "0-1",
        "",
        "Simpson 1949",
    ),
    of(
        "originality",
        "原创性",
        "originality",
        "(1 - sum s^2) N / (N - 1), s shares of the classes of cited units, N citations resolved; undefined for N < 2",
        "0-1",
        "",
        "Trajtenberg, Henderson and Jaffe 1997; correction of Hall, Jaffe and Trajtenberg 2001",
    ),
    of(
        "generality",
        "通用性",
        "generality",
        "as originality, over the classes of citing units",
        "0-1",
        "",
        "Trajtenberg, Henderson and Jaffe 1997; correction of Hall, Jaffe and Trajtenberg 2001",
    ),
    of(
        "burst",
        "突发强度",
        "burst weight",
        "two states, batched: p0 = R/D, p1 = min(s p0, 0.999), cost -[ln C(d,r) + r ln p + (d-r) ln(1-p)], up-move gamma ln T, best path; weight = sum of cost_0 - cost_1; r >= 5 in the burst",
        "nats",
        "e",
        "Kleinberg 2002, section 4",
    ),
    of(
        "emergence",
        "新兴度",
        "emergence",
        "ln((recent + 1) / (E + 1)) x evenness of applicants (one a unit), E = base x field recent / field base (posterior mean of the rate ratio, Gamma(1, 1) prior); gates: new within 8 years or below 1 % of the base, 7 units, 3 years, 3 applicants, ratio >= 1.5, and p < 0.01 with Benjamini-Hochberg q < 0.05 by a one-sided Poisson test of the rise or, for a new term, by the chance of so late a beginning (share of the field since its first year, to the power of its units); recent = last 3 complete years, base = the 10 before; the field is the units with any term",
        "nats",
        "e",
        "own statistic",
    ),
    of("matrix-count", "功效矩阵计数", "matrix count", "units with both labels", COUNT, "", "技术功效矩阵"),
    of(
        "matrix-residual",
        "调整残差",
        "adjusted residual",
        "(n - E) / sqrt(E (1 - n_t/N) (1 - n_e/N)), E = n_t n_e / N; undefined where the root is 0",
        "standard deviations",
        "",
        "Haberman 1973",
    ),
    of(
        "cosine",
        "组合相似度",
        "portfolio similarity",
        "cosine of class vectors; undefined for an empty one",
        "0-1",
        "",
        "Jaffe 1986",
    ),
    of(
        "jsd",
        "布局转移度",
        "portfolio shift",
        "Jensen-Shannon divergence (not its root) of class shares of two windows",
        "bits 0-1",
        "2",
        "Lin 1991",
    ),
    of(
        "association",
        "关联强度",
        "association strength",
        "c_ij m / (w_i w_j): co-occurrences times units over the product of occurrences",
        "ratio, 1 = independent",
        "",
        "van Eck and Waltman 2009 (the same form as lift)",
    ),
    of(
        "main-path",
        "主路径权重",
        "main path weight",
        "search path count of a citation: paths from sources to sinks through it, in logarithms; the path is the one of largest total count",
        "paths",
        "e",
        "Hummon and Doreian 1989; Batagelj 2003",
    ),
    of(
        "key-patent",
        "重点专利评分",
        "key patent score",
        "100 Phi(weighted mean of z), z = Phi^-1(p) for each indicator that can be computed, p its percentile within first-filing year and main class (for citations that of (n + 1) / (mean of these peers + 1) among all units); within 0.00025 of 0 and 1; coverage of the 27 is stated",
        "0-100",
        "",
        "structure of GB/T 42748-2023, weights in index-schema/value/weights.toml",
    ),
    of(
        "wilson",
        "威尔逊区间",
        "Wilson interval",
        "score interval of a proportion k / n at 95 %",
        SHARE,
        "",
        "Wilson 1927",
    ),
    of(
        "chapman",
        "捕获再捕获估计",
        "capture-recapture",
        "(n1 + 1)(n2 + 1) / (m + 1) - 1; positive dependence of the channels biases it low",
        COUNT,
        "",
        "Chapman 1951",
    ),
    of(
        "recall-recapture",
        "双通道查全率",
        "recall by two channels",
        "relevant units that either channel found / the number that capture and recapture lets expect, at most 1; positive dependence of the channels biases it high, so it is an upper estimate; suppressed where the channels share fewer than 7",
        SHARE,
        "",
        "Chapman 1951; Robson and Regier 1964",
    ),
    of(
        "high-value",
        "高价值发明专利",
        "high-value inventions",
        "granted inventions in force with at least one of the five official features; each feature apart and their union; features without data are not computable",
        COUNT,
        "",
        "CNIPA, 14th five-year plan",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_everything_is_said() {
        let mut ids: Vec<&str> = FORMULAS.iter().map(|formula| formula.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), FORMULAS.len());
        for formula in FORMULAS {
            let said = [formula.zh, formula.en, formula.definition, formula.scale, formula.source];
            assert!(said.iter().all(|text| !text.is_empty()), "{}", formula.id);
        }
    }
}
