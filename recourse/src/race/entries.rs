//! What the branches of a lost race left: a tuple, or a struct with the names of the branches, which is made where the race
//! is written. Both get the same abilities, from the same macro, as far as what is in them has these abilities.

use super::fate::Fate;
use crate::time::Instant;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::time::Duration;

/// The entries of all branches, in declared order.
pub trait Entries: Sized {
    type Tuple;
    type Moments: AsMut<[Option<Instant>]> + AsRef<[Option<Instant>]>;
    type Times: AsMut<[Times]> + AsRef<[Times]>;
    const NO_MOMENTS: Self::Moments;
    const NO_TIMES: Self::Times;
    fn into_tuple(self) -> Self::Tuple;
}

/// Makes entries of a tuple: the tuple itself, or the struct with its names.
pub trait Shape<T> {
    type Entries: Entries<Tuple = T>;
    fn entries(tuple: T) -> Self::Entries;
}

/// A race whose branches have no names.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed;

impl<T: Entries<Tuple = T>> Shape<T> for Unnamed {
    type Entries = T;

    fn entries(tuple: T) -> T {
        tuple
    }
}

/// A tuple, and one more behind it.
pub trait Push<T> {
    type Out;
    fn push(self, last: T) -> Self::Out;
}

impl<T> Push<T> for () {
    type Out = (T,);

    fn push(self, last: T) -> (T,) {
        (last,)
    }
}

/// Entries that can be displayed.
pub trait EachDisplay {
    fn each_display(&self, see: &mut dyn FnMut(&str, &dyn Display));
}

/// Entries that can be printed for debugging.
pub trait EachDebug {
    fn each_debug(&self, see: &mut dyn FnMut(&str, &dyn Debug));
}

/// Entries that are errors. `K` says whether they are fates.
pub trait EachCause<K> {
    fn each_cause<'a>(&'a self, see: &mut dyn FnMut(&'a (dyn Error + 'static)));
}

/// Entries of one type.
pub trait EachSame {
    type One;
    fn each_same<'a>(&'a self, see: &mut dyn FnMut(&'a Self::One));
}

/// The error in an entry.
pub trait Cause<K> {
    fn cause(&self) -> Option<&(dyn Error + 'static)>;
}

/// The entries are the branches' own errors: all have failed.
#[derive(Debug)]
pub struct AllFailed;

/// The entries are [`Fate`]s.
#[derive(Debug)]
pub struct Fates;

impl<E: Error + 'static> Cause<AllFailed> for E {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

impl<E: Error + 'static> Cause<Fates> for Fate<E> {
    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match self.failed() {
            Some(error) => Some(error),
            None => None,
        }
    }
}

/// When a branch started and ended, counted from the first poll of the race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Times {
    pub(super) origin: Instant,
    pub(super) start: Option<Instant>,
    pub(super) end: Option<Instant>,
}

impl Times {
    /// Of no branch at all; in the place of those that are still to be written.
    #[doc(hidden)]
    pub const NONE: Self = Self { origin: Instant::from_nanos(0), start: None, end: None };

    /// When the branch started; `None` where it never did.
    pub const fn start(&self) -> Option<Duration> {
        match self.start {
            Some(start) => Some(start.saturating_duration_since(self.origin)),
            None => None,
        }
    }

    /// When the branch ended, whichever way; `None` where it never started. What ended in the very poll that started it took no
    /// time, and so did a branch that panicked in a race for the first completion.
    pub const fn end(&self) -> Option<Duration> {
        match self.end {
            Some(end) => Some(end.saturating_duration_since(self.origin)),
            None => None,
        }
    }
}

