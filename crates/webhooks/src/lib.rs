//! Outgoing webhooks: the document of a team's webhooks, what they are told (contract/actions-qyvo.md, section 8, and
//! contract/trigger-pingmee.md, section 6), and the signature by which a receiver knows that it is us.
//!
//! What is to be told is committed by the `conversation`, and delivered by the `engine`.

mod body;
mod document;
mod request;
mod secret;
mod shown;
mod signature;
mod stored;

pub use body::{Subject, test_body};
pub use document::{Disabled, Surface, Test, Webhook, Webhooks};
pub use request::{MAX_EVENTS, NewWebhook};
pub use secret::{new_secret, open_secret, seal_secret};
pub use shown::{CreatedView, WebhookView};
pub use signature::{signature, standard_signature};
pub use stored::{
    AddError, MAX_WEBHOOKS, add, check_room, disable, load, remove, reseal, subscriptions,
};
