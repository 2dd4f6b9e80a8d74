//! The web chat: the pages that may use an account, the token of a visitor, what a visitor sends, and what is shown of a
//! conversation to whom it is with.
//!
//! Everything here is pure. Signing tokens and answering requests is the `api`'s, the turn is the `engine`'s.

mod heard;
mod origin;
mod sent;
mod shown;
mod token;

pub use heard::{MESSAGES_A_MINUTE, Refusal, heard};
pub use origin::{Caller, origin_is_valid};
pub use sent::{MAX_BODY, MAX_PAYLOAD, MAX_TEXT, VisitorMessage};
pub use shown::{MessageView, Shown};
pub use token::{TOKEN_SECONDS, VisitorToken};
