//! The actions API: contract/actions-qyvo.md, section 6. `trigger-flow`, with seed 001, is in `refused` and `triggered`.

mod refused;
mod sending;
mod templates;
mod triggered;
