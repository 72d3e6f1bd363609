// Input

#[derive(Classify)]
#[classify(retryable(after = Duration::from_secs(*seconds)))]
struct Busy {
    seconds: u64,
    host: String,
}

// Expansion

#[automatically_derived]
impl ::recourse::__private::Classify for Busy {
    fn classify(&self) -> ::recourse::__private::Class {
        let Self { #[allow(unused_variables)] seconds, .. } = self;
        ::recourse::__private::retryable_after(Duration::from_secs(*seconds))
    }
}
