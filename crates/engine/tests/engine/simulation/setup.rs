//! What there is before anything happens: a team with an account and its workflows.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use conversation::{EventId, KeyUse, NoticeEvent};
use flow::Timestamp;
use serde_json::{Value, json};
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Change, Kv, Store, keys, to_json};
use teams::{Account, Credentials, Kind, Secrets, Team};
use uuid::Uuid;
use webhooks::{Surface, Webhook};
use workflows::{Act, Definition};

use super::host::SECRETS_KEY;
use super::receiver::{RECEIVER, SECRET};

pub const TEAM: &str = "acme";
pub const ACCOUNT: &str = "106540352242922";
/// Whose account it is at the provider.
pub const BUSINESS: &str = "102290129340398";
/// Not at the beginning of a minute.
pub const NOON: u64 = 1_763_726_412_345;

/// What a backend triggers.
pub fn offer() -> Uuid {
    Uuid::from_u128(1)
}

/// What answers a message that nothing waits for.
pub fn welcome() -> Uuid {
    Uuid::from_u128(2)
}

/// A sequence, which a backend triggers as well.
pub fn campaign() -> Uuid {
    Uuid::from_u128(4)
}

/// An opening that names the cart, then an echo. Every text names the version.
pub fn offer_graph(version: u32) -> Value {
    json!({"entry": "open", "nodes": [
        {"id": "open", "type": "ask", "timeout": 20, "template":
            {"name": format!("v{version} open"), "language": "en", "variables": ["{{context.cart}}"]}},
        {"id": "got", "type": "message", "text": format!("v{version} got {{{{input.text}}}}")},
        {"id": "more", "type": "ask", "text": format!("v{version} more?"), "timeout": 15},
        {"id": "bye", "type": "message", "text": format!("v{version} bye")},
    ], "edges": [
        {"from": "open", "to": "got"}, {"from": "got", "to": "more"}, {"from": "more", "to": "got"},
        {"from": "open", "port": "timeout", "to": "bye"}, {"from": "more", "port": "timeout", "to": "bye"},
    ]})
}

/// A greeting, then an echo.
pub fn welcome_graph(version: u32) -> Value {
    json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": format!("v{version} hello")},
        {"id": "got", "type": "message", "text": format!("v{version} got {{{{input.text}}}}")},
        {"id": "more", "type": "ask", "text": format!("v{version} more?")},
    ], "edges": [
        {"from": "ask", "to": "got"}, {"from": "got", "to": "more"}, {"from": "more", "to": "got"},
    ]})
}

/// What single cases are played with.
pub fn simple() -> [(Uuid, Value); 2] {
    [(offer(), offer_graph(1)), (welcome(), welcome_graph(1))]
}

fn definition(workflow: Uuid, graph: Value) -> Definition {
    let is_campaign = workflow == campaign();
    let kind = if is_campaign { flow::Kind::Sequence } else { flow::Kind::Flow };
    Definition { name: "Test".to_owned(), kind, graph: Some(graph), ..Definition::default() }
}

/// Publishes a graph. `use_` makes a change, applied again, know itself.
pub async fn publish(store: &Store<impl Kv>, workflow: Uuid, graph: &Value, use_: &str) -> bool {
    publish_as(store, TEAM, workflow, graph, use_).await
}

pub async fn publish_as(
    store: &Store<impl Kv>,
    team: &str,
    workflow: Uuid,
    graph: &Value,
    use_: &str,
) -> bool {
    let used = KeyUse { key: EventId::of("use", use_), body: EventId::of("body", "") };
    let now = Timestamp(NOON);
    let change = workflows::change(store, workflow, team, &used, now, |workflow| {
        workflow.draft.graph = Some(graph.clone());
        Ok(Act::Publish)
    });
    change.await.is_ok()
}

pub async fn publish_prompt(store: &Store<impl Kv>, workflow: Uuid, prompt: &str) -> bool {
    publish_definition(store, workflow, &json!({"system_prompt": prompt})).await
}

pub async fn publish_definition(
    store: &Store<impl Kv>,
    workflow: Uuid,
    definition: &Value,
) -> bool {
    let use_ = definition.to_string();
    let used = KeyUse { key: EventId::of("use", &use_), body: EventId::of("body", "") };
    let change = workflows::change(store, workflow, TEAM, &used, Timestamp(NOON), |workflow| {
        let mut definition = definition.clone();
        definition["name"] = workflow.draft.name.clone().into();
        workflow.draft = serde_json::from_value(definition).expect("a definition");
        Ok(Act::Publish)
    });
    change.await.is_ok()
}

