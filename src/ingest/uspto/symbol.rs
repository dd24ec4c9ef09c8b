//! Classes as the US office writes them: fixed-width IPC, USPC and Locarno.
//!
//! IPC and CPC in their usual forms are read by `Symbol::parse`; here stands what only columns can tell.

use crate::patent::Date;

/// Returns an IPC symbol of fixed columns with its slash (`G06F  728` is `G06F7/28`, `G06F015/16` is itself).
///
/// Columns: subclass 4, main group 3 (right-aligned), subgroup the rest. Other forms come back trimmed.
pub(super) fn ipc_with_slash(text: &str) -> String {
    let text = text.trim();
    let (Some(subclass), Some(rest)) = (text.get(..4), text.get(4..)) else { return text.to_owned() };
    let plain = rest.bytes().all(|b| b.is_ascii_digit() || b == b' ') && subclass.is_ascii();
    if rest.contains('/') || !plain || rest.len() < 4 {
        return text.to_owned();
    }
    // A subgroup has two digits at least: where blanks were lost on the way, it is the last two.
    let (group, subgroup) = rest.split_at(3.min(rest.len() - 2));
    format!("{subclass}{}/{}", group.trim(), subgroup.trim())
}

/// Returns the date from which an edition of the IPC was in force, 1 to 7 (source: WIPO, Guide to the IPC, introduction).
pub(super) fn ipc_edition(text: &str) -> Option<Date> {
    let (year, month) = match text.trim().parse::<u8>().ok()? {
        1 => (1968, 9),
        2 => (1974, 7),
        3 => (1980, 1),
        4 => (1985, 1),
        5 => (1990, 1),
        6 => (1995, 1),
        7 => (2000, 1),
        _ => return None,
    };
    Date::new(year, month, 1).ok()
}

/// Returns a Locarno class as `06-02` from `0602`, `D0602` or `06-02`; `None` for anything else.
pub(super) fn locarno(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('D').replace(['-', ' '], "");
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| format!("{}-{}", &text[..2], &text[2..]))
}

/// Returns a USPC class as `360/97.01` from its columns: class 3, subclass 3 (right-aligned), then decimals and
/// letters (`360 9701`, `D14480`, `179  2DD`, `709228`, `002227000`, `257E21409`) or a written point (`224 42.03R`).
///
/// White space must be as in the source: it is part of the columns. `None` where there is no class.
pub(super) fn uspc(text: &str) -> Option<String> {
    let text = text.trim_matches(['\n', '\r', '\t']).trim_end();
    // Four or five places without a blank have lost the blanks before their class.
    let places = text.chars().count();
    let full = !(4..6).contains(&places) || text.contains([' ', '/', '.']);
    let head: String = text.chars().take(if full { 3 } else { places - 3 }).collect();
    let lost_columns = head.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(' ');
    let (class, subclass) = match text.split_once('/') {
        Some(parts) => parts,
        None if lost_columns && !head.starts_with(' ') => text.split_once(' ')?,
        None => (head.as_str(), text.get(head.len()..)?),
    };
    let class: String = class.chars().filter(|c| !c.is_whitespace()).collect();
    let named = class == "PLT" || class.contains(|c: char| c.is_ascii_digit());
    if !named || !class.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let class = match class.trim_start_matches('0') {
        "" => return None,
        trimmed => trimmed,
    };
    let subclass = uspc_subclass(subclass);
    Some(if subclass.is_empty() { class.to_owned() } else { format!("{class}/{subclass}") })
}

fn uspc_subclass(text: &str) -> String {
    let trimmed = text.trim_start();
    let padding = text.len() - trimmed.len();
    let compact: String = trimmed.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(digest) = compact.strip_prefix("DIG") {
        let number = digest.trim_start_matches(['.', '0']);
        return format!("DIG.{number}");
    }
    let (prefix, rest, width) = match compact.strip_prefix('E') {
        Some(rest) => ("E", rest, 2),
        None => ("", compact.as_str(), 3_usize.saturating_sub(padding).max(1)),
    };
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, tail) = if rest[n_digits..].starts_with('.') {
        (&rest[..n_digits], &rest[n_digits + 1..])
    } else {
        rest.split_at(n_digits.min(width))
    };
    let n_decimals = tail.bytes().take_while(u8::is_ascii_digit).count();
    let (decimals, letters) = tail.split_at(n_decimals);
    let decimals = decimals.trim_end_matches('0');
    let whole = whole.trim_start_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{prefix}{whole}{point}{decimals}{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipc_columns_get_their_slash() {
        let check = |text: &str, expected: &str| assert_eq!(ipc_with_slash(text), expected, "{text}");
        check("G06F  728", "G06F7/28");
        check("G06F 1516", "G06F15/16");
        check("C07D40112", "C07D401/12");
        check("G06F015/16", "G06F015/16");
        check("A61K 31415", "A61K31/415");
        check("E03C 104", "E03C1/04");
        check("E21C", "E21C");
        check("é", "é");
    }

    #[test]
    fn uspc_columns_are_read() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(uspc(text).as_deref(), expected, "{text}");
        check("709228", Some("709/228"));
        check("360 9701", Some("360/97.01"));
        check("2063081", Some("206/308.1"));
        check("714  4", Some("714/4"));
        check("179  2DD", Some("179/2DD"));
        check("179 90K", Some("179/90K"));
        check("224 42.03R", Some("224/42.03R"));
        check("340172.5", Some("340/172.5"));
        check("D14480", Some("D14/480"));
        check("D 6626", Some("D6/626"));
        check("  2 69", Some("2/69"));
        check("2 69", Some("2/69"));
        check("4675", Some("4/675"));
        check("002227000", Some("2/227"));
        check("257E21409", Some("257/E21.409"));
        check("211DIG  7", Some("211/DIG.7"));
        check("361/763", Some("361/763"));
        check("PLT263", Some("PLT/263"));
        check("None", None);
        check("", None);
    }

    #[test]
    fn locarno_classes_have_a_hyphen() {
        assert_eq!(locarno("1402").as_deref(), Some("14-02"));
        assert_eq!(locarno("D0602").as_deref(), Some("06-02"));
        assert_eq!(locarno("G06F 100"), None);
    }
}
