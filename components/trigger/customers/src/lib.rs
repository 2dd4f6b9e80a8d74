//! `PUT /customers` creates or changes a customer, `POST /customers` lists them (contract/trigger-pingmee.md, section 5).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use inbox::{CustomersRequest, CustomersView, NewCustomer};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn customers(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::PUT, Method::POST] };
    api::serve(endpoint, request, put_or_list).await
}

async fn put_or_list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    if call.method() == Method::PUT {
        let new = inbox::read(&call.json().await?, NewCustomer::read)?;
        let used = call.key_use(&team).await?;
        let (store, now) = (call.host.store(), call.host.now());
        let customer = inbox::customer(store, &team, &new, used.as_ref(), now).await?;
        return Ok(Reply::json(StatusCode::OK, &customer));
    }
    let wanted = inbox::read(&call.json_if_any().await?, CustomersRequest::read)?;
    let listed = inbox::customers(call.host.store(), &team, &wanted).await?;
    Ok(Reply::json(StatusCode::OK, &CustomersView::from(listed)))
}
