//! Stepping a session: what it says, wants and changes becomes part of the conversation.

use flow::{Event, Route, Scope, Status, Step};
use uuid::Uuid;

use super::{Programs, Turn};
use crate::{Conversation, SessionStatus};

impl<P: Programs> Turn<'_, P> {
    /// Lets a session begin.
    pub(super) fn start(&mut self, conversation: &mut Conversation, id: Uuid) {
        let mut at = None;
        self.with_session(conversation, id, |session| {
            at = session.beginning.take().and_then(|beginning| beginning.at);
        });
        self.advance(conversation, id, &Event::Start { at });
    }

    /// Steps a session, and puts what it says into the log and the outbox.
    pub(super) fn advance(&mut self, conversation: &mut Conversation, id: Uuid, event: &Event) {
        let Some(at) = conversation.sessions.iter().position(|s| s.id == id && s.is_running())
        else {
            return;
        };
        let workflow = conversation.sessions[at].workflow;
        let graph_runs = conversation.running(workflow).is_some_and(|running| running.id != id);
        let session = &mut conversation.sessions[at];
        let Some(program) = self.programs.program(&session.content) else {
            session.fail(
                "workflow_unavailable",
                "the version that this session runs cannot be read".to_owned(),
            );
            conversation.settle_sessions(self.now);
            return;
        };
        let scope = Scope {
            now: self.now,
            context: &session.context,
            contact: &self.contact,
            programs: self.programs,
            has_model: self.has_model,
            graph_runs,
        };
        let mut step = flow::advance(program, &mut session.state, event, &scope);
        if !conversation.outbox_takes(&step.messages) {
            step.messages.clear();
            step.outside_window.clear();
            step.changes.clear();
            step.effect = None;
            step.status = Status::Failed {
                code: "outbox_limit",
                message: "too many messages to this contact wait to be sent".to_owned(),
            };
        }
        self.keep(conversation, id, step);
    }

    /// Makes a step part of the conversation.
    fn keep(&mut self, conversation: &mut Conversation, id: Uuid, mut step: Step) {
        self.with_session(conversation, id, |session| {
            session.answers |= step.route.is_some_and(|route| route != Route::Graph);
            session.interacted(self.now);
            match step.status {
                Status::Waiting { .. } => {}
                Status::Completed { outcome } => session.complete(outcome, self.now),
                Status::Failed { code, message } => session.fail(code, message),
            }
        });
        self.put_through = step.put_through.or(self.put_through.take());
        conversation.note_in_call(id);
        conversation.needs_attention |= step.needs_attention;
        conversation.paused |= step.handed_off;
        if step.handed_off {
            conversation.rest(self.now);
        }
        for (n, content) in step.messages.into_iter().enumerate() {
            let message = self.ids.next(self.now);
            conversation.say(message, content, Some(id), self.now);
            if let Some(template) = step.outside_window.remove(&n) {
                conversation.say_outside_window(message, template);
            }
        }
        for change in step.changes {
            change.apply_to(&mut self.contact);
            conversation.change_contact(change, self.now);
        }
        if let Some(effect) = step.effect {
            let call = self.ids.next(self.now);
            conversation.want(call, id, effect);
        }
        if self.session_ended(conversation, id) {
            conversation.settle_sessions(self.now);
        }
    }

    fn session_ended(&self, conversation: &Conversation, id: Uuid) -> bool {
        conversation.sessions.iter().any(|s| s.id == id && s.status != SessionStatus::Running)
    }
}
