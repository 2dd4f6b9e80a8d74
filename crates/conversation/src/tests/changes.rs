//! What a workflow changes in the contact.

use flow::limits::{MAX_CONTACT_FIELDS, MAX_CONTACT_TAGS};
use flow::{Change, Timestamp};
use serde_json::{Value, json};

use super::talk::{MINUTE, NOON, SECOND, Talk};
use crate::Contact;

#[test]
fn a_change_is_seen_at_once_and_until_it_has_reached_the_contact() {
    let mut talk = Talk::test();
    talk.trigger("rename");
    assert_eq!(talk.said(), ["> Ana?"], "in the turn that makes it");
    talk.hear("yes");
    assert_eq!(talk.said()[2..], ["> Ana [\"vip\"] gold"], "in the next one");
    assert!(talk.conversation.due().is_some(), "a sweep looks whether it was applied");
    let last = talk.conversation.changes.last().expect("changes").number;
    talk.turn(|turn, conversation| turn.changed(conversation, last));
    assert!(talk.conversation.changes.is_empty());
}

#[test]
fn a_contact_takes_every_change_once() {
    let mut talk = Talk::test();
    talk.trigger("rename");
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    assert!(contact.apply(&talk.conversation));
    assert_eq!(contact.name.as_deref(), Some("Ana"));
    assert_eq!(contact.tags, ["vip"]);
    assert_eq!(contact.metadata.get("level"), Some(&json!("gold")));
    // Somebody else changes it, and a slow turn brings the changes again.
    contact.name = Some("Anna".to_owned());
    assert!(!contact.apply(&talk.conversation));
    assert_eq!(contact.name.as_deref(), Some("Anna"));
}

#[test]
fn what_somebody_changed_after_a_change_came_to_the_contact_is_seen() {
    let mut talk = Talk::test();
    talk.trigger("rename");
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    contact.apply(&talk.conversation);
    contact.name = Some("Anna".to_owned());
    assert_eq!(talk.conversation.contact_scope(&contact)["name"], "Anna");
}

#[test]
fn consent_is_kept_by_the_contact() {
    let mut talk = Talk::test();
    talk.trigger("leave");
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    contact.apply(&talk.conversation);
    assert!(contact.opted_out_at.is_some());
    let later = Timestamp(NOON + MINUTE);
    contact.opt_in(later);
    assert_eq!((contact.opted_out_at, contact.opted_in_at), (None, Some(later)));
}

#[test]
fn a_copy_of_the_contact_is_too_old_once_a_change_that_it_lacks_is_forgotten() {
    let mut talk = Talk::test();
    let old = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    talk.trigger("rename");
    assert!(!talk.conversation.outran(&old), "what it lacks is still here");
    let mut new = old.clone();
    new.apply(&talk.conversation);
    let last = talk.conversation.change_number;
    talk.turn(|turn, conversation| turn.changed(conversation, last));
    assert!(talk.conversation.outran(&old) && !talk.conversation.outran(&new));
}

#[test]
fn who_tells_that_the_contact_was_changed_goes_on_with_what_it_holds() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let holder = talk.trigger("three").id;
    talk.pass(140 * SECOND);
    talk.turn_of(holder, |turn, conversation| turn.changed(conversation, 0));
    talk.pass(60 * SECOND);
    let other = talk.touch().id;
    assert_eq!((talk.held(holder).len(), talk.held(other).len()), (3, 0));
}

#[test]
fn a_contact_that_is_full_keeps_what_it_has_and_takes_no_more() {
    let mut talk = Talk::test();
    let now = Timestamp(0);
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    let mut seen = contact.scope();
    let field = |n: usize, value: Value| Change::Field { name: format!("f{n}"), value };
    let fields = (0..MAX_CONTACT_FIELDS + 5).map(|n| field(n, json!(n)));
    let tags = (0..MAX_CONTACT_TAGS + 5).map(|n| Change::AddTag { tag: format!("t{n}") });
    let then = [
        field(0, json!("changed")),
        field(1, Value::Null),
        field(900, json!("fits again")),
        Change::RemoveTag { tag: "t0".to_owned() },
        Change::AddTag { tag: "fits again".to_owned() },
        Change::AddTag { tag: "t1".to_owned() },
    ];
    for change in fields.chain(tags).chain(then) {
        change.apply_to(&mut seen);
        talk.conversation.change_contact(change, now);
    }
    contact.apply(&talk.conversation);
    assert_eq!(
        (contact.metadata.len(), contact.tags.len()),
        (MAX_CONTACT_FIELDS, MAX_CONTACT_TAGS)
    );
    assert_eq!(contact.metadata["f0"], "changed");
    assert_eq!(contact.metadata["f900"], "fits again");
    assert!(!contact.metadata.contains_key(&format!("f{MAX_CONTACT_FIELDS}")));
    assert_eq!(contact.tags.last().map(String::as_str), Some("fits again"));
    assert_eq!(contact.scope(), seen, "a workflow sees the same");
}
