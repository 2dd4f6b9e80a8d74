//! The actions API: contract/actions-qyvo.md, section 6, and seed 001.

mod polling;
mod refused;
mod triggered;
