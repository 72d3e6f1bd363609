// Input

#[resilient(timeout = "1500ms", circuit = "5 failures in 10s, cooldown 1s..30s", classify = ApiError::class)]
async fn upload(mut self, (name, body): (String, Body)) -> Result<(), ApiError> {
    self.put(name, body).await
}

// Expansion

async fn upload(mut self, (name, body): (String, Body)) -> Result<(), ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::Site = ::recourse::__private::Site::new(
            ::recourse::__private::Name::path(|| {}),
            ::recourse::__private::Policy::new()
                .circuit(
                    ::recourse::__private::CircuitPolicy::failures(5)
                        .within(::core::time::Duration::from_secs(10))
                        .cooldown(::core::time::Duration::from_secs(1))
                        .max_cooldown(::core::time::Duration::from_secs(30)),
                )
                .timeout(::core::time::Duration::from_millis(1500)),
        )
        .once();
    let judge = ::recourse::__private::judge::<
        Result<(), ApiError>,
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
        |error| ApiError::class(error),
        ::recourse::__private::accept,
        |rejection| ::recourse::__private::from_rejection(rejection),
        |error| {
            #[allow(unused_imports)]
            use ::recourse::__private::{ByDisplay as _, Untold as _};
            (&&::recourse::__private::Probe(error)).recourse_text()
        },
    );
    let mut call = ::core::pin::pin!(__RECOURSE_SITE.call());
    if let ::core::option::Option::Some(rejection) = ::core::pin::Pin::as_mut(&mut call)
        .gate()
    {
        return ::recourse::__private::rejected(judge, rejection);
    }
    call.only(
            judge,
            async move {
                if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                    Result<(), ApiError>,
                > {
                    return edge;
                }
                { self.put(name, body).await }
            },
        )
        .await
}
