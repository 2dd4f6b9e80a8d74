//! The body of every endpoint: whatever it is, every reader takes it, or says what is wrong and where.

use agents::{KnowledgeChange, NewKnowledge, Profile};
use contacts::{Details, NewContact, OnTags, Search, Sought, TagFilter, TagRequest};
use conversation::Contact;
use fields::{Errors, Object};
use flow::{Kind, Timestamp};
use serde_json::Value;

use crate::{pointer, talk};

pub fn run(input: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(input) else { return };
    actions(&body);
    trigger(&body);
    inbox(&body);
    console(&body);
    trigger_sessions(&body);
}

/// Reads with one reader.
fn read<T>(body: &Value, reader: &str, read: impl Fn(&Object<'_, '_>) -> T) -> Option<T> {
    let errors = Errors::new();
    let value = read(&errors.body(body));
    match errors.into_result(value) {
        Ok(value) => {
            assert!(body.is_object(), "{reader}: {body} is no object, and there is no error");
            Some(value)
        }
        Err(errors) => {
            pointer::check(body, &errors, reader);
            None
        }
    }
}

/// Reads with a reader that gives nothing where there was an error, and only there.
fn read_all<T>(
    body: &Value,
    reader: &str,
    from: impl Fn(&Object<'_, '_>) -> Option<T>,
) -> Option<T> {
    let value = read(body, reader, &from)?;
    assert!(value.is_some(), "{reader}: nothing is read of {body}, and there is no error");
    assert!(fields::read(body, from).is_ok(), "{reader}: read again, it is another");
    value
}

fn actions(body: &Value) {
    read_all(body, "SendTextMessage", actions::TextMessage::read);
    read_all(body, "SendTemplateMessage", actions::TemplateMessage::read);
    read_all(body, "ListTemplates", actions::TemplateFilter::read);
    read_all(body, "GetTemplate", actions::read_template_id);
    read_all(body, "GetFlow", |body| actions::read_workflow_id(body, Kind::Flow));
    if let Some(new) = read_all(body, "CreateContact", NewContact::read) {
        change_contact(&new.details);
    }
    if let Some((_, details)) = read_all(body, "UpdateContact", Details::read_update) {
        change_contact(&details);
    }
    read_all(body, "GetContact", Sought::read);
    read_all(body, "SearchContacts", Search::read);
    read_all(body, "AddTag", TagRequest::read);
    read_all(body, "ListTags", TagFilter::read);
    read(body, "CreateWebhook", webhooks::NewWebhook::read);
}

/// A contact is changed, as often as it is asked for, and can be read back.
fn change_contact(details: &Details) {
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(1));
    for on_tags in [OnTags::Add, OnTags::Replace] {
        if details.apply(&mut contact, on_tags).is_err() {
            return;
        }
        let once = contact.clone();
        assert!(details.apply(&mut contact, on_tags).is_ok() && contact == once, "twice is once");
    }
    let Ok(json) = store::to_json("contact:1", &contact) else { panic!("it cannot be written") };
    match store::from_json::<Contact>("contact:1", &json) {
        Ok(read) => assert_eq!(read, contact, "read as it was written"),
        Err(error) => panic!("the contact cannot be read: {error:?}"),
    }
}

fn trigger(body: &Value) {
    read(body, "CreateTriggerWebhook", webhooks::NewWebhook::read_trigger);
    read_all(body, "TriggerWorkflow", trigger::WorkflowTrigger::read);
}

fn inbox(body: &Value) {
    read_all(body, "ListConversations", inbox::ConversationsRequest::read);
    read_all(body, "ListCustomers", inbox::CustomersRequest::read);
    read_all(body, "GetMessages", inbox::MessagesRequest::read);
    read_all(body, "SetAnswerMode", inbox::read_answer_mode);
    read_all(body, "SetStatus", inbox::read_status);
    read_all(body, "ConversationTags", inbox::read_tags);
    read_all(body, "ConversationAgents", inbox::read_agents);
    read_all(body, "DefineTag", inbox::Tag::read);
    read_all(body, "SendInboxMessage", inbox::NewMessage::read);
    read_all(body, "PutCustomer", inbox::NewCustomer::read);
}

fn console(body: &Value) {
    read(body, "SendMessage", console::NewMessage::read);
    read(body, "Recipient", console::Recipient::read);
    read(body, "AiStatus", console::AiStatus::read);
    read(body, "MakeCall", console::NewCall::read);
    read(body, "CreateAgent", agents::read_new);
    read(body, "UpdateAgent", |body| agents::read_change(body, &mut Profile::default()));
    read(body, "SetAgentStatus", agents::read_status);
    read(body, "CreateKnowledge", NewKnowledge::read);
    read(body, "UpdateKnowledge", KnowledgeChange::read);
    read(body, "CloneWorkflow", workflows::read_source);
    read(body, "ExpectedRevision", workflows::read_expected_revision);
}

/// What starts a session is committed, whatever the workflow is told by it.
fn trigger_sessions(body: &Value) {
    for kind in [Kind::Flow, Kind::Sequence] {
        let read = |body: &Object<'_, '_>| actions::NewSession::read(body, kind);
        if let Some(new) = read_all(body, "TriggerFlow", read) {
            talk::trigger(new.context);
        }
    }
    if let Some(new) = read_all(body, "TriggerWorkflow", trigger::WorkflowTrigger::read) {
        talk::trigger(new.context);
    }
}
