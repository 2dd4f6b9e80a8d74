//! Filters of the actions API's lists: an empty one is none (contract/actions-qyvo.md, section 5).

use fields::FieldError;
use uuid::Uuid;

use crate::{Call, Problem};

impl Call {
    /// A filter by an id.
    ///
    /// # Errors
    /// [`Problem::Invalid`] when it is no UUID.
    pub fn id_filter(&self, name: &str) -> Result<Option<Uuid>, Problem> {
        let Some(text) = self.filter(name) else { return Ok(None) };
        let id = text.parse().map_err(|_| invalid(name, "must be a UUID"))?;
        Ok(Some(id))
    }

    /// A filter by one of some words.
    ///
    /// # Errors
    /// [`Problem::Invalid`] when it is another word.
    pub fn word_filter(
        &self,
        name: &str,
        words: &'static [&'static str],
    ) -> Result<Option<&'static str>, Problem> {
        let Some(text) = self.filter(name) else { return Ok(None) };
        let known = words.iter().find(|word| **word == text);
        let wrong = || invalid(name, &format!("must be one of {}", words.join(", ")));
        known.copied().map(Some).ok_or_else(wrong)
    }

    fn filter(&self, name: &str) -> Option<String> {
        self.query(name).filter(|text| !text.is_empty())
    }
}

fn invalid(name: &str, message: &str) -> Problem {
    vec![FieldError::new(format!("/{name}"), message)].into()
}
