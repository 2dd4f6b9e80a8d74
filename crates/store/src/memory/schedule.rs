//! A scheduler of one thread that decides by a seed which task goes on, and a generator for everything else that a
//! run decides.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Steps after which a run is taken to go on for ever.
const STEPS: u64 = 1_000_000;

/// Numbers from a seed (SplitMix64): the same seed, the same numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `bound`, which is above 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    /// True once in `times`; never, if `times` is 0.
    pub fn once_in(&mut self, times: u64) -> bool {
        times > 0 && self.below(times) == 0
    }

    /// A generator of its own, for a task.
    pub fn fork(&mut self) -> Random {
        Random(self.number())
    }
}

/// A task of a [`Scheduler`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Task(usize);

type Running = Pin<Box<dyn Future<Output = ()>>>;

/// Runs tasks, one step of one task at a time, in an order that its seed decides. A step ends where the task waits:
/// before and after each operation of a [`MemoryKv`](super::MemoryKv).
pub struct Scheduler {
    random: Random,
    tasks: Vec<(Task, Running)>,
    spawned: usize,
    steps: u64,
}

impl Scheduler {
    /// A scheduler without tasks.
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), tasks: Vec::new(), spawned: 0, steps: 0 }
    }

    /// Adds a task; also between two steps.
    pub fn spawn(&mut self, task: impl Future<Output = ()> + 'static) -> Task {
        let id = Task(self.spawned);
        self.spawned += 1;
        self.tasks.push((id, Box::pin(task)));
        id
    }

    /// One step of one task. False if no task is left.
    ///
    /// # Panics
    /// After a million steps: some task goes on for ever.
    pub fn step(&mut self) -> bool {
        if self.tasks.is_empty() {
            return false;
        }
        self.steps += 1;
        assert!(self.steps < STEPS, "a task goes on for ever");
        let at = self.random.below(self.tasks.len() as u64) as usize;
        let mut context = Context::from_waker(Waker::noop());
        if self.tasks[at].1.as_mut().poll(&mut context).is_ready() {
            // What a task drops can run code of its own; it is out of the list by then.
            drop(self.tasks.swap_remove(at));
        }
        true
    }

    /// Steps until no task is left.
    pub fn run(&mut self) {
        while self.step() {}
    }

    /// The tasks that have not ended.
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks: Vec<_> = self.tasks.iter().map(|(task, _)| *task).collect();
        tasks.sort();
        tasks
    }

    /// Ends a task where it is, as when its host is killed. False if it had ended.
    pub fn crash(&mut self, task: Task) -> bool {
        let at = self.tasks.iter().position(|(id, _)| *id == task);
        at.map(|at| drop(self.tasks.swap_remove(at))).is_some()
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

/// Runs one future to its end.
///
/// # Panics
/// After a million steps: it goes on for ever.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..STEPS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future goes on for ever");
}
