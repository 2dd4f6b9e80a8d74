//! One of each kind, with every field: a new one must be given a value here.

use std::collections::BTreeMap;

use agents::{Agent, Knowledge, KnowledgeItem, KnowledgeKind, LiveStatus, Persona, Profile};
use conversation::{Contact, EventId, KeyUse, KeyUses, Link, NoticeEvent};
use flow::Timestamp;
use serde_json::{Map, json};
use store::keys;
use teams::{Account, ApiKey, Credentials, KeyList, Kind, Secrets, Stop, Team, TeamChannel};
use uuid::Uuid;
use webhooks::{Disabled, Surface, Test, Webhook, Webhooks};
use workflows::{Definition, Release, Visibility, Workflow};

use super::Document;

const AT: Timestamp = Timestamp(1_763_726_412_345);
const TEAM: &str = "acme";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn used() -> KeyUse {
    KeyUse { key: EventId::of("key", "one"), body: EventId::of("body", "one") }
}

fn uses() -> KeyUses {
    let mut uses = KeyUses::default();
    uses.remember(&used());
    uses
}

fn secrets() -> Secrets {
    Secrets::new("the key of the fixtures").unwrap()
}

pub fn all() -> Vec<Document> {
    let (contact, agent, workflow) = (contact(), agent(), workflow());
    let account = account();
    let hash = "5f".repeat(32);
    let key = ApiKey {
        id: hash.clone(),
        team: TEAM.to_owned(),
        name: "first key".to_owned(),
        scopes: Some(vec!["actions".to_owned()]),
        rate_limit: Some(60),
        created_at: AT,
        expires_at: Some(AT),
    };
    let list = KeyList { keys: vec![key.clone()] };
    let channel = TeamChannel { kind: Kind::Whatsapp, account: account.account.clone() };
    let team = Team { channels: vec![channel] };
    vec![
        Document::of("contact", keys::contact(&contact.id.to_string()), &contact),
        Document::of("agent", keys::agent(&agent.id.to_string()), &agent),
        Document::of("knowledge", keys::knowledge(&agent.id.to_string()), &knowledge()),
        Document::of("workflow", keys::workflow(&workflow.id.to_string()), &workflow),
        Document::of("content", keys::workflow_content("1", &hash), &workflow.draft),
        Document::of("account", keys::channel("whatsapp", &account.account), &account),
        Document::of("team", keys::team(TEAM), &team),
        Document::of("key", keys::api_key(&hash), &key),
        Document::of("keys", keys::api_keys(TEAM), &list),
        Document::of("webhooks", keys::webhooks(TEAM), &webhooks()),
    ]
}

fn contact() -> Contact {
    Contact {
        id: id(1),
        team: TEAM.to_owned(),
        phone: text("+14155550123"),
        address: text("id:1234"),
        name: text("Ada"),
        email: text("ada@example.com"),
        tags: vec!["vip".to_owned()],
        metadata: Map::from_iter([("seats".to_owned(), json!(3))]),
        source: "whatsapp".to_owned(),
        opted_in_at: Some(AT),
        opted_out_at: Some(AT),
        preferred_at: Some(AT),
        created_at: AT,
        updated_at: Some(AT),
        listed: Some(4),
        applied: BTreeMap::from([(id(9), 3)]),
        keys: {
            let mut keys = KeyUses::default();
            keys.remember(&used());
            keys
        },
        link: Some(Link { address: "+14155550124".to_owned(), before: vec!["id:1234".to_owned()] }),
    }
}

fn agent() -> Agent {
    Agent {
        id: id(2),
        team: TEAM.to_owned(),
        workflow_id: id(3),
        status: LiveStatus::Paused,
        status_reason: text("holidays"),
        test_code: text("ABCD2345"),
        profile: Profile {
            name: "Ana".to_owned(),
            description: "Sells tea".to_owned(),
            language: "pt-BR".to_owned(),
            persona: Persona::Concise,
            timezone: "America/Sao_Paulo".to_owned(),
            logo: text("https://example.com/logo.png"),
            business_name: text("Tea"),
            business_address: text("Rua 1"),
            business_email: text("shop@example.com"),
            business_description: text("A shop"),
            escalation_email: text("ana@example.com"),
        },
        created_at: AT,
        updated_at: AT,
        deleted: true,
        keys: uses(),
    }
}

