//! From a [`Config`] to a running server, and its end.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::uri::Authority;
use tokio::net::TcpListener;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wasmtime_wasi_http::handler::ProxyHandler;
use wasmtime_wasi_http::p3::bindings::ServicePre;

use crate::engine::{self, wasm_error};
use crate::instance::{Instances, Instantiated, Instantiations, Settings, linker};
use crate::key_value::{self, Backends, Counters, Operations};
use crate::lifetime::{Lifetime, Phase};
use crate::log::LogSink;
use crate::manifest::{self, Component, Manifest};
use crate::memory::Peak;
use crate::outbound::{AllowedHosts, BlockedNetworks, Clients, Outbound};
use crate::routes::Routes;
use crate::runtime_config::RuntimeConfig;
use crate::server::{Server, Target};
use crate::variables::Variables;
use crate::{Clock, Config};

/// How long connections and instances may take to notice that they have been given up.
const CLOSING: Duration = Duration::from_secs(1);

/// A host that serves. Dropping it ends it at once, [`stop`](Running::stop) in good order.
pub struct Running {
    address: SocketAddr,
    lifetime: Lifetime,
    accepting: JoinHandle<()>,
    observed: AllObserved,
    grace: Duration,
}

/// Starts to serve; when this returns, requests are answered.
///
/// Needs a multi-threaded Tokio runtime, because the SQLite store blocks its thread.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    ensure!(
        Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread,
        "the host needs Tokio's multi-threaded runtime"
    );
    let manifest = Manifest::load(&config.manifest)?;
    let environment = |name: &str| std::env::var(name).ok();
    let variables = Variables::resolve(&manifest, &config.variables, environment)?;
    let runtime = RuntimeConfig::load(config.runtime_config.as_deref(), &config.state_dir)?;
    let routes = Routes::new(&manifest.triggers)?;
    for route in routes.shadowed() {
        config.log.host(format_args!("route {route} is there twice: the later one is used"));
    }
    for route in routes.reserved() {
        config.log.host(format_args!("route {route} is Spin's own and never reached"));
    }

    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let shared = Shared {
        backends: Arc::new(key_value::backends(&runtime, &config.log)?),
        blocked_networks: Arc::new(BlockedNetworks::new(
            runtime.blocked_networks,
            runtime.block_private_networks,
        )),
        clients: Clients::new(runtime.connection_pooling, config.log.clone()),
        own_authority: address.to_string().parse()?,
        log: config.log.clone(),
        clock: config.clock.clone(),
        lifetime: Lifetime::new(),
    };
    let Components { handlers, observed } =
        shared.components(&config, &manifest, &variables).await?;

    let mut targets = Vec::new();
    for trigger in &manifest.triggers {
        targets.push(match &trigger.target {
            manifest::Target::Static(response) => Target::Static(response.clone()),
            manifest::Target::Component(id) => {
                let handler = handlers.get(id).context("a component without a handler")?;
                Target::Component(handler.clone())
            }
        });
    }
    let lifetime = shared.lifetime.clone();
    let server = Server {
        routes,
        targets,
        info: info(&manifest)?,
        nodelay: config.nodelay,
        log: config.log,
        lifetime: lifetime.clone(),
    };
    Ok(Running {
        address,
        lifetime,
        accepting: tokio::spawn(Arc::new(server).run(listener)),
        observed,
        grace: config.grace,
    })
}

impl Running {
    /// Where it listens, with the port that the system chose.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The store operations since the start.
    pub fn operations(&self) -> Operations {
        let observed = self.observed.iter();
        Operations::collect(observed.map(|(id, observed)| (id.as_str(), &*observed.counters)))
    }

    /// How often each component was instantiated since the start, by its id.
    pub fn instantiations(&self) -> BTreeMap<String, Instantiations> {
        let observed = self.observed.iter();
        observed.map(|(id, observed)| (id.clone(), observed.instantiations.read())).collect()
    }

    /// The most linear memory, in bytes, that one instance of each component had since the start; 0 of those that
    /// nobody asked.
    pub fn peak_memory(&self) -> BTreeMap<String, usize> {
        self.observed.iter().map(|(id, observed)| (id.clone(), observed.peak.bytes())).collect()
    }

    /// Resolves when no instance answers a request, and none does anything after its answer.
    pub async fn at_rest(&self) {
        self.lifetime.at_rest().await;
    }

