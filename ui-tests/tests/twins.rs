//! The twins: each mistake of `ui/`, after the fix that its error asks for. They compile, and do what they say.

#[path = "../ui/pass"]
#[allow(dead_code, unreachable_pub, clippy::unused_async, reason = "written as in the crate of a user")]
mod pass {
    mod alias_of_non_result;
    mod argument_in_key_not_display;
    mod argument_in_key_unknown;
    mod argument_not_clone;
    mod argument_of_parts_not_clone;
    mod attempt_timeout_not_below_timeout;
    mod attempts_out_of_bounds;
    mod attempts_without_their_word;
    mod backoff_backwards;
    mod backoff_cannot_fit;
    mod below_tokio_main;
    mod body_with_a_wrong_question_mark;
    mod body_with_a_wrong_return;
    mod body_with_a_wrong_tail;
    mod body_with_an_extra_semicolon;
    mod body_with_an_unknown_name;
    mod breaker_as_text;
    mod breaker_of_the_wrong_type;
    mod breaker_without_circuit;
    mod budget_without_percent;
    mod budget_without_retry;
    mod by_ref_moved_by_the_body;
    mod by_ref_on_a_reference;
    mod by_ref_without_retry;
    mod call_where_a_constant_is_due;
    mod circuit_percent_out_of_bounds;
    mod circuit_without_its_window;
    mod classify_and_retry_if;
    mod classify_by_value;
    mod classify_gives_a_bool;
    mod classify_of_another_error;
    mod classify_path_unknown;
    mod closure_where_a_path_is_due;
    mod colon_instead_of_equals;
    mod comma_forgotten;
    mod const_fn;
    mod duplicate_option;
    mod duration_overflow;
    mod empty_key;
    mod error_with_other_conversions;
    mod error_without_from_rejected;
    mod executor_of_the_wrong_type;
    mod fallback_not_async;
    mod fallback_of_another_signature;
    mod fallback_with_mut_argument;
    mod generic_argument_not_clone;
    mod generic_return_type;
    mod hedge_not_below_attempt_timeout;
    mod hedge_path_of_the_wrong_type;
    mod idempotent_with_mut_argument;
    mod idempotent_with_value;
    mod key_with_a_format;
    mod key_with_bad_character;
    mod mut_argument_with_retry;
    mod mut_self_with_hedge;
    mod negative_timeout;
    mod no_return_type;
    mod not_async;
    mod on_a_struct;
    mod on_a_trait_method_without_body;
    mod on_an_impl_block;
    mod on_reject_of_another_error;
    mod option_as_a_list;
    mod option_in_camel_case;
    mod option_of_another_library;
    mod option_without_value;
    mod pattern_not_clone;
    mod percentile_unknown;
    mod policy_constant_out_of_bounds;
    mod policy_named_by_self;
    mod policy_of_the_wrong_kind;
    mod policy_path_unknown;
    mod retry_as_bool;
    mod retry_as_number;
    mod retry_if_gives_a_class;
    mod retry_if_without_retry;
    mod returns_a_future;
    mod returns_option;
    mod self_not_clone;
    mod several_mistakes_at_once;
    mod string_where_a_path_is_due;
    mod text_without_quotes;
    mod timeout_as_number;
    mod timeout_without_quotes;
    mod two_delays;
    mod unit_error;
    mod unit_missing;
    mod unit_missing_in_retry;
    mod unit_unknown;
    mod unknown_option;
    mod unknown_option_like_no_other;
    mod unknown_word_in_retry;
    mod value_without_option;
    mod written_twice;
    mod zero_attempts;
    mod zero_timeout;

    /// How often the body of the guarded call in this future ran.
    async fn attempts(call: impl Future) -> usize {
        let (_, timelines) = recourse::observe::capture(call).await;
        timelines[0].attempt_count()
    }
}
