//! What is searched for in the entries of a list, and in the JSON of many of them at once.

use memchr::memmem::{self, Finder};

use crate::Listed;
use crate::entry::{NO_SUMMARY, last_before};

/// What only a list that parses finds: letters that no ASCII letter is, and that become one in lower case.
const FOLDED_TO_ASCII: [char; 2] = ['\u{212a}', '\u{130}'];

/// A text that is searched for.
pub(crate) struct Search {
    /// In lower case.
    text: String,
    /// As it stands in JSON.
    json: String,
    /// Finds that. It takes longer to make than to use on a short text.
    finder: Finder<'static>,
}

impl Search {
    /// A search for a text, in lower case.
    pub(crate) fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.trim_start_matches('"');
        let json = json.strip_suffix('"').unwrap_or(json);
        let finder = Finder::new(json).into_owned();
        Self { text: text.to_owned(), json: json.to_owned(), finder }
    }

    /// The entries in the JSON of a list that may have the text, those that have it among them; `None` if these can only be told by
    /// reading all. Most of a long list has none, and is not parsed.
    pub(crate) fn found_in(&self, list: &str) -> Option<Vec<Listed>> {
        let has = |part: &str| memmem::find(list.as_bytes(), part.as_bytes()).is_some();
        if NO_SUMMARY.into_iter().any(has) {
            return None;
        }
        if !self.json.is_ascii() {
            return (!list.to_lowercase().contains(&self.json)).then(Vec::new);
        }
        if !list.is_ascii() && list.contains(FOLDED_TO_ASCII) {
            return None;
        }
        let lower = in_lower_case(list);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(at) = lower.get(from..).and_then(|rest| self.finder.find(rest)) {
            let at = from + at;
            match last_before(list, at).ok()? {
                Some((entry, end)) if at < end => {
                    found.push(entry);
                    from = end;
                }
                // Between entries, or before all of them.
                _ => from = at + 1,
            }
        }
        Some(found)
    }

    /// Whether the text is in one of an entry's. What an entry without a summary has is not known yet.
    pub(crate) fn finds(&self, entry: &Listed) -> bool {
        let Some(summary) = &entry.summary else { return true };
        let texts = [Some(&summary.name), summary.category.as_ref(), summary.description.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&self.text))
    }
}

/// A text's bytes, its ASCII letters in lower case: eight at a time, which is what a search of a long list takes longest for.
fn in_lower_case(text: &str) -> Vec<u8> {
    const ALL: u64 = 0x0101_0101_0101_0101;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut lower = Vec::with_capacity(text.len());
    for word in words {
        let word = u64::from_le_bytes(*word);
        // The highest bit of each byte says what the byte is. No sum of seven bits and these carries over.
        let low = word & (0x7f * ALL);
        let from_a = low + (0x80 - u64::from(b'A')) * ALL;
        let after_z = low + (0x7f - u64::from(b'Z')) * ALL;
        let is_capital = (from_a ^ after_z) & !word & (0x80 * ALL);
        // A letter's case is the bit 0x20.
        lower.extend((word | (is_capital >> 2)).to_le_bytes());
    }
    lower.extend(rest.iter().map(u8::to_ascii_lowercase));
    lower
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::Summary;

    const TEXTS: [&str; 22] = [
        "a",
        "A\"b",
        "\\",
        "line\nbreak",
        "ÄÖ",
        "ΑΣ",
        "ΑΣ b",
        "\u{212a}elvin",
        "\u{130}x",
        "😀",
        "\u{1}",
        "\"",
        "[",
        "],[",
        "[\"",
        "[\"a",
        "],[\"ab",
        "{\"id\":",
        ",null]",
        "entries",
        "b[",
        "[b",
    ];

    fn entry(n: usize, name: &str) -> Listed {
        let summary = Summary {
            name: name.to_owned(),
            category: Some(name.chars().rev().collect()),
            description: None,
            updated_at: Timestamp(1),
            public: n.is_multiple_of(2),
        };
        let id = Uuid::from_u128(n as u128);
        Listed { id, created_at: Timestamp(1), summary: Some(summary) }
    }

    #[test]
    fn what_has_a_text_is_found_wherever_it_stands_in_a_list() {
        let all: Vec<Listed> = TEXTS.iter().enumerate().map(|(n, name)| entry(n, name)).collect();
        let ascii: Vec<Listed> = all
            .iter()
            .filter(|it| it.summary.as_ref().is_some_and(|it| it.name.is_ascii()))
            .cloned()
            .collect();
        let lists = TEXTS.iter().enumerate().map(|(n, name)| vec![entry(n, name)]);
        for list in lists.chain([all, ascii]) {
            let json = serde_json::json!({"pages": [{"f": [1, Uuid::nil()]}], "entries": list});
            let json = json.to_string();
            for text in TEXTS {
                let search = Search::of(&text.to_lowercase());
                let expected = || list.iter().filter(|entry| search.finds(entry));
                if let Some(mut found) = search.found_in(&json) {
                    found.retain(|entry| search.finds(entry));
                    assert!(found.iter().eq(expected()), "{text}: {found:?} in {json}");
                }
            }
        }
    }

    #[test]
    fn what_is_ascii_is_found_without_reading_all() {
        let list: Vec<Listed> = (0..40).map(|n| entry(n, &format!("Flow {n:02}"))).collect();
        let json = serde_json::json!({"entries": list}).to_string();
        for (text, n) in [("flow 00", 0), ("flow 39", 39), ("low 17", 17), ("71 wol", 17)] {
            assert_eq!(Search::of(text).found_in(&json), Some(vec![list[n].clone()]));
        }
        assert_eq!(Search::of("flow 4").found_in(&json), Some(Vec::new()));
        assert_eq!(Search::of("").found_in(&json).map(|found| found.len()), Some(40));
    }

    #[test]
    fn an_entry_that_says_nothing_of_its_workflow_may_be_what_is_searched() {
        let bare = Listed { summary: None, ..entry(1, "") };
        let first = serde_json::json!({"id": Uuid::nil(), "created_at": 1});
        for entry in [serde_json::to_value(&bare).unwrap(), first] {
            let json = serde_json::json!({"entries": [entry]}).to_string();
            assert_eq!(Search::of("nothing").found_in(&json), None);
        }
    }

    #[test]
    fn every_byte_is_put_in_lower_case_as_ascii_is() {
        let text: String = (0..0x250).filter_map(char::from_u32).collect();
        for from in (0..16).filter(|from| text.is_char_boundary(*from)) {
            let text = &text[from..];
            assert_eq!(in_lower_case(text), text.to_ascii_lowercase().into_bytes());
        }
    }
}
