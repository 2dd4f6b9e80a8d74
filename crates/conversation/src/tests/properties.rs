//! Whatever comes, in whatever order, by hosts whose clocks differ. What must hold of every turn is checked by
//! `talk.rs`: written and read back, announced in time, nothing overtaken, and nothing changed by being applied again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::talk::{DAY, MINUTE, NOON, Talk, accepted, error, pinned, receipt, words};
use crate::{
    Attempt, Conversation, Message, MessageStatus, NoticeEvent, Noticed, Session, Subscription,
};

#[derive(Debug, Clone)]
enum Step {
    Trigger {
        content: usize,
    },
    Keyed {
        content: usize,
        key: u8,
    },
    Hear {
        id: u8,
    },
    Touch,
    /// Some holder says what came of the first message that it holds, or of one that it held.
    Settle {
        holder: usize,
        attempt: Attempt,
        late: bool,
    },
    Receive {
        message: usize,
        status: MessageStatus,
    },
}

/// The last seldom: after a handoff nothing much happens.
const CONTENTS: [&str; 8] =
    ["echo", "once", "offer", "three", "drip", "pulse", "survey", "handoff"];

fn step() -> impl Strategy<Value = Step> {
    let attempt = prop_oneof![
        6 => Just(accepted("wamid.out")),
        1 => Just(Attempt::Refused(error("131026"))),
        2 => Just(Attempt::retry(error("131016"))),
        1 => Just(Attempt::Stopped(error("190"))),
        2 => Just(Attempt::Unanswered),
    ];
    let status = prop_oneof![
        Just(MessageStatus::Sent),
        Just(MessageStatus::Failed),
        Just(MessageStatus::Delivered),
        Just(MessageStatus::Read),
    ];
    prop_oneof![
        2 => (0..CONTENTS.len() - 1).prop_map(|content| Step::Trigger { content }),
        1 => (0..CONTENTS.len(), 0..4_u8).prop_map(|(content, key)| Step::Keyed { content, key }),
        6 => (0..40_u8).prop_map(|id| Step::Hear { id }),
        2 => Just(Step::Touch),
        6 => (0..4_usize, attempt, proptest::bool::weighted(0.1))
            .prop_map(|(holder, attempt, late)| Step::Settle { holder, attempt, late }),
        2 => (0..60_usize, status).prop_map(|(message, status)| Step::Receive { message, status }),
    ]
}

/// How much time passes before a step, and how far the clock of its host is off.
fn times() -> impl Strategy<Value = (u64, i64)> {
    let passing =
        prop_oneof![4 => 0..2_000_u64, 2 => 0..2 * MINUTE, 2 => 0..90 * MINUTE, 1 => 0..DAY];
    (passing, -30_000..30_000_i64)
}

/// What an observer saw of each message.
#[derive(Default)]
struct Witness {
    statuses: BTreeMap<Uuid, MessageStatus>,
    heard: BTreeMap<String, usize>,
    sequences: BTreeSet<u64>,
    /// Steps of sequences: which session said what.
    steps: BTreeSet<(Uuid, String)>,
}

impl Witness {
    fn see(&mut self, message: &Message) {
        let status = self.statuses.entry(message.id).or_insert(message.status);
        assert!(message.status >= *status, "a status goes back");
        *status = message.status;
        if self.sequences.insert(message.sequence)
            && let Some(id) =
                message.provider_id.as_ref().filter(|_| words(message).starts_with('<'))
        {
            *self.heard.entry(id.clone()).or_default() += 1;
        }
    }

