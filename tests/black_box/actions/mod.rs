//! `POST /api/v1/actions/trigger-flow`: contract/actions-qyvo.md, section 6, and seed 001.

mod refused;
mod triggered;
