//! Delivery statuses: what became of a message that the provider had accepted.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ProviderError;
use super::inbound::{string, timestamp};

/// A status of a message we sent (page: webhooks/reference/messages/status).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusUpdate {
    /// The provider's id (`wamid…`) from [`super::Outcome::Accepted`].
    pub message_id: String,
    /// What happened.
    pub status: DeliveryStatus,
    /// When, by the provider's clock.
    pub timestamp: Option<Timestamp>,
    /// The recipient's `wa_id`, else their `user_id`.
    pub recipient: Option<String>,
    /// The recipient's `user_id`, where it is told beside a `wa_id`.
    pub user_id: Option<String>,
    /// The `callback_data` of [`super::request`], if it was sent with one.
    pub callback_data: Option<String>,
    /// Why it failed.
    pub error: Option<ProviderError>,
}

/// How far a message came. The order of the variants is the order in which a later fact replaces an earlier one:
/// a failure replaces `sent`, and no failure unmakes a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// On its way.
    Sent,
    /// Could not be delivered.
    Failed,
    /// On the device. Skipped by the provider if the message was read at once.
    Delivered,
    /// Shown.
    Read,
    /// A voice message was played.
    Played,
}

impl DeliveryStatus {
    /// The status after `update`, which may be late, early or a repetition: statuses come in any order, so the
    /// result does not depend on it.
    #[must_use]
    pub fn merge(self, update: Self) -> Self {
        self.max(update)
    }

    /// The name on the wire, which is also the one in our own APIs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
        }
    }

    fn from_wire(name: &str) -> Option<Self> {
        Some(match name {
            "sent" => Self::Sent,
            "failed" => Self::Failed,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            _ => return None,
        })
    }
}

/// `Ok(None)` for a status that is none of ours: a new name, or one participant of a group.
pub(super) fn read(status: &Value) -> Result<Option<StatusUpdate>, &'static str> {
    let message_id = string(status, "/id").ok_or("a status without id")?;
    let name = string(status, "/status").ok_or("a status without a status")?;
    if string(status, "/recipient_type").as_deref() == Some("group") {
        return Ok(None);
    }
    Ok(DeliveryStatus::from_wire(&name).map(|delivery| StatusUpdate {
        message_id,
        status: delivery,
        timestamp: timestamp(status),
        recipient: string(status, "/recipient_id").or_else(|| string(status, "/recipient_user_id")),
        user_id: string(status, "/recipient_user_id")
            .filter(|_| string(status, "/recipient_id").is_some()),
        callback_data: string(status, "/biz_opaque_callback_data"),
        error: status.pointer("/errors/0").and_then(ProviderError::read),
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use DeliveryStatus::*;

    use super::*;

    #[test]
    fn a_status_only_moves_forward() {
        for (before, update, after) in [
            (Sent, Delivered, Delivered),
            (Sent, Read, Read),
            (Read, Delivered, Read),
            (Read, Sent, Read),
            (Read, Played, Played),
            (Delivered, Delivered, Delivered),
        ] {
            assert_eq!(before.merge(update), after, "{before:?} then {update:?}");
        }
    }

    #[test]
    fn only_an_undelivered_message_can_fail() {
        for (before, after) in
            [(Sent, Failed), (Delivered, Delivered), (Read, Read), (Played, Played)]
        {
            assert_eq!(before.merge(Failed), after, "{before:?}");
        }
        assert_eq!(Failed.merge(Sent), Failed, "a late `sent` is older news");
        assert_eq!(Failed.merge(Delivered), Delivered, "it did arrive");
    }

    #[test]
    fn a_name_reads_as_it_is_written() {
        for status in [Sent, Failed, Delivered, Read, Played] {
            assert_eq!(DeliveryStatus::from_wire(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!(DeliveryStatus::from_wire("deleted"), None);
    }
}
