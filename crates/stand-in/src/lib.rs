//! Plays WhatsApp's Cloud API on this machine: takes what is sent to it, answers as programmed, and writes the
//! webhooks that the provider would send. For a first try without a Meta account, and for tests.
//!
//! What a message means is not known here: only the provider's wire (contract/channel-whatsapp.md).
//!
//! At the same origin it also plays what workflows call: every path below `/http/`, which answers with what it was sent,
//! a language model that speaks OpenAI's chat completions (`/v1/chat/completions`), which says what it was told.
//! And the templates of businesses, as WhatsApp's Graph API lists them. And Twilio's API for calls and text messages
//! (`/2010-04-01/Accounts/…`), with the webhooks of both.

mod answer;
mod called;
mod exchange;
mod record;
mod refusal;
mod sent;
mod server;
mod telephony;
mod templates;
mod webhook;

pub use answer::{Answer, Decide, DecideCall, Gate};
pub use called::Called;
pub use exchange::exchange;
pub use sent::SentMessage;
pub use server::{Config, OnSent, StandIn};
pub use telephony::{
    DecideTelephony, OnTelephony, SignedForm, TelephonyRequest, TelephonyWebhook, new_sid,
};
pub use templates::template;
pub use webhook::{Inbound, SignedWebhook, Status, Webhook, new_message_id};

/// The phone number id of the README's channel: `account` of `POST /ops/channels`.
pub const ACCOUNT: &str = "100200300400500";
/// The README's `business_account_id`.
pub const BUSINESS_ACCOUNT: &str = "100200300400600";
/// The README's `credentials.access_token`. The stand-in takes any token that is not empty.
pub const ACCESS_TOKEN: &str = "stand-in-access-token";
/// The README's `credentials.app_secret`: what webhooks are signed with.
pub const APP_SECRET: &str = "stand-in-app-secret";
/// The README's `credentials.verify_token`.
pub const VERIFY_TOKEN: &str = "stand-in-verify-token";
/// A telephony channel's number, `account` of `POST /ops/channels`: the one that Twilio's test credentials may send from.
pub const TELEPHONY_NUMBER: &str = "+15005550006";
/// A telephony channel's `credentials.account_sid`.
pub const ACCOUNT_SID: &str = "AC00000000000000000000000000000001";
/// A telephony channel's `credentials.auth_token`: what webhooks are signed with. The stand-in takes any token that is not
/// empty.
pub const AUTH_TOKEN: &str = "stand-in-auth-token";
/// Where `cargo xtask up --stand-in` has the stand-in, if the port is free.
pub const PORT: u16 = 3001;
