//! Operators on whole words.

use std::borrow::Cow;

use serde_json::Value;

use super::side::Side;
use super::text;
use crate::words::{self, written_words};

pub(super) fn has_phrase(value: &Side<'_>, to: &Side<'_>) -> bool {
    text::any(value, to, words::has_phrase)
}

pub(super) fn has_any_word(value: &Side<'_>, to: &Side<'_>) -> bool {
    let texts = texts(value);
    let is_there = |phrase: &str| texts.iter().any(|text| words::has_phrase(text, phrase));
    entries(to, &mut |phrase| is_there(phrase).then_some(())).is_some()
}

pub(super) fn has_all_words(value: &Side<'_>, to: &Side<'_>) -> bool {
    let texts = texts(value);
    let is_there = |phrase: &str| texts.iter().any(|text| words::has_phrase(text, phrase));
    let mut wanted = 0;
    let missing = entries(to, &mut |phrase| {
        wanted += 1;
        (!is_there(phrase)).then_some(())
    });
    missing.is_none() && wanted > 0
}

fn texts<'a>(value: &Side<'a>) -> Vec<Cow<'a, str>> {
    value.each().filter_map(|one| one.text()).collect()
}

/// Goes through the words of a text, or the entries of a list, until `stop` gives something.
fn entries(to: &Side<'_>, stop: &mut dyn FnMut(&str) -> Option<()>) -> Option<()> {
    match to.value {
        Value::Array(list) => list
            .iter()
            .filter_map(|entry| Side::of(entry).text())
            .filter(|entry| written_words(entry).next().is_some())
            .find_map(|entry| stop(&entry)),
        _ => to.text().and_then(|text| written_words(&text).find_map(stop)),
    }
}
