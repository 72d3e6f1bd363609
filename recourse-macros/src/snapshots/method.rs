// Input

#[resilient(key = "users.get", retry = "3 attempts, exponential 10ms..250ms", hedge = "p99", circuit = "defaults", timeout = "2s")]
/// Reads a user.
pub(crate) async fn get_user(&self, id: UserId, fields: &[Field]) -> Result<User, ApiError> {
    self.client.get(id, fields).await
}

// Expansion

/// Reads a user.
pub(crate) async fn get_user(
    &self,
    id: UserId,
    fields: &[Field],
) -> Result<User, ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::Site = ::recourse::__private::Site::new(
            ::recourse::__private::Name::literal("users.get"),
            ::recourse::__private::Policy::new()
                .retry(
                    ::recourse::__private::RetryPolicy::attempts(3)
                        .exponential(
                            ::core::time::Duration::from_millis(10),
                            ::core::time::Duration::from_millis(250),
                        ),
                )
                .hedge(::recourse::__private::HedgePolicy::percentile(99))
                .circuit(::recourse::__private::CircuitPolicy::defaults())
                .timeout(::core::time::Duration::from_secs(2)),
        )
        .hedgeable();
    let judge = ::recourse::__private::judge::<
        Result<User, ApiError>,
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
    let mut call = ::core::pin::pin!(__RECOURSE_SITE.hedged_call());
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
        let id = ::recourse::__private::clone_arg(&id);
        let turn = ::core::pin::Pin::as_mut(&mut call)
            .attempt(
                judge,
                async move {
                    if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                        Result<User, ApiError>,
                    > {
                        return edge;
                    }
                    { self.client.get(id, fields).await }
                },
            )
            .await;
        match turn {
            ::recourse::__private::Turn::Launch => {}
            ::recourse::__private::Turn::Done(result) => break result,
        }
    }
}
