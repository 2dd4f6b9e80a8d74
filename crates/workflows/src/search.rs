//! What is searched for in the entries of a list, and in the JSON of many of them at once.

use memchr::memmem;

use crate::Listed;
use crate::entry::NO_SUMMARY;

/// What only a list that parses finds: letters that no ASCII letter is, and that become one in lower case.
const FOLDED_TO_ASCII: [char; 2] = ['\u{212a}', '\u{130}'];

/// A text that is searched for.
pub(crate) struct Search {
    /// In lower case.
    text: String,
    /// As it stands in JSON.
    json: String,
}

impl Search {
    /// A search for a text, in lower case.
    pub(crate) fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.trim_start_matches('"');
        let json = json.strip_suffix('"').unwrap_or(json);
        Self { text: text.to_owned(), json: json.to_owned() }
    }

    /// False if no entry of this JSON is found. Most pages of a long list have none, and are not parsed.
    pub(crate) fn may_be_in(&self, page: &str) -> bool {
        let found = if self.json.is_ascii() && page.is_ascii() {
            has_ascii(page, &self.json)
        } else if self.json.is_ascii() {
            has_ascii(page, &self.json) || page.contains(FOLDED_TO_ASCII)
        } else {
            page.to_lowercase().contains(&self.json)
        };
        found || memmem::find(page.as_bytes(), NO_SUMMARY.as_bytes()).is_some()
    }

    /// Whether the text is in one of an entry's. What an entry without a summary has is not known yet.
    pub(crate) fn finds(&self, entry: &Listed) -> bool {
        let Some(summary) = &entry.summary else { return true };
        let texts = [Some(&summary.name), summary.category.as_ref(), summary.description.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&self.text))
    }
}

/// Whether `text`, in lower case and ASCII, is in `page` in any case. A copy in lower case, and a search of that for what
/// stands there, are made many bytes at a time.
fn has_ascii(page: &str, text: &str) -> bool {
    memmem::find(page.to_ascii_lowercase().as_bytes(), text.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::Summary;

    #[test]
    fn a_page_is_passed_over_only_if_it_has_nothing() {
        let texts = [
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
        ];
        for name in texts {
            let summary = Summary {
                name: name.to_owned(),
                category: None,
                description: None,
                updated_at: Timestamp(1),
                public: false,
            };
            let (id, created_at) = (Uuid::nil(), Timestamp(1));
            let entry = Listed { id, created_at, summary: Some(summary) };
            let json = serde_json::to_string(&[&entry]).unwrap();
            for text in texts {
                let search = Search::of(&text.to_lowercase());
                assert!(!search.finds(&entry) || search.may_be_in(&json), "{text} in {name}");
            }
            assert!(!Search::of("nöthing").may_be_in(&json));
            let bare = Listed { summary: None, ..entry };
            assert!(Search::of("nothing").may_be_in(&serde_json::to_string(&[bare]).unwrap()));
        }
    }
}
