// Input

race!(stagger = exp(50ms, 2, max 2s), min_gap = GAP, deadline = 1.5s, fair, panics = lose;
         cache = get(key.parse()?) if warm && ready, db = load(key) after 20ms => |row| row.name,);

// Expansion

fn f() {
    {
        ::recourse::__private::race_names! {
            __RaceShape __RaceErrors 2 : (cache "cache" T0 One) (db "db" T1 One)
        }
        ::recourse::__private::race_of(
                ::recourse::__private::race_and(
                    ::recourse::__private::race_and(
                        ::recourse::__private::race_end(),
                        ::recourse::__private::race_if(
                            ::recourse::__private::race_branch(|| async {
                                (get(key.parse()?)).await
                            }),
                            warm && ready,
                        ),
                    ),
                    ::recourse::__private::race_after(
                        ::recourse::__private::race_map(
                            ::recourse::__private::race_branch(|| load(key)),
                            |row| row.name,
                        ),
                        ::recourse::__private::Duration::new(0, 20000000),
                    ),
                ),
                __RaceShape,
            )
            .stagger(
                ::recourse::__private::race_exp(
                    ::recourse::__private::Duration::new(0, 50000000),
                    2,
                    ::recourse::__private::Duration::new(2, 0),
                ),
            )
            .min_gap(GAP)
            .deadline(::recourse::__private::Duration::new(1, 500000000))
            .fated()
            .panics_lose()
            .fair()
    }
}
