//! Conversations as cases: who answers, whether they are done, tags and agents.

use inbox::{ConversationsRequest, ConversationsView, Tag};
use serde_json::{Value, json};

use super::operation;
use crate::Operation;
use crate::operation::Method::{self, Delete, Get, Post};
use crate::schemas::Schemas;

fn conversation(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    operation("conversations", method, path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let (tags, agents) = ("/conversations/{id}/tags", "/conversations/{id}/agents");
    let tag_ids = json!({"tagIds": ["vip"]});
    let agent_ids = json!({"agentIds": ["dana"]});
    let tag = json!({"id": "vip", "title": "VIP", "color": "#ff0000", "associatedTo": "acme"});
    let failed = "What failed, tag by tag; the others are done.";
    let same = "A body that names a conversation names that of the path.";
    vec![
        conversation(Post, "/conversations", "listConversations", "List conversations")
            .about("Those on WhatsApp.")
            .body_if_any("ListConversations", json!({"limit": 25}))
            .answers(
                200,
                "A page, those first whose customer is the newest.",
                "InboxConversationPage",
            ),
        conversation(Get, "/conversations/{id}", "getConversation", "Get a conversation").answers(
            200,
            "The conversation.",
            "InboxConversation",
        ),
        conversation(Post, "/conversations/{id}/answer-mode", "setAnswerMode", "Say who answers")
            .about("While it is `manual` automation rests.")
            .body("SetAnswerMode", json!({"answerMode": "manual"}))
            .about_body(same)
            .answers_with(200, "It is so.", success()),
        conversation(Post, "/conversations/{id}/status", "setStatus", "Say whether it is done")
            .body("SetStatus", json!({"status": "closed"}))
            .about_body(same)
            .answers_with(200, "It is so.", success()),
        conversation(Post, tags, "assignTags", "Give a conversation tags")
            .body("ConversationTags", tag_ids.clone())
            .about_body(same)
            .answers(200, failed, "TagErrors"),
        conversation(Delete, tags, "removeTags", "Take tags from a conversation")
            .body("ConversationTags", tag_ids)
            .about_body(same)
            .answers(200, failed, "TagErrors"),
        conversation(Post, agents, "assignAgents", "Say whose a conversation is")
            .body("ConversationAgents", agent_ids.clone())
            .about_body(same)
            .answers_with(200, "It is theirs.", nothing()),
        conversation(Delete, agents, "removeAgents", "Say whose a conversation is not")
            .body("ConversationAgents", agent_ids)
            .about_body(same)
            .answers_with(200, "It is not theirs.", nothing()),
        conversation(Post, "/conversation/tags", "defineTag", "Define a tag for conversations")
            .about("A tag of the same id takes the place of the former.")
            .body("DefineTag", tag)
            .answers(200, "The tag.", "Tag"),
    ]
}

/// A word alone, as JSON.
fn success() -> Value {
    json!({"application/json": {"schema": {"type": "string", "const": "success"}}})
}

fn nothing() -> Value {
    json!({"application/json": {"schema": {"type": "object", "maxProperties": 0}}})
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<ConversationsView>();
    schemas.shown::<Tag>();
    schemas.body("ListConversations", ConversationsRequest::read);
    schemas.body("SetAnswerMode", inbox::read_answer_mode);
    schemas.body("SetStatus", inbox::read_status);
    schemas.body("ConversationTags", inbox::read_tags);
    schemas.body("ConversationAgents", inbox::read_agents);
    schemas.body("DefineTag", Tag::read);
    schemas.add(
        "TagErrors",
        json!({
            "type": "object",
            "properties": {"errors": {"type": "array", "items": {"type": "string"}}},
            "required": ["errors"],
        }),
    );
}
