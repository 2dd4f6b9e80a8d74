//! Serving, draining, closed: how the end of the host reaches its connections and instances.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// New connections are accepted.
    Serving,
    /// What has begun goes on.
    Draining,
    /// What still runs is given up.
    Closed,
}

/// The phase, once it has changed.
pub(crate) type NextPhase = Pin<Box<dyn Future<Output = Phase> + Send + Sync>>;

/// Shared by everything that must come to an end.
#[derive(Clone)]
pub(crate) struct Lifetime {
    phase: Arc<watch::Sender<Phase>>,
    instances: Arc<watch::Sender<usize>>,
    busy: Arc<watch::Sender<usize>>,
}

impl Lifetime {
    pub(crate) fn new() -> Self {
        Self {
            phase: Arc::new(watch::Sender::new(Phase::Serving)),
            instances: Arc::new(watch::Sender::new(0)),
            busy: Arc::new(watch::Sender::new(0)),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn set(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Resolves with the present phase once it is another than `seen`.
    pub(crate) fn after(&self, seen: Phase) -> NextPhase {
        let mut phase = self.phase.subscribe();
        Box::pin(async move {
            match phase.wait_for(|now| *now != seen).await {
                Ok(now) => *now,
                Err(_) => Phase::Closed,
            }
        })
    }

    /// Counts an instance until it is dropped.
    pub(crate) fn enter(&self) -> LiveInstance {
        self.instances.send_modify(|count| *count += 1);
        LiveInstance { lifetime: self.clone() }
    }

    /// An instance that begins with a request.
    pub(crate) fn busy(&self) -> Busy {
        let mut busy = Busy { lifetime: self.clone(), counted: false };
        busy.set(true);
        busy
    }

    /// Resolves when no instance is busy.
    pub(crate) async fn at_rest(&self) {
        // The sender is in `self`, so waiting cannot fail.
        let _ = self.busy.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Resolves when no instance is left.
    pub(crate) async fn no_instances(&self) {
        // The sender is in `self`, so waiting cannot fail.
        let _ = self.instances.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// Whether an instance answers a request, or does what comes after an answer; counted until it is dropped.
pub(crate) struct Busy {
    lifetime: Lifetime,
    counted: bool,
}

impl Busy {
    pub(crate) fn set(&mut self, busy: bool) {
        if self.counted == busy {
            return;
        }
        self.counted = busy;
        self.lifetime.busy.send_modify(|count| match busy {
            true => *count += 1,
            false => *count -= 1,
        });
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.set(false);
    }
}

/// An instance that exists.
pub(crate) struct LiveInstance {
    lifetime: Lifetime,
}

impl LiveInstance {
    pub(crate) fn host_has_stopped(&self) -> bool {
        self.lifetime.phase() == Phase::Closed
    }
}

impl Drop for LiveInstance {
    fn drop(&mut self) {
        self.lifetime.instances.send_modify(|count| *count -= 1);
    }
}
