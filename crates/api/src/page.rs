//! The console's envelopes and pages (contract/console-bimpe.md, section 1).

use fields::FieldError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Call, Problem};

/// The console's envelopes.
pub struct Envelope;

impl Envelope {
    /// One thing.
    pub fn one<T: Serialize>(message: &str, data: &T) -> Value {
        json!({"message": message, "data": data})
    }

    /// One page of a list of `total` things.
    pub fn page<T: Serialize>(message: &str, data: &[T], query: &PageQuery, total: usize) -> Value {
        Self::page_of(message, data, query, total, total.div_ceil(query.limit))
    }

    /// One page of a list of `total` things, which are written already: what is large is in memory once.
    #[must_use]
    pub fn written_page(
        message: &str,
        data: Vec<String>,
        query: &PageQuery,
        total: usize,
    ) -> Vec<u8> {
        let empty: [(); 0] = [];
        let around = Self::page(message, &empty, query, total);
        let mut page = format!("{{\"message\":{},\"data\":[", around["message"]).into_bytes();
        let end = format!("],\"meta\":{}}}", around["meta"]);
        page.reserve_exact(data.iter().map(|item| item.len() + 1).sum::<usize>() + end.len());
        for (at, item) in data.into_iter().enumerate() {
            if at > 0 {
                page.push(b',');
            }
            page.extend(item.into_bytes());
        }
        page.extend(end.into_bytes());
        page
    }

    /// One page of a list of `pages` pages, which may be more than its `total` fills.
    pub fn page_of<T: Serialize>(
        message: &str,
        data: &[T],
        query: &PageQuery,
        total: usize,
        pages: usize,
    ) -> Value {
        json!({
            "message": message,
            "data": data,
            "meta": {
                "total_count": total,
                "page_count": pages,
                "current_page": query.page,
                "limit": query.limit,
                "has_next_page": query.page < pages,
                "has_previous_page": query.page > 1 && pages > 0,
            },
        })
    }
}

/// What a list request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// From 1.
    pub page: usize,
    /// 1 to 100.
    pub limit: usize,
    /// Folded to lower case; absent when empty.
    pub search: Option<String>,
    /// The field to sort by, and whether it is descending.
    pub sort: Option<(String, bool)>,
}

impl PageQuery {
    /// Reads `page`, `limit`, `search` and `sort`, of which `sort` must be one of `sortable`, or `-` and one.
    ///
    /// # Errors
    /// All that is wrong, as [`Problem::Invalid`].
    pub fn read(call: &Call, sortable: &[&str]) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let page = number(call, "page", 1, 1_000_000, 1, &mut errors);
        let limit = number(call, "limit", 1, 100, 20, &mut errors);
        let search = call.query("search").filter(|search| !search.is_empty());
        if search.as_ref().is_some_and(|search| search.chars().count() > 255) {
            errors.push(FieldError::new("/search", "must be at most 255 characters long"));
        }
        let sort = call.query("sort").filter(|sort| !sort.is_empty()).map(|sort| {
            let descending = sort.starts_with('-');
            (sort.strip_prefix('-').unwrap_or(&sort).to_owned(), descending)
        });
        if sort.as_ref().is_some_and(|(field, _)| !sortable.contains(&field.as_str())) {
            let known = sortable.join(", ");
            errors.push(FieldError::new(
                "/sort",
                format!("must be one of {known}, or - and one of them"),
            ));
        }
        if errors.is_empty() {
            Ok(Self { page, limit, search: search.map(|search| search.to_lowercase()), sort })
        } else {
            Err(errors.into())
        }
    }

    /// How many things come before this page.
    #[must_use]
    pub fn offset(&self) -> usize {
        (self.page - 1).saturating_mul(self.limit)
    }
}

fn number(
    call: &Call,
    name: &str,
    least: usize,
    most: usize,
    default: usize,
    errors: &mut Vec<FieldError>,
) -> usize {
    let Some(text) = call.query(name) else { return default };
    match text.parse() {
        Ok(n) if (least..=most).contains(&n) => n,
        _ => {
            let message = format!("must be a whole number from {least} to {most}");
            errors.push(FieldError::new(format!("/{name}"), message));
            default
        }
    }
}
