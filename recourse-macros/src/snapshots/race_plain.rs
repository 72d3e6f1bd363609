// Input

race!(primary(&request), replica(&request));

// Expansion

fn f() {
    ::recourse::__private::race_of(
        ::recourse::__private::race_and(
            ::recourse::__private::race_and(
                ::recourse::__private::race_end(),
                ::recourse::__private::race_branch(|| primary(&request)),
            ),
            ::recourse::__private::race_branch(|| replica(&request)),
        ),
        ::recourse::__private::Unnamed,
    )
}
