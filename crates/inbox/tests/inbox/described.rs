//! What the bodies are, as a document of the API says it: made by the code that reads them.

use fields::describe;
use inbox::{
    ConversationsRequest, CustomersRequest, MessagesRequest, NewCustomer, NewMessage, Tag,
};
use serde_json::{Value, json};

#[track_caller]
fn is(schema: &Value, required: &Value) {
    assert_eq!(schema["required"], *required, "{schema:#}");
    assert_eq!(schema["additionalProperties"], false, "bodies are closed");
}

#[test]
fn every_body_is_described_and_only_what_must_be_there_is_required() {
    let list = describe(|fields| drop(ConversationsRequest::read(fields)));
    is(&list, &Value::Null);
    assert_eq!(list["properties"]["startKey"]["required"], json!(["contact"]));
    is(&describe(|fields| drop(CustomersRequest::read(fields))), &Value::Null);
    let messages = describe(|fields| drop(MessagesRequest::read(fields)));
    is(&messages, &json!(["phoneNumberId", "targetPhoneNumberId"]));
    assert_eq!(messages["properties"]["startKey"]["required"], json!(["messageId", "createdAt"]));
    is(&describe(|fields| drop(inbox::read_answer_mode(fields))), &json!(["answerMode"]));
    is(&describe(|fields| drop(inbox::read_status(fields))), &json!(["status"]));
    let tags = describe(|fields| drop(inbox::read_tags(fields)));
    is(&tags, &json!(["tagIds"]));
    assert_eq!(tags["properties"]["tagIds"]["minItems"], 1);
    is(&describe(|fields| drop(inbox::read_agents(fields))), &json!(["agentIds"]));
    let customer = describe(|fields| drop(NewCustomer::read(fields)));
    is(&customer, &json!(["customerName", "phoneNumberId"]));
    let send = describe(|fields| drop(NewMessage::read(fields)));
    is(&send, &json!(["sender", "receiver", "participantsIdentifiers", "message"]));
    assert_eq!(send["properties"]["context"]["required"], json!(["id"]));
    let tag = describe(|fields| drop(Tag::read(fields)));
    is(&tag, &json!(["id", "title", "color", "associatedTo"]));
}
