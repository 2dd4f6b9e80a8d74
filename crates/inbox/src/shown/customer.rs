//! Customers as they are shown.

use conversation::Contact;
use flow::Timestamp;
use serde::Serialize;

use crate::calling_code::calling_code;
use crate::customers::{NICKNAME, PROFILE_IMAGE};
use crate::participants::{customer, is_of_whatsapp};
use crate::{Listed, Position};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Customer"))]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    /// A link to a picture.
    pub profile_image: Option<String>,
    /// As the team, or the channel's profile, gives it.
    pub customer_name: Option<String>,
    /// What people of the team call the customer.
    pub customer_nickname: Option<String>,
    /// When it was first known.
    pub created_at: Timestamp,
    /// When it last wrote; null if it never did.
    pub last_active_at: Option<Timestamp>,
    /// An email address.
    pub email: Option<String>,
    /// `whatsapp`, or `webchat` for a visitor of a site.
    pub platform: &'static str,
    /// The phone's digits, country code first; where the channel knows the customer by an id, that.
    pub phone_number_id: String,
    /// The calling code of the phone: `972`.
    pub country_code: Option<String>,
    /// The team.
    pub associated_to: String,
    /// The phone, in E.164.
    pub parsed_phone_number: Option<String>,
}

impl CustomerView {
    /// A contact, and when it last wrote.
    #[must_use]
    pub fn of(contact: &Contact, heard: Option<Timestamp>) -> Self {
        let text = |field| contact.metadata.get(field)?.as_str().map(str::to_owned);
        let address = contact.phone.as_deref().or(contact.address.as_deref()).unwrap_or_default();
        let phone = contact.phone.clone();
        Self {
            profile_image: text(PROFILE_IMAGE),
            customer_name: contact.name.clone(),
            customer_nickname: text(NICKNAME),
            created_at: contact.created_at,
            last_active_at: heard,
            email: contact.email.clone(),
            platform: if is_of_whatsapp(address) { "whatsapp" } else { "webchat" },
            phone_number_id: customer(address).to_owned(),
            country_code: phone.as_deref().and_then(calling_code).map(str::to_owned),
            associated_to: contact.team.clone(),
            parsed_phone_number: phone,
        }
    }
}

/// A page of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CustomerPage"))]
#[serde(rename_all = "camelCase")]
pub struct CustomersView {
    /// The newest first.
    pub customers: Vec<CustomerView>,
    /// Whether there is another page.
    pub has_more_items_to_fetch: bool,
    /// What to send back for it.
    pub last_evaluated_key: Option<Position>,
}

impl From<Listed<CustomerView>> for CustomersView {
    fn from(Listed { items, next }: Listed<CustomerView>) -> Self {
        Self { customers: items, has_more_items_to_fetch: next.is_some(), last_evaluated_key: next }
    }
}
