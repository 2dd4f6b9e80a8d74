//! WhatsApp's API, as the stand-in plays it, and how many messages it took.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use stand_in::StandIn;

/// The stand-in.
pub struct Provider {
    stand_in: StandIn,
    taken: Arc<AtomicU64>,
    last: Arc<Mutex<Value>>,
}

impl Provider {
    /// Starts it on a port of 127.0.0.1; 0: any.
    ///
    /// # Errors
    /// When the port is in use.
    pub async fn start(port: u16) -> anyhow::Result<Self> {
        let (taken, last) = (Arc::new(AtomicU64::new(0)), Arc::<Mutex<Value>>::default());
        let (count, seen) = (Arc::clone(&taken), Arc::clone(&last));
        let config = stand_in::Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            on_sent: Some(Arc::new(move |message| {
                if message.id.is_some() {
                    *seen.lock().unwrap_or_else(PoisonError::into_inner) = message.body.clone();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })),
            ..stand_in::Config::default()
        };
        Ok(Self { stand_in: StandIn::start(config).await?, taken, last })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        self.stand_in.origin()
    }

    /// The body of the message that came last.
    pub fn last_message(&self) -> Vec<u8> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).to_string().into_bytes()
    }

    /// How many it took.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}
