// Input

#[resilient(key = "db.{self.region}.{shard}", retry = "3 attempts", fallback = Self::by_replica)]
async fn load(&self, shard: u16, _: Hint) -> Result<Row, DbError> {
    self.shards.load(shard).await
}

// Expansion

#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: 3 attempts, exponential 50ms..1s, full jitter; fallback `Self::by_replica`; no limit of time of its own; at most 3 attempts."
)]
async fn load(&self, shard: u16, __arg2: Hint) -> Result<Row, DbError> {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
            ::recourse::__private::SiteName::template("db.{self.region}.{shard}"),
            ::recourse::__private::Policy::new()
                .retry(::recourse::__private::RetryPolicy::attempts(3)),
        )
        .falls_back();
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
    let __recourse_result: Result<Row, DbError> = '__recourse_call: {
        #[allow(clippy::used_underscore_binding)]
        let __recourse_key = ::recourse::__private::key(
            &["db.", ".", ""],
            &[
                ::recourse::__private::KeyValue::in_key(&self.region),
                ::recourse::__private::KeyValue::in_key(&shard),
            ],
        );
        match ::core::pin::pin!(
            __RECOURSE_SITE.call_of(::core::option::Option::None, & __recourse_key)
        ) {
            __recourse_call => {
                let mut __recourse_call = match __recourse_call.gate() {
                    ::core::result::Result::Ok(__recourse_call) => __recourse_call,
                    ::core::result::Result::Err(__recourse_rejection) => {
                        break '__recourse_call {
                            ::recourse::__private::rejected(
                                __recourse_classifier,
                                __recourse_rejection,
                            )
                        };
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
                    #[allow(unused_variables)]
                    let shard = ::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &shard,
                    );
                    #[allow(
                        unknown_lints,
                        clippy::shadow_reuse,
                        clippy::shadow_same,
                        clippy::shadow_unrelated,
                        clippy::used_underscore_binding
                    )]
                    #[allow(unused_variables)]
                    let __arg2 = ::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &__arg2,
                    );
                    let __recourse_step = __recourse_call
                        .attempt(
                            __recourse_classifier,
                            async move {
                                if let ::core::option::Option::Some(
                                    __recourse_return_hint,
                                ) = ::core::option::Option::None::<Result<Row, DbError>> {
                                    return __recourse_return_hint;
                                }
                                #[allow(
                                    unknown_lints,
                                    clippy::shadow_reuse,
                                    clippy::shadow_same,
                                    clippy::shadow_unrelated,
                                    clippy::used_underscore_binding
                                )]
                                let _ = __arg2;
                                { self.shards.load(shard).await }
                            },
                        )
                        .await;
                    match __recourse_step {
                        ::recourse::__private::NextStep::Launch(__recourse_again) => {
                            __recourse_call = ::recourse::__private::given_back(
                                __recourse_again,
                            );
                        }
                        ::recourse::__private::NextStep::Done(__recourse_result) => {
                            break '__recourse_call __recourse_result;
                        }
                    }
                }
            }
        }
    };
    let __recourse_error = match ::recourse::__private::Outcome::into_result(
        __recourse_result,
    ) {
        ::core::result::Result::Ok(__recourse_value) => {
            return ::recourse::__private::Outcome::from_ok(__recourse_value);
        }
        ::core::result::Result::Err(__recourse_error) => __recourse_error,
    };
    let __recourse_told = __RECOURSE_SITE.fallback();
    #[allow(clippy::used_underscore_binding)]
    let (__recourse_given0, __recourse_given1, __recourse_given2) = (
        self,
        shard,
        __arg2,
    );
    #[allow(clippy::used_underscore_binding)]
    let __recourse_answer = {
        #[allow(unused_imports)]
        use ::recourse::__private::{ByFuture as _, ByResult as _};
        (&&::recourse::__private::Answer::new(
            Self::by_replica(
                __recourse_given0,
                __recourse_given1,
                __recourse_given2,
                __recourse_error,
            ),
        ))
            .recourse_answer()
    };
    #[allow(clippy::used_underscore_binding)]
    let __recourse_result: Result<Row, DbError> = __recourse_answer.await;
    return ::recourse::__private::answered(__recourse_result, __recourse_told);
}
