//! Application variables: who gives the value, and what a component may read.
//! The values are read once, at the start.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, bail};

use crate::bindings::variables::Error;
use crate::manifest::{Component, Manifest};

/// Prefix of the environment variables that set application variables, as in Spin.
const ENVIRONMENT_PREFIX: &str = "SPIN_VARIABLE_";

/// The value of every application variable.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Takes each variable from `explicit`, else from `SPIN_VARIABLE_<NAME>`, else the default.
    ///
    /// Fails naming all required variables that nobody gave a value.
    pub(crate) fn resolve(
        manifest: &Manifest,
        explicit: &BTreeMap<String, String>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, default) in &manifest.variables {
            let value = explicit.get(name).cloned().or_else(|| {
                environment(&format!("{ENVIRONMENT_PREFIX}{}", name.to_ascii_uppercase()))
            });
            match value.or_else(|| default.clone()) {
                Some(value) => {
                    values.insert(name.clone(), value);
                }
                None => missing
                    .push(format!("{name} ({ENVIRONMENT_PREFIX}{})", name.to_ascii_uppercase())),
            }
        }
        if !missing.is_empty() {
            bail!("required variables have no value: {}", missing.join(", "));
        }
        Ok(Self { values })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// What `component` sees under the names in its `variables` table.
    pub(crate) fn of_component(&self, component: &Component) -> anyhow::Result<ComponentVariables> {
        let mut values = HashMap::new();
        for (name, template) in &component.variables {
            let value = template
                .render(|variable| self.get(variable))
                .map_err(|unknown| anyhow::anyhow!("unknown variable {unknown:?}"))
                .with_context(|| format!("variable {name:?} of component {:?}", component.id))?;
            values.insert(name.clone(), value);
        }
        Ok(ComponentVariables { component: component.id.clone(), values })
    }
}

/// What `spin:variables` answers to one component.
#[derive(Debug, Default)]
pub(crate) struct ComponentVariables {
    component: String,
    values: HashMap<String, String>,
}

impl ComponentVariables {
    pub(crate) fn get(&self, name: &str) -> Result<String, Error> {
        check_name(name).map_err(|reason| Error::InvalidName(format!("{name:?}: {reason}")))?;
        self.values.get(name).cloned().ok_or_else(|| {
            Error::Undefined(format!("no variable for {:?}.{name:?}", self.component))
        })
    }
}

/// Spin's rule for a variable's name: lower-case words of letters and digits, joined by single
/// underscores, starting with a letter.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.chars().all(allowed) {
        Err("only lower-case letters, digits and underscores are allowed")
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Err("must start with a lower-case letter")
    } else if name.ends_with('_') {
        Err("must end with a letter or a digit")
    } else if name.contains("__") {
        Err("must not have two underscores in a row")
    } else {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        spin_manifest_version = 2
        [application]
        name = "app"
        [variables]
        plain = { default = "from the manifest" }
        token = { required = true, secret = true }
        [[trigger.http]]
        route = "/..."
        component = "one"
        [component.one]
        source = "one.wasm"
        [component.one.variables]
        both = "{{ plain }}/{{ token }}"
    "#;

    fn manifest() -> Manifest {
        Manifest::parse(MANIFEST, "/app".as_ref()).unwrap()
    }

    fn explicit(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn an_explicit_value_wins_over_the_environment_and_that_over_the_default() {
        let environment = |name: &str| match name {
            "SPIN_VARIABLE_TOKEN" => Some("from the environment".to_owned()),
            "SPIN_VARIABLE_PLAIN" => Some("lost".to_owned()),
            _ => None,
        };
        let given = explicit(&[("plain", "explicit")]);
        let variables = Variables::resolve(&manifest(), &given, environment).unwrap();
        assert_eq!(variables.get("plain"), Some("explicit"));
        assert_eq!(variables.get("token"), Some("from the environment"));

        let given = explicit(&[("token", "t")]);
        let variables = Variables::resolve(&manifest(), &given, |_| None).unwrap();
        assert_eq!(variables.get("plain"), Some("from the manifest"));
    }

    #[test]
    fn a_required_variable_without_a_value_stops_the_start_and_is_named() {
        let error = Variables::resolve(&manifest(), &BTreeMap::new(), |_| None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "required variables have no value: token (SPIN_VARIABLE_TOKEN)"
        );
    }

    #[test]
    fn a_component_reads_only_the_names_in_its_own_table() {
        let manifest = manifest();
        let given = explicit(&[("token", "t")]);
        let variables = Variables::resolve(&manifest, &given, |_| None).unwrap();
        let one = variables.of_component(&manifest.components["one"]).unwrap();
        assert_eq!(one.get("both").unwrap(), "from the manifest/t");
        assert!(matches!(one.get("token"), Err(Error::Undefined(_))));
        assert!(matches!(one.get("Token"), Err(Error::InvalidName(_))));
        assert!(matches!(one.get(""), Err(Error::InvalidName(_))));
    }

    #[test]
    fn names_follow_spins_rules() {
        for good in ["a", "a1", "a_b2", "whatsapp_api_url"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "1a", "_a", "a_", "a__b", "a-b", "Ab"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
