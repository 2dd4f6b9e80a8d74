//! What `PUT /customers` is sent.

use contacts::{Details, MAX_NAME, NewContact, read_email};
use fields::{Given, Object};
use serde_json::{Map, Value};

use super::read_phone;
use crate::customers::{NICKNAME, PROFILE_IMAGE};

/// The longest link to a picture, in characters.
const MAX_LINK: usize = 2048;

/// A customer to be created, or changed: a contact, of whom the picture and the nickname are metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCustomer(pub(crate) NewContact);

impl NewCustomer {
    /// Reads it. What is absent stays as it is, null clears. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["customerName", "phoneNumberId", PROFILE_IMAGE, NICKNAME, "email"]);
        let name = fields.required_text("customerName", MAX_NAME).trim().to_owned();
        let phone = read_phone(fields, "phoneNumberId");
        let mut metadata = Map::new();
        for (field, max) in [(PROFILE_IMAGE, MAX_LINK), (NICKNAME, MAX_NAME)] {
            match fields.text(field, max) {
                Given::Value(text) => drop(metadata.insert(field.to_owned(), text.into())),
                Given::Null => drop(metadata.insert(field.to_owned(), Value::Null)),
                Given::Absent => {}
            }
        }
        let details = Details::new(Given::Value(name), read_email(fields), metadata);
        Some(Self(NewContact { phone: phone?, details }))
    }
}
