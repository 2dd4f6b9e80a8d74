//! Contacts: every change has reached them, once and in order.

use conversation::{Body, Contact, Message};
use store::keys;
use store::memory::block_on;

use super::{Whole, ensure, got, opening};
use crate::simulation::{Simulation, rules, setup};

impl Simulation {
    /// The contact is as the conversation left it.
    pub(super) fn changed(&self, whole: &Whole) -> Result<(), String> {
        let store = setup::open(&self.world.kv);
        let key = keys::contact(&whole.document.contact_id.to_string());
        let contact: Option<Contact> = block_on(store.read_json(&key)).expect("no faults");
        let contact = contact.ok_or_else(|| format!("{key} is not there"))?;
        let texts: Vec<&str> = whole.log.iter().filter_map(got).map(|(text, _)| text).collect();
        let expected: String = texts.iter().map(|text| format!("{text};")).collect();
        let trail = contact.metadata.get("trail").and_then(|trail| trail.as_str()).unwrap_or("");
        ensure(trail == expected, || format!("noted {trail:?}, not {expected:?}"))?;
        ensure(contact.tags == texts, || format!("tagged {:?}, not {texts:?}", contact.tags))?;
        whole.consented(&contact)
    }
}

impl Whole {
    /// What was said last about it is heeded, nothing was started while the contact was out, and each word of command was
    /// confirmed.
    fn consented(&self, contact: &Contact) -> Result<(), String> {
        let mut out = false;
        for message in &self.log {
            out = rules::opts_out(message).unwrap_or(out);
            ensure(!out || opening(message).is_none(), || format!("started: {message:?}"))?;
        }
        ensure(contact.opted_out_at.is_some() == out, || {
            format!("opted out: {:?}, which should be {out}", contact.opted_out_at)
        })?;
        let commands = |message: &&Message| {
            matches!(message.body, Body::Inbound { .. }) && rules::opts_out(message).is_some()
        };
        let commands = self.log.iter().filter(commands).count();
        let confirmed = self.log.iter().filter(|message| is_confirmation(message)).count();
        ensure(commands == confirmed, || format!("{commands} commands, {confirmed} confirmed"))
    }
}

fn is_confirmation(message: &Message) -> bool {
    let Body::Outbound { content: flow::Content::Text { text } } = &message.body else {
        return false;
    };
    text == flow::OPTED_IN_TEXT || text == flow::OPTED_OUT_TEXT
}
