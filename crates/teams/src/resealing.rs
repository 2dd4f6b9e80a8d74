//! Sealing anew what another key sealed, within one commit, which may be applied more than once.

use crate::{Sealed, Secrets};

/// What became of what another key had sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Sealed anew, with the present key.
    pub rotated: u64,
    /// Left as it is: neither the present key nor the one before opens it.
    pub left: u64,
}

impl std::ops::AddAssign for Resealed {
    fn add_assign(&mut self, more: Self) {
        self.rotated += more.rotated;
        self.left += more.left;
    }
}

/// Seals anew in one commit. It knows what it has sealed, so that what was written although the store failed counts.
pub struct Resealing<'s, R> {
    secrets: &'s Secrets,
    /// For nonces: two texts are never sealed with the same one.
    random: R,
    made: Vec<Sealed>,
}

impl<'s, R: FnMut() -> [u8; 24]> Resealing<'s, R> {
    /// For one commit. `random` gives 24 random bytes.
    pub fn new(secrets: &'s Secrets, random: R) -> Self {
        Self { secrets, random, made: Vec::new() }
    }

    /// Seals anew what is sealed for `place`, if another key did it, and counts it. Whether it has changed.
    pub fn reseal(&mut self, sealed: &mut Sealed, place: &[u8], count: &mut Resealed) -> bool {
        if self.secrets.is_current(sealed) {
            count.rotated += u64::from(self.made.contains(sealed));
            return false;
        }
        let opened = self.secrets.open(sealed, place);
        let anew = opened.and_then(|text| self.secrets.seal(&text, place, (self.random)()));
        match anew {
            Ok(anew) => {
                self.made.push(anew.clone());
                *sealed = anew;
                count.rotated += 1;
                true
            }
            Err(_) => {
                count.left += 1;
                false
            }
        }
    }
}
