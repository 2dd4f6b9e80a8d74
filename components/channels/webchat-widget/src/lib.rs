//! `GET /channels/webchat/widget.js`: the chat bubble that a site embeds. Needs no key: it says nothing of anybody.

use api::{Call, Endpoint, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

const WIDGET: &[u8] = include_bytes!("../widget.js");

#[http_service]
async fn widget(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET] };
    api::serve(endpoint, request, async |call: &mut Call| {
        Ok(call.file("text/javascript; charset=utf-8", WIDGET))
    })
    .await
}
