// Input

#[resilient(policy = policies::READS, retry = policies::FAST, retry_if = is_transient, on_reject = Error::from_rejected,
           executor = self.executor, crate = crate::facade::recourse)]
#[tracing::instrument]
async fn every<'a, T: Clone>(
    self: Arc<Self>,
    plain: T,
    mut changed: Vec<u8>,
    borrowed: &'a str,
    mut cursor: &'a [u8],
    pinned: Pin<&Self>,
    _: Guard,
    _ignored: u8,
    (left, mut right): (String, u8),
    &(x, y): &(u8, u8),
    #[cfg(unix)]
    #[expect(unused_variables)]
    socket: Socket,
) -> Result<impl Iterator<Item = &'a T>, Error>
where
    T: 'a,
{
    #![allow(clippy::too_many_arguments)]
    const LIMIT: usize = 3;
    Ok(self.all(LIMIT).await?)
}

// Expansion

#[tracing::instrument]
#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: policy `policies::READS`; retry `policies::FAST`."
)]
async fn every<'a, T: Clone>(
    mut self: Arc<Self>,
    plain: T,
    changed: Vec<u8>,
    borrowed: &'a str,
    cursor: &'a [u8],
    pinned: Pin<&Self>,
    _: Guard,
    _ignored: u8,
    (left, right): (String, u8),
    &(x, y): &(u8, u8),
    #[cfg(unix)]
    socket: Socket,
) -> Result<impl Iterator<Item = &'a T>, Error>
where
    T: 'a,
{
    #![allow(clippy::too_many_arguments)]
    static __RECOURSE_SITE: crate::facade::recourse::__private::CallSite = {
        #[allow(unused_imports)]
        use crate::facade::recourse::__private::OtherThanPolicy as _;
        crate::facade::recourse::__private::CallSite::new(
            crate::facade::recourse::__private::SiteName::path(|| {}),
            policies::READS
                .over(crate::facade::recourse::__private::Policy::new())
                .retry(policies::FAST),
        )
    };
    {
        #[allow(unused_imports)]
        use crate::facade::recourse::__private::OfOneType as _;
        #[allow(unused_imports)]
        use crate::facade::recourse::__private::OfAnyType as _;
        (&&crate::facade::recourse::__private::MethodOf::<Self>::new())
            .recourse_method();
    }
    let __recourse_classifier = crate::facade::recourse::__private::classifier::<
        Result<_, Error>,
        _,
        _,
        _,
        _,
        _,
    >(
        |__recourse_outcome| -> crate::facade::recourse::__private::Class {
            let __recourse_error = match crate::facade::recourse::__private::Outcome::as_result(
                __recourse_outcome,
            ) {
                ::core::result::Result::Ok(__recourse_value) => {
                    return crate::facade::recourse::__private::accept(__recourse_value);
                }
                ::core::result::Result::Err(__recourse_error) => __recourse_error,
            };
            crate::facade::recourse::__private::retry_if(is_transient(__recourse_error))
        },
        |__recourse_error| crate::facade::recourse::__private::Outcome::from_err(
            __recourse_error,
        ),
        |__recourse_rejection| Error::from_rejected(__recourse_rejection),
        |__recourse_outcome| match crate::facade::recourse::__private::Outcome::as_result(
            __recourse_outcome,
        ) {
            ::core::result::Result::Ok(_) => ::core::option::Option::None,
            ::core::result::Result::Err(__recourse_error) => {
                #[allow(unused_imports)]
                use crate::facade::recourse::__private::{
                    ByDisplay as _, ByDebug as _, Untold as _,
                };
                (&&&crate::facade::recourse::__private::Probe(__recourse_error))
                    .recourse_text()
            }
        },
    );
    return match ::core::pin::pin!(
        { let __recourse_call = __RECOURSE_SITE.call_in(& (self.executor));
        __recourse_call }
    ) {
        __recourse_call => {
            let mut __recourse_call = match __recourse_call.gate() {
                ::core::result::Result::Ok(__recourse_call) => __recourse_call,
                ::core::result::Result::Err(__recourse_rejection) => {
                    return crate::facade::recourse::__private::rejected(
                        __recourse_classifier,
                        __recourse_rejection,
                    );
                }
            };
            let __recourse_saved_self = self;
            loop {
                #[allow(unused_assignments)]
                {
                    self = crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &__recourse_saved_self,
                    );
                }
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let plain = crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                    &plain,
                );
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let mut changed = crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                    &changed,
                );
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let mut cursor = cursor;
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let _ignored = crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                    &_ignored,
                );
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let (left, mut right) = (
                    crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &left,
                    ),
                    crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &right,
                    ),
                );
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let (x, y) = (
                    crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &x,
                    ),
                    crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                        &y,
                    ),
                );
                #[cfg(unix)]
                #[expect(unused_variables)]
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let socket = crate::facade::recourse::__private::ClonedForEachAttempt::clone_arg(
                    &socket,
                );
                let __recourse_step = __recourse_call
                    .attempt(
                        __recourse_classifier,
                        async move {
                            if let ::core::option::Option::Some(
                                __recourse_return_hint,
                            ) = ::core::option::Option::None::<Result<_, Error>> {
                                return __recourse_return_hint;
                            }
                            crate::facade::recourse::__private::captured(&self);
                            {
                                const LIMIT: usize = 3;
                                Ok(self.all(LIMIT).await?)
                            }
                        },
                    )
                    .await;
                match __recourse_step {
                    crate::facade::recourse::__private::NextStep::Launch(
                        __recourse_again,
                    ) => {
                        __recourse_call = crate::facade::recourse::__private::given_back(
                            __recourse_again,
                        );
                    }
                    crate::facade::recourse::__private::NextStep::Done(
                        __recourse_result,
                    ) => break __recourse_result,
                }
            }
        }
    };
}
