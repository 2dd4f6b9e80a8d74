//! E-mail addresses.

/// What [`is_email`] takes, as a pattern of a JSON Schema without its anchors. Of the domain only what is ASCII: patterns
/// have no word for the rest that all know.
pub const EMAIL_PATTERN: &str = concat!(
    r#"[^\s\u0000-\u001f\u007f-\u009f@<>()\[\],;:\\"]{1,64}@"#,
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
);

/// One address and nothing else. Whether it receives mail only a mail can tell, so the form is checked no further
/// than: a local part of at most 64 characters, a dotted domain, at most 254 in all (RFC 5321, 4.5.3.1).
#[must_use]
pub fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let fits = (1..=64).contains(&local.chars().count()) && address.chars().count() <= 254;
    let plain = !local
        .contains(|c: char| c.is_whitespace() || c.is_control() || "@<>()[],;:\\\"".contains(c));
    let dotted = domain.contains('.') && domain.split('.').all(is_label);
    fits && plain && dotted
}

/// The address that somebody says aloud, or hides from robots: `ana dot lopez at example dot com`. What is spelt letter by
/// letter comes as single words, which belong together.
#[must_use]
pub fn spoken(words: &str) -> Option<String> {
    let words = words.trim().trim_end_matches(['.', '!', '?']).to_lowercase();
    let mut address = String::new();
    for word in words.split_whitespace() {
        address.push_str(match word {
            "at" => "@",
            "dot" | "point" => ".",
            "dash" | "hyphen" | "minus" => "-",
            "underscore" => "_",
            "plus" => "+",
            word => word,
        });
    }
    is_email(&address).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_can_be_said_aloud() {
        for (words, address) in [
            ("Ana at example dot com.", "ana@example.com"),
            ("a n a dot b at my dash shop dot co dot uk", "ana.b@my-shop.co.uk"),
            ("sales underscore eu at example.com", "sales_eu@example.com"),
        ] {
            assert_eq!(spoken(words).as_deref(), Some(address), "{words}");
        }
        for words in ["", "I am at home", "at dot", "call me at nine"] {
            assert_eq!(spoken(words), None, "{words}");
        }
    }

    #[test]
    fn one_plain_address_is_an_email() {
        for address in ["ana@example.com", "a.b+c@sub.example.co.za", "josé@exämple.org"] {
            assert!(is_email(address), "{address}");
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
            assert!(!is_email(other), "{other}");
        }
    }
}
