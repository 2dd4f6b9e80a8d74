//! `POST /auth/token`: an access token for the trigger surface, which wants one in a cookie besides the key.

use api::{Call, Endpoint, Problem, Reply, Surface, TOKEN_SECONDS};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use trigger::AccessTokenView;

#[http_service]
async fn auth_token(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, issue).await
}

async fn issue(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.asking_principal("trigger").await?.team;
    let token = call.issue_token(&team).await?;
    let given = AccessTokenView { access_token: token, expires_in: TOKEN_SECONDS };
    Ok(Reply::json(StatusCode::OK, &given))
}
