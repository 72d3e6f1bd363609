// Input

#[resilient(retry = "3 attempts")]
async fn read(&mut self, buffer: &mut Vec<u8>, mut socket: Pin<&mut Socket>, [first, ..]: &mut [u8; 4]) -> io::Result<usize> {
    *first = socket.as_mut().kind();
    debug!("{self:?}");
    self.fill(socket, buffer).await
}

// Expansion

#[cfg_attr(
    doc,
    doc = "",
    doc = "**Resilience**: 3 attempts, exponential 50ms..1s, full jitter; no limit of time of its own; at most 3 attempts."
)]
async fn read(
    &mut self,
    buffer: &mut Vec<u8>,
    mut socket: Pin<&mut Socket>,
    [first,
    ..,
    ]: &mut [u8; 4],
) -> io::Result<usize> {
    static __RECOURSE_SITE: ::recourse::__private::CallSite = ::recourse::__private::CallSite::new(
        ::recourse::__private::SiteName::path(|| {}),
        ::recourse::__private::Policy::new()
            .retry(::recourse::__private::RetryPolicy::attempts(3)),
    );
    {
        #[allow(unused_imports)]
        use ::recourse::__private::OfOneType as _;
        #[allow(unused_imports)]
        use ::recourse::__private::OfAnyType as _;
        (&&::recourse::__private::MethodOf::<Self>::new()).recourse_method();
    }
    let __recourse_classifier = ::recourse::__private::classifier::<
        io::Result<usize>,
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
    return match ::core::pin::pin!(__RECOURSE_SITE.call()) {
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
                    unused_variables,
                    clippy::no_effect_underscore_binding
                )]
                let se = &mut *self;
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let buffer = &mut *buffer;
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let mut socket = ::core::pin::Pin::as_mut(&mut socket);
                #[allow(
                    unknown_lints,
                    clippy::shadow_reuse,
                    clippy::shadow_same,
                    clippy::shadow_unrelated,
                    clippy::used_underscore_binding
                )]
                let first = &mut *first;
                let __recourse_step = __recourse_call
                    .attempt(
                        __recourse_classifier,
                        async move {
                            if let ::core::option::Option::Some(
                                __recourse_return_hint,
                            ) = ::core::option::Option::None::<io::Result<usize>> {
                                return __recourse_return_hint;
                            }
                            ::recourse::__private::captured(&socket);
                            {
                                const _: () = ();
                                *first = socket.as_mut().kind();
                                debug!("{se:?}");
                                se.fill(socket, buffer).await
                            }
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
                        break __recourse_result;
                    }
                }
            }
        }
    };
}
