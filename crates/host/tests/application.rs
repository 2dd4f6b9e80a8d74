//! The application's own spin.toml: what its components are given.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

/// What carrying a conversation on may need: to call addresses and the language model, and to tell webhooks.
const CARRYING_ON: [&str; 11] = [
    "secrets_key",
    "secrets_key_previous",
    "llm_url",
    "llm_path",
    "llm_key",
    "llm_model",
    "outbound1",
    "outbound2",
    "outbound3",
    "outbound4",
    "allow_private_webhooks",
];

fn manifest() -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spin.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

#[test]
fn who_opens_what_is_sealed_opens_what_the_key_before_sealed_too() {
    let manifest = manifest();
    let mut found = 0;
    for (name, component) in manifest["component"].as_table().unwrap() {
        let variable = |variable: &str| {
            let variables = component.get("variables")?;
            Some(variables.get(variable)?.as_str().unwrap().to_owned())
        };
        let has = variable("secrets_key").is_some();
        found += usize::from(has);
        let previous = has.then(|| "{{ secrets_key_previous }}".to_owned());
        assert_eq!(variable("secrets_key_previous"), previous, "{name}");
    }
    assert!(found >= 25, "{found}");
    for name in ["admin_key", "secrets_key", "secrets_key_previous", "llm_key"] {
        assert_eq!(manifest["variables"][name]["secret"].as_bool(), Some(true), "{name}");
    }
}

#[test]
fn who_carries_conversations_on_has_all_that_this_needs() {
    let manifest = manifest();
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
        for variable in ["llm_url", "outbound1", "outbound2", "outbound3", "outbound4"] {
            let host = format!("{{{{ {variable} }}}}");
            assert!(hosts.contains(&host.as_str()), "{name} may not call {variable}");
        }
    }
    assert!(found >= 14, "{found}");
}
