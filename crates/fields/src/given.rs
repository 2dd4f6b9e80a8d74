//! Whether a field was there, and what it was.

/// How a field was given. An invalid one counts as absent: its error is collected.
#[derive(Debug, Clone, PartialEq)]
pub enum Given<T> {
    /// It was not there.
    Absent,
    /// It was `null`.
    Null,
    /// It was this.
    Value(T),
}

impl<T> Given<T> {
    /// The value, where one was given.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Puts a given value into `place`; `null` clears it, absence leaves it.
    pub fn put(self, place: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *place = None,
            Self::Value(value) => *place = Some(value),
        }
    }

    /// Puts a given value into `place`; `null` makes it the default, absence leaves it.
    pub fn put_or_default(self, place: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Absent => {}
            Self::Null => *place = T::default(),
            Self::Value(value) => *place = value,
        }
    }
}
