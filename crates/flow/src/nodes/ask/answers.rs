//! The kinds of answers that `ask` expects, besides choices. A new one is a function and a line in [`ANSWERS`].

use serde_json::Value;

use crate::{Reply, number};

/// One kind of answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The `expect` in the graph.
    pub(super) name: &'static str,
    /// The value in an answer; `None` if it is not of this kind.
    pub(super) read: fn(&Reply) -> Option<Value>,
}

pub(super) const ANSWERS: &[Answer] = &[
    Answer { name: "text", read: text },
    Answer { name: "number", read: number },
    Answer { name: "email", read: email },
];

/// Any words; the caption of a picture too, but not the picture alone.
fn text(reply: &Reply) -> Option<Value> {
    let text = reply.text.trim();
    (!text.is_empty()).then(|| Value::from(text))
}

/// A number as people write it (see `number.rs`), kept as a JSON number.
fn number(reply: &Reply) -> Option<Value> {
    number::parse(&reply.text).map(number::to_json)
}

/// One address and nothing else. Whether it receives mail only a mail can tell, so the form is checked no further
/// than: a local part of at most 64 characters, a dotted domain, at most 254 in all (RFC 5321, 4.5.3.1).
fn email(reply: &Reply) -> Option<Value> {
    let address = reply.text.trim();
    let (local, domain) = address.rsplit_once('@')?;
    let labels = domain.split('.').collect::<Vec<_>>();
    let is_label = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let fits = (1..=64).contains(&local.chars().count()) && address.chars().count() <= 254;
    let plain = !local
        .contains(|c: char| c.is_whitespace() || c.is_control() || "@<>()[],;:\\\"".contains(c));
    let dotted = labels.len() > 1 && labels.iter().all(is_label);
    (fits && plain && dotted).then(|| Value::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_address_is_an_email() {
        for address in ["ana@example.com", " a.b+c@sub.example.co.za ", "josé@exämple.org"] {
            assert_eq!(
                email(&Reply::text(address)),
                Some(Value::from(address.trim())),
                "{address}"
            );
        }
        for other in [
            "",
            "ana",
            "ana@",
            "@example.com",
            "ana@localhost",
            "ana@example..com",
            "a b@example.com",
            "a@b@example.com",
            "<a@example.com>",
            "ana@example.com.",
            "ana@-x.com",
            "mail me: a@example.com",
        ] {
            assert_eq!(email(&Reply::text(other)), None, "{other}");
        }
    }

    #[test]
    fn numbers_are_kept_as_numbers() {
        assert_eq!(number(&Reply::text(" 1,299.50 ")), Some(Value::from(1299.5)));
        assert_eq!(number(&Reply::text("3")), Some(Value::from(3)));
        assert_eq!(number(&Reply::text("three")), None);
    }

    #[test]
    fn a_picture_without_words_is_no_text() {
        let picture = Reply { kind: crate::ReplyKind::Image, ..Reply::default() };
        assert_eq!(text(&picture), None);
        assert_eq!(text(&Reply { text: " ours ".into(), ..picture }), Some(Value::from("ours")));
    }
}
