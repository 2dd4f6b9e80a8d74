//! The actions API: contract/actions-qyvo.md, section 6. `trigger-flow`, with seed 001, is in `refused` and `triggered`.

mod contact_fields;
mod contacts;
mod flows;
mod many;
mod me;
mod polling;
mod refused;
mod sending;
mod sequences;
mod tags;
mod templates;
mod triggered;
