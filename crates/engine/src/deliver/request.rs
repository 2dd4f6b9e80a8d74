//! The request that sends a message, or places a call, on each channel.

use channels::telephony::{self, Api};
use channels::whatsapp;
use conversation::{Attempt, Body, Conversation, Held, Message, PhoneCall};
use http::Request;

use super::{error, refused};
use crate::person::ID_PREFIX;
use crate::spoken::Callbacks;
use crate::{Engine, Host};

impl<H: Host> Engine<'_, H> {
    /// The request to WhatsApp.
    pub(super) fn whatsapp_request(
        &self,
        conversation: &Conversation,
        access_token: &str,
        held: &Held,
    ) -> Result<Request<Vec<u8>>, Attempt> {
        let Held::Message(message) = held else {
            return Err(refused("not_a_message", "there are no phone calls on WhatsApp"));
        };
        let Body::Outbound { content } = &message.body else {
            return Err(refused("not_outbound", "only what a workflow says is sent"));
        };
        let callback = callback_data(conversation, message);
        let address = conversation.address.as_str();
        let request = whatsapp::request(
            &self.providers.whatsapp_api_url,
            &conversation.account,
            access_token,
            // A contact without a phone is known by the provider's id.
            address.strip_prefix(ID_PREFIX).unwrap_or(address),
            &callback,
            content,
            message.reply_to.as_deref(),
        );
        request.map_err(|why| refused("invalid", &why.to_string()))
    }

    /// The request to a provider of telephony.
    pub(super) fn telephony_request(
        &self,
        conversation: &Conversation,
        api: Api<'_>,
        held: &Held,
    ) -> Result<Request<Vec<u8>>, Attempt> {
        let Conversation { id, account: from, address: to, .. } = conversation;
        let Some(callbacks) = Callbacks::of(&self.providers.public_url, from) else {
            let why = "the provider has to be told where to ask: see the variable public_url";
            return Err(Attempt::Stopped(error("no_public_url", why)));
        };
        let request = match held {
            Held::Call(call) => {
                let PhoneCall { id, .. } = **call;
                api.call(from, to, &callbacks.step(id, 0, ""), &callbacks.call_status(id))
            }
            Held::Message(message) => {
                let Body::Outbound { content } = &message.body else {
                    return Err(refused("not_outbound", "only what a workflow says is sent"));
                };
                let mut texts = telephony::texts(content).into_iter();
                let (Some((body, media)), None) = (texts.next(), texts.next()) else {
                    let why = "it is empty, or longer than the 1,600 characters of a text";
                    return Err(refused("invalid", why));
                };
                let status = callbacks.text_status(*id, message.id);
                api.message(from, to, &body, media.as_deref(), &status)
            }
        };
        request.map_err(|why| refused("invalid", &why.to_string()))
    }
}

/// What a provider gives back in its receipts: the conversation and the message.
fn callback_data(conversation: &Conversation, message: &Message) -> String {
    format!("{}:{}", conversation.id, message.id)
}
