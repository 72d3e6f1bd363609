//! Methods of traits, native and under `#[async_trait]`.

mod async_trait_default;
mod async_trait_instrumented;
mod async_trait_instrumented_results;
mod async_trait_mut;
mod async_trait_not_send;
mod async_trait_receivers;
mod async_trait_ref;
mod async_trait_value;
mod async_trait_without_self;
mod boxed_future;
mod for_references;
mod future_by_async_fn;
mod future_by_future;
mod native_default;
mod native_generic;
mod native_impl;
