//! One component and its instances: what each is given, how long it lives. An instance serves
//! several requests, also at once, and goes on after it has answered, as in Spin 4.

use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep};
use wasmtime::component::{Accessor, GuestTaskId, HasData, Linker, ResourceTable};
use wasmtime::{Engine, Store, StoreContextMut};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, Proxy, ShouldAccept, ViewFn, WorkerExpiration, WorkerState,
    WorkerStatus,
};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::p3::{WasiHttpCtxView, WasiHttpView};

use crate::Clock;
use crate::bindings::{spin_key_value, variables, wasi_keyvalue};
use crate::guest_output::GuestOutput;
use crate::key_value::{Backends, Counters, KeyValue, KeyValueData};
use crate::lifetime::{Busy, Lifetime, LiveInstance, NextPhase, Phase};
use crate::log::LogSink;
use crate::memory::{MemoryUse, Peak};
use crate::outbound::Outbound;
use crate::variables::ComponentVariables;

/// Spin's `--max-instance-reuse-count`, of P3 components.
const MAX_REQUESTS: usize = 128;
/// Spin's `--max-instance-concurrent-reuse-count`, of P3 components.
const MAX_REQUESTS_AT_ONCE: usize = 16;
/// Spin's `--idle-instance-timeout`.
const IDLE_TIMEOUT: Duration = Duration::from_secs(1);
/// Ticks that never pass, since nothing ticks.
const NO_DEADLINE: u64 = u64::MAX / 2;

/// What every instance of a component shares.
pub(crate) struct Settings {
    pub(crate) id: Arc<str>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) variables: Arc<ComponentVariables>,
    pub(crate) stores: Arc<HashSet<String>>,
    pub(crate) backends: Arc<Backends>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) peak: Arc<Peak>,
    pub(crate) instantiations: Arc<Instantiated>,
    pub(crate) outbound: Outbound,
    pub(crate) log: LogSink,
    pub(crate) clock: Clock,
}

/// How often a component was instantiated since the start, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instantiations {
    /// How often.
    pub count: u64,
    /// All of them together, until the instance can be called.
    pub time: Duration,
}

