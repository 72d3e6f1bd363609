// Input

#[resilient(hedge = my::TRIGGER, executor = self.executor, timeout = "2s")]
async fn search(&self, query: String) -> Result<Page, ApiError> {
    self.index.search(query).await
}

// Expansion

async fn search(&self, query: String) -> Result<Page, ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::Site = ::recourse::__private::Site::new(
            ::recourse::__private::Name::path(|| {}),
            ::recourse::__private::Policy::new()
                .timeout(::core::time::Duration::from_secs(2)),
        )
        .trigger(&my::TRIGGER)
        .hedgeable();
    let judge = ::recourse::__private::judge::<
        Result<Page, ApiError>,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
    >(
        |outcome| ::recourse::__private::look(outcome),
        |error| ::recourse::__private::fail(error),
        |error| {
            #[allow(unused_imports)]
            use ::recourse::__private::{
                ByClassify as _, ByRejection as _, ByDefault as _,
            };
            (&&&::recourse::__private::Probe(error)).recourse_class()
        },
        ::recourse::__private::accept,
        |rejection| ::recourse::__private::from_rejection(rejection),
        |error| {
            #[allow(unused_imports)]
            use ::recourse::__private::{ByDisplay as _, Untold as _};
            (&&::recourse::__private::Probe(error)).recourse_text()
        },
    );
    let mut call = ::core::pin::pin!(__RECOURSE_SITE.hedged_call_in(& (self.executor)));
    if let ::core::option::Option::Some(rejection) = ::core::pin::Pin::as_mut(&mut call)
        .gate()
    {
        return ::recourse::__private::rejected(judge, rejection);
    }
    loop {
        #[allow(
            unknown_lints,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding
        )]
        let query = ::recourse::__private::clone_arg(&query);
        let turn = ::core::pin::Pin::as_mut(&mut call)
            .attempt(
                judge,
                async move {
                    if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                        Result<Page, ApiError>,
                    > {
                        return edge;
                    }
                    { self.index.search(query).await }
                },
            )
            .await;
        match turn {
            ::recourse::__private::Turn::Launch => {}
            ::recourse::__private::Turn::Done(result) => break result,
        }
    }
}
