//! What the contract has and is not built: 501 in the error's shape, and never in the place of what is built.

use black_box::App;
use serde_json::json;

use super::super::error;
use super::{an_agent, path};

#[test]
fn what_is_not_built_says_so() {
    let team = App::shared().team();
    let agent = path(&an_agent(&team));
    let numbers = "/api/v1/console/phone-numbers";
    for (method, path) in [
        ("GET", format!("{agent}/integrations")),
        ("GET", format!("{agent}/integrations/bimpeai")),
        ("POST", format!("{agent}/integrations/bimpeai/configure")),
        ("DELETE", format!("{agent}/integrations/bimpeai/1")),
        ("POST", format!("{agent}/integrations/custom_api/1/tools")),
        ("DELETE", format!("{agent}/integrations/custom_api/1/tools/2")),
        ("POST", format!("{agent}/integrations/mcp_server/1/discover")),
        ("POST", format!("{agent}/integrations/mcp_server/1/test")),
        ("GET", format!("{agent}/integrations/pipedream")),
        ("GET", format!("{agent}/actions")),
        ("POST", format!("{agent}/actions/enable")),
        ("POST", format!("{agent}/actions/disable")),
        ("GET", numbers.to_owned()),
        ("GET", format!("{numbers}/request")),
        ("POST", format!("{numbers}/request")),
        ("GET", format!("{numbers}/1")),
        ("PATCH", format!("{numbers}/1")),
    ] {
        let answer = team.request(method, &path).send();
        answer.is(501, &error(&json!("…"), "Not Implemented", "not_implemented", 501));
    }
}

#[test]
fn a_path_that_the_contract_has_not_is_not_found() {
    let team = App::shared().team();
    let agent = path(&an_agent(&team));
    let nothing = error(&json!("…"), "Not Found", "not_found", 404);
    for rest in ["/nothing", "/deployment", "/calls/1/2", "/actions/other", "/channels/1"] {
        team.request("GET", &format!("{agent}{rest}")).send().is(404, &nothing);
    }
}