/// The running count of one component.
#[derive(Debug, Default)]
pub(crate) struct Instantiated {
    count: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Instantiated {
    fn count(&self, took: Duration) {
        self.count.fetch_add(1, Relaxed);
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(took, Relaxed);
    }

    pub(crate) fn read(&self) -> Instantiations {
        Instantiations {
            count: self.count.load(Relaxed),
            time: Duration::from_nanos(self.nanoseconds.load(Relaxed)),
        }
    }
}

/// What one instance owns.
pub(crate) struct InstanceData {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    key_value: KeyValue,
    variables: Arc<ComponentVariables>,
    memory: MemoryUse,
}

impl InstanceData {
    fn new(settings: &Settings) -> Self {
        let output = || GuestOutput::new(settings.id.clone(), settings.log.clone());
        let mut wasi = WasiCtx::builder();
        wasi.stdout(output()).stderr(output()).wall_clock(settings.clock.clone());
        for (name, value) in &settings.environment {
            wasi.env(name, value);
        }
        Self {
            table: ResourceTable::new(),
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: settings.outbound.clone(),
            key_value: KeyValue::new(
                settings.stores.clone(),
                settings.backends.clone(),
                settings.counters.clone(),
            ),
            variables: settings.variables.clone(),
            memory: MemoryUse::new(settings.peak.clone()),
        }
    }
}

impl WasiView for InstanceData {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for InstanceData {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Everything that a component may import.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<InstanceData>> {
    fn key_value(data: &mut InstanceData) -> &mut KeyValue {
        &mut data.key_value
    }
    fn variables_of(data: &mut InstanceData) -> &ComponentVariables {
        &data.variables
    }

    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    spin_key_value::add_to_linker::<_, KeyValueData>(&mut linker, key_value)?;
    wasi_keyvalue::store::add_to_linker::<_, KeyValueData>(&mut linker, key_value)?;
    wasi_keyvalue::batch::add_to_linker::<_, KeyValueData>(&mut linker, key_value)?;
    wasi_keyvalue::atomics::add_to_linker::<_, KeyValueData>(&mut linker, key_value)?;
    variables::add_to_linker::<_, VariablesData>(&mut linker, variables_of)?;
    Ok(linker)
}

/// Ties [`ComponentVariables`] to the generated bindings.
struct VariablesData;

impl HasData for VariablesData {
    type Data<'a> = &'a ComponentVariables;
}

impl variables::Host for &ComponentVariables {
    fn convert_error(&mut self, error: variables::Error) -> wasmtime::Result<variables::Error> {
        Ok(error)
    }
}

impl<T: Send> variables::HostWithStore<T> for VariablesData {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> Result<String, variables::Error> {
        accessor.with(|mut access| access.get().get(&name))
    }
}

/// Makes the instances of one component.
pub(crate) struct Instances {
    pub(crate) service: ServicePre<InstanceData>,
    pub(crate) settings: Settings,
    pub(crate) lifetime: Lifetime,
}

impl HandlerState for Instances {
    type StoreData = InstanceData;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<InstanceData, Expiration, Worker>> {
        let begun = Instant::now();
        let live = self.lifetime.enter();
        let data = InstanceData::new(&self.settings);
        let mut store = Store::new(self.service.engine(), data);
        store.limiter(|data| &mut data.memory);
        store.set_epoch_deadline(NO_DEADLINE);
        let service = self.service.instantiate_async(&mut store).await?;
        self.settings.instantiations.count(begun.elapsed());
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: ViewFn::P3(InstanceData::http),
            expiration: Expiration {
                sleep: Box::pin(sleep(IDLE_TIMEOUT)),
                phase: Phase::Serving,
                next_phase: self.lifetime.after(Phase::Serving),
                busy: self.lifetime.busy(),
                lifetime: self.lifetime.clone(),
            },
            state: Worker { id: self.settings.id.clone(), log: self.settings.log.clone(), live },
        })
    }
}

/// When an instance is given up: after a second of doing nothing, at once when the host stops
/// and it does nothing, in any case when the host has stopped.
pub(crate) struct Expiration {
    sleep: Pin<Box<Sleep>>,
    phase: Phase,
    next_phase: NextPhase,
    busy: Busy,
    lifetime: Lifetime,
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        let this = &mut *self;
        this.busy.set(status != WorkerStatus::Idle);
        while this.phase != Phase::Closed
            && let Poll::Ready(phase) = this.next_phase.as_mut().poll(cx)
        {
            this.phase = phase;
            this.next_phase = this.lifetime.after(phase);
        }
        match (this.phase, status) {
            (Phase::Closed, _) | (Phase::Draining, WorkerStatus::Idle) => Poll::Ready(()),
            // Spin sets no limit to a request, nor to what comes after the response.
            (_, WorkerStatus::Requests | WorkerStatus::PostReturn) => Poll::Pending,
            (Phase::Serving, WorkerStatus::Idle) => {
                let deadline = (start + IDLE_TIMEOUT).into();
                if this.sleep.deadline() != deadline {
                    this.sleep.as_mut().reset(deadline);
                }
                ready!(this.sleep.as_mut().poll(cx));
                Poll::Ready(())
            }
        }
    }
}

/// How much one instance takes on.
pub(crate) struct Worker {
    id: Arc<str>,
    log: LogSink,
    live: LiveInstance,
}

impl WorkerState for Worker {
    type StoreData = InstanceData;
    type RequestId = ();

    fn should_accept_request(&self, at_once: usize, in_all: usize) -> ShouldAccept {
        if in_all >= MAX_REQUESTS {
            ShouldAccept::Never
        } else if at_once >= MAX_REQUESTS_AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, InstanceData>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<InstanceData>, result: wasmtime::Result<()>) {
        drop(store);
        if let Err(error) = result
            && !self.live.host_has_stopped()
        {
            self.log.host(format_args!("an instance of {:?} failed: {error:?}", self.id));
        }
    }
}
