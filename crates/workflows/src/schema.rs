//! The JSON Schema (2020-12) of a definition. In no component: only with the feature `schema`. Of the fields it says
//! what [`crate::Definition::apply`] reads, because that reads it out; of the graph what crate `flow` says.

use fields::describe;
use flow::schema::{definitions, graph};
use serde_json::{Value, json};

use crate::Definition;

/// What fields are for, where their names do not say it. `*` stands for the items of a list.
const ABOUT: &[(&str, &str)] = &[
    ("", "How a workflow talks. Fields that are not named here are passed over."),
    ("/system_prompt", "Instructions for the language model."),
    ("/description", "For people."),
    ("/category", "For people."),
    ("/rules", "Phrases with their answers; the first that fits."),
    ("/rules/*/trigger", "Phrases, with commas or lines between."),
    ("/rules/*/condition", "A condition as JSON, in a text."),
    ("/rules/*/response", "What is answered."),
    ("/rules/*/action", "handoff, end, opt_out, opt_in or flow:<name>."),
    ("/rules/*/enabled", "True if not said."),
    ("/flows", "Scripts, chosen by keywords."),
    ("/flows/*/priority", "A higher one wins among equals; 5 if not said."),
    ("/flows/*/is_active", "True if not said."),
    ("/flows/*/trigger_keywords", "What chooses it."),
    ("/flows/*/trigger_keywords/*/keyword", "Whole words."),
    ("/flows/*/trigger_keywords/*/weight", "Counts 3, 2 or 1; medium if not said."),
    ("/flows/*/conversation_steps", "What is said and done, in order."),
    ("/flows/*/conversation_steps/*/type", "`action`, or anything else."),
    ("/flows/*/conversation_steps/*/content", "What is said."),
    ("/flows/*/conversation_steps/*/followup", "What is asked and waited for."),
    ("/flows/*/conversation_steps/*/action", "What is done, where the type is `action`."),
    ("/faq", "Questions with their answers; the one that comes nearest."),
    ("/kind", "A dialogue, over in minutes, or a campaign over days; flow if not said."),
    ("/settings/session_ttl_minutes", "After which a session expires."),
    ("/settings/auto_publish", "Whether every change is live at once."),
    ("/settings/fixed_reply", "What is answered where nothing else fits."),
    ("/trigger_type", "What starts it, for people."),
    ("/guide", "How to set it up."),
    ("/setup_steps", "Texts or objects."),
    ("/setup_time", "Minutes."),
];

/// The schema of a definition whose graph can be published: what an editor wants.
#[must_use]
pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Workflow",
    });
    let mut body = body(true);
    let mut graph = graph();
    graph["type"] = json!(["object", "null"]);
    body["properties"]["graph"] = graph;
    if let (Value::Object(schema), Value::Object(body)) = (&mut schema, body) {
        schema.extend(body);
    }
    schema["$defs"] = Value::Object(definitions());
    schema
}

/// The schema of the body that creates a workflow, or changes one. A graph is any object there: a draft need not be
/// finished.
#[must_use]
pub fn body(create: bool) -> Value {
    let mut schema = describe(|body| Definition::default().apply(body, create));
    for (path, about) in ABOUT {
        let place = path.split('/').skip(1).fold(&mut schema, |schema, step| match step {
            "*" => &mut schema["items"],
            name => &mut schema["properties"][name],
        });
        place["description"] = (*about).into();
    }
    schema
}
