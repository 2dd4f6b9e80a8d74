//! Filling the places of a template.

use std::collections::BTreeMap;

use channels::whatsapp::Translation;
use flow::{Content, Variables};

use crate::Template;

/// Why a template cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfilled {
    /// No language of it is approved.
    NotApproved,
    /// Places got no text.
    Missing {
        /// All places, in the body's order.
        expected: Vec<String>,
        /// Those without a text.
        missing: Vec<String>,
    },
}

impl Template {
    /// The template in a language, with its places filled. A blank text fills no place: the provider refuses it. Texts of
    /// places that there are not are left out.
    ///
    /// # Errors
    /// [`Unfilled`].
    pub fn fill(
        &self,
        language: Option<&str>,
        variables: &BTreeMap<String, String>,
    ) -> Result<Content, Unfilled> {
        let translation = self.sendable(language).ok_or(Unfilled::NotApproved)?;
        let expected = translation.placeholders();
        let text = |place: &&str| variables.get(*place).filter(|text| !text.trim().is_empty());
        let owned = |places: Vec<&str>| places.into_iter().map(str::to_owned).collect();
        let missing: Vec<&str> =
            expected.iter().copied().filter(|place| text(place).is_none()).collect();
        if !missing.is_empty() {
            return Err(Unfilled::Missing { expected: owned(expected), missing: owned(missing) });
        }
        let filled = expected.iter().filter_map(|place| Some((*place, text(place)?.clone())));
        Ok(Content::Template {
            name: translation.name.clone(),
            language: translation.language.clone(),
            variables: places(translation, filled.collect()),
            // The provider gives a quick reply its own label as payload.
            buttons: Vec::new(),
        })
    }
}

/// By name, or in the order of their numbers: in which the provider counts them, wherever they stand in the body.
fn places(translation: &Translation, mut filled: Vec<(&str, String)>) -> Variables {
    let number = |place: &str| place.parse::<u32>().ok();
    if translation.named || filled.iter().any(|(place, _)| number(place).is_none()) {
        let named = filled.into_iter().map(|(place, text)| (place.to_owned(), text));
        return Variables::Named(named.collect());
    }
    filled.sort_by_key(|(place, _)| number(place));
    Variables::Positional(filled.into_iter().map(|(_, text)| text).collect())
}
