//! Conversations as they are shown.

use conversation::{
    AnswerMode, Body, CaseStatus, Consent, Contact, Conversation, Message, Session, SessionStatus,
};
use flow::Timestamp;
use serde::Serialize;
use store::{Kv, Store, StoreError};
use uuid::Uuid;

use crate::{CustomerView, Listed, Participants, Position};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "InboxConversation")
)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// The channel and the account: `whatsapp#106540352242922`.
    pub platform_composition_key: String,
    /// The team.
    pub associated_to: String,
    /// `<phoneNumberId>#<customerPhoneNumberId>`: what names it in paths.
    pub participants_identifiers: String,
    /// The team's account.
    pub phone_number_id: String,
    /// WhatsApp's id of the last message.
    pub message_whats_app_id: Option<String>,
    /// The customer's digits, or id.
    pub customer_phone_number_id: String,
    /// With whom it is.
    pub customer: Option<CustomerView>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What the customer has written since the team, or a workflow, last wrote.
    pub unread_count: usize,
    /// Whether it is done.
    pub status_case: CaseStatus,
    /// Who answers.
    pub answer_mode: AnswerMode,
    /// The words of the last message that has some.
    pub last_message: Option<String>,
    /// The tags it was given.
    pub assigned_tag_ids: Vec<String>,
    /// Whose it is.
    pub assigned_agent_ids: Vec<String>,
    /// The newest run of a workflow's graph.
    pub last_workflow_execution_id: Option<Uuid>,
    /// The same.
    pub last_workflow_execution: Option<ExecutionView>,
    /// What is done to its messages.
    pub ai_features: AiFeaturesView,
    /// What the language model has cost.
    pub ai: AiView,
    /// When the customer last wrote.
    pub last_send_message_from_user: Option<Timestamp>,
    /// Whether the customer said STOP.
    pub is_optout_from_marketing_messages: bool,
}

/// What is done to messages: nothing, here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AiFeatures"))]
#[serde(rename_all = "camelCase")]
pub struct AiFeaturesView {
    /// Always false.
    pub auto_translation: bool,
}

/// What the language model has cost: it is not counted here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AiUse"))]
#[serde(rename_all = "camelCase")]
pub struct AiView {
    /// Always 0.
    pub tokens_used: u64,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Execution"))]
#[serde(rename_all = "camelCase")]
pub struct ExecutionView {
    /// Which: the `id` that a trigger of the actions API answers.
    pub id: Uuid,
    /// Of which workflow.
    pub associated_to_workflow_id: Uuid,
    /// The team.
    pub associated_to: String,
    /// The customer's digits, or id.
    pub customer_phone_number_id: String,
    /// In which conversation.
    pub participants_identifiers: String,
    /// When it started.
    pub created_at: Timestamp,
    /// The same.
    pub start_time: Timestamp,
    /// When it ended, if it has.
    pub end_time: Option<Timestamp>,
    /// When it would end by itself.
    pub expires_at: Timestamp,
    /// `In Progress`, `Waiting For Input`, `Waiting For Timer`, `Success`, `Failure` or `Expired`.
    pub status_case: &'static str,
}

/// A page of conversations.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "InboxConversationPage")
)]
#[serde(rename_all = "camelCase")]
pub struct ConversationsView {
    /// Those first whose customer is the newest.
    pub db_object: Vec<ConversationView>,
    /// Whether there is another page.
    pub has_more_items_to_fetch: bool,
    /// What to send back as `startKey` for it.
    pub last_evaluated_key: Option<Position>,
}

impl From<Listed<ConversationView>> for ConversationsView {
    fn from(Listed { items, next }: Listed<ConversationView>) -> Self {
        Self { db_object: items, has_more_items_to_fetch: next.is_some(), last_evaluated_key: next }
    }
}

/// A conversation with whom it is with, which is read.
///
/// # Errors
/// When the store fails.
pub async fn conversation<K: Kv>(
    store: &Store<K>,
    conversation: &Conversation,
) -> Result<ConversationView, StoreError> {
    let contact = contacts::load(store, &conversation.team, conversation.contact_id).await?;
    Ok(ConversationView::of(conversation, contact.as_ref()))
}

impl ConversationView {
    /// A conversation with a contact.
    #[must_use]
    pub fn of(conversation: &Conversation, contact: Option<&Contact>) -> Self {
        let sides = Participants::of(conversation);
        let platform = conversation.channel.as_str();
        let heard = conversation.last_inbound_at;
        let run = conversation.sessions.iter().rev().find(|session| !session.answers);
        let opted_out = |contact| conversation.consent(contact) == Consent::OptedOut;
        let last = conversation.log.back();
        let words = conversation.log.iter().rev().find_map(Message::words);
        Self {
            platform_composition_key: format!("{platform}#{}", sides.account),
            associated_to: conversation.team.clone(),
            participants_identifiers: sides.to_string(),
            phone_number_id: sides.account.clone(),
            message_whats_app_id: last.and_then(|message| message.provider_id.clone()),
            customer_phone_number_id: sides.customer().to_owned(),
            customer: contact.map(|contact| customer(conversation, contact)),
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
            unread_count: unread(conversation),
            status_case: conversation.case.status,
            answer_mode: conversation.answer_mode(),
            last_message: words.map(str::to_owned),
            assigned_tag_ids: conversation.case.tags.clone(),
            assigned_agent_ids: conversation.case.agents.clone(),
            last_workflow_execution_id: run.map(|run| run.id),
            last_workflow_execution: run.map(|run| ExecutionView::of(conversation, &sides, run)),
            ai_features: AiFeaturesView::default(),
            ai: AiView::default(),
            last_send_message_from_user: heard,
            is_optout_from_marketing_messages: contact.is_some_and(opted_out),
        }
    }
}

/// Whom a conversation is with: as it is called there, where it has no other name.
fn customer(conversation: &Conversation, contact: &Contact) -> CustomerView {
    let mut view = CustomerView::of(contact, conversation.last_inbound_at);
    view.customer_name = view.customer_name.or_else(|| conversation.username.clone());
    view
}

/// Counted among what the document holds, which is the newest fifty at least.
fn unread(conversation: &Conversation) -> usize {
    let is_inbound = |message: &&Message| matches!(message.body, Body::Inbound { .. });
    conversation.log.iter().rev().take_while(is_inbound).count()
}

impl ExecutionView {
    fn of(conversation: &Conversation, sides: &Participants, session: &Session) -> Self {
        let ended = (!session.is_running()).then_some(session.last_interaction_at);
        Self {
            id: session.id,
            associated_to_workflow_id: session.workflow,
            associated_to: conversation.team.clone(),
            customer_phone_number_id: sides.customer().to_owned(),
            participants_identifiers: sides.to_string(),
            created_at: session.created_at,
            start_time: session.created_at,
            end_time: session.completed_at.or(ended),
            expires_at: session.expires_at,
            status_case: status(conversation, session),
        }
    }
}

fn status(conversation: &Conversation, session: &Session) -> &'static str {
    let calls = conversation.calls.iter().any(|call| call.session == session.id);
    match session.status {
        SessionStatus::Completed => "Success",
        SessionStatus::Failed => "Failure",
        SessionStatus::Expired => "Expired",
        SessionStatus::Running if calls => "In Progress",
        SessionStatus::Running if session.state.awaits_reply() => "Waiting For Input",
        SessionStatus::Running if session.state.deadline.is_some() => "Waiting For Timer",
        SessionStatus::Running => "In Progress",
    }
}
