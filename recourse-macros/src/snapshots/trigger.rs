// Input

#[resilient(hedge = my::TRIGGER, executor = self.executor, timeout = "2s")]
async fn search(&self, query: String) -> Result<Page, ApiError> {
    self.index.search(query).await
}

// Expansion

#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: hedge `my::TRIGGER`; timeout 2s; worst case 2s."
)]
async fn search(&self, query: String) -> Result<Page, ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
            ::recourse::__private::SiteName::path(|| {}),
            ::recourse::__private::Policy::new()
                .timeout(::core::time::Duration::from_secs(2)),
        )
        .trigger(&my::TRIGGER)
        .hedgeable();
    {
        #[allow(unused_imports)]
        use ::recourse::__private::OfOneType as _;
        #[allow(unused_imports)]
        use ::recourse::__private::OfAnyType as _;
        (&&::recourse::__private::MethodOf::<Self>::new()).recourse_method();
    }
    let __recourse_classifier = ::recourse::__private::classifier::<
        Result<Page, ApiError>,
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
            {
                #[allow(unused_imports)]
                use ::recourse::__private::{
                    ByClassify as _, ByRejection as _, ByHeldRejection as _,
                    ByDefault as _,
                };
                (&&&&::recourse::__private::Probe(__recourse_error)).recourse_class()
            }
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
    return match ::core::pin::pin!(
        { let __recourse_call = __RECOURSE_SITE.hedged_call_in(__recourse_classifier, &
        (self.executor)); __recourse_call }
    ) {
        __recourse_call => {
            let mut __recourse_call = match __recourse_call.gate() {
                ::core::result::Result::Ok(__recourse_call) => __recourse_call,
                ::core::result::Result::Err(__recourse_rejection) => {
                    return ::recourse::__private::rejected(
                        __recourse_classifier,
                        __recourse_rejection,
                    );
                }
            };
            loop {
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let query = ::recourse::__private::ClonedForEachAttempt::clone_arg(
                    &query,
                );
                let __recourse_step = __recourse_call
                    .attempt(async move {
                        if let ::core::option::Option::Some(__recourse_return_hint) = ::core::option::Option::None::<
                            Result<Page, ApiError>,
                        > {
                            return __recourse_return_hint;
                        }
                        { self.index.search(query).await }
                    })
                    .await;
                match __recourse_step {
                    ::recourse::__private::NextStep::Launch(__recourse_again) => {
                        __recourse_call = ::recourse::__private::given_back(
                            __recourse_again,
                        );
                    }
                    ::recourse::__private::NextStep::Done(__recourse_result) => {
                        break __recourse_result;
                    }
                }
            }
        }
    };
}
