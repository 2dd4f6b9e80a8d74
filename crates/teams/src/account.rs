//! A channel account: where a team's messages leave and come in. An account belongs to one team.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Resealed, Resealing, Sealed, Secrets, Unsealable};

/// The kinds of channel.
pub use conversation::Channel as Kind;

/// The document `channel:<type>:<account>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The kind of channel.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// WhatsApp: the phone number id. Telephony: the number, in E.164. Webchat: any site name.
    pub account: String,
    /// Whose it is.
    pub team: String,
    /// WhatsApp: the id of the WhatsApp Business Account that the number belongs to, which has the templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_account_id: Option<String>,
    /// The credentials, encrypted. Webchat has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Sealed>,
    /// The agent that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<Uuid>,
    /// The workflow that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_id: Option<Uuid>,
    /// Webchat: the pages that may use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Telephony: the language that is spoken and understood, as BCP 47; `en-US` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Telephony: whom a `handoff` puts calls through to that names nobody itself, in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_to: Option<String>,
    /// WhatsApp: whether contacts are shown that their messages were read, and that an answer is being made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mark_as_read: bool,
    /// Set when the provider refused the credentials: nothing is sent until they are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stop>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Why nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The provider's code.
    pub code: String,
    /// What it said.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

/// What a provider needs to let us in, and we to know that it is the provider. Never in a response or a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Credentials {
    /// WhatsApp's Cloud API.
    Whatsapp {
        /// Sent as Bearer.
        access_token: String,
        /// Signs webhooks.
        app_secret: String,
        /// Sent back when the webhook is set up.
        verify_token: String,
    },
    /// A Twilio-compatible provider.
    Telephony {
        /// The account at the provider.
        account_sid: String,
        /// Signs webhooks, and lets us in.
        auth_token: String,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

impl Account {
    /// What the seal of its credentials is bound to: another account's seal does not open here.
    fn binding(kind: Kind, account: &str) -> String {
        format!("{}:{account}", kind.as_str())
    }

    /// Seals credentials for an account.
    ///
    /// # Errors
    /// When they cannot be encrypted, which texts always can.
    pub fn seal(
        kind: Kind,
        account: &str,
        credentials: &Credentials,
        secrets: &Secrets,
        nonce: [u8; 24],
    ) -> Result<Sealed, Unsealable> {
        let text = serde_json::to_vec(credentials).map_err(|_| Unsealable)?;
        secrets.seal(&text, Self::binding(kind, account).as_bytes(), nonce)
    }

    /// The credentials.
    ///
    /// # Errors
    /// When there are none, or they were sealed with another key than the present and the one before.
    pub fn credentials(&self, secrets: &Secrets) -> Result<Credentials, Unsealable> {
        let sealed = self.credentials.as_ref().ok_or(Unsealable)?;
        let text = secrets.open(sealed, Self::binding(self.kind, &self.account).as_bytes())?;
        serde_json::from_slice(&text).map_err(|_| Unsealable)
    }

    /// Seals the credentials anew, if there are any and another key sealed them. Whether they have changed.
    pub fn reseal<R: FnMut() -> [u8; 24]>(
        &mut self,
        resealing: &mut Resealing<'_, R>,
        count: &mut Resealed,
    ) -> bool {
        let place = Self::binding(self.kind, &self.account);
        let sealed = self.credentials.as_mut();
        sealed.is_some_and(|sealed| resealing.reseal(sealed, place.as_bytes(), count))
    }
}
