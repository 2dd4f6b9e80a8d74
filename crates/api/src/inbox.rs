//! What the inbox endpoints of the trigger API share: finding a conversation, and changing its case.

use ::conversation::{CaseChange, Conversation, TurnError};
use ::engine::Host as _;
use ::inbox::{FileError, TagError, Told};

use crate::{Call, Problem, conversation_not_found};

/// Where the conversation is named in `/conversations/:id`.
const NAMED: usize = 1;

impl Call {
    /// The conversation that the path names, if it is the team's: by `<phoneNumberId>#<customerPhoneNumberId>`, or our id.
    ///
    /// # Errors
    /// 404, for another team's too.
    pub async fn inbox_conversation(&self, team: &str) -> Result<Conversation, Problem> {
        let found = ::inbox::find(self.host.store(), team, &self.segment(NAMED)).await?;
        found.ok_or_else(conversation_not_found)
    }

    /// What the body tells the conversation of the path.
    ///
    /// # Errors
    /// 400 where the body names another.
    pub fn told<T>(&self, told: Told<T>, conversation: &Conversation) -> Result<T, Problem> {
        Ok(told.to(conversation, &self.segment(NAMED))?)
    }

    /// Changes the case of a conversation of the team, once for an `Idempotency-Key`. The ids of tags for which it could
    /// not be done.
    ///
    /// # Errors
    /// 400 where there is no room; 409 for an `Idempotency-Key` that was used with another body.
    pub async fn change_case(
        &mut self,
        conversation: &Conversation,
        change: &CaseChange,
    ) -> Result<Vec<String>, Problem> {
        let used = self.idempotency_key(&conversation.team).await?.used;
        let (store, now) = (self.host.store(), self.host.now());
        Ok(::inbox::file(store, conversation.id, change, &used, now).await?)
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NotFound => conversation_not_found(),
            FileError::Refused(TurnError::KeyReused) => Self::key_reused(),
            FileError::Refused(error) => Self::rule(error.to_string()),
            FileError::Store(error) => error.into(),
        }
    }
}

impl From<TagError> for Problem {
    fn from(error: TagError) -> Self {
        match error {
            TagError::KeyReused(_) => Self::key_reused(),
            TagError::Full | TagError::TooLarge => Self::rule(error.to_string()),
            TagError::Store(error) => error.into(),
        }
    }
}
