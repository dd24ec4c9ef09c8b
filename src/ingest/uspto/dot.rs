//! Codes between full stops that stand for characters in the office's fielded text: `.alpha.`, `.degree.`, `.sub.2`.
//!
//! Unknown codes stay as they are. The end of a sub- or superscript is not marked in the text, so its blank stays:
//! `H.sub.2 O` becomes `H2 O`.

/// Codes by name, letters first. Only codes that cannot be ordinary words between two full stops.
const CODES: [(&str, &str); 63] = [
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("GAMMA", "Γ"),
    ("DELTA", "Δ"),
    ("THETA", "Θ"),
    ("LAMBDA", "Λ"),
    ("XI", "Ξ"),
    ("PI", "Π"),
    ("SIGMA", "Σ"),
    ("PHI", "Φ"),
    ("PSI", "Ψ"),
    ("OMEGA", "Ω"),
    ("degree", "°"),
    ("times", "×"),
    ("div", "÷"),
    ("+-", "±"),
    ("-+", "∓"),
    ("ltoreq", "≤"),
    ("gtoreq", "≥"),
    ("ltorsim", "≲"),
    ("gtorsim", "≳"),
    ("noteq", "≠"),
    ("apprxeq", "≈"),
    ("about", "~"),
    ("apprch", "≈"),
    ("ident", "≡"),
    ("varies", "∝"),
    ("infin", "∞"),
    ("fwdarw", "→"),
    ("rarw", "←"),
    ("uparw", "↑"),
    ("dwnarw", "↓"),
    ("revreaction", "⇌"),
    ("multidot", "·"),
    ("intg", "∫"),
    ("differential", "∂"),
    ("gradient", "∇"),
    ("angle", "∠"),
    ("perp", "⊥"),
    ("sctn", "§"),
    ("ANG", "Å"),
    ("sqroot", "√"),
];

/// Returns `text` with its codes replaced.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('.') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let code = after.find('.').map(|end| &after[..end]).filter(|code| code.len() <= 16);
        let replaced = code.and_then(|code| match code {
            "sub" => Some(""),
            // As in XML sources: a power keeps its sign, so that 10 to the 6th is no 106.
            "sup" => Some(if out.ends_with(|c: char| c.is_ascii_digit()) { "^" } else { "" }),
            _ => CODES.iter().find(|(name, _)| *name == code).map(|(_, character)| *character),
        });
        match (code, replaced) {
            (Some(code), Some(character)) => {
                out.push_str(character);
                rest = &after[code.len() + 1..];
            }
            _ => {
                out.push('.');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_characters_and_prose_stays() {
        let check = |text: &str, expected: &str| assert_eq!(decode(text), expected, "{text}");
        check("30.degree. C.", "30° C.");
        check("CO.sub.2 and 10.sup.6 W", "CO2 and 10^6 W");
        check("5 .mu.m .+-.2", "5 μm ±2");
        check("e.g. two. A third.", "e.g. two. A third.");
        check("a.unknown.b", "a.unknown.b");
        check("", "");
    }
}