    /// A sequence says each of its steps once, and none in a turn through which a flow runs.
    fn see_sequences(&mut self, before: &Conversation, after: &Conversation) {
        let is_sequence = |id: Uuid| after.sessions.iter().any(|s| s.id == id && !s.kind.is_flow());
        let runs_in =
            |of: &Conversation, id| of.sessions.iter().any(|s| s.id == id && s.is_running());
        let flows = before.sessions.iter().filter(|session| session.is_running_flow());
        let through = flows.filter(|flow| runs_in(after, flow.id)).count();
        for message in after.log.iter().filter(|m| m.sequence > before.sequence) {
            let Some(session) = message.session.filter(|id| is_sequence(*id)) else { continue };
            if words(message).starts_with('>') {
                assert!(self.steps.insert((session, words(message))), "{message:?} is said again");
                assert_eq!(through, 0, "{message:?} is said into a dialogue");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_each_turn_keeps_the_rules(
        steps in proptest::collection::vec((step(), times()), 1..60),
        routed in any::<bool>(),
    ) {
        let mut talk = Talk::new();
        talk.route = routed.then(|| pinned("echo", 30));
        let events = NoticeEvent::ACTIONS.to_vec();
        talk.subscriptions = vec![Subscription { webhook: Uuid::from_u128(1), events }];
        let mut now = NOON;
        let mut holders = Vec::new();
        let mut witness = Witness::default();
        for (step, (passed, skew)) in steps {
            now += passed;
            talk.clock = now.saturating_add_signed(skew);
            let before = talk.conversation.clone();
            play(&mut talk, &mut holders, step);
            prop_assert!(talk.conversation.updated_at >= before.updated_at);
            prop_assert!(talk.conversation.log_pages >= before.log_pages);
            talk.conversation.log.iter().for_each(|message| witness.see(message));
            witness.see_sequences(&before, &talk.conversation);
            let running = |w: &str| talk.conversation.sessions.iter()
                .filter(|s| s.is_running() && s.workflow_name == w).count();
            prop_assert!(CONTENTS.iter().all(|content| running(content) <= 1));
            let flows = talk.conversation.sessions.iter().filter(|s| s.is_running_flow());
            let acting = flows.filter(|s| s.suspended_at.is_none()).count();
            prop_assert!(acting <= 1, "one flow acts at a time");
            let standing = |s: &Session| s.suspended_at.is_some() == (s.is_running()
                && talk.conversation.acting().all(|acting| acting.id != s.id));
            let running = talk.conversation.sessions.iter().filter(|s| s.is_running());
            prop_assert!(running.clone().all(standing), "what may act goes on, the rest stands still");
        }
        prop_assert!(witness.heard.values().all(|times| *times == 1), "G1: {:?}", witness.heard);
        let last = talk.conversation.sequence;
        prop_assert_eq!(witness.sequences, (1..=last).collect::<BTreeSet<u64>>(), "G4: none lost");
        drain(&mut talk);
    }
}

fn play(talk: &mut Talk, holders: &mut Vec<Uuid>, step: Step) {
    let holder = match step {
        Step::Trigger { content } => {
            let request = talk.request(CONTENTS[content]);
            talk.try_trigger(&request).ok().map(|done| done.id)
        }
        Step::Keyed { content, key } => {
            let request = talk.keyed(CONTENTS[content], &key.to_string(), CONTENTS[content]);
            talk.try_trigger(&request).ok().map(|done| done.id)
        }
        Step::Hear { id } => Some(talk.hear_as(&format!("wamid.{id}"), "a").id),
        Step::Touch => Some(talk.touch().id),
        Step::Settle { holder, attempt, late } => {
            settle(talk, holders, holder, &attempt, late);
            None
        }
        Step::Receive { message, status } => {
            let id = talk.conversation.log.get(message).map(|message| message.id);
            id.map(|id| talk.receive(&receipt(id, status)).id)
        }
    };
    holders.extend(holder.filter(|id| !talk.held(*id).is_empty()));
}

fn settle(talk: &mut Talk, holders: &[Uuid], nth: usize, attempt: &Attempt, late: bool) {
    let Some(holder) = holders.iter().rev().nth(nth).copied() else { return };
    let held = talk.held(holder).first().copied();
    let any = talk.conversation.log.iter().rev().find(|m| words(m).starts_with('>')).map(|m| m.id);
    if let Some(message) = if late { any } else { held } {
        talk.settle(holder, message, attempt);
    }
}

/// Looked at when they ask for it, by a provider that accepts, outbox and sessions come to an end.
fn drain(talk: &mut Talk) {
    talk.clock = talk.clock.max(talk.conversation.updated_at.0);
    for _ in 0..400 {
        let Some(check_at) =
            talk.conversation.check_at.filter(|_| talk.conversation.due().is_some())
        else {
            assert!(talk.conversation.outbox.is_empty());
            assert!(talk.conversation.notices.is_empty());
            // What ran before a handoff stands still, until whoever took over gives the conversation back.
            if talk.conversation.paused {
                talk.pause(false);
                continue;
            }
            assert!(!talk.conversation.sessions.iter().any(crate::Session::is_running));
            return;
        };
        talk.clock = talk.clock.max(check_at.0);
        let holder = talk.touch().id;
        while let Some(message) = talk.held(holder).first().copied() {
            talk.settle(holder, message, &accepted("wamid.out"));
        }
        let told: Vec<(Uuid, Noticed)> = (talk.conversation.held_notices(holder))
            .map(|notice| (notice.id, Noticed::Delivered))
            .collect();
        talk.turn_of(holder, |turn, conversation| turn.noticed(conversation, &told));
    }
    panic!("it never comes to an end: {:?}", talk.conversation);
}
