// Input

#[derive(Classify)]
#[classify(default = inherit, crate = crate::facade::recourse)]
pub(crate) enum Wrapped<'a, T: Debug, const N: usize>
where
    T: 'a,
{
    Plain(io::Error),
    Generic(Vec<T>),
    Nested(Box<Wrapped<'a, T, N>>),
    Source { path: &'a str, source: T },
    #[classify(inherit(_1))]
    Second([u8; N], T::Inner),
    #[classify(retryable(after = self.pause().max(*_1)))]
    r#Type(T, Duration),
}

// Expansion

#[automatically_derived]
impl<'a, T: Debug, const N: usize> crate::facade::recourse::__private::Classify
for Wrapped<'a, T, N>
where
    T: 'a,
    Vec<T>: crate::facade::recourse::__private::Classify,
    T: crate::facade::recourse::__private::Classify,
    T::Inner: crate::facade::recourse::__private::Classify,
{
    fn classify(&self) -> crate::facade::recourse::__private::Class {
        match self {
            Self::Plain { 0: __recourse_field, .. } => {
                crate::facade::recourse::__private::Inherit::recourse_inherited(
                    __recourse_field,
                )
            }
            Self::Generic { 0: __recourse_field, .. } => {
                crate::facade::recourse::__private::Inherit::recourse_inherited(
                    __recourse_field,
                )
            }
            Self::Nested { 0: __recourse_field, .. } => {
                crate::facade::recourse::__private::Inherit::recourse_inherited(
                    __recourse_field,
                )
            }
            Self::Source { source: __recourse_field, .. } => {
                crate::facade::recourse::__private::Inherit::recourse_inherited(
                    __recourse_field,
                )
            }
            Self::Second { 1: __recourse_field, .. } => {
                crate::facade::recourse::__private::Inherit::recourse_inherited(
                    __recourse_field,
                )
            }
            Self::r#Type { #[allow(unused_variables)] 1: _1, .. } => {
                crate::facade::recourse::__private::retryable_after(
                    self.pause().max(*_1),
                )
            }
        }
    }
}
