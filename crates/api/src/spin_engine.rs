//! The engine, as endpoints ask it. An `async fn` is compiled where it is polled: an endpoint that polled the engine's own
//! would carry a second copy of most of it, beside the one that sends after the answer. So each is a boxed future of
//! this crate.

use agents::Agent;
use channels::whatsapp::Update;
use conversation::{AnswerMode, Applied, Conversation, KeyUse};
use engine::{
    Committed, Delivered, Engine, EngineError, Key, Received, Started, Sweep, TemplatesError,
    TriggerError, TriggerRequest, WordsError,
};
use futures::future::LocalBoxFuture;
use teams::Account;
use templates::{Template, Templates};
use uuid::Uuid;

use crate::{SpinHost, spin_host};

/// An engine on this machine. Its methods are those of [`Engine`].
pub struct SpinEngine<'h>(Engine<'h, SpinHost>);

/// What a method answers.
type Asked<'a, T> = LocalBoxFuture<'a, T>;

/// An engine on this machine, with the providers that the variables name.
#[must_use]
pub fn engine(host: &SpinHost) -> Asked<'_, SpinEngine<'_>> {
    Box::pin(async { SpinEngine(spin_host::engine(host).await) })
}

impl SpinEngine<'_> {
    /// Starts a workflow: [`Engine::trigger`].
    pub fn trigger<'a>(
        &'a self,
        request: &'a TriggerRequest<'_>,
    ) -> Asked<'a, Result<Started, TriggerError>> {
        Box::pin(self.0.trigger(request))
    }

    /// Takes what WhatsApp tells of an account: [`Engine::receive`].
    pub fn receive<'a>(
        &'a self,
        account: &'a Account,
        updates: Vec<Update>,
    ) -> Asked<'a, Received> {
        Box::pin(self.0.receive(account, updates))
    }

    /// The account that an update names: [`Engine::account_of_update`].
    pub fn account_of_update<'a>(
        &'a self,
        path: &'a Account,
        app_secret: &'a str,
        named: &'a str,
    ) -> Asked<'a, Result<Option<Account>, EngineError>> {
        Box::pin(self.0.account_of_update(path, app_secret, named))
    }

    /// The account that a team sends from: [`Engine::sending_account`].
    pub fn sending_account<'a>(
        &'a self,
        team: &'a str,
        named: Option<&'a str>,
    ) -> Asked<'a, Result<Option<Account>, EngineError>> {
        Box::pin(self.0.sending_account(team, named))
    }

    /// Has a contact called: [`Engine::call_contact`].
    pub fn call_contact<'a>(
        &'a self,
        agent: &'a Agent,
        whom: (&'a str, bool),
        key: Option<&'a Key<'_>>,
    ) -> Asked<'a, Result<(Uuid, Committed<Applied>), WordsError>> {
        Box::pin(self.0.call_contact(agent, whom, key))
    }

    /// Lets automation rest, or go on: [`Engine::pause`].
    pub fn pause<'a>(
        &'a self,
        agent: &'a Agent,
        conversation: Uuid,
        paused: bool,
        used: &'a KeyUse,
    ) -> Asked<'a, Result<Committed<()>, WordsError>> {
        Box::pin(self.0.pause(agent, conversation, paused, used))
    }

    /// Says who answers: [`Engine::answer_by`].
    pub fn answer_by<'a>(
        &'a self,
        conversation: &'a Conversation,
        mode: AnswerMode,
        used: &'a KeyUse,
    ) -> Asked<'a, Result<Committed<()>, WordsError>> {
        Box::pin(self.0.answer_by(conversation, mode, used))
    }

    /// Sends a message again: [`Engine::resend`].
    pub fn resend(
        &self,
        conversation: Uuid,
        message: Uuid,
    ) -> Asked<'_, Result<Committed<Applied>, WordsError>> {
        Box::pin(self.0.resend(conversation, message))
    }

    /// Does what is due: [`Engine::sweep`].
    pub fn sweep(&self) -> Asked<'_, Result<(Sweep, Vec<Delivered>), EngineError>> {
        Box::pin(self.0.sweep())
    }

    /// An account's templates: [`Engine::templates`].
    pub fn templates<'a>(
        &'a self,
        account: &'a Account,
    ) -> Asked<'a, Result<Templates, TemplatesError>> {
        Box::pin(self.0.templates(account))
    }

    /// One of them: [`Engine::template`].
    pub fn template<'a>(
        &'a self,
        account: &'a Account,
        id: Uuid,
    ) -> Asked<'a, Result<Option<Template>, TemplatesError>> {
        Box::pin(self.0.template(account, id))
    }
}
