//! `GET, POST /ops/channels`: the channel accounts of teams. Credentials go in and never come out.

mod read;

use api::{Call, Endpoint, Problem, Reply, Rule, Surface};
use engine::Host as _;
use fields::{FieldError, Given};
use flow::Timestamp;
use http::Method;
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::{Change, StoreError, keys, to_json};
use teams::{Account, Team, team_name_is_valid};

use crate::read::Wanted;

#[http_service]
async fn accounts(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        call.admin().await?;
        if call.method() == Method::GET { list(call).await } else { set(call).await }
    })
    .await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.query("team").filter(|team| team_name_is_valid(team));
    let team =
        team.ok_or_else(|| vec![FieldError::new("/team", "required: the name of a team")])?;
    let store = call.host.store();
    let listed: Option<Team> = store.read_json(&keys::team(&team)).await?;
    let mut shown = Vec::new();
    for channel in listed.unwrap_or_default().channels {
        let key = keys::channel(channel.kind.as_str(), &channel.account);
        let account: Option<Account> = store.read_json(&key).await?;
        // The list is written before an account, whose own document says whose it is.
        shown.extend(account.filter(|account| account.team == team).map(|account| show(&account)));
    }
    Ok(Reply::ok(&json!({"channels": shown})))
}

/// Adds an account, or replaces what is known of it, which lifts a stop.
async fn set(call: &mut Call) -> Result<Reply, Problem> {
    let body = call.json().await?;
    let wanted = read::wanted(&body)?;
    let secrets = api::secrets().await?;
    let store = call.host.store();
    let key = keys::channel(wanted.kind.as_str(), &wanted.account);
    let there: Option<Account> = store.read_json(&key).await?;
    if there.is_some_and(|there| there.team != wanted.team) {
        return Err(another_teams());
    }
    check_answering(call, &wanted).await?;
    let sealed = match &wanted.credentials {
        None => None,
        Some(credentials) => {
            let sealed =
                Account::seal(wanted.kind, &wanted.account, credentials, &secrets, api::random());
            Some(sealed.map_err(|error| Problem::Internal(error.to_string()))?)
        }
    };
    if sealed.is_some() {
        rotation::announce(call.host.store(), &wanted.team).await?;
    }
    announce(call, &wanted).await?;
    let now = call.host.now();
    let account = store
        .update(&key, async |current| {
            let there: Option<Account> =
                current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
            if there.as_ref().is_some_and(|there| there.team != wanted.team) {
                return Err(another_teams());
            }
            let mut business_account_id =
                there.as_ref().and_then(|there| there.business_account_id.clone());
            wanted.business_account_id.clone().put(&mut business_account_id);
            let mark_as_read = match wanted.mark_as_read {
                Given::Value(wanted) => wanted,
                Given::Absent => there.as_ref().is_some_and(|there| there.mark_as_read),
                Given::Null => false,
            };
            let account = Account {
                kind: wanted.kind,
                account: wanted.account.clone(),
                team: wanted.team.clone(),
                credentials: sealed.clone(),
                agent_id: wanted.agent_id,
                workflow_id: wanted.workflow_id,
                business_account_id,
                allowed_origins: wanted.allowed_origins.clone(),
                language: wanted.language.clone(),
                transfer_to: wanted.transfer_to.clone(),
                mark_as_read,
                stopped: None,
                created_at: there.map_or(now, |there| there.created_at),
                updated_at: now,
            };
            Ok(Change::Write(to_json(&key, &account)?, account))
        })
        .await?;
    Ok(Reply::created(&show(&account)))
}

fn another_teams() -> Problem {
    Problem::Conflict(Rule::new("conflict", "This account belongs to another team."))
}

/// What answers must be the team's.
async fn check_answering(call: &Call, wanted: &Wanted) -> Result<(), Problem> {
    let store = call.host.store();
    if let Some(id) = wanted.workflow_id {
        let workflow = workflows::load(store, id).await?;
        if workflow.is_none_or(|workflow| workflow.team != wanted.team) {
            return Err(
                vec![FieldError::new("/workflow_id", "the team has no such workflow")].into()
            );
        }
    }
    if let Some(id) = wanted.agent_id {
        let agent = agents::load(store, id).await?;
        if agent.is_none_or(|agent| agent.team != wanted.team) {
            return Err(vec![FieldError::new("/agent_id", "the team has no such agent")].into());
        }
    }
    Ok(())
}

/// The team's list, before the account.
async fn announce(call: &Call, wanted: &Wanted) -> Result<(), StoreError> {
    let key = keys::team(&wanted.team);
    call.host
        .store()
        .update(&key, async |current| {
            let mut team: Team = match &current {
                Some(json) => store::from_json(&key, json)?,
                None => Team::default(),
            };
            if !team.add_channel(wanted.kind, &wanted.account) {
                return Ok(Change::Keep(()));
            }
            Ok::<_, StoreError>(Change::Write(to_json(&key, &team)?, ()))
        })
        .await
}

fn show(account: &Account) -> Value {
    let time = Timestamp::to_rfc3339;
    let mut shown = json!({
        "type": account.kind,
        "account": account.account,
        "team": account.team,
        "agent_id": account.agent_id,
        "workflow_id": account.workflow_id,
        "allowed_origins": account.allowed_origins,
        "status": if account.stopped.is_some() { "stopped" } else { "live" },
        "stopped": account.stopped.as_ref().map(|stop| json!({
            "code": stop.code,
            "message": stop.message,
            "at": time(stop.at),
        })),
        "created_at": time(account.created_at),
        "updated_at": time(account.updated_at),
    });
    // Only WhatsApp's have one, if it was given.
    if let Some(id) = &account.business_account_id {
        shown["business_account_id"] = json!(id);
    }
    for (name, value) in [("language", &account.language), ("transfer_to", &account.transfer_to)] {
        if let Some(value) = value {
            shown[name] = json!(value);
        }
    }
    // Only WhatsApp's may.
    if account.mark_as_read {
        shown["mark_as_read"] = json!(true);
    }
    shown
}
