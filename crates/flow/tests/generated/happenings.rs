//! What happens to a session: mostly what it waits for, at times anything.

use flow::{
    Awaits, EffectResult, Event, Location, Reply, ReplyKind, Request, State, Timestamp, Tool,
    ToolCall,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::play::WORKFLOWS;
use super::texts::said;

/// One thing that happens, before it is known what the session waits for.
#[derive(Debug, Clone)]
pub struct Happening {
    what: What,
    reply: Reply,
    result: EffectResult,
    /// Whether the result is of the kind that was asked for.
    fits: bool,
    /// Milliseconds since the last.
    pub later: u64,
    /// Which workflows are published then, a bit for each.
    pub published: u8,
    /// Whether the contents that a session was pinned to are still there.
    pub keeps_pinned: bool,
    /// Whether there is a language model, and a session in the graph besides.
    pub has: (bool, bool),
}

#[derive(Debug, Clone)]
enum What {
    /// What the session waits for; where it waits for nothing, a start or a message.
    Fitting,
    Start(Option<usize>),
    Message,
    Reply,
    Timeout,
    /// Of the effect that the session waits for, or of one that it does not know.
    Result(bool),
}

fn reply() -> impl Strategy<Value = Reply> {
    let kinds = vec![
        ReplyKind::Text,
        ReplyKind::Text,
        ReplyKind::Text,
        ReplyKind::Button,
        ReplyKind::List,
        ReplyKind::Image,
        ReplyKind::Document,
        ReplyKind::Location,
        ReplyKind::Other,
    ];
    let payload = option::weighted(0.4, select(vec!["a", "b", "c", "Refund", "2", "unknown"]));
    (select(kinds), said(), payload).prop_map(|(kind, text, payload)| Reply {
        kind,
        url: matches!(kind, ReplyKind::Image).then(|| "https://a.example/1".to_owned()),
        media_id: matches!(kind, ReplyKind::Document).then(|| text.clone()),
        location: matches!(kind, ReplyKind::Location).then(|| Location {
            latitude: -24.6,
            longitude: 25.9,
            name: Some(text.clone()),
            address: None,
        }),
        text,
        payload: payload.map(str::to_owned),
    })
}

fn body() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        said().prop_map(Value::from),
        Just(json!({"a": [1, {"b": null}], "id": 7})),
        (0..20_000_usize).prop_map(|length| json!({"large": "x".repeat(length)})),
        Just((0..80).fold(json!(1), |value, _| json!([value]))),
    ]
}

fn http() -> impl Strategy<Value = EffectResult> {
    (select(vec![200_u16, 204, 404, 500]), body())
        .prop_map(|(status, body)| EffectResult::Http { status, body })
}

fn action() -> impl Strategy<Value = ToolCall> {
    let flow = |flow: &str| ToolCall::StartFlow { flow: flow.to_owned() };
    let other = vec![ToolCall::HandOff, ToolCall::EndConversation, ToolCall::OptOut];
    prop_oneof![select(other), select(vec!["a", "B", "refund", "none", ""]).prop_map(flow)]
}

fn result() -> impl Strategy<Value = EffectResult> {
    let label = |label: &str| EffectResult::Label { label: label.to_owned() };
    prop_oneof![
        2 => http(),
        2 => (said(), option::of(action())).prop_map(|(text, action)| EffectResult::Reply { text, action }),
        2 => select(vec!["a", "B.", "Refund", "none"]).prop_map(label),
        1 => (said(), said()).prop_map(|(code, message)| EffectResult::Failed { code, message }),
        1 => Just(EffectResult::TimedOut),
    ]
}

/// Anything that may happen.
pub fn happening() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![
        14 => Just(What::Fitting),
        1 => option::of(0..super::NODES).prop_map(What::Start),
        3 => Just(What::Message),
        1 => Just(What::Reply),
        2 => Just(What::Timeout),
        1 => any::<bool>().prop_map(What::Result),
    ];
    let later = prop_oneof![0..1000_u64, 0..100_000_000_u64];
    let all = (1 << WORKFLOWS.len()) - 1;
    let published = prop_oneof![5 => Just(all), 1 => 0..=all];
    let keeps_pinned = proptest::bool::weighted(0.85);
    let has = (any::<bool>(), proptest::bool::weighted(0.3));
    let results = (result(), proptest::bool::weighted(0.8));
    (what, reply(), results, later, published, keeps_pinned, has).prop_map(
        |(what, reply, (result, fits), later, published, keeps_pinned, has)| Happening {
            what,
            reply,
            result,
            fits,
            later,
            published,
            keeps_pinned,
            has,
        },
    )
}

impl Happening {
    /// The event, and when it comes: a timeout that fits comes when it is due.
    pub fn event(
        &self,
        state: &State,
        requested: Option<&Request>,
        now: Timestamp,
    ) -> (Event, Timestamp) {
        let now = now.plus_millis(self.later);
        let due = state.deadline.map_or(now, |deadline| deadline.max(now));
        match (&self.what, state.awaits) {
            (What::Fitting, _) => self.fitting(state, requested, now, due),
            (What::Start(node), _) => {
                let at = node.map(|node| format!("{}_{node}", WORKFLOWS[0]));
                (Event::Start { at }, now)
            }
            (What::Message, _) => (Event::Message(self.reply.clone()), now),
            (What::Reply, _) => (Event::Reply(self.reply.clone()), now),
            (What::Timeout, _) => (Event::Timeout, due),
            (What::Result(known), _) => (self.result(state, *known), now),
        }
    }

    fn fitting(
        &self,
        state: &State,
        requested: Option<&Request>,
        now: Timestamp,
        due: Timestamp,
    ) -> (Event, Timestamp) {
        let is_late = self.later.is_multiple_of(5) && state.deadline.is_some();
        match state.awaits {
            Awaits::Nothing if self.later.is_multiple_of(2) => (Event::Start { at: None }, now),
            Awaits::Nothing => (Event::Message(self.reply.clone()), now),
            Awaits::Reply if is_late => (Event::Timeout, due),
            Awaits::Reply => (Event::Reply(self.reply.clone()), now),
            Awaits::Time => (Event::Timeout, due),
            Awaits::Effect => {
                let result = requested.filter(|_| self.fits).map(|request| self.result_of(request));
                let result = result.unwrap_or_else(|| self.result.clone());
                (Event::Result { effect: state.effect, result }, now)
            }
        }
    }

    fn result_of(&self, request: &Request) -> EffectResult {
        match (request, &self.result) {
            (Request::Http(_), EffectResult::Http { .. }) => self.result.clone(),
            (Request::Http(_), _) => EffectResult::Http { status: 200, body: json!({"a": [1]}) },
            (Request::Ai(ai), result) => match (ai.labels.first(), ai.tools.last(), result) {
                (Some(label), ..) => EffectResult::Label { label: label.id.clone() },
                (None, Some(Tool::StartFlow { flows }), EffectResult::Reply { text, .. })
                    if self.later.is_multiple_of(2) =>
                {
                    let flow = flows.first().cloned().unwrap_or_default();
                    let action = Some(ToolCall::StartFlow { flow });
                    EffectResult::Reply { text: text.clone(), action }
                }
                (None, _, EffectResult::Reply { .. }) => result.clone(),
                _ => EffectResult::Reply { text: self.reply.text.clone(), action: None },
            },
        }
    }

    fn result(&self, state: &State, known: bool) -> Event {
        Event::Result {
            effect: state.effect.wrapping_add(u32::from(!known)),
            result: self.result.clone(),
        }
    }
}
