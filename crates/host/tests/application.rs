//! The application's own spin.toml: what its components are given.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

/// What carrying a conversation on may need: to call addresses and the language model, and to tell webhooks.
const CARRYING_ON: [&str; 10] = [
    "secrets_key",
    "llm_url",
    "llm_path",
    "llm_key",
    "llm_model",
    "outbound_1",
    "outbound_2",
    "outbound_3",
    "outbound_4",
    "allow_private_webhooks",
];

#[test]
fn who_carries_conversations_on_has_all_that_this_needs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml");
    let manifest: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut found = 0;
    for (name, component) in manifest["component"].as_table().unwrap() {
        let given = |variable: &str| {
            component.get("variables").is_some_and(|variables| variables.get(variable).is_some())
        };
        if !given("llm_url") {
            continue;
        }
        found += 1;
        for variable in CARRYING_ON {
            assert!(given(variable), "{name} is not given {variable}");
        }
        if given("whatsapp_api_url") {
            // Who sends on one channel meets conversations of the other.
            assert!(given("telephony_api_url") && given("public_url"), "{name} cannot call");
            let hosts = component["allowed_outbound_hosts"].to_string();
            assert!(hosts.contains("{{ telephony_api_url }}"), "{name} may not call");
        }
        let hosts = component["allowed_outbound_hosts"].as_array().unwrap();
        let hosts: Vec<&str> = hosts.iter().map(|host| host.as_str().unwrap()).collect();
        for variable in ["llm_url", "outbound_1", "outbound_2", "outbound_3", "outbound_4"] {
            let host = format!("{{{{ {variable} }}}}");
            assert!(hosts.contains(&host.as_str()), "{name} may not call {variable}");
        }
    }
    assert!(found >= 14, "{found}");
}
