// Input

#[resilient(timeout = "2s")]
fn load(&self, id: Id) -> impl Future<Output = Result<Row, DbError>> + Send {
    let shard = self.shard_of(id);
    async move { shard.load(id).await }
}

// Expansion

#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: timeout 2s; worst case 2s; one attempt."
)]
fn load(&self, id: Id) -> impl Future<Output = Result<Row, DbError>> + Send {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
            ::recourse::__private::SiteName::path(|| {}),
            ::recourse::__private::Policy::new()
                .timeout(::core::time::Duration::from_secs(2)),
        )
        .once();
    return async move {
        let __recourse_classifier = ::recourse::__private::classifier::<
            Result<Row, DbError>,
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
            |__recourse_error| ::recourse::__private::Outcome::from_err(
                __recourse_error,
            ),
            |__recourse_rejection| ::recourse::__private::FromRejection::from_rejection(
                __recourse_rejection,
            ),
            |__recourse_outcome| match ::recourse::__private::Outcome::as_result(
                __recourse_outcome,
            ) {
                ::core::result::Result::Ok(_) => ::core::option::Option::None,
                ::core::result::Result::Err(__recourse_error) => {
                    #[allow(unused_imports)]
                    use ::recourse::__private::{
                        ByDisplay as _, ByDebug as _, Untold as _,
                    };
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
                #[allow(unknown_lints, clippy::redundant_closure_call)]
                let __recourse_attempt = {
                    let __recourse_entered = __recourse_call.enter();
                    (move || {
                        {
                            let shard = self.shard_of(id);
                            async move {
                                if let ::core::option::Option::Some(
                                    __recourse_return_hint,
                                ) = ::core::option::Option::None::<Result<Row, DbError>> {
                                    return __recourse_return_hint;
                                }
                                { shard.load(id).await }
                            }
                        }
                    })()
                };
                ::recourse::__private::done(
                    __recourse_call
                        .attempt(__recourse_classifier, __recourse_attempt)
                        .await,
                )
            }
        };
    };
}