pub fn account(kv: &MemoryKv) -> Account {
    let store = open(kv);
    let account = block_on(store.read_json(&keys::channel("whatsapp", ACCOUNT)));
    account.expect("no faults").expect("an account")
}

pub fn open(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(0);
    Store::new(kv.clone(), move || random.number())
}

type Values = Vec<(String, Vec<u8>)>;

/// What is written by [`set_up`]: the same for each run.
static VALUES: LazyLock<Mutex<HashMap<(u8, usize), Values>>> = LazyLock::new(Mutex::default);

/// A store in which there is a team with these workflows: a set is known by how many it has.
pub fn begin(backend: Backend, workflows: &[(Uuid, Value)]) -> MemoryKv {
    let mut values = VALUES.lock().unwrap_or_else(PoisonError::into_inner);
    let values = values.entry((backend as u8, workflows.len())).or_insert_with(|| {
        let kv = MemoryKv::new(backend);
        set_up(&kv, workflows);
        kv.keys().into_iter().map(|key| (key.clone(), kv.peek(&key).expect("it"))).collect()
    });
    let kv = MemoryKv::new(backend);
    values.iter().for_each(|(key, value)| kv.poke(key, value));
    kv
}

fn set_up(kv: &MemoryKv, workflows: &[(Uuid, Value)]) {
    let store = open(kv);
    let mut team = Team::default();
    team.add_channel(Kind::Whatsapp, ACCOUNT);
    create(&store, &keys::team(TEAM), &team);
    create(&store, &keys::channel("whatsapp", ACCOUNT), &new_account(ACCOUNT, TEAM));
    block_on(polling::note_poll(&store, TEAM, Timestamp(NOON))).expect("no faults");
    // Else the first sweep looks at a week of minutes.
    create(&store, &keys::due_cursor(), &json!({"from": NOON / 60_000 - 1}));
    for (workflow, graph) in workflows {
        create_workflow(&store, *workflow, TEAM, graph);
        assert!(block_on(publish(&store, *workflow, graph, "publish")));
    }
}

/// Creates a workflow; it is not published.
pub fn create_workflow(store: &Store<MemoryKv>, workflow: Uuid, team: &str, graph: &Value) {
    let used = KeyUse { key: EventId::of("use", "create"), body: EventId::of("body", "") };
    let draft = definition(workflow, graph.clone());
    block_on(workflows::create(store, workflow, team, &draft, &used, Timestamp(NOON)))
        .expect("a workflow");
}

pub fn new_account(account: &str, team: &str) -> Account {
    let credentials = Credentials::Whatsapp {
        access_token: "token".to_owned(),
        app_secret: "secret".to_owned(),
        verify_token: "verify".to_owned(),
    };
    let secrets = Secrets::new(SECRETS_KEY).expect("a key");
    let sealed = Account::seal(Kind::Whatsapp, account, &credentials, &secrets, [1; 24]);
    Account {
        kind: Kind::Whatsapp,
        account: account.to_owned(),
        team: team.to_owned(),
        credentials: sealed.ok(),
        agent_id: None,
        workflow_id: Some(welcome()),
        business_account_id: Some(BUSINESS.to_owned()),
        allowed_origins: Vec::new(),
        language: None,
        transfer_to: None,
        mark_as_read: false,
        stopped: None,
        created_at: Timestamp(NOON),
        updated_at: Timestamp(NOON),
    }
}

pub fn create(store: &Store<MemoryKv>, key: &str, document: &impl serde::Serialize) {
    let json = to_json(key, document).expect("JSON");
    let write =
        async |_: Option<Vec<u8>>| Ok::<_, store::StoreError>(Change::Write(json.clone(), ()));
    block_on(store.update(key, write)).expect("no faults");
}

/// The team's webhook: of these events, or of all.
pub fn register_webhook(kv: &MemoryKv, events: Option<Vec<NoticeEvent>>) -> Uuid {
    let id = Uuid::from_u128(7);
    let secrets = Secrets::new(SECRETS_KEY).expect("a key");
    let secret = webhooks::seal_secret(id, SECRET, &secrets, [2; 24]).expect("it is sealed");
    let webhook = Webhook {
        id,
        url: format!("https://{RECEIVER}/hook"),
        events,
        secret,
        surface: Surface::Actions,
        request: KeyUse { key: EventId::of("use", "webhook"), body: EventId::of("body", "") },
        test: None,
        disabled: None,
        created_at: Timestamp(NOON),
    };
    block_on(webhooks::add(&open(kv), TEAM, &webhook)).expect("room for one");
    id
}
