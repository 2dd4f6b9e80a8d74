//! Webhooks: told of everything that was committed, at least once and under one id, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{Body, MessageStatus, SessionStatus};
use uuid::Uuid;

use super::{Whole, ensure};
use crate::simulation::Simulation;

impl Simulation {
    pub(super) fn told(&self, whole: &Whole) -> Result<(), String> {
        let receiver = self.world.receiver.borrow();
        let mut ids: BTreeMap<(&str, &str), BTreeSet<Uuid>> = BTreeMap::new();
        for told in &receiver.told {
            ids.entry((&told.event, told.about())).or_default().insert(told.id);
        }
        let one = ids.values().all(|ids| ids.len() == 1);
        ensure(one, || format!("told under several ids: {ids:?}"))?;
        ensure(whole.document.notices_dropped == 0, || "notices were given up".to_owned())?;
        let taken: BTreeSet<(&str, &str)> = receiver.taken().into_iter().collect();
        for (event, about) in whole.to_be_told() {
            let is_told = taken.contains(&(event, about.as_str()));
            ensure(is_told, || format!("the webhook was not told {event} of {about}"))?;
        }
        Ok(())
    }
}

impl Whole {
    /// What is known to have happened from what is left of it.
    fn to_be_told(&self) -> Vec<(&'static str, String)> {
        let messages = self.log.iter().filter_map(|message| {
            let event = match (&message.body, message.status) {
                (Body::Inbound { .. }, _) => "message.received",
                (_, MessageStatus::Sent) => "message.status.sent",
                (_, MessageStatus::Delivered) => "message.status.delivered",
                (_, MessageStatus::Read) => "message.status.read",
                (_, MessageStatus::Failed) => "message.status.failed",
                (_, MessageStatus::Queued | MessageStatus::Received) => return None,
            };
            Some((event, message.id.to_string()))
        });
        let flows = self.document.sessions.iter().filter(|session| !session.answers);
        let flows = flows.flat_map(|session| {
            let ended = match session.status {
                SessionStatus::Running => None,
                SessionStatus::Completed => Some("flow.completed"),
                SessionStatus::Expired => Some("flow.expired"),
                SessionStatus::Failed => Some("flow.failed"),
            };
            let id = session.id.to_string();
            [Some("flow.started"), ended].into_iter().flatten().map(move |e| (e, id.clone()))
        });
        messages.chain(flows).collect()
    }
}
