//! What WhatsApp's webhook brings: grouped by conversation, one commit for each, in the order they came.

use agents::Agent;
use channels::whatsapp::{
    DeliveryStatus, InboundMessage, NO_MARKETING, Sender, StatusUpdate, Update, UpdateKind,
};
use conversation::{
    Channel, Conversation, E164, EventId, Inbound, MessageError, MessageStatus, Pinned, Receipt,
    limits,
};
use flow::{Kind, Timestamp};
use store::{StoreError, keys};
use teams::{Account, Credentials};
use uuid::Uuid;
use workflows::Head;

use crate::contact::Known;
use crate::programs::Loaded;
use crate::turn::{Commit, Committed, Party};
use crate::{Engine, EngineError, Host};

/// What the address of a contact begins with whom the provider knows by an id of its own, not by a phone.
pub(crate) const ID_PREFIX: &str = "id:";

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
        for group in groups {
            for events in group.events.chunks(limits::EVENTS_A_COMMIT) {
                match self.apply(account, agent.as_ref(), &group, events).await {
                    Ok(Some(committed)) => {
                        let told = self.tell_what_came(&committed.conversation, events).await;
                        received.committed.push(committed);
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

    /// Lets the contact's document know what the events said of it.
    async fn tell_what_came(
        &self,
        conversation: &Conversation,
        events: &[Event],
    ) -> Result<(), EngineError> {
        self.tell_consent(conversation).await?;
        for event in events {
            if let Event::Receipt(Receipt { error: Some(error), at, .. }) = event
                && error.code == NO_MARKETING.to_string()
            {
                let at = at.unwrap_or_else(|| self.host.now());
                self.stop_marketing(conversation, at).await?;
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
            id: group.conversation,
            party: group.party.as_ref(),
            account: Some(account),
            agent,
            turn: self.host.random(),
            events: &ids,
            start: None,
            route: agent
                .map(|agent| agent.workflow_id)
                .or(account.workflow_id)
                .filter(|_| !ids.is_empty()),
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
        let Some(address) = self.address_of(account, &message.from).await? else { return Ok(()) };
        let inbound = Inbound {
            event: EventId::of("whatsapp", &message.id),
            provider_id: message.id,
            sent_at: message.timestamp,
            kind: message.message_type,
            content: message.content,
            reply: message.reply,
        };
        let conversation = conversation::identity::conversation(
            &account.team,
            account.kind,
            &account.account,
            &address,
        );
        let at = position(groups, conversation);
        if groups[at].party.is_none() {
            let known = Known { name: message.name.as_deref(), opt_in: false };
            let contact =
                self.find_or_create_contact(&account.team, &address, "whatsapp", known).await?;
            groups[at].party = Some(Party {
                team: account.team.clone(),
                channel: account.kind,
                account: account.account.clone(),
                address,
                username: message.name.clone(),
                contact,
            });
        }
        groups[at].events.push(Event::Message(Box::new(inbound)));
        Ok(())
    }

    async fn group_status(
        &self,
        account: &Account,
        status: StatusUpdate,
        groups: &mut Vec<Group>,
    ) -> Result<(), EngineError> {
        let named = status.callback_data.as_deref().and_then(read_callback_data);
        let conversation = match (named, &status.recipient) {
            (Some((conversation, _)), _) => conversation,
            (None, Some(recipient)) => {
                let Some(address) = self.address(account, recipient).await? else {
                    return Ok(());
                };
                conversation::identity::conversation(
                    &account.team,
                    account.kind,
                    &account.account,
                    &address,
                )
            }
            (None, None) => return Ok(()),
        };
        let receipt = Receipt {
            message: named.map(|(_, message)| message),
            provider_id: status.message_id,
            status: match status.status {
                DeliveryStatus::Sent => MessageStatus::Sent,
                DeliveryStatus::Failed => MessageStatus::Failed,
                DeliveryStatus::Delivered => MessageStatus::Delivered,
                DeliveryStatus::Read | DeliveryStatus::Played => MessageStatus::Read,
            },
            at: status.timestamp,
            error: status
                .error
                .map(|error| MessageError { code: error.code.to_string(), message: error.message }),
        };
        let at = position(groups, conversation);
        groups[at].events.push(Event::Receipt(receipt));
        Ok(())
    }

    /// The address of a sender, if the provider gives any id of it.
    pub(crate) async fn address_of(
        &self,
        account: &Account,
        sender: &Sender,
    ) -> Result<Option<String>, EngineError> {
        match sender.wa_id.as_deref().or(sender.user_id.as_deref()) {
            Some(id) => self.address(account, id).await,
            None => Ok(None),
        }
    }

    /// The address of whom the provider knows by `id`.
    async fn address(&self, account: &Account, id: &str) -> Result<Option<String>, EngineError> {
        let alias = keys::alias(account.kind.as_str(), &account.account, id);
        if let Some(address) = self.host.store().get(&alias).await? {
            return Ok(String::from_utf8(address).ok());
        }
        Ok(Some(
            E164::from_digits(id)
                .map_or_else(|_| format!("{ID_PREFIX}{id}"), |phone| phone.to_string()),
        ))
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
    groups.push(Group { conversation, party: None, events: Vec::new() });
    groups.len() - 1
}

fn read_callback_data(text: &str) -> Option<(Uuid, Uuid)> {
    let (conversation, message) = text.split_once(':')?;
    Some((conversation.parse().ok()?, message.parse().ok()?))
}
