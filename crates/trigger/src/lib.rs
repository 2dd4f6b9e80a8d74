//! What the trigger API is sent and answers where it starts a workflow (contract/trigger-pingmee.md, section 2, and seed
//! 000), and where it gives an access token.

use conversation::E164;
use fields::Object;
use serde::Serialize;
use serde_json::{Map, Value, json};
use workflows::read_trigger_data;

/// The longest identifier, in characters.
const MAX_ID: usize = 100;

/// What `POST /workflows/:workflow_id/trigger` is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowTrigger {
    /// The account that sends.
    pub account: String,
    /// To whom.
    pub customer: E164,
    /// The node to start from; the entry when absent.
    pub start_at: Option<String>,
    /// What templates read as `trigger` and `context`.
    pub context: Map<String, Value>,
}

impl WorkflowTrigger {
    /// Reads it; a property that is not documented is an error. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["phoneNumberId", "customerPhoneNumberId", "startFromNodeId", "triggerData"]);
        let account = fields.required_text("phoneNumberId", MAX_ID);
        let customer = read_customer(fields);
        let start_at = fields.filled_text("startFromNodeId", MAX_ID).value();
        let context = read_trigger_data(fields, "triggerData");
        Some(Self { account, customer: customer?, start_at, context })
    }
}

/// The hosted product writes digits with the country code, without `+`.
fn read_customer(fields: &Object<'_, '_>) -> Option<E164> {
    let customer = fields.required_text("customerPhoneNumberId", MAX_ID);
    fields.describe("customerPhoneNumberId", || {
        let pattern = format!("^[1-9][0-9]{{6,14}}$|{}", E164::PATTERN);
        json!({"pattern": pattern, "examples": ["972501234567"]})
    });
    let phone = E164::from_digits(&customer).or_else(|_| E164::parse(&customer)).ok();
    if phone.is_none() && !customer.is_empty() {
        fields.error("customerPhoneNumberId", "must be a phone number with its country code");
    }
    phone
}

/// What is answered when the workflow was triggered, or runs already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Triggered"))]
pub struct TriggeredView {
    /// True.
    #[cfg_attr(feature = "schema", schemars(extend("example" = true)))]
    pub ok: bool,
}

/// What `POST /auth/token` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AccessToken"))]
pub struct AccessTokenView {
    /// To be sent as the cookie `accessToken`, with the key of the same team.
    pub access_token: String,
    /// How long it is good for, in seconds.
    pub expires_in: u64,
}
