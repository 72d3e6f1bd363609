//! `#[derive(Classify)]` on types of every shape, and in hostile surroundings.

use super::{Says, after};
use recourse::{Class, Classify};
use recourse_tests::ms;

/// The shapes of types, under every lint there is.
#[deny(warnings, clippy::pedantic, clippy::nursery)]
mod shapes {
    #![allow(dead_code, clippy::redundant_pub_crate, reason = "of these types, not of what is derived")]

    use super::Says;
    use recourse::{Class, Classify};
    use std::convert::Infallible;
    use std::fmt::Debug;
    use std::time::Duration;

    #[derive(Classify)]
    pub(super) enum Never {}

    #[derive(Classify)]
    #[classify(default = ignore)]
    pub(super) enum NeverWithDefault {}

    #[derive(Debug, Classify)]
    #[classify(default = retryable)]
    pub(super) enum Generic<'a, T: Debug, U = u8, const N: usize = 1>
    where
        U: 'a,
    {
        #[classify(inherit)]
        Own(Vec1<T>),
        #[classify(inherit)]
        Nested(Box<Self>),
        #[classify(inherit)]
        #[allow(clippy::use_self, reason = "the name is what is tested")]
        Named(Box<Generic<'a, T, U, N>>),
        Borrowed(&'a U, [u8; N]),
    }

    #[derive(Debug)]
    pub(super) struct Vec1<T>(pub(super) [T; 1]);

    impl<T: Classify> Classify for Vec1<T> {
        fn classify(&self) -> Class {
            self.0[0].classify()
        }
    }

    /// Public, with a private type in the bounds of its impl.
    #[derive(Debug, Classify)]
    #[classify(inherit)]
    #[allow(unreachable_pub, reason = "as in a library")]
    pub struct PublicWithPrivate<T> {
        inner: Private<T>,
    }

    #[derive(Debug)]
    struct Private<T>(T);

    impl<T: Classify> Classify for Private<T> {
        fn classify(&self) -> Class {
            self.0.classify()
        }
    }

    #[derive(Classify)]
    #[non_exhaustive]
    #[allow(non_camel_case_types, reason = "for its raw name")]
    pub(super) enum Odd {
        #[classify(success)]
        r#fn,
        #[cfg(any())]
        #[classify(inherit)]
        Absent(NotThere),
        #[cfg(not(any()))]
        #[cfg_attr(not(any()), classify(ignore))]
        Present {
            #[cfg(any())]
            absent: NotThere,
        },
        #[classify(retryable)]
        #[non_exhaustive]
        Closed {},
        #[classify(inherit)]
        One(#[cfg(any())] NotThere, Says),
        #[classify(ignore)]
        Impossible(Infallible),
    }

    /// Nobody uses it but the derive, which does not say so.
    #[derive(Classify)]
    #[deprecated = "old"]
    pub(super) enum Old {
        #[classify(ignore)]
        Unit,
    }

    #[derive(Classify)]
    pub(super) enum Older {
        #[deprecated = "older"]
        #[classify(ignore)]
        Unit,
        #[deprecated = "older"]
        #[classify(ignore)]
        Tuple(u8),
        #[classify(inherit)]
        Oldest {
            #[deprecated = "oldest"]
            inner: Says,
        },
    }

    #[derive(Classify)]
    pub(super) enum ByIndex {
        #[classify(retryable(after = *_0))]
        First(Duration, u8),
        #[classify(retryable(after = _1.pause))]
        Second(u8, Pause),
    }

    pub(super) struct Pause {
        pub(super) pause: Duration,
    }

    /// As a macro of the user's writes it: the expression comes from outside, the rest from inside, and the other way round.
    macro_rules! error {
        ($name:ident, $field:ident: $ty:ty, $after:expr, $index:expr) => {
            #[derive(Classify)]
            pub(super) enum $name {
                #[classify(retryable(after = $after))]
                Outside { $field: $ty },
                #[classify(retryable(after = *inside))]
                Inside { inside: Duration },
                #[classify(retryable(after = *_0))]
                Index(Duration),
                #[classify(retryable(after = $index))]
                IndexFromOutside(Duration),
                #[classify(inherit)]
                Inherited(Says, #[cfg(any())] $ty),
                #[classify(retryable(after = self.own()))]
                Own,
            }

            impl $name {
                const fn own(&self) -> Duration {
                    if matches!(self, Self::Own) { Duration::from_millis(3) } else { Duration::ZERO }
                }
            }
        };
    }
    error!(ByMacro, seconds: u64, Duration::from_secs(*seconds), *_0);
}

#[test]
fn shapes_of_types() {
    use shapes::{ByIndex, ByMacro, Generic, Odd, Pause, Vec1};
    type Plain<'a> = Generic<'a, Says>;
    let says = Says(Class::Success);
    assert_eq!(Plain::Own(Vec1([says])).classify(), Class::Success);
    assert_eq!(Plain::Nested(Box::new(Plain::Own(Vec1([says])))).classify(), Class::Success);
    assert_eq!(Plain::Named(Box::new(Plain::Own(Vec1([says])))).classify(), Class::Success);
    assert_eq!(Plain::Borrowed(&1, [1]).classify(), Class::RETRYABLE);
    assert_eq!(Odd::r#fn.classify(), Class::Success);
    assert_eq!(Odd::Present {}.classify(), Class::Ignore);
    assert_eq!(Odd::One(says).classify(), Class::Success);
    assert_eq!(ByIndex::First(ms(1), 0).classify(), after(ms(1)));
    assert_eq!(ByIndex::Second(0, Pause { pause: ms(2) }).classify(), after(ms(2)));
    assert_eq!(ByMacro::Outside { seconds: 1 }.classify(), after(ms(1_000)));
    assert_eq!(ByMacro::Inside { inside: ms(1) }.classify(), after(ms(1)));
    assert_eq!(ByMacro::Index(ms(2)).classify(), after(ms(2)));
    assert_eq!(ByMacro::IndexFromOutside(ms(3)).classify(), after(ms(3)));
    assert_eq!(ByMacro::Inherited(says).classify(), Class::Success);
    assert_eq!(ByMacro::Own.classify(), after(ms(3)));
}

/// Modules, items and traits that stand where expanded code might look.
mod hostile {
    #![allow(dead_code, non_upper_case_globals, non_camel_case_types, clippy::upper_case_acronyms)]
    mod core {}
    mod std {}
    mod recourse {}
    mod __private {}
    struct Class;
    struct Duration;
    struct Option;
    struct Result;
    trait Classify {
        fn classify(&self) {}
    }
    impl<T: ?Sized> Classify for T {}
    trait Inherit {
        fn recourse_inherited(&self) {}
        fn recourse_after(&self) {}
    }
    impl<T: ?Sized> Inherit for T {}
    fn inherit() {}
    fn retryable_after() {}
    static other: u8 = 0;
    const NotFound: u8 = 0;

    #[derive(::recourse::Classify)]
    pub(super) enum Error {
        #[classify(ignore)]
        NotFound,
        #[classify(retryable(after = wait))]
        Busy { wait: ::core::option::Option<::core::time::Duration>, other: u8 },
        #[classify(retryable(after = "2s"))]
        Starting,
        #[classify(inherit)]
        Inner { other: super::Says },
    }
}

mod no_prelude {
    #![no_implicit_prelude]

    #[derive(::recourse::Classify)]
    #[classify(default = non_retryable)]
    pub(super) enum Error {
        #[classify(retryable(after = "2s"))]
        Starting,
        #[classify(retryable(after = _0))]
        Busy(::core::option::Option<::core::time::Duration>),
        #[classify(inherit)]
        Inner(super::Says),
        Other,
    }
}

/// `crate = path` for re-exports and renamed dependencies.
mod facade {
    pub(super) mod inner {
        pub(crate) use recourse::*;
    }

    #[derive(inner::Classify)]
    #[classify(crate = inner, default = inherit)]
    pub(super) enum Error {
        Says(super::Says),
    }

    #[derive(inner::Classify)]
    #[classify(ignore, crate = self::inner)]
    pub(super) struct Ignored;
}

#[test]
fn surroundings_do_not_matter() {
    let says = Says(Class::Success);
    let class = |error: &dyn Classify| error.classify();
    assert_eq!(class(&hostile::Error::NotFound), Class::Ignore);
    assert_eq!(class(&hostile::Error::Busy { wait: Some(ms(1)), other: 0 }), after(ms(1)));
    assert_eq!(class(&hostile::Error::Starting), after(ms(2_000)));
    assert_eq!(class(&hostile::Error::Inner { other: says }), Class::Success);
    assert_eq!(class(&no_prelude::Error::Starting), after(ms(2_000)));
    assert_eq!(class(&no_prelude::Error::Busy(None)), Class::RETRYABLE);
    assert_eq!(class(&no_prelude::Error::Inner(says)), Class::Success);
    assert_eq!(class(&no_prelude::Error::Other), Class::NonRetryable);
    assert_eq!(class(&facade::Error::Says(says)), Class::Success);
    assert_eq!(class(&facade::Ignored), Class::Ignore);
}
