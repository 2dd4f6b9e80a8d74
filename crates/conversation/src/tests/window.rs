//! WhatsApp's 24 hours: outside of them only templates are sent.

use super::talk::{DAY, SECOND, Talk, pinned};
use crate::{Channel, MessageStatus};

#[test]
fn free_form_to_a_contact_who_never_wrote_fails_with_the_providers_code() {
    let mut talk = Talk::new();
    talk.trigger("three");
    assert_eq!(talk.said(), ["> one", "> two", "> three"]);
    for message in talk.conversation.log.iter() {
        assert_eq!(message.status, MessageStatus::Failed);
        assert_eq!(message.error.as_ref().unwrap().code, "131047");
    }
    assert_eq!(talk.conversation.outbox, []);
}

#[test]
fn a_template_goes_at_any_time() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    assert_eq!(talk.last().status, MessageStatus::Queued);
    assert_eq!(talk.held(done.id).len(), 1);
}

#[test]
fn a_message_of_the_contact_opens_the_window_for_24_hours() {
    let mut talk = Talk::new();
    talk.hear("hello");
    talk.pass(DAY - SECOND);
    talk.trigger("three");
    assert_eq!(talk.last().status, MessageStatus::Queued);
    talk.pass(2 * SECOND);
    talk.trigger("three");
    assert_eq!(talk.last().status, MessageStatus::Failed);
}

#[test]
fn other_channels_have_no_window_and_what_is_read_from_the_log_is_sent_at_once() {
    let mut phone = Talk::on(Channel::Telephony, "+14155550100");
    phone.route = Some(pinned("three", 30));
    phone.hear("hello");
    assert_eq!(phone.last().status, MessageStatus::Queued);
    for mut talk in [Talk::test(), Talk::on(Channel::Webchat, "shop")] {
        talk.trigger("three");
        assert_eq!(talk.last().status, MessageStatus::Sent);
        assert_eq!(talk.conversation.outbox, []);
    }
}
