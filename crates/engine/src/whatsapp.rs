//! What WhatsApp's webhook brings: grouped by conversation, one commit for each, in the order they came.

use agents::Agent;
use channels::whatsapp::{
    Class, InboundMessage, NO_MARKETING, Sender, StatusUpdate, StopReason, Update, UpdateKind,
};
use conversation::{Channel, Conversation, EventId, Inbound, Pinned, Receipt, limits};
use flow::{Kind, Timestamp};
use store::StoreError;
use teams::{Account, Credentials};
use uuid::Uuid;
use workflows::Head;

use crate::contact::Known;
use crate::deliver::Denied;
use crate::party::Party;
use crate::person::ID_PREFIX;
use crate::programs::Loaded;
use crate::turn::{Commit, Committed};
use crate::{Engine, EngineError, Host};

/// What came of a webhook.
#[derive(Debug, Default)]
pub struct Received {
    /// What took effect; to be delivered after the answer.
    pub committed: Vec<Committed<()>>,
    /// Set if something could not be committed: the provider must deliver again.
    pub failed: Option<EngineError>,
}

/// The events of one conversation.
struct Group {
    conversation: Uuid,
    /// Absent where only receipts came: they create nothing.
    party: Option<Party>,
    /// By what the provider knows the party.
    sender: Option<Sender>,
    /// Conversations in which its messages may have been taken before.
    before: Vec<Uuid>,
    events: Vec<Event>,
}

enum Event {
    Message(Box<Inbound>),
    Receipt(Receipt),
}