/// What entries can do, for a tuple or a struct: each entry is `(field "name" Type One)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __race_entries {
    ($kind:ty, $same:ty, $count:literal: $(($field:tt $name:literal $T:ident $One:ident))+) => {
        impl<$($T),+> $crate::__private::RaceEntries for $kind {
            type Tuple = ($($T,)+);
            type Moments = [::core::option::Option<$crate::time::Instant>; $count];
            type Times = [$crate::race::Times; $count];
            const NO_MOMENTS: Self::Moments = [::core::option::Option::None; $count];
            const NO_TIMES: Self::Times = [$crate::race::Times::NONE; $count];

            fn into_tuple(self) -> Self::Tuple {
                ($(self.$field,)+)
            }
        }

        impl<$($T: ::core::fmt::Display),+> $crate::__private::RaceEachDisplay for $kind {
            fn each_display(&self, see: &mut dyn ::core::ops::FnMut(&str, &dyn ::core::fmt::Display)) {
                $(see($name, &self.$field);)+
            }
        }

        impl<$($T: ::core::fmt::Debug),+> $crate::__private::RaceEachDebug for $kind {
            fn each_debug(&self, see: &mut dyn ::core::ops::FnMut(&str, &dyn ::core::fmt::Debug)) {
                $(see($name, &self.$field);)+
            }
        }

        impl<Kind, $($T: $crate::__private::RaceCause<Kind>),+> $crate::__private::RaceEachCause<Kind> for $kind {
            fn each_cause<'a>(
                &'a self,
                see: &mut dyn ::core::ops::FnMut(&'a (dyn ::core::error::Error + 'static)),
            ) {
                $(if let ::core::option::Option::Some(cause) = self.$field.cause() {
                    see(cause);
                })+
            }
        }

        impl<One> $crate::__private::RaceEachSame for $same {
            type One = One;

            fn each_same<'a>(&'a self, see: &mut dyn ::core::ops::FnMut(&'a One)) {
                $(see(&self.$field);)+
            }
        }
    };
}

/// A struct with the names of the branches.
#[doc(hidden)]
#[macro_export]
macro_rules! __race_names {
    ($Shape:ident $Names:ident $count:literal: $(($field:ident $name:literal $T:ident $One:ident))+) => {
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        struct $Shape;

        struct $Names<$($T),+> {
            $($field: $T),+
        }

        impl<$($T),+> $crate::__private::RaceShape<($($T,)+)> for $Shape {
            type Entries = $Names<$($T),+>;

            #[allow(non_snake_case)]
            fn entries(($($T,)+): ($($T,)+)) -> $Names<$($T),+> {
                $Names { $($field: $T),+ }
            }
        }

        $crate::__race_entries!($Names<$($T),+>, $Names<$($One),+>, $count: $(($field $name $T $One))+);
    };
}

macro_rules! tuples {
    ($(tuple $count:literal: $(($field:tt $name:literal $T:ident $One:ident))+;)+) => {
        $(
            $crate::__race_entries!(($($T,)+), ($($One,)+), $count: $(($field $name $T $One))+);

            impl<$($T,)+ Last> Push<Last> for ($($T,)+) {
                type Out = ($($T,)+ Last,);

                #[allow(non_snake_case)]
                fn push(self, last: Last) -> Self::Out {
                    let ($($T,)+) = self;
                    ($($T,)+ last,)
                }
            }
        )+
    };
}

tuples! {
    tuple 1: (0 "0" A One);
    tuple 2: (0 "0" A One) (1 "1" B One);
    tuple 3: (0 "0" A One) (1 "1" B One) (2 "2" C One);
    tuple 4: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One);
    tuple 5: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One);
    tuple 6: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One);
    tuple 7: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One);
    tuple 8: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One);
    tuple 9: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One);
    tuple 10: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One);
    tuple 11: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One);
    tuple 12: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One) (11 "11" L One);
    tuple 13: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One) (11 "11" L One) (12 "12" M One);
    tuple 14: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One) (11 "11" L One) (12 "12" M One) (13 "13" N One);
    tuple 15: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One) (11 "11" L One) (12 "12" M One) (13 "13" N One) (14 "14" O One);
    tuple 16: (0 "0" A One) (1 "1" B One) (2 "2" C One) (3 "3" D One) (4 "4" E One) (5 "5" F One) (6 "6" G One) (7 "7" H One) (8 "8" I One) (9 "9" J One) (10 "10" K One) (11 "11" L One) (12 "12" M One) (13 "13" N One) (14 "14" O One) (15 "15" P One);
}