    /// Accepts no more connections, lets requests and what instances do after their responses go
    /// on for the time of grace, then gives up what still runs.
    pub async fn stop(mut self) {
        self.lifetime.set(Phase::Draining);
        let lifetime = self.lifetime.clone();
        let end = async {
            // The task ends by itself, or has panicked, which is an end, too.
            let _ = (&mut self.accepting).await;
            lifetime.no_instances().await;
        };
        if timeout(self.grace, end).await.is_err() {
            self.lifetime.set(Phase::Closed);
            let _ = timeout(CLOSING, self.lifetime.no_instances()).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.lifetime.set(Phase::Closed);
        self.accepting.abort();
    }
}

/// What all components have in common.
struct Shared {
    backends: Arc<Backends>,
    blocked_networks: Arc<BlockedNetworks>,
    clients: Clients,
    own_authority: Authority,
    log: LogSink,
    lifetime: Lifetime,
    clock: Clock,
}

/// What is counted and measured of a component.
struct Observed {
    counters: Arc<Counters>,
    instantiations: Arc<Instantiated>,
    peak: Arc<Peak>,
}

type AllObserved = BTreeMap<String, Observed>;

/// Of each component, by its id.
#[derive(Default)]
struct Components {
    handlers: BTreeMap<String, ProxyHandler<Instances>>,
    observed: AllObserved,
}

impl Shared {
    async fn components(
        &self,
        config: &Config,
        manifest: &Manifest,
        variables: &Variables,
    ) -> anyhow::Result<Components> {
        let mut settings = Vec::new();
        for component in manifest.components.values() {
            let id = &component.id;
            settings.push(
                self.settings(component, manifest, variables)
                    .with_context(|| format!("component {id:?}"))?,
            );
        }
        let sources: Vec<_> = manifest.components.values().map(|c| c.source.clone()).collect();
        let cache_dir = config.cache_dir.clone();
        let compiled = tokio::task::spawn_blocking(move || {
            let engine = engine::engine()?;
            let sources: Vec<_> = sources.iter().map(|source| source.as_path()).collect();
            let compiled = engine::compile(&engine, cache_dir.as_deref(), &sources)?;
            let linker = linker(&engine).map_err(wasm_error)?;
            anyhow::Ok((linker, compiled))
        });
        let (linker, compiled) = compiled.await??;

        let mut components = Components::default();
        for (settings, component) in settings.into_iter().zip(compiled) {
            let id = settings.id.to_string();
            let service = linker
                .instantiate_pre(&component)
                .and_then(ServicePre::new)
                .map_err(wasm_error)
                .with_context(|| format!("component {id:?} does not fit this host"))?;
            let observed = Observed {
                counters: settings.counters.clone(),
                instantiations: settings.instantiations.clone(),
                peak: settings.peak.clone(),
            };
            components.observed.insert(id.clone(), observed);
            let lifetime = self.lifetime.clone();
            let handler = ProxyHandler::new(Instances { service, settings, lifetime });
            components.handlers.insert(id, handler);
        }
        Ok(components)
    }

    fn settings(
        &self,
        component: &Component,
        manifest: &Manifest,
        variables: &Variables,
    ) -> anyhow::Result<Settings> {
        for label in &component.key_value_stores {
            ensure!(
                self.backends.contains_key(label),
                "key-value store {label:?} is not in the runtime config"
            );
        }
        let id: Arc<str> = component.id.as_str().into();
        let patterns = &component.allowed_outbound_hosts;
        AllowedHosts::check(patterns, |name| manifest.variables.get(name)?.clone())?;
        let allowed_hosts = AllowedHosts::resolve(patterns, variables)
            .inspect_err(|error| {
                self.log
                    .host(format_args!("component {id:?} can call nobody, as in Spin: {error:#}"));
            })
            .ok()
            .map(Arc::new);
        Ok(Settings {
            id: id.clone(),
            environment: component.environment.clone(),
            variables: Arc::new(variables.of_component(component)?),
            stores: Arc::new(component.key_value_stores.iter().cloned().collect()),
            backends: self.backends.clone(),
            counters: Arc::default(),
            peak: Arc::default(),
            instantiations: Arc::default(),
            outbound: Outbound {
                component: id,
                allowed_hosts,
                blocked_networks: self.blocked_networks.clone(),
                clients: self.clients.clone(),
                own_authority: self.own_authority.clone(),
                log: self.log.clone(),
            },
            log: self.log.clone(),
            clock: self.clock.clone(),
        })
    }
}

/// What Spin says about an application on its own path.
fn info(manifest: &Manifest) -> anyhow::Result<String> {
    let mut info = serde_json::Map::new();
    info.insert("name".to_owned(), manifest.name.clone().into());
    if !manifest.version.is_empty() {
        info.insert("version".to_owned(), manifest.version.clone().into());
    }
    Ok(serde_json::to_string_pretty(&info)?)
}
