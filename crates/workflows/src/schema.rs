//! The JSON Schema (2020-12) of a definition: the body that creates a workflow. In no component: only with the feature
//! `schema`. Of the graph it says what crate `flow` says; the rest is what [`crate::Definition::apply`] reads.

use flow::limits::MAX_TEXT_CHARS;
use flow::schema::{Object, definitions, graph, string};
use serde_json::{Value, json};

use crate::definition::{DEFAULT_TTL_MINUTES, MAX_TTL_MINUTES};

/// The schema of a definition.
#[must_use]
pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Workflow",
    });
    let body = whole().open();
    for part in ["type", "description", "properties", "required"] {
        schema[part] = body[part].clone();
    }
    schema["$defs"] = Value::Object(definitions());
    schema
}

fn whole() -> Object {
    let labels = || nullable("array", json!({"items": {"type": "string", "maxLength": 255}}));
    let step = json!({"type": ["string", "object", "array"], "maxItems": 0});
    Object::new("How a workflow talks. Fields that are not named here are passed over.")
        .required("name", "", string(255))
        .required("system_prompt", "Instructions for the language model.", filled())
        .field("description", "For people.", text(2000))
        .field("category", "For people.", text(100))
        .field("rules", "Phrases with their answers; the first that fits.", objects(rule()))
        .field("flows", "Scripts, chosen by keywords.", objects(flow()))
        .field("faq", "Questions with their answers; the one that comes nearest.", objects(faq()))
        .field("graph", "", or_null(graph()))
        .field("settings", "", or_null(settings().closed()))
        .field("trigger_type", "What starts it, for people.", text(100))
        .field("tags", "", labels())
        .field("integrations", "", labels())
        .field("channels", "", labels())
        .field("actions", "", labels())
        .field("guide", "How to set it up.", or_null(guide().open()))
        .field("setup_steps", "Texts or objects.", nullable("array", json!({"items": step})))
        .field("setup_time", "Minutes.", nullable("number", json!({"minimum": 1})))
        .field("video_url", "", link())
}

fn rule() -> Object {
    Object::new("")
        .required("id", "", string(100))
        .required("name", "", string(200))
        .required("trigger", "Phrases, with commas or lines between.", string(500))
        .field("condition", "A condition as JSON, in a text.", text(500))
        .required("response", "What is answered.", string(2000))
        .field("action", "handoff, end, opt_out, opt_in or flow:<name>.", text(100))
        .field("enabled", "True if not said.", boolean())
}

fn flow() -> Object {
    let keyword = Object::new("").required("keyword", "Whole words.", string(200)).field(
        "weight",
        "Counts 3, 2 or 1; medium if not said.",
        json!({"enum": ["high", "medium", "low", null]}),
    );
    let step = Object::new("")
        .required("type", "`action`, or anything else.", string(100))
        .field("content", "What is said.", text(4096))
        .field("followup", "What is asked and waited for.", text(4096))
        .field("action", "What is done, where the type is `action`.", text(100));
    Object::new("")
        .required("name", "", string(255))
        .field("description", "", text(2000))
        .field("category", "", text(100))
        .field(
            "priority",
            "A higher one wins among equals; 5 if not said.",
            nullable("number", json!({"minimum": 1, "maximum": 10})),
        )
        .field("is_active", "True if not said.", boolean())
        .field("trigger_keywords", "What chooses it.", objects(keyword))
        .field("conversation_steps", "What is said and done, in order.", objects(step))
}

fn faq() -> Object {
    Object::new("").required("question", "", string(2000)).required("answer", "", string(10_000))
}

fn guide() -> Object {
    let steps = nullable("array", json!({"items": {"type": "string", "maxLength": 2000}}));
    Object::new("").required("steps", "", steps).field("youtubeUrl", "", link())
}

fn settings() -> Object {
    let ttl = json!({"minimum": 1, "maximum": MAX_TTL_MINUTES, "default": DEFAULT_TTL_MINUTES});
    Object::new("")
        .field("session_ttl_minutes", "After which a session expires.", nullable("integer", ttl))
        .field("auto_publish", "Whether every change is live at once.", boolean())
        .field("fixed_reply", "What is answered where nothing else fits.", text(MAX_TEXT_CHARS))
}

fn nullable(kind: &str, mut more: Value) -> Value {
    more["type"] = json!([kind, "null"]);
    more
}

fn or_null(mut object: Value) -> Value {
    object["type"] = json!(["object", "null"]);
    object
}

/// An empty list in the place of an object is passed over: the hosted console has such.
fn objects(item: Object) -> Value {
    let mut item = item.open();
    item["type"] = json!(["object", "array"]);
    item["maxItems"] = 0.into();
    nullable("array", json!({"items": item}))
}

fn text(most: usize) -> Value {
    nullable("string", json!({"maxLength": most}))
}

fn filled() -> Value {
    json!({"type": "string", "pattern": "\\S"})
}

fn boolean() -> Value {
    nullable("boolean", json!({}))
}

fn link() -> Value {
    nullable("string", json!({"pattern": "^https?://\\S+$", "maxLength": 2048}))
}