fn knowledge() -> Knowledge {
    let item = KnowledgeItem {
        id: id(5),
        kind: KnowledgeKind::Text,
        name: "Hours".to_owned(),
        description: text("When"),
        content: text("9 to 17"),
        created_at: AT,
    };
    Knowledge { items: vec![item], keys: uses() }
}

fn workflow() -> Workflow {
    let release = Release { version: 1, content: "5f".repeat(32), published_at: AT };
    Workflow {
        id: id(3),
        team: TEAM.to_owned(),
        visibility: Visibility::Public,
        published: true,
        revision: 4,
        releases: vec![release],
        created_at: AT,
        updated_at: AT,
        deleted: true,
        keys: uses(),
        agents: vec![id(2)],
        agents_revision: 1,
        draft: definition(),
    }
}

/// It writes every field, also those without a value.
fn definition() -> Definition {
    serde_json::from_value(json!({
        "name": "Menu", "system_prompt": "You help.", "description": "A menu", "category": "support",
        "rules": [{
            "id": "refund", "name": "Refund", "trigger": "refund", "condition": "is new",
            "response": "We refund.", "action": "handoff", "enabled": true,
        }],
        "flows": [{
            "name": "Hours", "description": "When", "category": "support", "priority": 7.0,
            "is_active": true, "trigger_keywords": [{"keyword": "hours", "weight": "high"}],
            "conversation_steps": [{
                "type": "text_response", "content": "9 to 17", "action": "none", "followup": "More?",
            }],
        }],
        "tags": ["a"], "integrations": ["shop"], "channels": ["whatsapp"], "actions": ["ticket"],
        "guide": {"youtubeUrl": "https://youtu.be/x", "steps": ["Step 1"]},
        "faq": [{"question": "Where?", "answer": "Here."}],
        "setup_steps": ["Connect", {"title": "Test"}], "setup_time": 15.0,
        "video_url": "https://example.com/v", "kind": "sequence",
        "graph": {
            "entry": "a", "nodes": [{"id": "a", "type": "message", "text": "Hi"}], "edges": [],
        },
        "settings": {"session_ttl_minutes": 45, "auto_publish": true, "fixed_reply": "Later."},
        "trigger_type": "manual",
    }))
    .unwrap()
}

fn account() -> Account {
    let credentials = Credentials::Whatsapp {
        access_token: "token".to_owned(),
        app_secret: "secret".to_owned(),
        verify_token: "verify".to_owned(),
    };
    let sealed = Account::seal(Kind::Whatsapp, "1061", &credentials, &secrets(), [1; 24]);
    Account {
        kind: Kind::Whatsapp,
        account: "1061".to_owned(),
        team: TEAM.to_owned(),
        business_account_id: text("1022"),
        credentials: Some(sealed.unwrap()),
        agent_id: Some(id(2)),
        workflow_id: Some(id(3)),
        allowed_origins: vec!["https://shop.example".to_owned()],
        language: text("en-US"),
        transfer_to: text("+14155550199"),
        mark_as_read: true,
        stopped: Some(Stop { code: "190".to_owned(), message: "expired".to_owned(), at: AT }),
        created_at: AT,
        updated_at: AT,
    }
}

fn webhooks() -> Webhooks {
    let webhook = Webhook {
        id: id(7),
        url: "https://example.com/hook".to_owned(),
        events: Some(NoticeEvent::ACTIONS.to_vec()),
        secret: webhooks::seal_secret(id(7), "whsec_1", &secrets(), [2; 24]).unwrap(),
        surface: Surface::Actions,
        request: used(),
        test: Some(Test { delivered: true, status: Some(200), error: text("none") }),
        disabled: Some(Disabled { at: AT, reason: "it answered 410".to_owned() }),
        created_at: AT,
    };
    Webhooks { webhooks: vec![webhook] }
}

#[test]
fn what_the_first_version_sealed_is_opened() {
    for document in all() {
        let json = document.stored();
        match document.name {
            "account" => {
                let account: Account = serde_json::from_value(json).unwrap();
                assert!(account.credentials(&secrets()).is_ok());
            }
            "webhooks" => {
                let stored: Webhooks = serde_json::from_value(json).unwrap();
                let secret = webhooks::open_secret(&stored.webhooks[0], &secrets());
                assert_eq!(secret.unwrap(), "whsec_1");
            }
            _ => {}
        }
    }
}
