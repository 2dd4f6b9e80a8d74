//! WhatsApp, in the test's own process: it outlives every host, and knows what it took and when.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stand_in::{Answer, Config, SentMessage, StandIn};
use tokio::runtime::Runtime;

/// An answer takes some time in the world, in which a host may die.
const ANSWERS_AFTER: Duration = Duration::from_millis(15);
/// Every how many messages have a receipt.
const RECEIPT_OF: usize = 3;

/// The stand-in, and what it took.
pub struct Provider {
    pub origin: String,
    taken: Arc<Mutex<Taken>>,
    _stand_in: StandIn,
    _runtime: Runtime,
}

#[derive(Default)]
struct Taken {
    /// When, by what our messages are known by.
    at: BTreeMap<String, Vec<u64>>,
    /// What a receipt is to be sent of.
    receipts: VecDeque<SentMessage>,
}

impl Provider {
    pub fn start() -> Self {
        let runtime = Runtime::new().expect("a Tokio runtime");
        let taken = Arc::new(Mutex::new(Taken::default()));
        let takes = Arc::clone(&taken);
        let on_sent = move |message: &SentMessage| takes.lock().expect("a lock").take(message);
        let config = Config { on_sent: Some(Arc::new(on_sent)), ..Config::default() };
        let stand_in = runtime.block_on(StandIn::start(config)).expect("the stand-in starts");
        stand_in.answer_with(|_| Answer::Accept.after(ANSWERS_AFTER));
        Self { origin: stand_in.origin(), taken, _stand_in: stand_in, _runtime: runtime }
    }

    /// A message of which nobody has had a receipt yet.
    pub fn next_receipt(&self) -> Option<SentMessage> {
        self.taken.lock().expect("a lock").receipts.pop_front()
    }

    /// When a message was taken, each time.
    pub fn taken(&self, callback: &str) -> Vec<u64> {
        self.taken.lock().expect("a lock").at.get(callback).cloned().unwrap_or_default()
    }

    /// How many messages were taken, and how many times.
    pub fn count(&self) -> (usize, usize) {
        let taken = self.taken.lock().expect("a lock");
        (taken.at.len(), taken.at.values().map(Vec::len).sum())
    }
}

impl Taken {
    fn take(&mut self, message: &SentMessage) {
        let Some(callback) = message.callback_data().filter(|_| message.id.is_some()) else {
            return;
        };
        let times = self.at.entry(callback.to_owned()).or_default();
        times.push(message.at);
        if times.len() == 1 && self.at.len().is_multiple_of(RECEIPT_OF) {
            self.receipts.push_back(message.clone());
        }
    }
}
