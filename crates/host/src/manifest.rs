//! `spin.toml`, version 2: what this host understands of it. Whatever it does not support is an
//! error that names the key; nothing is left out in silence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::template::Template;

/// An application as its `spin.toml` describes it.
#[derive(Debug)]
pub struct Manifest {
    /// `[application] name`.
    pub name: String,
    /// `[application] version`, empty where there is none.
    pub version: String,
    /// `[variables]`: name → default; `None` is a required one.
    pub variables: BTreeMap<String, Option<String>>,
    /// `[[trigger.http]]`, in the order of the file.
    pub triggers: Vec<Trigger>,
    /// `[component.<id>]` by id.
    pub components: BTreeMap<String, Component>,
}

/// One `[[trigger.http]]`.
#[derive(Debug)]
pub struct Trigger {
    /// The pattern, or `None` for `route = { private = true }`.
    pub route: Option<String>,
    /// Who answers.
    pub target: Target,
}

/// Who answers on a route.
#[derive(Debug)]
pub enum Target {
    /// The component with this id.
    Component(String),
    /// The host itself.
    Static(StaticResponse),
}

/// `static_response = { status_code, headers, body }`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaticResponse {
    /// 200 unless given.
    pub status_code: Option<u16>,
    /// Sent as they are.
    pub headers: BTreeMap<String, String>,
    /// Empty unless given.
    pub body: Option<String>,
}

/// One `[component.<id>]`.
#[derive(Debug)]
pub struct Component {
    /// The id.
    pub id: String,
    /// The wasm file, relative paths joined to the manifest's folder.
    pub source: PathBuf,
    /// Labels of the key-value stores that it may open.
    pub key_value_stores: Vec<String>,
    /// Patterns of the hosts that it may call, templates unresolved.
    pub allowed_outbound_hosts: Vec<String>,
    /// WASI environment variables.
    pub environment: BTreeMap<String, String>,
    pub(crate) variables: BTreeMap<String, Template>,
}

impl Manifest {
    /// Reads and checks the file at `path`. Wasm files are not looked at.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).with_context(|| format!("in {}", path.display()))
    }

    /// Checks `text`; the component sources are relative to `folder`.
    pub fn parse(text: &str, folder: &Path) -> anyhow::Result<Self> {
        let version: Version = toml::from_str(text)?;
        let version = version.spin_manifest_version;
        ensure!(
            version == toml::Value::Integer(2),
            "`spin_manifest_version` is {version}: only 2 is supported"
        );
        let raw: RawManifest = toml::from_str(text)?;
        let manifest = Self {
            name: raw.application.name,
            version: raw.application.version,
            variables: variables(raw.variables)?,
            triggers: triggers(raw.trigger)?,
            components: components(raw.component, folder)?,
        };
        manifest.check_references()?;
        Ok(manifest)
    }

    fn check_references(&self) -> anyhow::Result<()> {
        for trigger in &self.triggers {
            if let Target::Component(id) = &trigger.target {
                ensure!(
                    self.components.contains_key(id),
                    "`[[trigger.http]]` names component {id:?}, which does not exist"
                );
            }
        }
        for component in self.components.values() {
            for (name, template) in &component.variables {
                for variable in template.variables() {
                    ensure!(
                        self.variables.contains_key(variable),
                        "variable {name:?} of component {:?} uses {variable:?}, which is not in `[variables]`",
                        component.id
                    );
                }
            }
        }
        Ok(())
    }
}

fn variables(
    raw: BTreeMap<String, RawVariable>,
) -> anyhow::Result<BTreeMap<String, Option<String>>> {
    raw.into_iter()
        .map(|(name, variable)| {
            check_variable(&name)?;
            ensure!(
                variable.required != variable.default.is_some(),
                "variable {name:?} must either be `required` or have a `default`"
            );
            Ok((name, variable.default))
        })
        .collect()
}

fn triggers(raw: BTreeMap<String, Vec<toml::Value>>) -> anyhow::Result<Vec<Trigger>> {
    let mut triggers = Vec::new();
    for (kind, entries) in raw {
        ensure!(
            kind == "http",
            "`[[trigger.{kind}]]` is not supported: only `[[trigger.http]]` is"
        );
        for (index, entry) in entries.into_iter().enumerate() {
            let place = || format!("`[[trigger.http]]` number {}", index + 1);
            let entry: RawTrigger = entry.try_into().with_context(place)?;
            triggers.push(entry.check().with_context(place)?);
        }
    }
    Ok(triggers)
}

fn components(
    raw: BTreeMap<String, RawComponent>,
    folder: &Path,
) -> anyhow::Result<BTreeMap<String, Component>> {
    raw.into_iter()
        .map(|(id, component)| {
            let place = format!("`[component.{id}]`");
            let component = component.check(id.clone(), folder).context(place)?;
            Ok((id, component))
        })
        .collect()
}

/// Spin's rule for a variable in a manifest, stricter than where a component asks for one: `outbound_1` is none, for `1` does not
/// start with a letter (crates/serde/src/id.rs in Spin 4.0 and before).
fn check_variable(name: &str) -> anyhow::Result<()> {
    check_id(name, '_').with_context(|| format!("variable {name:?}"))?;
    ensure!(
        !name.contains(|c: char| c.is_ascii_uppercase()),
        "variable {name:?} is not in lower case"
    );
    Ok(())
}

