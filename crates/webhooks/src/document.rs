//! The document `webhooks:<team>`: all webhooks of a team.

use conversation::{KeyUse, NoticeEvent, Subscription};
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use teams::Sealed;
use uuid::Uuid;

/// The webhooks of a team, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// At most [`crate::MAX_WEBHOOKS`].
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
}

/// Somebody who wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Derived from the request's `Idempotency-Key`, else UUIDv7.
    pub id: Uuid,
    /// Where it is told.
    pub url: String,
    /// Of what; absent: of everything that its surface has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<NoticeEvent>>,
    /// What signs what it is told, encrypted.
    pub secret: Sealed,
    /// In whose words it is told.
    pub surface: Surface,
    /// The request that made it: by this a creation that is applied again knows itself.
    pub request: KeyUse,
    /// What came of telling it that it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
    /// Set once it wants to be told nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The API that created a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    /// `POST /api/v1/webhooks`.
    Actions,
    /// `POST /webhook`.
    Trigger,
}

/// What came of the first notice, `webhook.test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WebhookTest"))]
pub struct Test {
    /// Whether it was taken: answered 200 to 299.
    pub delivered: bool,
    /// The status that it was answered with; null where there was no answer.
    pub status: Option<u16>,
    /// Why it was not taken.
    pub error: Option<String>,
}

/// Why a webhook is told nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why, for the team.
    pub reason: String,
}

impl Webhook {
    /// What it is told of.
    #[must_use]
    pub fn wanted(&self) -> &[NoticeEvent] {
        match (&self.events, self.surface) {
            (Some(events), _) => events,
            (None, Surface::Actions) => &NoticeEvent::ACTIONS,
            (None, Surface::Trigger) => &NoticeEvent::TRIGGER,
        }
    }

    /// Whether it is told anything.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.disabled.is_none()
    }
}

impl Webhooks {
    /// The webhook of that id.
    #[must_use]
    pub fn find(&self, id: Uuid) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// Who wants to be told of what.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<Subscription> {
        let enabled = self.webhooks.iter().filter(|webhook| webhook.is_enabled());
        enabled
            .map(|webhook| Subscription { webhook: webhook.id, events: webhook.wanted().to_vec() })
            .collect()
    }
}
