//! Whether a line searches by words, or by classes and citations: two channels that can tell how much both miss.

use serde::{Deserialize, Serialize};

use crate::query::{Expr, Field, Node, Parsed, SetName, Target};

/// By what a line finds documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By words, or by meaning: vectors are trained on the same words, so they are no channel of their own.
    Words,
    /// By classes or citations, which others than the authors of the text have given.
    Classes,
    /// By both together; such a line says nothing of either.
    Mixed,
    /// By names, dates, offices and the like alone, or by saved sets.
    Other,
}

/// Zones of text that say what a document is about.
const TOPIC: &[&str] = &["title", "abstract", "claims", "independent_claims", "description", "keywords"];
/// Columns that others than the authors of the text have given.
const GIVEN: &[&str] = &["ipc", "ipc_main", "cpc", "class", "cites"];
/// Columns that were derived from the text.
const DERIVED: &[&str] = &["effect", "purpose", "domain", "tag"];

/// Returns by what a query finds documents; `of_line` knows the lines that it names.
pub(super) fn of(parsed: &Parsed, of_line: &dyn Fn(u32) -> Option<Channel>) -> Channel {
    match parsed {
        Parsed::Text(_) => Channel::Words,
        Parsed::Boolean(expr) => of_expr(expr, of_line),
    }
}

fn of_expr(expr: &Expr, of_line: &dyn Fn(u32) -> Option<Channel>) -> Channel {
    match &expr.node {
        Node::Term(_) | Node::Near(_) | Node::Frequent(_) | Node::Similar(_) => Channel::Words,
        Node::Field(condition) => of_fields(&condition.fields),
        Node::Range(condition) => of_fields(&condition.fields),
        // What narrows a channel by dates or offices leaves it what it is.
        Node::And(parts) | Node::Xor(parts) => joined(parts.iter().map(|part| of_expr(part, of_line))),
        Node::Or(parts) => {
            let channels: Vec<Channel> = parts.iter().map(|part| of_expr(part, of_line)).collect();
            let first = channels[0];
            if channels.iter().all(|channel| *channel == first) { first } else { Channel::Mixed }
        }
        // What is excluded by words depends on words.
        Node::Not(part) => of_expr(part, of_line),
        Node::Optional { base, .. } => of_expr(base, of_line),
        Node::Set(SetName::Line(number)) => of_line(*number).unwrap_or(Channel::Mixed),
        Node::Set(SetName::Named(_)) | Node::Tree(_) | Node::Event(_) => Channel::Other,
    }
}

fn of_fields(fields: &[&'static Field]) -> Channel {
    let of_field = |field: &&Field| match field.target() {
        Target::Zones(zones) if zones.iter().any(|zone| TOPIC.contains(&zone.as_str())) => Channel::Words,
        Target::Column { name, .. } if GIVEN.contains(&name) => Channel::Classes,
        Target::Column { name, .. } if DERIVED.contains(&name) => Channel::Words,
        _ => Channel::Other,
    };
    joined(fields.iter().map(of_field))
}

fn joined(channels: impl Iterator<Item = Channel>) -> Channel {
    channels.fold(Channel::Other, |all, one| match (all, one) {
        (all, Channel::Other) => all,
        (Channel::Other, one) => one,
        (all, one) if all == one => all,
        _ => Channel::Mixed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn channels_are_told_by_what_a_query_asks() {
        let lines = |number| match number {
            1 => Some(Channel::Words),
            2 => Some(Channel::Classes),
            _ => None,
        };
        for (query, channel) in [
            ("一段描述", Channel::Words),
            ("ti=泵 AND cc=CN AND pd>=2015", Channel::Words),
            ("ipc=H01M8/04 AND cc=CN", Channel::Classes),
            ("ct=CN110083831A OR cpc=E21C35/24", Channel::Classes),
            ("ti=泵 AND ipc=F04B", Channel::Mixed),
            ("ipc=F04B NOT ti=油", Channel::Mixed),
            ("ipc=F04B OR ap=虚构", Channel::Mixed),
            ("ap=虚构 AND pd>=2015", Channel::Other),
            ("SIM=(\"储氢罐\")>0.99", Channel::Words),
            ("#1 AND cc=CN", Channel::Words),
            ("#2 NOT cc=US", Channel::Classes),
            ("#1 OR #2", Channel::Mixed),
            ("#9 AND cc=CN", Channel::Mixed),
        ] {
            let parsed = parse(query).unwrap();
            assert_eq!(of(&parsed, &lines), channel, "{query}");
        }
    }
}
