//! What has happened in a turn that webhooks can be told of: the difference between the conversation before and after.

use uuid::Uuid;

use super::{Programs, Turn};
use crate::{
    Body, Conversation, EntryState, Message, MessageStatus, Notice, NoticeEvent, Noticed,
    NoticedSession, Session, SessionStatus, Settled, Subscription,
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    event: NoticeEvent,
    about: Option<Uuid>,
    session: Option<NoticedSession>,
}

impl News {
    fn of_message(event: NoticeEvent, message: Uuid) -> Self {
        Self { event, about: Some(message), session: None }
    }

    fn of_session(event: NoticeEvent, session: &Session) -> Self {
        let noticed = NoticedSession {
            kind: session.kind,
            flow: session.workflow,
            name: session.workflow_name.clone(),
            started_at: session.created_at,
        };
        Self { event, about: Some(session.id), session: Some(noticed) }
    }
}

impl<P: Programs> Turn<'_, P> {
    /// What happened that webhooks can be told of, once that has gone on which a flow held back: it is the last but telling them.
    /// Nothing of a test conversation is anybody's to hear.
    #[must_use]
    pub fn news(&mut self, conversation: &mut Conversation) -> Vec<News> {
        self.go_on(conversation);
        if conversation.test {
            return Vec::new();
        }
        let mut news = Vec::new();
        // Each commit is later than the document it changes.
        if self.before.updated_at == self.before.created_at {
            let event = NoticeEvent::ConversationStarted;
            news.push(News { event, about: None, session: None });
        }
        self.written(conversation, &mut news);
        self.moved(conversation, &mut news);
        self.sessions(conversation, &mut news);
        news
    }

    /// Lets those webhooks be told of it that want to be: with the commit of this turn, of which this is the last.
    pub fn notify(
        &mut self,
        conversation: &mut Conversation,
        news: &[News],
        subscriptions: &[Subscription],
    ) {
        for News { event, about, session } in news {
            for subscription in subscriptions.iter().filter(|s| s.events.contains(event)) {
                conversation.notice(Notice {
                    id: self.ids.next(self.now),
                    webhook: subscription.webhook,
                    event: *event,
                    about: *about,
                    session: session.clone(),
                    at: self.now,
                    tries: 0,
                    state: EntryState::QUEUED,
                });
            }
        }
    }

    /// Records what came of telling webhooks: of many, in one commit.
    pub fn noticed(
        &mut self,
        conversation: &mut Conversation,
        outcomes: &[(Uuid, Noticed)],
    ) -> Settled {
        for (id, noticed) in outcomes {
            conversation.noticed(*id, self.id, *noticed, self.now);
        }
        conversation.renew(self.id, self.now);
        Settled::Recorded
    }

    fn written(&self, conversation: &Conversation, news: &mut Vec<News>) {
        for message in conversation.log.after(self.before.sequence) {
            if matches!(message.body, Body::Inbound { .. }) {
                news.push(News::of_message(NoticeEvent::MessageReceived, message.id));
            }
            news.push(News::of_message(NoticeEvent::MessagesCreated, message.id));
        }
    }

    /// The statuses that messages have come to: each that a receipt brought, and each that the turn left.
    fn moved(&self, conversation: &Conversation, news: &mut Vec<News>) {
        let outbound = |message: &&Message| matches!(message.body, Body::Outbound { .. });
        let changed = conversation.log.changed_since(&self.before.log);
        let left = changed
            .filter(outbound)
            .filter(|message| self.status_before(message) != Some(message.status));
        let mut moved = self.receipted.clone();
        for message in left {
            if !moved.contains(&(message.id, message.status)) {
                moved.push((message.id, message.status));
            }
        }
        let told = |(id, status)| Some(News::of_message(event_of_status(status)?, id));
        news.extend(moved.into_iter().filter_map(told));
    }

    /// Sessions of workflows' graphs that started or ended: not those that only answer a message.
    fn sessions(&self, conversation: &Conversation, news: &mut Vec<News>) {
        for session in conversation.sessions.iter().filter(|session| !session.answers) {
            let before = session_of(&self.before, session.id);
            if before.is_none() {
                news.push(News::of_session(NoticeEvent::FlowStarted, session));
            }
            if before.is_none_or(Session::is_running)
                && let Some(event) = event_of_end(session.status)
            {
                news.push(News::of_session(event, session));
            }
        }
        // What ended and was forgotten at once, for want of room.
        let ran = self.before.sessions.iter().filter(|session| session.is_running());
        for session in ran.filter(|session| session_of(conversation, session.id).is_none()) {
            let past = conversation
                .past
                .iter()
                .find(|past| (session.kind, session.listed) == (past.kind, Some(past.listed)));
            if let Some(event) = past.and_then(|past| event_of_end(past.status)) {
                news.push(News::of_session(event, session));
            }
        }
    }
}

fn session_of(conversation: &Conversation, id: Uuid) -> Option<&Session> {
    conversation.sessions.iter().find(|session| session.id == id)
}

fn event_of_status(status: MessageStatus) -> Option<NoticeEvent> {
    match status {
        MessageStatus::Received | MessageStatus::Queued => None,
        MessageStatus::Sent => Some(NoticeEvent::MessageSent),
        MessageStatus::Failed => Some(NoticeEvent::MessageFailed),
        MessageStatus::Delivered => Some(NoticeEvent::MessageDelivered),
        MessageStatus::Read => Some(NoticeEvent::MessageRead),
    }
}

fn event_of_end(status: SessionStatus) -> Option<NoticeEvent> {
    match status {
        SessionStatus::Running => None,
        SessionStatus::Completed => Some(NoticeEvent::FlowCompleted),
        SessionStatus::Expired => Some(NoticeEvent::FlowExpired),
        SessionStatus::Failed => Some(NoticeEvent::FlowFailed),
    }
}
