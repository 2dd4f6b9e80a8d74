//! Contacts and their tags.

use ::contacts::{
    ContactView, Details, FoundView, MAX_FOUND, MAX_TAGS, NewContact, Search, Sought, TagAddedView,
    TagFilter, TagRemovedView, TagRequest, TagView, UpdatedView,
};
use serde_json::json;

use super::action;
use crate::Operation;
use crate::schemas::Schemas;

fn contact(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    action("contacts", path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let phone = "+14155550123";
    let create = json!({
        "phone": phone, "name": "Ana Diaz", "email": "ana@example.com", "tags": "vip, newsletter",
        "metadata": {"plan": "pro"},
    });
    let tag = json!({"phone": phone, "tag": "vip"});
    vec![
        contact("/actions/create-contact", "createContact", "Create a contact, or add to the one that has the phone")
            .about("What is blank changes nothing. Tags are added, metadata is merged.")
            .body("CreateContact", create)
            .answers(201, "The contact as it is now.", "Contact"),
        contact("/actions/update-contact", "updateContact", "Change a contact")
            .about("What is blank is cleared, what is absent stays. Tags are replaced, metadata is merged.")
            .body("UpdateContact", json!({"phone": phone, "name": "Ana"}))
            .errors(&[404])
            .answers(200, "The contact as it is now.", "UpdatedContact"),
        contact("/actions/get-contact", "getContact", "Get a contact")
            .about("By exactly one of its id, phone and email address.")
            .body("GetContact", json!({"phone": phone}))
            .errors(&[404])
            .answers(200, "The contact.", "Contact"),
        contact("/actions/search-contacts", "searchContacts", "Search contacts")
            .body_if_any("SearchContacts", json!({"query": "ana", "tag": "vip"}))
            .answers_list("Those that all filters take, last spoken with first.", "FoundContact", Some(MAX_FOUND)),
        contact("/actions/add-tag", "addTag", "Give a contact a tag")
            .body("AddTag", tag.clone())
            .errors(&[404])
            .answers(200, "It has the tag.", "TagAdded"),
        contact("/actions/remove-tag", "removeTag", "Take a tag from a contact")
            .body("RemoveTag", tag)
            .errors(&[404])
            .answers(200, "It has not the tag.", "TagRemoved"),
        contact("/actions/list-tags", "listTags", "List the tags that contacts were given")
            .body_if_any("ListTags", json!({"name": "vip"}))
            .answers_list("The tags, by name.", "Tag", Some(MAX_TAGS)),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<ContactView>();
    schemas.shown::<UpdatedView>();
    schemas.shown::<FoundView>();
    schemas.shown::<TagAddedView>();
    schemas.shown::<TagRemovedView>();
    schemas.shown::<TagView>();
    schemas.body("CreateContact", NewContact::read);
    schemas.body("UpdateContact", Details::read_update);
    schemas.body("GetContact", Sought::read);
    schemas.body("SearchContacts", Search::read);
    for name in ["AddTag", "RemoveTag"] {
        schemas.body(name, TagRequest::read);
    }
    schemas.body("ListTags", TagFilter::read);
}
