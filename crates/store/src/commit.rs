//! Changing a document: read, apply, write if nobody else did, else again.
//!
//! What a change is, and how it recognises itself in a document, is for the crates above.

use crate::birth::{Birth, FIRST};
use crate::document::{Store, StoreError, corrupt};
use crate::keys;
use crate::kv::{Kv, KvError, Swap};

/// Tries before a commit gives up. With the waits below that is 3 seconds: a provider still waits for its answer.
const TRIES: u32 = 30;

/// Failures of the store, in one commit, before it is passed on to the caller.
const FAILURES: u32 = 3;

/// Longest first wait, in milliseconds; it doubles with every try. A commit takes 1 to 5 ms.
const FIRST_WAIT: u64 = 8;

/// Longest wait, in milliseconds.
const LONGEST_WAIT: u64 = 256;

/// What to do with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// Write this, then answer.
    Write(Vec<u8>, T),
    /// Leave it as it is, and answer.
    Keep(T),
}

impl<K: Kv> Store<K> {
    /// Reads document `key`, applies, commits. On a conflict it reads again and applies again.
    ///
    /// `apply` gets the document, or `None` if there is none, and must recognise its own effect (an event id
    /// in the document): it then returns [`Change::Keep`]. It may be called after its change was written, since a
    /// store can fail and have written. Where it matters who made a change, not only that it is made, the document
    /// needs an id drawn for this call.
    ///
    /// Fails with [`StoreError::Contention`] after some 3 seconds of conflicts, and with whatever `apply` fails
    /// with. After [`StoreError::Kv`] the change may have been made: asking again is safe and will tell.
    pub async fn update<T, E: From<StoreError>>(
        &self,
        key: &str,
        mut apply: impl AsyncFnMut(Option<Vec<u8>>) -> Result<Change<T>, E>,
    ) -> Result<T, E> {
        let mut tries = Tries::default();
        loop {
            let step = match self.find(key).await? {
                Some((claim, _)) => self.change(&keys::place(key, claim), &mut apply).await?,
                None => self.create(key, &mut apply).await?,
            };
            match step {
                Step::Done(answer) => return Ok(answer),
                Step::Born => continue,
                // A document is never removed.
                Step::Gone => return Err(corrupt(key).into()),
                Step::Conflict => tries.count(key)?,
                Step::Failed(error) => tries.fail(error)?,
            }
            self.kv.pause(tries.wait(self.random())).await;
        }
    }

    /// Changes what was [put](Store::put) under a key drawn for it, as [`update`](Store::update) does a document;
    /// `None` if it is gone. It needs no birth: its only creator wrote it before anybody was told of it.
    pub(crate) async fn update_put<T, E: From<StoreError>>(
        &self,
        key: &str,
        mut apply: impl AsyncFnMut(Vec<u8>) -> Result<Change<T>, E>,
    ) -> Result<Option<T>, E> {
        // What is not there is not applied to: `change` finds it gone first.
        let mut apply = async |current: Option<Vec<u8>>| apply(current.unwrap_or_default()).await;
        let mut tries = Tries::default();
        loop {
            match self.change(key, &mut apply).await? {
                Step::Done(answer) => return Ok(Some(answer)),
                Step::Gone | Step::Born => return Ok(None),
                Step::Conflict => tries.count(key)?,
                Step::Failed(error) => tries.fail(error)?,
            }
            self.kv.pause(tries.wait(self.random())).await;
        }
    }

    /// One try at a document that exists.
    async fn change<T, E: From<StoreError>>(
        &self,
        place: &str,
        apply: &mut impl AsyncFnMut(Option<Vec<u8>>) -> Result<Change<T>, E>,
    ) -> Result<Step<T>, E> {
        let (watch, before) = self.kv.watch(place).await.map_err(StoreError::Kv)?;
        // Swapping an absent key would write over whatever is there by then.
        let Some(before) = before else { return Ok(Step::Gone) };
        let (value, answer) = match apply(Some(before.clone())).await? {
            Change::Keep(answer) => return Ok(Step::Done(answer)),
            Change::Write(value, answer) => (value, answer),
        };
        let refused = match self.kv.swap(watch, &value).await {
            Ok(Swap::Written) => return Ok(Step::Done(answer)),
            Ok(Swap::Unclear) => Step::Conflict,
            Err(error) => Step::Failed(error),
        };
        // A plain read, not another watch: on Redis Spin opens a connection for each watch.
        let now = self.kv.get(place).await.map_err(StoreError::Kv)?;
        let Some(now) = now else { return Ok(Step::Gone) };
        if now == value {
            return Ok(Step::Done(answer));
        }
        if now == before {
            return Ok(refused);
        }
        match apply(Some(now)).await? {
            Change::Keep(answer) => Ok(Step::Done(answer)),
            Change::Write(..) => Ok(refused),
        }
    }

