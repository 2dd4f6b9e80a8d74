//! Hosts that are killed and started again, and the door through which clients reach whichever is alive.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};

use black_box::{Answer, Client, Launch, Request, Up};

use super::now;

/// Processes on one store.
pub struct Hosts {
    launch: Launch,
    up: Vec<Option<Up>>,
    lives: usize,
    pub door: Arc<Door>,
}

/// A kill.
#[derive(Debug, Clone, Copy)]
pub struct Kill {
    /// Which process.
    life: usize,
    /// When it was dead, in milliseconds since 1970.
    pub at: u64,
}

impl Hosts {
    /// Started, and not yet reached by clients.
    pub fn start(launch: Launch, count: usize) -> Self {
        let up = (0..count).map(|_| Some(Up::launch(launch.clone()))).collect();
        let door = Door { lives: Mutex::new(vec![None; count]), ..Door::default() };
        Self { launch, up, lives: 0, door: Arc::new(door) }
    }

    /// One that is up.
    pub fn any(&self) -> &Up {
        self.up.iter().flatten().next().expect("a host that is up")
    }

    /// Lets clients in everywhere.
    pub fn open(&mut self) {
        let mut lives = self.door.lives.lock().expect("a lock");
        for (place, up) in lives.iter_mut().zip(&self.up) {
            if let (None, Some(up)) = (&place, up) {
                self.lives += 1;
                let (number, client) = (self.lives, up.client.clone());
                *place = Some(Life { number, client, under_way: Arc::default() });
            }
        }
        self.door.opened.notify_all();
    }

    /// `kill -9`, while clients wait for its answers.
    pub fn kill(&mut self, place: usize) -> Kill {
        let life = self.door.lives.lock().expect("a lock")[place].take();
        // Dropped is killed, and waited for.
        self.up[place] = None;
        Kill { life: life.expect("it was reached").number, at: now() }
    }

    /// Starts those that are not up; clients do not reach them before the door is [open](Self::open).
    pub fn restart(&mut self) {
        for up in self.up.iter_mut().filter(|up| up.is_none()) {
            *up = Some(Up::launch(self.launch.clone()));
        }
    }

    /// Kills all, and starts them with their clock so many seconds ahead.
    pub fn restart_ahead(&mut self, seconds: u64) {
        for place in 0..self.up.len() {
            self.kill(place);
        }
        self.launch.clock_ahead_seconds = seconds;
        self.restart();
        self.open();
    }
}

/// What clients know of the hosts: as a load balancer has it, who is up.
#[derive(Default)]
pub struct Door {
    lives: Mutex<Vec<Option<Life>>>,
    opened: Condvar,
    /// Requests that each left without an answer.
    broken: Mutex<BTreeMap<usize, usize>>,
    /// Nobody gets in any more.
    closed: AtomicBool,
}

/// A process from its start to its end.
#[derive(Clone)]
struct Life {
    number: usize,
    client: Client,
    /// Requests that wait for an answer.
    under_way: Arc<AtomicUsize>,
}

impl Door {
    /// Sends a request to one of those that are up, by turns, once one is. `None`: no answer came.
    pub fn send(&self, turn: usize, request: impl FnOnce(&Client) -> Request) -> Option<Answer> {
        let life = self.life(turn)?;
        life.under_way.fetch_add(1, Relaxed);
        let sent = request(&life.client).try_send();
        life.under_way.fetch_sub(1, Relaxed);
        match sent {
            Ok(answer) => Some(answer),
            Err(error) => {
                // Who never got in was not being served.
                let refused = matches!(&error, ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused)
                    || matches!(error, ureq::Error::ConnectionFailed);
                let count = usize::from(!refused);
                *self.broken.lock().expect("a lock").entry(life.number).or_default() += count;
                None
            }
        }
    }

    /// How many requests wait for an answer of a host.
    pub fn under_way(&self, place: usize) -> usize {
        let lives = self.lives.lock().expect("a lock");
        lives[place].as_ref().map_or(0, |life| life.under_way.load(Relaxed))
    }

    /// How many requests a kill left unanswered.
    pub fn unanswered(&self, kill: &Kill) -> usize {
        self.broken.lock().expect("a lock").get(&kill.life).copied().unwrap_or(0)
    }

    /// Ends all waiting.
    pub fn close(&self) {
        let _lives = self.lives.lock();
        self.closed.store(true, Relaxed);
        self.opened.notify_all();
    }

    fn life(&self, turn: usize) -> Option<Life> {
        let mut lives = self.lives.lock().expect("a lock");
        while !self.closed.load(Relaxed) {
            let up: Vec<&Life> = lives.iter().flatten().collect();
            if let Some(life) = up.get(turn % up.len().max(1)) {
                return Some((*life).clone());
            }
            lives = self.opened.wait(lives).expect("a lock");
        }
        None
    }
}
