// Input

race!(stagger = 250ms, max = 2; for (host, port) in hosts => connect(host, port));

// Expansion

fn f() {
    ::recourse::__private::race_over(
            hosts,
            |(host, port)| connect(host, port),
            ::recourse::__private::race_slot(
                ::recourse::__private::race_slot(::recourse::__private::race_no_slot()),
            ),
        )
        .stagger(::core::time::Duration::from_millis(250))
}
