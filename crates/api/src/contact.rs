//! What the contact endpoints of the actions API share: refusing.

use contacts::ContactError;

use crate::Problem;

impl From<ContactError> for Problem {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::NotFound => Self::NotFound("Contact not found".to_owned()),
            ContactError::Invalid(errors) => Self::Invalid(errors),
            ContactError::KeyReused(_) => Self::key_reused(),
            ContactError::Store(error) => error.into(),
        }
    }
}
