//! What is searched for in the entries of a list, and in the JSON of many of them at once.

use memchr::memmem::Finder;
use memchr::{memchr_iter, memchr2_iter};

use crate::Listed;
use crate::entry::{AFTER_NO_SUMMARY, FIRST_FORMAT, NO_SUMMARY, last_before};

/// What only a list that parses finds: letters that no ASCII letter is, and that become one in lower case.
const FOLDED_TO_ASCII: [&str; 2] = ["\u{212a}", "\u{130}"];

/// ASCII letters, those first that names and the JSON around them have least of. `a` to `f` are in every id.
const RAREST_FIRST: &[u8; 26] = b"jqxzkvwypgmuhlrsniotbfdcae";

/// A text that is searched for.
pub(crate) struct Search {
    /// In lower case.
    text: String,
    /// As it stands in JSON.
    json: String,
    part: Part,
}

/// How that is found in the JSON of a list.
enum Part {
    /// It has other letters than ASCII's.
    Any,
    /// It has no letters, and stands there as it is.
    Exact(Box<Finder<'static>>),
    /// The place of its rarest letter in it: where that stands, in either case, the rest is compared.
    Letters(usize),
}

impl Search {
    /// A search for a text, in lower case.
    pub(crate) fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.trim_start_matches('"');
        let json = json.strip_suffix('"').unwrap_or(json);
        let rarest =
            || RAREST_FIRST.iter().find_map(|letter| json.bytes().position(|b| b == *letter));
        let part = match json.is_ascii() {
            false => Part::Any,
            true => rarest().map_or_else(
                || Part::Exact(Box::new(Finder::new(json).into_owned())),
                Part::Letters,
            ),
        };
        Self { text: text.to_owned(), json: json.to_owned(), part }
    }

    /// The entries in the JSON of a list that may have the text, those that have it among them; `None` if these can only be told by
    /// reading all. Most of a long list has none, and is not parsed.
    pub(crate) fn found_in(&self, list: &[u8]) -> Option<Vec<Listed>> {
        if has_no_summary(list) {
            return None;
        }
        match &self.part {
            Part::Any => {
                let list = str::from_utf8(list).ok()?;
                (!list.to_lowercase().contains(&self.json)).then(Vec::new)
            }
            Part::Exact(finder) => entries_at(list, finder.find_iter(list)),
            Part::Letters(at) => {
                if has_folded_to_ascii(list) {
                    return None;
                }
                let letter = *self.json.as_bytes().get(*at)?;
                let is_there = |start: &usize| {
                    let there = list.get(*start..start + self.json.len());
                    there.is_some_and(|there| there.eq_ignore_ascii_case(self.json.as_bytes()))
                };
                let places = memchr2_iter(letter, letter.to_ascii_uppercase(), list);
                entries_at(list, places.filter_map(|place| place.checked_sub(*at)).filter(is_there))
            }
        }
    }

    /// Whether the text is in one of an entry's. What an entry without a summary has is not known yet.
    pub(crate) fn finds(&self, entry: &Listed) -> bool {
        let Some(summary) = &entry.summary else { return true };
        let texts = [Some(&summary.name), summary.category.as_ref(), summary.description.as_ref()];
        texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&self.text))
    }
}

/// The entries of a list that have something at these places, which are in their order; `None` if one cannot be read.
fn entries_at(list: &[u8], places: impl Iterator<Item = usize>) -> Option<Vec<Listed>> {
    let (mut found, mut from) = (Vec::new(), 0);
    for at in places {
        if at < from {
            continue;
        }
        // Others are between entries, or before all of them.
        if let Some((entry, end)) = last_before(list, at).ok()?
            && at < end
        {
            found.push(entry);
            from = end;
        }
    }
    Some(found)
}

/// Whether there may be an entry without a summary.
fn has_no_summary(list: &[u8]) -> bool {
    let bare = memchr_iter(AFTER_NO_SUMMARY, list).any(|at| list[..at].ends_with(NO_SUMMARY));
    bare || memchr_iter(FIRST_FORMAT[0], list).any(|at| list[at..].starts_with(FIRST_FORMAT))
}

fn has_folded_to_ascii(list: &[u8]) -> bool {
    let [a, b] = FOLDED_TO_ASCII.map(str::as_bytes);
    memchr2_iter(a[0], b[0], list).any(|at| list[at..].starts_with(a) || list[at..].starts_with(b))
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
                if let Some(mut found) = search.found_in(json.as_bytes()) {
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
            assert_eq!(Search::of(text).found_in(json.as_bytes()), Some(vec![list[n].clone()]));
        }
        assert_eq!(Search::of("flow 4").found_in(json.as_bytes()), Some(Vec::new()));
        assert_eq!(Search::of("").found_in(json.as_bytes()).map(|found| found.len()), Some(40));
    }

    #[test]
    fn an_entry_that_says_nothing_of_its_workflow_may_be_what_is_searched() {
        let bare = Listed { summary: None, ..entry(1, "") };
        let first = serde_json::json!({"id": Uuid::nil(), "created_at": 1});
        for entry in [serde_json::to_value(&bare).unwrap(), first] {
            let json = serde_json::json!({"entries": [entry]}).to_string();
            assert_eq!(Search::of("nothing").found_in(json.as_bytes()), None);
        }
    }
}
