//! `spin:key-value@3.0.0` for guests. Its functions are asynchronous: while one runs, the
//! instance serves its other requests.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;
use wasmtime::StoreContextMut;
use wasmtime::component::{
    Accessor, Destination, FutureReader, Resource, StreamProducer, StreamReader, StreamResult,
};

use super::operations::Counters;
use super::{Error, KeyValue, KeyValueData, Store};
use crate::bindings::spin_key_value::{self as v3, HostStore, HostStoreWithStore};

impl From<Error> for v3::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchStore => v3::Error::NoSuchStore,
            Error::AccessDenied => v3::Error::AccessDenied,
            Error::Other(message) => v3::Error::Other(message),
        }
    }
}

impl v3::Host for KeyValue {
    fn convert_error(&mut self, error: v3::Error) -> wasmtime::Result<v3::Error> {
        Ok(error)
    }
}

impl HostStore for KeyValue {
    async fn drop(&mut self, store: Resource<v3::Store>) -> wasmtime::Result<()> {
        self.close_store(store.rep());
        Ok(())
    }
}

/// The store behind a handle, counted as used.
fn store<T>(
    accessor: &Accessor<T, KeyValueData>,
    handle: &Resource<v3::Store>,
    count: impl FnOnce(&super::Counters),
) -> Result<Arc<dyn Store>, Error> {
    accessor.with(|mut access| {
        let key_value = access.get();
        let store = key_value.store(handle.rep())?;
        count(&key_value.counters);
        Ok(store)
    })
}

impl<T> HostStoreWithStore<T> for KeyValueData {
    async fn open(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> Result<Resource<v3::Store>, v3::Error> {
        let opening = accessor.with(|mut access| access.get().opening(label));
        let store = opening.await?;
        let handle = accessor.with(|mut access| access.get().add_store(store));
        Ok(Resource::new_own(handle))
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        handle: Resource<v3::Store>,
        key: String,
    ) -> Result<Option<Vec<u8>>, v3::Error> {
        let store = store(accessor, &handle, Counters::get)?;
        let value = store.get(&key).await?;
        accessor.with(|mut access| access.get().counters.found(value.as_deref()));
        Ok(value)
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        handle: Resource<v3::Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), v3::Error> {
        let store = store(accessor, &handle, |counters| counters.set(&value))?;
        Ok(store.set(&key, &value).await?)
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        handle: Resource<v3::Store>,
        key: String,
    ) -> Result<(), v3::Error> {
        let store = store(accessor, &handle, |counters| counters.delete(1))?;
        Ok(store.delete(&key).await?)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        handle: Resource<v3::Store>,
        key: String,
    ) -> Result<bool, v3::Error> {
        let store = store(accessor, &handle, |counters| counters.exists())?;
        Ok(store.exists(&key).await?)
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        handle: Resource<v3::Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), v3::Error>>)> {
        let store = store(accessor, &handle, |counters| counters.list())
            .map_err(|_| wasmtime::format_err!("no such store"))?;
        let (keys, end) = store.stream_keys();
        let end = async move {
            // The sender always sends; should it vanish, the listing was cut short.
            let cut = Err(Error::Other("the listing was cut short".to_owned()));
            Ok::<_, wasmtime::Error>(end.await.unwrap_or(cut).map_err(v3::Error::from))
        };
        accessor.with(|mut access| {
            Ok((StreamReader::new(&mut access, Keys(keys))?, FutureReader::new(&mut access, end)?))
        })
    }
}

/// Hands over one key at a time, so a guest that does not read keeps the listing, and on SQLite
/// the whole store, waiting: Spin's deadlock.
struct Keys(mpsc::Receiver<String>);

impl<D> StreamProducer<D> for Keys {
    type Item = String;
    type Buffer = Option<String>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, String, Option<String>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        match self.0.poll_recv(cx) {
            Poll::Ready(Some(key)) => {
                destination.set_buffer(Some(key));
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}
