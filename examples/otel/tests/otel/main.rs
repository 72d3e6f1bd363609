//! The tree that arrives at a receiver of OpenTelemetry's protocol.

use traced::{SECRET, parent, run, tree};

/// observe-22.
#[test]
fn what_arrives_is_a_tree_in_which_each_span_stands_under_its_attempt() {
    let spans = run().expect("spans arrive");
    let drawn = tree(&spans);
    assert_eq!(spans.len(), drawn.lines().count(), "each span has its place:\n{drawn}");
    let mut found = 0;
    for span in spans.iter().filter(|span| matches!(span.name.as_str(), "bank" | "audit")) {
        let around = parent(&spans, span).expect("a span around it");
        assert_eq!(around.name, "resilience.attempt", "{drawn}");
        let index: u32 = around.fields["resilience.attempt.index"].parse().expect("a number");
        assert_eq!(span.fields["attempt"], (index + 1).to_string(), "{drawn}");
        found += 1;
    }
    assert_eq!(found, 6, "three attempts with two spans each:\n{drawn}");
    let call = spans.iter().find(|span| span.name == "resilience.call").expect("a call");
    assert_eq!(parent(&spans, call).expect("a request").name, "request");
    assert_eq!(call.fields["resilience.call.reason"], "success");
    let all = format!("{spans:?}");
    assert!(all.contains("refused: card ****") && !all.contains(SECRET), "{all}");
}
