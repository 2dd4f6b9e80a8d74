//! The WhatsApp Cloud API: webhooks in, `messages` requests out, and what the provider's answers mean.
//!
//! Facts are from developers.facebook.com/documentation/business-messaging/whatsapp, cited by page where they
//! are used. The order for a webhook is fixed: [`signature_matches`] over the raw bytes, then [`parse`].

mod content;
mod error;
mod inbound;
mod limits;
mod message;
mod message_templates;
mod outbound;
mod preference;
mod reading;
mod signature;
mod status;
mod template;
mod verification;
mod window;

pub use crate::backoff::{Backoff, WAITS};
pub use crate::unsendable::BuildError;
pub use error::{Class, NO_MARKETING, Outcome, ProviderError, StopReason, outcome};
pub use inbound::{ParseError, Update, UpdateKind, parse};
pub use message::{InboundMessage, Sender};
pub use message_templates::{
    Header, TemplateButton, TemplatePage, TemplatePageError, Translation, templates_page,
    templates_request,
};
pub use outbound::{API_VERSION, request};
pub use preference::Preference;
pub use reading::reading_request;
pub use signature::{sign, signature_matches};
pub use status::{DeliveryStatus, StatusUpdate};
pub use verification::{VerificationError, verify};
pub use window::{WINDOW, WindowClosed, may_send};
