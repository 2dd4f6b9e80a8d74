//! The document of the actions API (contract/actions-qyvo.md).

mod components;
mod contacts;
mod messages;
mod polling;
mod sessions;
mod webhooks;

use serde_json::json;

use crate::group::{Group, bearer, gather};
use crate::operation::Method::{Get, Post};
use crate::{Conventions, Document, Operation};

/// Where the API begins.
pub const BASE: &str = "/api/v1";

const CONVENTIONS: Conventions =
    Conventions { invalid: 422, has_request_id: false, has_scopes: false };

const ABOUT: &str = "\
What a team's backend and its automation tools do: start flows for contacts, keep contacts, send messages, and poll for \
what happened. Drop-in for the actions API of Qyvo.

Every lookup is a POST, with what is looked for in its body. Lists are flat arrays. What is wrong with a field is a 422 with \
`message` and `errors`; every other error has `error`. An id that is another team's is not found (404). Phones are taken in \
the usual ways of writing, with the country code. A key needs the scope `actions`.";

const TAGS: &[(&str, &str)] = &[
    ("account", "Who asks."),
    ("flows", "What is started for a contact."),
    ("sequences", "What is sent over days."),
    ("contacts", "Whom a team writes to."),
    ("messages", "What is sent at once, and the templates for it."),
    ("triggers", "What happened, newest first, for clients that poll."),
    ("dropdowns", "What a form lets people choose from."),
    ("webhooks", "Who is told what happens, as it happens."),
    ("openapi", "This document."),
];

/// The groups of operations: each endpoint is an entry of the table of one.
const GROUPS: &[Group] = &[
    (sessions::operations, sessions::schemas),
    (contacts::operations, contacts::schemas),
    (messages::operations, messages::schemas),
    (polling::operations, polling::schemas),
    (webhooks::operations, webhooks::schemas),
];

/// The one scope of this surface.
const SCOPE: &str = "actions";
/// What operations refer to by an id: an example, which is of nobody.
const EXAMPLE_ID: &str = "018f5e3a-7b1c-7c2d-8e4f-5a6b7c8d9e0f";

/// The document.
#[must_use]
pub fn document() -> Document {
    let (operations, schemas) = gather(GROUPS, ("/openapi.yaml", "application/yaml"));
    Document {
        title: "Parlance actions API",
        about: ABOUT,
        base: BASE,
        tags: TAGS,
        operations,
        conventions: CONVENTIONS,
        schemes: vec![bearer("An API key, `sk_…`, as `Authorization: Bearer`.")],
        security: json!([{"Bearer": []}]),
        components: components::components(schemas),
    }
}

/// What is asked or done by a POST with a key.
fn action(
    tag: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(tag, Post, path, id, summary).scope(SCOPE)
}

/// What is read with a key.
fn reading(
    tag: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(tag, Get, path, id, summary).scope(SCOPE)
}
