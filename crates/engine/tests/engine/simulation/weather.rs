//! What goes wrong in a run, and how often.

/// How rough a run is: each goes wrong once in so many times; 0: never.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// A request to the provider.
    pub trouble: u64,
    /// A step, after which some task is ended.
    pub crashes: u64,
    /// An operation of the store.
    pub faults: u64,
    /// A step, after which all machines stand still for up to ten minutes.
    pub freezes: u64,
}

pub const CALM: Weather = Weather { trouble: 0, crashes: 0, faults: 0, freezes: 0 };
pub const TROUBLE: Weather = Weather { trouble: 3, ..CALM };
pub const CRASHES: Weather = Weather { trouble: 6, crashes: 250, ..CALM };
pub const FREEZES: Weather = Weather { trouble: 6, freezes: 400, ..CALM };
pub const STORM: Weather = Weather { trouble: 4, crashes: 300, faults: 60, freezes: 1_500 };

/// All of them, by name.
pub const ALL: [(&str, Weather); 5] = [
    ("calm", CALM),
    ("trouble", TROUBLE),
    ("crashes", CRASHES),
    ("freezes", FREEZES),
    ("storm", STORM),
];
