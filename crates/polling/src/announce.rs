//! What a commit is to tell those who poll: written before it, like all that announces a document.

use conversation::{Conversation, Finished, MessageError};
use flow::Timestamp;
use store::{Kv, Store, StoreError, keys};

use crate::entry::{FailureEntry, MessageEntry, SessionEntry};
use crate::polled::is_polled;
use crate::ring::{Place, Ring};

/// The entries of one commit. What a turn starts with the same id when a conflict makes it be applied again, as a trigger
/// does, is announced once.
#[derive(Debug, Default)]
pub struct Announcement {
    sessions: Vec<Place>,
    messages: Vec<Place>,
    failures: Vec<Place>,
    /// Whether the team wants to hear of messages; asked once.
    polled: Option<bool>,
}

/// Writes the entries of what a turn has started and heard, and of what failed in it, and notes in the sessions which are theirs. Two writes for
/// each; of messages only for teams that poll for them, which is one read. What happens in a test conversation is
/// nobody's to hear.
///
/// # Errors
/// When the store fails; entries may have been written then, which count only with the commit.
pub async fn announce<K: Kv>(
    store: &Store<K>,
    conversation: &mut Conversation,
    finished: &Finished,
    now: Timestamp,
    announcement: &mut Announcement,
) -> Result<(), StoreError> {
    if conversation.test {
        return Ok(());
    }
    announce_failures(store, conversation, finished, announcement).await?;
    let ring = Ring::new(store, keys::recent(&conversation.team));
    for id in &finished.started {
        let Some(of) = conversation.sessions.iter().position(|session| session.id == *id) else {
            continue;
        };
        let entry = SessionEntry::of(conversation, &conversation.sessions[of]);
        let n = ring.place(&mut announcement.sessions, *id, &entry).await?;
        conversation.sessions[of].listed = Some(n);
    }
    if finished.heard.is_empty() || !announcement.wants_messages(store, conversation, now).await? {
        return Ok(());
    }
    let ring = Ring::new(store, keys::recent_messages(&conversation.team));
    for id in &finished.heard {
        let message = conversation.message(*id);
        if let Some(entry) = message.and_then(|message| MessageEntry::of(conversation, message)) {
            ring.place(&mut announcement.messages, *id, &entry).await?;
        }
    }
    Ok(())
}

/// Writes the entries of what could not be sent, for the operator. What a contact wants no more has not failed.
async fn announce_failures<K: Kv>(
    store: &Store<K>,
    conversation: &Conversation,
    finished: &Finished,
    announcement: &mut Announcement,
) -> Result<(), StoreError> {
    let ring = Ring::new(store, keys::failed());
    for id in &finished.failed {
        let error = conversation.message(*id).and_then(|message| message.error.as_ref());
        if error.is_none_or(|error| error.code != MessageError::OPTED_OUT) {
            let entry = FailureEntry { message: *id, conversation: conversation.id };
            ring.place(&mut announcement.failures, *id, &entry).await?;
        }
    }
    Ok(())
}

impl Announcement {
    async fn wants_messages<K: Kv>(
        &mut self,
        store: &Store<K>,
        conversation: &Conversation,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if let Some(polled) = self.polled {
            return Ok(polled);
        }
        let polled = is_polled(store, &conversation.team, now).await?;
        self.polled = Some(polled);
        Ok(polled)
    }
}

/// Counts the sessions that a commit has started, each with its flow: after the commit, so that one that lost a race is
/// not counted. One write for each.
///
/// # Errors
/// When the store fails; some may not have been counted then.
pub async fn count<K: Kv>(
    store: &Store<K>,
    conversation: &Conversation,
    announcement: &Announcement,
) -> Result<(), StoreError> {
    let mine = |n: u64| announcement.sessions.iter().any(|place| place.n == n);
    for session in conversation.sessions.iter().filter(|session| session.listed.is_some_and(mine)) {
        let flow = session.workflow.to_string();
        store.tally(&keys::recent_flow(&conversation.team, &flow)).await?;
    }
    Ok(())
}
