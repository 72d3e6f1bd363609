//! The macros that implement the traits of [`entries`](super::entries), and those of tuples.

use super::entries::{Shape, Unnamed};

/// Nests identifiers as a list of branches nests its entries: `() A B` becomes `(((), A), B)`, a type or a pattern.
#[doc(hidden)]
#[macro_export]
macro_rules! __race_pairs {
    ($pairs:tt) => {
        $pairs
    };
    ($pairs:tt $next:ident $($rest:ident)*) => {
        $crate::__race_pairs!(($pairs, $next) $($rest)*)
    };
}

/// Implements the traits of entries for a tuple or a struct, given each entry as `(field "name" Type One)`.
///
/// The first three arguments are the entries type with any errors, with one type `One`, and with `BranchError`s.
#[doc(hidden)]
#[macro_export]
macro_rules! __race_entries {
    ($any:ty, $same:ty, $branch_errors:ty, $count:literal: $(($field:tt $name:literal $T:ident $One:ident))+) => {
        impl<$($T),+> $crate::__private::RaceEntries for $any {
            type Tuple = ($($T,)+);
            type Starts = [::core::option::Option<$crate::time::Instant>; $count];
            type Times = [$crate::race::Times; $count];
            const NO_STARTS: Self::Starts = [::core::option::Option::None; $count];
            const NO_TIMES: Self::Times = [$crate::race::Times::NONE; $count];

            fn into_tuple(self) -> Self::Tuple {
                ($(self.$field,)+)
            }
        }

        impl<'d, $($T: ::core::fmt::Display + 'd),+> $crate::__private::RaceEach<dyn ::core::fmt::Display + 'd> for $any {
            fn each<'a>(&'a self, see: &mut dyn ::core::ops::FnMut(&'static str, &'a (dyn ::core::fmt::Display + 'd))) {
                $(see($name, &self.$field);)+
            }
        }

        impl<'d, $($T: ::core::fmt::Debug + 'd),+> $crate::__private::RaceEach<dyn ::core::fmt::Debug + 'd> for $any {
            fn each<'a>(&'a self, see: &mut dyn ::core::ops::FnMut(&'static str, &'a (dyn ::core::fmt::Debug + 'd))) {
                $(see($name, &self.$field);)+
            }
        }

        impl<$($T: ::core::error::Error + 'static),+>
            $crate::__private::RaceEach<dyn ::core::error::Error, $crate::race::AllFailed> for $any
        {
            fn each<'a>(
                &'a self,
                see: &mut dyn ::core::ops::FnMut(&'static str, &'a (dyn ::core::error::Error + 'static)),
            ) {
                $(see($name, &self.$field);)+
            }
        }

        // Only branches that failed have an error. The others are passed over, so that none of them hides it.
        impl<$($T: ::core::error::Error + 'static),+>
            $crate::__private::RaceEach<dyn ::core::error::Error, $crate::race::NoneSucceeded> for $branch_errors
        {
            fn each<'a>(
                &'a self,
                see: &mut dyn ::core::ops::FnMut(&'static str, &'a (dyn ::core::error::Error + 'static)),
            ) {
                $(if let ::core::option::Option::Some(error) = self.$field.failed() {
                    see($name, error);
                })+
            }
        }

        impl<One> $crate::__private::RaceSameType for $same {
            type Entry = One;

            fn each<'a>(&'a self, see: &mut dyn ::core::ops::FnMut(&'static str, &'a One)) {
                $(see($name, &self.$field);)+
            }
        }
    };
}

/// Declares the struct of a race with named branches, and the shape that makes it.
#[doc(hidden)]
#[macro_export]
macro_rules! __race_names {
    ($Shape:ident $Names:ident $count:literal: $(($field:ident $name:literal $T:ident $One:ident))+) => {
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        struct $Shape;

        struct $Names<$($T),+> {
            $($field: $T),+
        }

        impl<$($T),+> $crate::__private::RaceShape<$crate::__race_pairs!(() $($T)+)> for $Shape {
            type Entries = $Names<$($T),+>;

            #[allow(non_snake_case)]
            fn entries($crate::__race_pairs!(() $($T)+): $crate::__race_pairs!(() $($T)+)) -> $Names<$($T),+> {
                $Names { $($field: $T),+ }
            }
        }

        $crate::__race_entries!(
            $Names<$($T),+>, $Names<$($One),+>, $Names<$($crate::race::BranchError<$T>),+>,
            $count: $(($field $name $T $One))+
        );
    };
}

macro_rules! tuple {
    ($count:literal: $(($field:tt $name:literal $T:ident $One:ident))+) => {
        impl<$($T),+> Shape<$crate::__race_pairs!(() $($T)+)> for Unnamed {
            type Entries = ($($T,)+);

            #[allow(non_snake_case)]
            fn entries($crate::__race_pairs!(() $($T)+): $crate::__race_pairs!(() $($T)+)) -> ($($T,)+) {
                ($($T,)+)
            }
        }

        $crate::__race_entries!(
            ($($T,)+), ($($One,)+), ($($crate::race::BranchError<$T>,)+), $count: $(($field $name $T $One))+
        );
    };
}

/// A tuple of the first entry, one of the first two, and so on.
macro_rules! tuples {
    ([$($shorter:tt)*]) => {};
    ([$($shorter:tt)*] ($count:literal: $field:tt $name:literal $T:ident) $($longer:tt)*) => {
        tuple!($count: $($shorter)* ($field $name $T One));
        tuples!([$($shorter)* ($field $name $T One)] $($longer)*);
    };
}

tuples! {
    []
    (1: 0 "0" A) (2: 1 "1" B) (3: 2 "2" C) (4: 3 "3" D)
    (5: 4 "4" E) (6: 5 "5" F) (7: 6 "6" G) (8: 7 "7" H)
    (9: 8 "8" I) (10: 9 "9" J) (11: 10 "10" K) (12: 11 "11" L)
    (13: 12 "12" M) (14: 13 "13" N) (15: 14 "14" O) (16: 15 "15" P)
}