impl<H: Host> Engine<'_, H> {
    /// Takes the updates of a webhook whose signature was that of `account`. Nothing of it must be acknowledged
    /// when [`Received::failed`] is set.
    pub async fn receive(&self, account: &Account, updates: Vec<Update>) -> Received {
        let mut received = Received::default();
        let agent = match self.agent_of(account).await {
            Ok(agent) => agent,
            Err(error) => {
                received.failed = Some(error);
                return received;
            }
        };
        let groups = match self.group(account, updates).await {
            Ok(groups) => groups,
            Err(error) => {
                received.failed = Some(error);
                return received;
            }
        };
        let is_one = groups.len() == 1;
        for group in groups {
            for events in group.events.chunks(limits::EVENTS_A_COMMIT) {
                match self.apply(account, agent.as_ref(), &group, events).await {
                    Ok(Some(mut committed)) => {
                        committed.show_as_read(account);
                        let told =
                            self.tell_what_came(account, &committed.conversation, events).await;
                        // A payload may bring a thousand: what is left to do holds its conversation in memory.
                        if committed.has_work() {
                            if !is_one {
                                committed.forget_what_was_read();
                            }
                            received.committed.push(committed);
                        }
                        if let Err(error) = told {
                            received.failed = Some(error);
                            break;
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        // What follows in this conversation must not overtake it; the others need not wait for it.
                        received.failed = Some(error);
                        break;
                    }
                }
            }
        }
        received
    }

    /// Lets the documents of the contact and of the account know what the events said of them.
    async fn tell_what_came(
        &self,
        account: &Account,
        conversation: &Conversation,
        events: &[Event],
    ) -> Result<(), EngineError> {
        self.tell_consent(conversation).await?;
        for event in events {
            let Event::Receipt(Receipt { error: Some(error), at, .. }) = event else { continue };
            let Ok(code) = error.code.parse() else { continue };
            let at = at.unwrap_or_else(|| self.host.now());
            match Class::of(code) {
                _ if code == NO_MARKETING => self.stop_marketing(conversation, at).await?,
                // What was said before its credentials were replaced says nothing of it now.
                Some(Class::StopChannel(StopReason::Account)) if at >= account.updated_at => {
                    self.stop(conversation, &Denied::of(Some(account), error.clone())).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn apply(
        &self,
        account: &Account,
        agent: Option<&Agent>,
        group: &Group,
        events: &[Event],
    ) -> Result<Option<Committed<()>>, EngineError> {
        let ids: Vec<(EventId, Option<Timestamp>)> = events
            .iter()
            .filter_map(|event| match event {
                Event::Message(inbound) => Some((inbound.event, inbound.sent_at)),
                Event::Receipt(_) => None,
            })
            .collect();
        let commit = Commit {
            party: group.party.as_ref(),
            account: Some(account),
            agent,
            events: &ids,
            route: agent
                .map(|agent| agent.workflow_id)
                .or(account.workflow_id)
                .filter(|_| !ids.is_empty()),
            ..Commit::of(group.conversation, self.host.random())
        };
        let committed = self
            .commit(commit, |turn, conversation, route| {
                for event in events {
                    match event {
                        Event::Message(inbound) => {
                            turn.inbound(conversation, inbound, route)?;
                        }
                        Event::Receipt(receipt) => {
                            turn.receipt(conversation, receipt);
                        }
                    }
                }
                Ok(())
            })
            .await?;
        Ok(committed)
    }

    /// The agent that answers on an account, if one does.
    pub(crate) async fn agent_of(&self, account: &Account) -> Result<Option<Agent>, EngineError> {
        let Some(id) = account.agent_id else { return Ok(None) };
        let agent = agents::load(self.host.store(), id).await?;
        Ok(agent.filter(|agent| agent.team == account.team))
    }

    /// Sorts updates by conversation, in the order in which each conversation first appears.
    async fn group(
        &self,
        account: &Account,
        updates: Vec<Update>,
    ) -> Result<Vec<Group>, EngineError> {
        let mut groups: Vec<Group> = Vec::new();
        for update in updates {
            if update.account != account.account {
                // Checked by the caller, which knows the accounts that may share a webhook.
                continue;
            }
            match update.kind {
                UpdateKind::Message(message) => {
                    self.group_message(account, message, &mut groups).await?
                }
                UpdateKind::Status(status) => {
                    self.group_status(account, status, &mut groups).await?
                }
                UpdateKind::Preference(preference) => {
                    self.take_preference(account, &preference).await?
                }
                UpdateKind::Unreadable(why) => self.host.log(&format!("unreadable update: {why}")),
            }
        }
        Ok(groups)
    }

    async fn group_message(
        &self,
        account: &Account,
        message: InboundMessage,
        groups: &mut Vec<Group>,
    ) -> Result<(), EngineError> {
        let known = Known { name: message.name.as_deref(), opt_in: false };
        let by_sender = |group: &Group| group.sender.as_ref() == Some(&message.from);
        let at = match groups.iter().position(by_sender) {
            Some(at) => at,
            None => match self.open_group(account, &message.from, known, groups).await? {
                Some(at) => at,
                None => return Ok(()),
            },
        };
        let event = EventId::of("whatsapp", &message.id);
        if self.was_taken_in(&groups[at].before, event, message.timestamp).await? {
            return Ok(());
        }
        let inbound = Inbound {
            event,
            provider_id: message.id,
            sent_at: message.timestamp,
            kind: message.message_type,
            content: message.content,
            reply: message.reply,
        };
        groups[at].events.push(Event::Message(Box::new(inbound)));
        Ok(())
    }

    /// The group of a sender that was not met yet in this delivery.
    async fn open_group(
        &self,
        account: &Account,
        sender: &Sender,
        known: Known<'_>,
        groups: &mut Vec<Group>,
    ) -> Result<Option<usize>, EngineError> {
        let Some(writer) = self.writer(account, sender, known).await? else { return Ok(None) };
        let party = Party {
            team: account.team.clone(),
            channel: account.kind,
            account: account.account.clone(),
            address: writer.address,
            username: known.name.map(str::to_owned),
            contact: writer.contact,
        };
        let at = position(groups, party.conversation());
        let group = &mut groups[at];
        group.party.get_or_insert(party);
        group.before.extend(writer.before);
        group.sender = Some(sender.clone());
        Ok(Some(at))
    }

    async fn group_status(
        &self,
        account: &Account,
        status: StatusUpdate,
        groups: &mut Vec<Group>,
    ) -> Result<(), EngineError> {
        let named = status.callback_data.as_deref().and_then(read_callback_data);
        self.link_recipient(account, &status).await?;
        let conversation = match (named, &status.recipient) {
            (Some((conversation, _)), _) => conversation,
            (None, Some(recipient)) => match self.conversation_with(account, recipient).await? {
                Some(conversation) => conversation,
                None => return Ok(()),
            },
            (None, None) => return Ok(()),
        };
        let receipt = Receipt::of_whatsapp(status, named.map(|(_, message)| message));
        let at = position(groups, conversation);
        groups[at].events.push(Event::Receipt(receipt));
        Ok(())
    }

    /// A status may tell both ids of a contact that there is.
    async fn link_recipient(
        &self,
        account: &Account,
        status: &StatusUpdate,
    ) -> Result<(), EngineError> {
        let (Some(phone), Some(id)) = (&status.recipient, &status.user_id) else { return Ok(()) };
        let address = self.address(account, phone).await?;
        let Some(phone) = address.filter(|address| address.starts_with('+')) else { return Ok(()) };
        let (team, id) = (&account.team, format!("{ID_PREFIX}{id}"));
        if contacts::by_address(self.host.store(), team, &phone).await?.is_some() {
            self.link(team, &phone, &id).await?;
        }
        Ok(())
    }

    /// What an account's workflow would start: its newest release. A sequence answers nobody.
    pub(crate) async fn route(
        &self,
        workflow: Uuid,
        team: &str,
        loaded: &mut Loaded,
    ) -> Result<Option<Pinned>, StoreError> {
        let head = workflows::head(self.host.store(), team, workflow).await?;
        let Some(release) = head.as_ref().and_then(Head::release) else { return Ok(None) };
        let Some(published) = self.published(workflow, &release.content).await? else {
            return Ok(None);
        };
        if published.program.is_none() || published.kind == Kind::Sequence {
            return Ok(None);
        }
        loaded.add(&release.content, Some(&published));
        Ok(Some(published.pinned(workflow, &release.content)))
    }

    /// The account that an update names, if the webhook of `path` may speak for it: it is the same team's, with the
    /// same app secret.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn account_of_update(
        &self,
        path: &Account,
        app_secret: &str,
        named: &str,
    ) -> Result<Option<Account>, EngineError> {
        if named == path.account {
            return Ok(Some(path.clone()));
        }
        let account = self.account(Channel::Whatsapp, named).await?;
        Ok(account.filter(|account| {
            let secrets = self.providers.secrets.as_ref();
            let credentials = secrets.and_then(|secrets| account.credentials(secrets).ok());
            let same = matches!(&credentials, Some(Credentials::Whatsapp { app_secret: own, .. }) if own == app_secret);
            account.team == path.team && same
        }))
    }
}

fn position(groups: &mut Vec<Group>, conversation: Uuid) -> usize {
    if let Some(at) = groups.iter().position(|group| group.conversation == conversation) {
        return at;
    }
    let (party, sender, before, events) = (None, None, Vec::new(), Vec::new());
    groups.push(Group { conversation, party, sender, before, events });
    groups.len() - 1
}

fn read_callback_data(text: &str) -> Option<(Uuid, Uuid)> {
    let (conversation, message) = text.split_once(':')?;
    Some((conversation.parse().ok()?, message.parse().ok()?))
}
