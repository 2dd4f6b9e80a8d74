//! What can go wrong with an operation, and how many there were.

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Named for the operations of `Kv`.
pub enum Kind {
    Get,
    Set,
    Delete,
    Increment,
    Watch,
    Swap,
}

/// An operation that is about to be done.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Its number, from 0 up, over all tasks.
    pub nth: u64,
    /// What it does.
    pub kind: Kind,
    /// To what.
    pub key: &'a str,
}

/// How an operation fails. The caller sees the same error each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done.
    Before,
    /// It is done.
    After,
    /// It is done after as many further operations: a request that was given up, and still arrives.
    Late(u64),
}

/// Operations so far, failed ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // Named for the operations of `Kv`.
pub struct Counts {
    pub gets: u64,
    pub sets: u64,
    pub deletes: u64,
    pub increments: u64,
    pub watches: u64,
    pub swaps: u64,
}

impl Counts {
    /// All operations.
    pub fn total(&self) -> u64 {
        self.reads() + self.writes()
    }

    /// Operations that read: cheap.
    pub fn reads(&self) -> u64 {
        self.gets + self.watches
    }

    /// Operations that write, or may: dear.
    pub fn writes(&self) -> u64 {
        self.sets + self.deletes + self.increments + self.swaps
    }

    pub(super) fn count(&mut self, kind: Kind) {
        *match kind {
            Kind::Get => &mut self.gets,
            Kind::Set => &mut self.sets,
            Kind::Delete => &mut self.deletes,
            Kind::Increment => &mut self.increments,
            Kind::Watch => &mut self.watches,
            Kind::Swap => &mut self.swaps,
        } += 1;
    }
}
