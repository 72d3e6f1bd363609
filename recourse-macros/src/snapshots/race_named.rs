// Input

race!(stagger = exp(50ms, 2, max 2s), min_gap = GAP, deadline = 1.5s, fair, panics = lose;
         cache = get(key.parse()?) if warm && ready, db = load(key) after 20ms => |row| row.name,);

// Expansion

fn f() {
    {
        ::recourse::__private::race_names! {
            __RaceShape __RaceErrors 2 : (cache "cache" T0 One) (db "db" T1 One)
        }
        let __race_option0: bool = warm && ready;
        ::recourse::__private::race_of(
                ::recourse::__private::race_and(
                    ::recourse::__private::race_and(
                        ::recourse::__private::race_end(),
                        ::recourse::__private::race_if(
                            ::recourse::__private::race_branch(|| async {
                                (get(key.parse()?)).await
                            }),
                            __race_option0,
                        ),
                    ),
                    ::recourse::__private::race_after(
                        ::recourse::__private::race_map(
                            ::recourse::__private::race_branch(|| load(key)),
                            |row| row.name,
                        ),
                        ::core::time::Duration::from_millis(20),
                    ),
                ),
                __RaceShape,
            )
            .stagger(
                ::recourse::__private::race_exp(
                    ::core::time::Duration::from_millis(50),
                    2,
                    ::core::time::Duration::from_secs(2),
                ),
            )
            .min_gap(GAP)
            .deadline(::core::time::Duration::from_millis(1500))
            .with_conditions()
            .panics_lose()
            .fair()
    }
}
