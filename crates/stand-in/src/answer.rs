//! How a request is answered: as the provider does, or as a test wants it.

use std::sync::Arc;
use std::time::Duration;

use crate::SentMessage;

/// Decides on a request that the provider would take.
pub type Decide = Arc<dyn Fn(&SentMessage) -> Answer + Send + Sync>;

/// An answer to a request that the provider would take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// 200, with a new message id, and the digits of `to` as `wa_id`.
    #[default]
    Accept,
    /// 200, with a `wa_id` that is not the number sent to, as in some countries.
    AcceptAs {
        /// The `wa_id`.
        wa_id: String,
    },
    /// The provider's error.
    Refuse {
        /// The HTTP status, 400 to 599. The provider throttles with 400.
        status: u16,
        /// The provider's code, such as 131056.
        code: i64,
        /// What stands in `message` and in `error_data.details`.
        message: String,
    },
    /// Anything else: a proxy's error page, a `Retry-After`.
    Verbatim {
        /// The HTTP status.
        status: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// The message is taken, the connection is closed, and no answer comes.
    Close,
    /// The message is taken, and no answer comes while the client waits.
    Hang,
    /// Another answer, later. The message is recorded at once.
    After(Duration, Box<Answer>),
}

impl Answer {
    /// [`Answer::Refuse`].
    pub fn refuse(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self::Refuse { status, code, message: message.into() }
    }

    /// This answer, but `delay` later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self::After(delay, Box::new(self))
    }

    /// Whether the provider has the message then.
    pub(crate) fn takes(&self) -> bool {
        match self {
            Self::Accept | Self::AcceptAs { .. } | Self::Close | Self::Hang => true,
            Self::Refuse { .. } | Self::Verbatim { .. } => false,
            Self::After(_, answer) => answer.takes(),
        }
    }

    /// The HTTP status; `None` where there is no answer.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Accept | Self::AcceptAs { .. } => Some(200),
            Self::Refuse { status, .. } | Self::Verbatim { status, .. } => Some(*status),
            Self::Close | Self::Hang => None,
            Self::After(_, answer) => answer.status(),
        }
    }
}
