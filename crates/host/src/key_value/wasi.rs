//! `wasi:keyvalue@0.2.0-draft2` for guests: store, batch, atomics. Its functions are synchronous:
//! while one runs, the instance serves nobody else.

use wasmtime::component::Resource;

use super::dispatch::OpenCas;
use super::{Error, KeyAndValue, KeyValue, SwapError};
use crate::bindings::wasi_keyvalue::atomics::{self, CasError};
use crate::bindings::wasi_keyvalue::batch;
use crate::bindings::wasi_keyvalue::store::{self, Bucket, KeyResponse};

impl From<Error> for store::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchStore => store::Error::NoSuchStore,
            Error::AccessDenied => store::Error::AccessDenied,
            Error::Other(message) => store::Error::Other(message),
        }
    }
}

impl store::Host for KeyValue {
    async fn open(&mut self, identifier: String) -> Result<Resource<Bucket>, store::Error> {
        let store = self.opening(identifier).await?;
        Ok(Resource::new_own(self.add_store(store)))
    }

    fn convert_error(&mut self, error: store::Error) -> wasmtime::Result<store::Error> {
        Ok(error)
    }
}

impl store::HostBucket for KeyValue {
    async fn get(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> Result<Option<Vec<u8>>, store::Error> {
        let store = self.store(bucket.rep())?;
        self.counters.get();
        let value = store.get(&key).await?;
        self.counters.found(value.as_deref());
        Ok(value)
    }

    async fn set(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), store::Error> {
        let store = self.store(bucket.rep())?;
        self.counters.set(&value);
        Ok(store.set(&key, &value).await?)
    }

    async fn delete(&mut self, bucket: Resource<Bucket>, key: String) -> Result<(), store::Error> {
        let store = self.store(bucket.rep())?;
        self.counters.delete(1);
        Ok(store.delete(&key).await?)
    }

    async fn exists(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> Result<bool, store::Error> {
        let store = self.store(bucket.rep())?;
        self.counters.exists();
        Ok(store.exists(&key).await?)
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<Bucket>,
        cursor: Option<String>,
    ) -> Result<KeyResponse, store::Error> {
        if cursor.is_some() {
            let message = "list_keys: cursor not supported".to_owned();
            return Err(store::Error::Other(message));
        }
        let store = self.store(bucket.rep())?;
        self.counters.list();
        let keys = store.keys().await?;
        Ok(KeyResponse { keys, cursor: None })
    }

    async fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
        self.close_store(bucket.rep());
        Ok(())
    }
}

impl batch::Host for KeyValue {
    async fn get_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> Result<Vec<KeyAndValue>, store::Error> {
        let store = self.store(bucket.rep())?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.counters.get_many(keys.len());
        let pairs = store.get_many(keys).await?;
        pairs.iter().for_each(|(_, value)| self.counters.found(value.as_deref()));
        Ok(pairs)
    }

    async fn set_many(
        &mut self,
        bucket: Resource<Bucket>,
        pairs: Vec<(String, Vec<u8>)>,
    ) -> Result<(), store::Error> {
        let store = self.store(bucket.rep())?;
        if pairs.is_empty() {
            return Ok(());
        }
        for (_, value) in &pairs {
            self.counters.set(value);
        }
        Ok(store.set_many(pairs).await?)
    }

    async fn delete_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> Result<(), store::Error> {
        let store = self.store(bucket.rep())?;
        if keys.is_empty() {
            return Ok(());
        }
        self.counters.delete(keys.len());
        Ok(store.delete_many(keys).await?)
    }
}

impl KeyValue {
    async fn open_cas(&mut self, bucket: u32, key: String) -> Result<u32, Error> {
        let cas = self.store(bucket)?.compare_and_swap(&key).await?;
        Ok(self.add_cas(OpenCas { cas, bucket, key }))
    }

    async fn read_cas(&mut self, handle: u32) -> Result<Option<Vec<u8>>, Error> {
        let open = self.cas(handle)?;
        self.counters.cas_current();
        let value = open.cas.current().await?;
        self.counters.found(value.as_deref());
        Ok(value)
    }
}

impl atomics::HostCas for KeyValue {
    async fn new(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> Result<Resource<atomics::Cas>, store::Error> {
        Ok(Resource::new_own(self.open_cas(bucket.rep(), key).await?))
    }

    async fn current(
        &mut self,
        cas: Resource<atomics::Cas>,
    ) -> Result<Option<Vec<u8>>, store::Error> {
        Ok(self.read_cas(cas.rep()).await?)
    }

    async fn drop(&mut self, cas: Resource<atomics::Cas>) -> wasmtime::Result<()> {
        self.close_cas(cas.rep());
        Ok(())
    }
}

impl atomics::Host for KeyValue {
    async fn increment(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        delta: i64,
    ) -> Result<i64, store::Error> {
        let store = self.store(bucket.rep())?;
        self.counters.increment();
        Ok(store.increment(&key, delta).await?)
    }

    /// Consumes the guest's handle, but like Spin leaves what is behind it in the table: on Redis
    /// its connections stay open until the instance is gone.
    async fn swap(&mut self, cas: Resource<atomics::Cas>, value: Vec<u8>) -> Result<(), CasError> {
        let store_error = |error: Error| CasError::StoreError(error.into());
        let open = self.cas(cas.rep()).map_err(store_error)?;
        self.counters.cas_swap(&value);
        match open.cas.swap(value).await {
            Ok(()) => Ok(()),
            Err(SwapError::CasFailed) => {
                let handle = self.open_cas(open.bucket, open.key).await;
                let handle = handle.map_err(store_error)?;
                self.read_cas(handle).await.map_err(store_error)?;
                Err(CasError::CasFailed(Resource::new_own(handle)))
            }
            Err(SwapError::Other(message)) => Err(store_error(Error::Other(message))),
        }
    }

    fn convert_cas_error(&mut self, error: CasError) -> wasmtime::Result<CasError> {
        Ok(error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
