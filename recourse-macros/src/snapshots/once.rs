// Input

#[resilient(timeout = "1500ms", circuit = "5 failures in 10s, cooldown 1s..30s", classify = ApiError::class)]
async fn upload(mut self, (name, body): (String, Body)) -> Result<(), ApiError> {
    self.put(name, body).await
}

// Expansion

#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: circuit 5 failures in 10s, cooldown 1s..30s; timeout 1.5s; worst case 1.5s; one attempt."
)]
async fn upload(mut self, (name, body): (String, Body)) -> Result<(), ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
            ::recourse::__private::SiteName::path(|| {}),
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
    {
        #[allow(unused_imports)]
        use ::recourse::__private::OfOneType as _;
        #[allow(unused_imports)]
        use ::recourse::__private::OfAnyType as _;
        (&&::recourse::__private::MethodOf::<Self>::new()).recourse_method();
    }
    let __recourse_classifier = ::recourse::__private::classifier::<
        Result<(), ApiError>,
        _,
        _,
        _,
        _,
        _,
    >(
        |__recourse_outcome| -> ::recourse::__private::Class {
            let __recourse_error = match ::recourse::__private::Outcome::as_result(
                __recourse_outcome,
            ) {
                ::core::result::Result::Ok(__recourse_value) => {
                    return ::recourse::__private::accept(__recourse_value);
                }
                ::core::result::Result::Err(__recourse_error) => __recourse_error,
            };
            ApiError::class(__recourse_error)
        },
        |__recourse_error| ::recourse::__private::Outcome::from_err(__recourse_error),
        |__recourse_rejection| ::recourse::__private::FromRejection::from_rejection(
            __recourse_rejection,
        ),
        |__recourse_outcome| match ::recourse::__private::Outcome::as_result(
            __recourse_outcome,
        ) {
            ::core::result::Result::Ok(_) => ::core::option::Option::None,
            ::core::result::Result::Err(__recourse_error) => {
                #[allow(unused_imports)]
                use ::recourse::__private::{ByDisplay as _, ByDebug as _, Untold as _};
                (&&&::recourse::__private::Probe(__recourse_error)).recourse_text()
            }
        },
    );
    return match ::core::pin::pin!(__RECOURSE_SITE.call()) {
        __recourse_call => {
            let __recourse_call = match __recourse_call.gate() {
                ::core::result::Result::Ok(__recourse_call) => __recourse_call,
                ::core::result::Result::Err(__recourse_rejection) => {
                    return ::recourse::__private::rejected(
                        __recourse_classifier,
                        __recourse_rejection,
                    );
                }
            };
            ::recourse::__private::done(
                __recourse_call
                    .attempt(
                        __recourse_classifier,
                        async move {
                            if let ::core::option::Option::Some(
                                __recourse_return_hint,
                            ) = ::core::option::Option::None::<Result<(), ApiError>> {
                                return __recourse_return_hint;
                            }
                            ::recourse::__private::captured(&self);
                            { self.put(name, body).await }
                        },
                    )
                    .await,
            )
        }
    };
}
