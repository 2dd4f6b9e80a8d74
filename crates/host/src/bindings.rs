//! What `wasmtime` generates from `wit/`: Spin's key-value and variables, `wasi:keyvalue`.
//! The definitions are copies of those in spin-sdk 7.0.0.

#[allow(missing_docs, clippy::all)]
mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "parlance:host/app",
        imports: { default: async | trappable },
        trappable_error_type: {
            "spin:key-value/key-value@3.0.0.error" => spin::key_value::key_value::Error,
            "spin:variables/variables@3.0.0.error" => spin::variables::variables::Error,
            "wasi:keyvalue/store@0.2.0-draft2.error" => wasi::keyvalue::store::Error,
            "wasi:keyvalue/atomics@0.2.0-draft2.cas-error" => wasi::keyvalue::atomics::CasError,
        },
    });
}

pub(crate) use generated::spin::key_value::key_value as spin_key_value;
pub(crate) use generated::spin::variables::variables;
pub(crate) use generated::wasi::keyvalue as wasi_keyvalue;
