//! Spin's `--runtime-config-file`: key-value backends, blocked networks, outbound connection
//! pooling. Other keys are refused by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use ip_network::IpNetwork;
use serde::Deserialize;

/// The file of the store `default` when the runtime config says nothing about it.
const DEFAULT_STORE_FILE: &str = "sqlite_key_value.db";

/// What the runtime config decides.
#[derive(Debug)]
pub(crate) struct RuntimeConfig {
    /// Label → backend; `default` is always there.
    pub(crate) key_value_stores: BTreeMap<String, Backend>,
    pub(crate) blocked_networks: Vec<IpNetwork>,
    /// `private` in `block_networks`: everything that is not globally routable.
    pub(crate) block_private_networks: bool,
    pub(crate) connection_pooling: bool,
}

/// A key-value backend.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// SQLite, in memory without a path.
    Sqlite(Option<PathBuf>),
    /// The server at this URL.
    Redis(String),
}

impl RuntimeConfig {
    /// The defaults, changed by the file at `path`. Relative paths in the file are relative to its
    /// folder; the store `default` lies in `state_dir` otherwise.
    pub(crate) fn load(path: Option<&Path>, state_dir: &Path) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Self::parse("", Path::new(""), state_dir);
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the runtime config {}", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder, state_dir)
            .with_context(|| format!("in the runtime config {}", path.display()))
    }

    fn parse(text: &str, folder: &Path, state_dir: &Path) -> anyhow::Result<Self> {
        let raw: Raw = toml::from_str(text)?;
        let mut key_value_stores = BTreeMap::new();
        for (label, store) in raw.key_value_store {
            let place = format!("`[key_value_store.{label}]`");
            let backend = backend(store, folder).context(place)?;
            key_value_stores.insert(label, backend);
        }
        key_value_stores
            .entry("default".to_owned())
            .or_insert_with(|| Backend::Sqlite(Some(state_dir.join(DEFAULT_STORE_FILE))));

        let mut blocked_networks = Vec::new();
        let mut block_private_networks = false;
        for network in raw.outbound_networking.block_networks {
            if network == "private" {
                block_private_networks = true;
            } else {
                let network = IpNetwork::from_str_truncate(&network).with_context(|| {
                    format!("`block_networks` has {network:?}: neither a network nor \"private\"")
                })?;
                blocked_networks.push(network);
            }
        }
        Ok(Self {
            key_value_stores,
            blocked_networks,
            block_private_networks,
            // Spin's own quirk: pooling is on without the table, and off with a table that does
            // not mention it.
            connection_pooling: raw.outbound_http.is_none_or(|http| http.connection_pooling),
        })
    }
}

fn backend(store: RawStore, folder: &Path) -> anyhow::Result<Backend> {
    match (store.r#type.as_str(), store.path, store.url) {
        ("spin", path, None) => Ok(Backend::Sqlite(path.map(|path| folder.join(path)))),
        ("redis", None, Some(url)) => Ok(Backend::Redis(url)),
        ("spin", _, Some(_)) => bail!("type \"spin\" takes `path`, not `url`"),
        ("redis", _, _) => bail!("type \"redis\" takes `url`, and only that"),
        (other, _, _) => bail!("type {other:?} is not supported: only \"spin\" and \"redis\" are"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    key_value_store: BTreeMap<String, RawStore>,
    #[serde(default)]
    outbound_networking: RawNetworking,
    outbound_http: Option<RawHttp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStore {
    r#type: String,
    path: Option<PathBuf>,
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetworking {
    #[serde(default)]
    block_networks: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHttp {
    #[serde(default)]
    connection_pooling: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(text: &str) -> anyhow::Result<RuntimeConfig> {
        RuntimeConfig::parse(text, "/etc/app".as_ref(), "/state".as_ref())
    }

    #[test]
    fn without_a_file_the_default_store_is_spins_own_in_the_state_dir() {
        let config = parse("").unwrap();
        let file = PathBuf::from("/state/sqlite_key_value.db");
        assert_eq!(config.key_value_stores["default"], Backend::Sqlite(Some(file)));
        assert!(config.connection_pooling);
    }

    #[test]
    fn stores_can_be_moved_to_another_file_to_memory_or_to_redis() {
        let config = parse(
            r#"
            [key_value_store.default]
            type = "spin"
            path = "data/kv.db"
            [key_value_store.memory]
            type = "spin"
            [key_value_store.far]
            type = "redis"
            url = "redis://localhost"
            "#,
        )
        .unwrap();
        let stores = &config.key_value_stores;
        let file = PathBuf::from("/etc/app/data/kv.db");
        assert_eq!(stores["default"], Backend::Sqlite(Some(file)));
        assert_eq!(stores["memory"], Backend::Sqlite(None));
        assert_eq!(stores["far"], Backend::Redis("redis://localhost".into()));
    }

    #[test]
    fn networks_are_blocked_one_by_one_or_all_private_ones() {
        let text = "[outbound_networking]\nblock_networks = ['8.8.8.8/16', 'private']";
        let config = parse(text).unwrap();
        assert!(config.block_private_networks);
        assert_eq!(config.blocked_networks[0].to_string(), "8.8.0.0/16");
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (text, name) in [
            ("[llm_compute]\ntype = 'spin'", "llm_compute"),
            ("[key_value_store.x]\ntype = 'azure_cosmos'", "azure_cosmos"),
            ("[outbound_networking]\nmax_total_connections = 1", "max_total_connections"),
            ("[outbound_networking]\nblock_networks = ['home']", "home"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(name), "{error}");
        }
    }
}
