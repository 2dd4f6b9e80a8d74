//! What a person of the team does in a conversation: takes it over, speaks, and gives it back.

use flow::Content;

use super::{Applied, Programs, Turn, TurnError};
use crate::{AnswerMode, Conversation, EventId, KeyUse};

impl<P: Programs> Turn<'_, P> {
    /// Lets automation rest, and what runs stand still; or lets it go on where it stood, which is when nobody has to look
    /// at the conversation any more. Once for each use of a key.
    ///
    /// # Errors
    /// [`TurnError::KeyReused`]; the conversation must then not be committed.
    pub fn pause(
        &mut self,
        conversation: &mut Conversation,
        paused: bool,
        used: &KeyUse,
    ) -> Result<(), TurnError> {
        if !conversation.keys.has(used)? && conversation.paused != paused {
            self.set_paused(conversation, paused);
            conversation.keys.remember(used);
        }
        Ok(())
    }

    pub(super) fn set_paused(&mut self, conversation: &mut Conversation, paused: bool) {
        if conversation.paused == paused {
            return;
        }
        conversation.paused = paused;
        if paused {
            conversation.rest(self.now);
        } else {
            conversation.needs_attention = false;
            conversation.settle_sessions(self.now);
            self.take_results(conversation);
            self.hear_those_who_wait(conversation);
        }
    }

    /// Says who answers, once for each use of a key: a person, for whom automation rests as in [`Turn::pause`], or
    /// automation, which goes on.
    ///
    /// # Errors
    /// [`TurnError::KeyReused`]; the conversation must then not be committed.
    pub fn answer_by(
        &mut self,
        conversation: &mut Conversation,
        mode: AnswerMode,
        used: &KeyUse,
    ) -> Result<(), TurnError> {
        if conversation.keys.has(used)? || conversation.answer_mode() == mode {
            return Ok(());
        }
        if mode != AnswerMode::Manual {
            conversation.case.ai = mode == AnswerMode::Ai;
        }
        self.set_paused(conversation, mode == AnswerMode::Manual);
        conversation.keys.remember(used);
        Ok(())
    }

    /// Says what a person writes to the contact. That answers what needed attention.
    ///
    /// # Errors
    /// [`TurnError::NotPaused`] where automation answers, [`TurnError::Full`] if too many messages wait to be sent; the
    /// conversation must then not be committed.
    pub fn speak(
        &mut self,
        conversation: &mut Conversation,
        event: EventId,
        text: &str,
    ) -> Result<Applied, TurnError> {
        if self.applied_before(conversation, event) {
            return Ok(Applied::Duplicate);
        }
        if !conversation.paused {
            return Err(TurnError::NotPaused);
        }
        let id = self.ids.next(self.now);
        self.put(conversation, event, id, Content::Text { text: text.to_owned() })?;
        conversation.needs_attention = false;
        Ok(Applied::Kept)
    }
}