    /// One try at a document that does not exist.
    ///
    /// A number of its own, from `increment`, gives each creator a place where nobody else ever writes a first
    /// version. The first creator is done when it has written and still finds no other claim: two writes. Else the birth
    /// key, which by then exists, is swapped once, to the number that won; who comes later proposes the first version
    /// if that is there by then, since somebody may rely on it already. Each of these is needed: `tests/known_wrong.rs`.
    /// (If places were drawn at random, two creators could draw the same, and the later one write over turns.)
    /// A creator that dies before the swap leaves a first version behind, which is the document, or nobody reads it.
    async fn create<T, E: From<StoreError>>(
        &self,
        key: &str,
        apply: &mut impl AsyncFnMut(Option<Vec<u8>>) -> Result<Change<T>, E>,
    ) -> Result<Step<T>, E> {
        let (value, answer) = match apply(None).await? {
            Change::Keep(answer) => return Ok(Step::Done(answer)),
            Change::Write(value, answer) => (value, answer),
        };
        let claim = match self.kv.increment(&keys::birth(key), 1).await {
            Ok(number) => match Birth::of(number.try_into().map_err(|_| corrupt(key))?) {
                Birth::Claimed(claim) => claim,
                // Somebody was faster: this was a late claim, and says so.
                Birth::Born(claim) => {
                    self.know(key, claim);
                    return Ok(Step::Born);
                }
            },
            Err(error) => return Ok(Step::Failed(error)),
        };
        let first = keys::place(key, FIRST);
        if claim != FIRST && self.kv.get(&first).await.map_err(StoreError::Kv)?.is_some() {
            let born = self.bear(key, FIRST).await?;
            self.know(key, born);
            return Ok(Step::Born);
        }
        // After an error this claim is given up: a write that comes late must not meet a document in use.
        if let Err(error) = self.kv.set(&keys::place(key, claim), &value).await {
            return Ok(Step::Failed(error));
        }
        let born = match claim == FIRST && self.is_alone(key).await? {
            true => FIRST,
            false => self.bear(key, claim).await?,
        };
        self.know(key, born);
        if born == claim {
            return Ok(Step::Done(answer));
        }
        // What stays behind if this fails is never read.
        let _ = self.kv.delete(&keys::place(key, claim)).await;
        Ok(Step::Born)
    }

    /// Whether nobody but the first creator has claimed document `key`.
    async fn is_alone(&self, key: &str) -> Result<bool, StoreError> {
        let value = self.kv.get(&keys::birth(key)).await?;
        let birth = value.as_deref().and_then(Birth::parse);
        Ok(birth.is_some_and(|(birth, _)| birth == Birth::Claimed(FIRST)))
    }

    /// Proposes `claim` as the birth of document `key`, and returns the claim that won.
    pub(crate) async fn bear(&self, key: &str, claim: u64) -> Result<u64, StoreError> {
        let birth = keys::birth(key);
        let mut tries = Tries::default();
        loop {
            let (watch, value) = self.kv.watch(&birth).await?;
            let value = value.ok_or_else(|| corrupt(key))?;
            let form = match Birth::parse(&value) {
                Some((Birth::Born(won), _)) => return Ok(won),
                Some((Birth::Claimed(_), form)) => form,
                None => return Err(corrupt(key)),
            };
            let refused = match self.kv.swap(watch, &Birth::of_claim(claim, form)).await {
                Ok(Swap::Written) => return Ok(claim),
                Ok(Swap::Unclear) => None,
                Err(error) => Some(error),
            };
            let value = self.kv.get(&birth).await?;
            if let Some((Birth::Born(won), _)) = value.as_deref().and_then(Birth::parse) {
                return Ok(won);
            }
            match refused {
                None => tries.count(key)?,
                Some(error) => tries.fail(error)?,
            }
            self.kv.pause(tries.wait(self.random())).await;
        }
    }
}

/// How one try went.
enum Step<T> {
    Done(T),
    /// The document exists by now, and that is known: to be changed at once.
    Born,
    /// There is nothing in its place.
    Gone,
    Conflict,
    Failed(KvError),
}

/// How often a commit has been tried.
#[derive(Default)]
struct Tries {
    tries: u32,
    failures: u32,
}

impl Tries {
    fn count(&mut self, key: &str) -> Result<(), StoreError> {
        self.tries += 1;
        if self.tries < TRIES {
            return Ok(());
        }
        Err(StoreError::Contention { key: key.to_owned() })
    }

    fn fail(&mut self, error: KvError) -> Result<(), StoreError> {
        self.tries += 1;
        self.failures += 1;
        if self.failures < FAILURES {
            return Ok(());
        }
        Err(StoreError::Kv(error))
    }

    /// How long to wait now: anything up to a bound that doubles, so that writers who met do not meet again.
    fn wait(&self, random: u64) -> u64 {
        let doublings = self.tries.saturating_sub(1).min(16);
        let longest = (FIRST_WAIT << doublings).min(LONGEST_WAIT);
        random % (longest + 1)
    }
}
