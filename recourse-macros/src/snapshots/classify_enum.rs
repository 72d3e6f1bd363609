// Input

#[derive(Classify)]
#[derive(Debug, thiserror::Error)]
#[classify(default = non_retryable)]
pub enum ApiError {
    #[error("not found")]
    #[classify(ignore)]
    NotFound,
    #[error("busy")]
    #[classify(retryable(after = retry_after))]
    Busy { retry_after: Option<Duration>, region: String },
    #[error("slow down")]
    #[classify(retryable(after = "1.5s"))]
    SlowDown(u16),
    #[error("cannot connect")]
    #[classify(retryable)]
    Connect(#[source] io::Error),
    #[error("already there")]
    #[classify(success)]
    Conflict(u64),
    #[error("malformed at {0}")]
    Malformed(usize, String),
    #[error(transparent)]
    #[classify(inherit)]
    Rejected(#[from] Rejected),
}

// Expansion

#[automatically_derived]
impl ::recourse::__private::Classify for ApiError {
    fn classify(&self) -> ::recourse::__private::Class {
        match self {
            Self::NotFound => ::recourse::__private::Class::Ignore,
            Self::Busy { #[allow(unused_variables)] retry_after, .. } => {
                ::recourse::__private::retryable_after(retry_after)
            }
            Self::SlowDown { .. } => {
                ::recourse::__private::retryable_after(
                    ::core::time::Duration::from_millis(1500),
                )
            }
            Self::Connect { .. } => ::recourse::__private::Class::RETRYABLE,
            Self::Conflict { .. } => ::recourse::__private::Class::Success,
            Self::Malformed { .. } => ::recourse::__private::Class::NonRetryable,
            Self::Rejected { 0: __recourse_field, .. } => {
                ::recourse::__private::Inherit::recourse_inherited(__recourse_field)
            }
        }
    }
}