/// Spin's ids: words joined by `delimiter`, each starting with a letter, of letters and digits,
/// in one case.
fn check_id(id: &str, delimiter: char) -> anyhow::Result<()> {
    for word in id.split(delimiter) {
        let one_case = !word.contains(|c: char| c.is_ascii_lowercase())
            || !word.contains(|c: char| c.is_ascii_uppercase());
        ensure!(
            word.starts_with(|c: char| c.is_ascii_alphabetic())
                && word.chars().all(|c| c.is_ascii_alphanumeric())
                && one_case,
            "{id:?} is not made of words joined by {delimiter:?}, each of letters and digits in \
             one case, starting with a letter"
        );
    }
    Ok(())
}

#[derive(Deserialize)]
struct Version {
    spin_manifest_version: toml::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(rename = "spin_manifest_version")]
    _version: IgnoredAny,
    application: RawApplication,
    #[serde(default)]
    variables: BTreeMap<String, RawVariable>,
    trigger: BTreeMap<String, Vec<toml::Value>>,
    #[serde(default)]
    component: BTreeMap<String, RawComponent>,
}

/// Description, authors, targets and tool settings say nothing about how to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawApplication {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "authors")]
    _authors: Option<IgnoredAny>,
    #[serde(rename = "targets")]
    _targets: Option<IgnoredAny>,
    #[serde(rename = "tool")]
    _tool: Option<IgnoredAny>,
}

/// This host shows no variable to anyone, so `secret` changes nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVariable {
    default: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(rename = "secret")]
    _secret: Option<bool>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrigger {
    route: toml::Value,
    component: Option<toml::Value>,
    static_response: Option<StaticResponse>,
    executor: Option<RawExecutor>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    components: Option<IgnoredAny>,
    dependencies: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawExecutor {
    r#type: String,
}

impl RawTrigger {
    fn check(self) -> anyhow::Result<Trigger> {
        refuse(&[
            ("components", self.components.is_some()),
            ("dependencies", self.dependencies.is_some()),
        ])?;
        if let Some(executor) = self.executor {
            ensure!(
                matches!(executor.r#type.as_str(), "http" | "spin"),
                "`executor` type {:?} is not supported: only \"http\" is",
                executor.r#type
            );
        }
        let target = match (self.component, self.static_response) {
            (Some(toml::Value::String(id)), None) => Target::Component(id),
            (Some(_), None) => {
                bail!("`component` must be an id: inline components are not supported")
            }
            (None, Some(response)) => Target::Static(response),
            _ => bail!("there must be either `component` or `static_response`"),
        };
        let route = match self.route {
            toml::Value::String(route) => Some(route),
            toml::Value::Table(table)
                if table.len() == 1
                    && table.get("private") == Some(&toml::Value::Boolean(true)) =>
            {
                None
            }
            other => bail!("`route` must be a pattern or {{ private = true }}, not {other}"),
        };
        Ok(Trigger { route, target })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawComponent {
    source: toml::Value,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(rename = "description")]
    _description: Option<IgnoredAny>,
    #[serde(rename = "build")]
    _build: Option<IgnoredAny>,
    #[serde(rename = "targets")]
    _targets: Option<IgnoredAny>,
    #[serde(rename = "tool")]
    _tool: Option<IgnoredAny>,
    files: Option<IgnoredAny>,
    exclude_files: Option<IgnoredAny>,
    allowed_http_hosts: Option<IgnoredAny>,
    sqlite_databases: Option<IgnoredAny>,
    ai_models: Option<IgnoredAny>,
    dependencies: Option<IgnoredAny>,
    dependencies_inherit_configuration: Option<IgnoredAny>,
    profile: Option<IgnoredAny>,
}

impl RawComponent {
    fn check(self, id: String, folder: &Path) -> anyhow::Result<Component> {
        check_id(&id, '-')?;
        refuse(&[
            ("files", self.files.is_some()),
            ("exclude_files", self.exclude_files.is_some()),
            ("allowed_http_hosts", self.allowed_http_hosts.is_some()),
            ("sqlite_databases", self.sqlite_databases.is_some()),
            ("ai_models", self.ai_models.is_some()),
            ("dependencies", self.dependencies.is_some()),
            (
                "dependencies_inherit_configuration",
                self.dependencies_inherit_configuration.is_some(),
            ),
            ("profile", self.profile.is_some()),
        ])?;
        let toml::Value::String(source) = self.source else {
            bail!(
                "`source` must be the path of a wasm file: URLs and registries are not supported"
            );
        };
        for label in &self.key_value_stores {
            check_id(label, '-').or_else(|_| check_id(label, '_')).context("`key_value_stores`")?;
        }
        let mut variables = BTreeMap::new();
        for (name, text) in self.variables {
            check_variable(&name)?;
            let template = Template::parse(&text).with_context(|| format!("variable {name:?}"))?;
            variables.insert(name, template);
        }
        Ok(Component {
            id,
            source: folder.join(source),
            key_value_stores: self.key_value_stores,
            allowed_outbound_hosts: self.allowed_outbound_hosts,
            environment: self.environment,
            variables,
        })
    }
}

/// Fails with the first key of Spin's that is there and that this host cannot honour.
fn refuse(keys: &[(&str, bool)]) -> anyhow::Result<()> {
    match keys.iter().find(|(_, present)| *present) {
        Some((key, _)) => bail!("`{key}` is not supported by this host"),
        None => Ok(()),
    }
}
