// Input

#[resilient(key = "users.get", retry = "3 attempts, exponential 10ms..250ms", hedge = "p99", circuit = "defaults", timeout = "2s")]
/// Reads a user.
pub(crate) async fn get_user(&self, id: UserId, fields: &[Field]) -> Result<User, ApiError> {
    self.client.get(id, fields).await
}

// Expansion

/// Reads a user.
#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: 3 attempts, exponential 10ms..250ms, full jitter; hedge p99; circuit defaults; timeout 2s; worst case 2s; at most 9 attempts."
)]
pub(crate) async fn get_user(
    &self,
    id: UserId,
    fields: &[Field],
) -> Result<User, ApiError> {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
            ::recourse::__private::SiteName::literal("users.get"),
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
    let __recourse_classifier = ::recourse::__private::classifier::<
        Result<User, ApiError>,
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
    return match ::core::pin::pin!(__RECOURSE_SITE.hedged_call(__recourse_classifier)) {
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
                let id = ::recourse::__private::ClonedForEachAttempt::clone_arg(&id);
                let __recourse_step = __recourse_call
                    .attempt(async move {
                        if let ::core::option::Option::Some(__recourse_return_hint) = ::core::option::Option::None::<
                            Result<User, ApiError>,
                        > {
                            return __recourse_return_hint;
                        }
                        { self.client.get(id, fields).await }
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
