//! Webhooks as the actions API shows them: all of a team, those of the trigger API among them.

use serde::Serialize;
use uuid::Uuid;

use crate::{Test, Webhook};

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Webhook"))]
pub struct WebhookView {
    /// Which.
    pub id: Uuid,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub events: Vec<&'static str>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Since when it is not.
    pub disabled_at: Option<String>,
    /// Why it is not.
    pub disabled_reason: Option<String>,
    /// When it was created.
    pub created_at: String,
}

/// A webhook as its creator sees it, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreatedWebhook"))]
pub struct CreatedView {
    /// Which.
    pub id: Uuid,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub events: Vec<&'static str>,
    /// What signs what it is told.
    pub secret: String,
    /// Whether it is told anything.
    pub enabled: bool,
    /// When it was created.
    pub created_at: String,
    /// What came of the first notice.
    pub test: Option<Test>,
}

impl WebhookView {
    /// How a webhook is shown.
    #[must_use]
    pub fn of(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.clone(),
            events: events(webhook),
            enabled: webhook.is_enabled(),
            disabled_at: webhook.disabled.as_ref().map(|disabled| disabled.at.to_rfc3339()),
            disabled_reason: webhook.disabled.as_ref().map(|disabled| disabled.reason.clone()),
            created_at: webhook.created_at.to_rfc3339(),
        }
    }
}

impl CreatedView {
    /// How a webhook is shown to who created it.
    #[must_use]
    pub fn of(webhook: &Webhook, secret: String) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.clone(),
            events: events(webhook),
            secret,
            enabled: webhook.is_enabled(),
            created_at: webhook.created_at.to_rfc3339(),
            test: webhook.test.clone(),
        }
    }
}

fn events(webhook: &Webhook) -> Vec<&'static str> {
    webhook.wanted().iter().map(|event| event.as_str()).collect()
}
