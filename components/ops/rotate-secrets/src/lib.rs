//! `POST /ops/rotate-secrets`: seals anew, with `secrets_key`, what `secrets_key_previous` sealed.

use std::time::Duration;

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::{Method, StatusCode};
use rotation::Rotation;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use teams::team_name_is_valid;

/// How long a call takes at most, as a sweep: whoever calls gives it half a minute.
const TIME: Duration = Duration::from_secs(20);
/// Teams that may be named in one call: listing each takes some milliseconds.
const MAX_TEAMS: usize = 1_000;

#[http_service]
async fn rotate_secrets(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::POST] };
    api::serve(endpoint, request, post).await
}

async fn post(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let body = call.json_if_any().await?;
    let errors = Errors::new();
    let fields = errors.body(&body);
    fields.only(&["teams"]);
    let teams = fields.list("teams", |team, path| {
        let name = team.as_str().filter(|name| team_name_is_valid(name));
        if name.is_none() {
            fields.error_at(path, "must be the name of a team");
        }
        name.map(str::to_owned)
    });
    let teams = teams.value().unwrap_or_default();
    if teams.len() > MAX_TEAMS {
        fields.error(
            "teams",
            format!("must be at most {MAX_TEAMS} teams: name the others in a further call"),
        );
    }
    let teams = errors.into_result(teams)?;
    let secrets = api::secrets().await?;
    let host = &call.host;
    for team in &teams {
        rotation::announce(host.store(), team).await?;
    }
    let begun = host.monotonic();
    let rotation = Rotation {
        store: host.store(),
        secrets: &secrets,
        now: host.now().0,
        random: api::random,
        is_over: || host.monotonic().saturating_sub(begun) > TIME,
    };
    let rotated = rotation.run().await?;
    for place in &rotated.unopened {
        host.log(&format!("rotate-secrets: neither key opens what is sealed for {place}"));
    }
    Ok(Reply::json(StatusCode::OK, &rotated))
}
