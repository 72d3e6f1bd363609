//! `self` in a body whose receiver is reborrowed.

use super::{tokens, without_spaces};

/// Returns the body as it is in the expansion.
fn body(written: &str) -> String {
    let output = without_spaces(&tokens("", &format!("async fn f(&mut self) -> R {{ {written} }}")).to_string());
    let hint = "return__recourse_return_hint;}";
    let from = output.find(hint).expect("a return hint") + hint.len();
    let to = output.find("}).await").expect("the end of the attempt");
    let body = &output[from + 1..to - 1];
    // The item that keeps `unused_braces` silent.
    body.strip_prefix("const_:()=();").unwrap_or(body).to_owned()
}

#[test]
fn self_gets_another_name_wherever_it_is_the_receiver() {
    for (written, renamed) in [
        ("self", "me"),
        ("self.x + g(self)", "me.x + g(me)"),
        ("let me2 = self; Guard(self)", "let me2 = me; Guard(me)"),
        ("|| { async move { [self.x] } }", "|| { async move { [me.x] } }"),
        ("vec![self.x]", "vec![me.x]"),
        ("m! { a => self, }", "m! { a => me, }"),
        ("macro_rules! m { () => { self.x } } m!()", "macro_rules! m { () => { me.x } } m!()"),
        ("Self { x: self.x }", "Self { x: me.x }"),
        ("let f: fn(u8) = self.f;", "let f: fn(u8) = me.f;"),
        ("!(self.ok)", "!(me.ok)"),
        ("self = self.next; m!(self == 1, self => 2)", "me = me.next; m!(me == 1, me => 2)"),
        ("let half = ; self . + ?", "let half = ; me . + ?"),
    ] {
        assert_eq!(
            body(written),
            without_spaces(&renamed.replace("me2", "ME2").replace("me", "se").replace("ME2", "me2")),
            "{written}"
        );
    }
}

#[test]
fn what_is_no_receiver_stays() {
    for written in [
        "self::g()",
        "use self::a::{self, b};",
        "use super::c::{self};",
        "pub(self) struct S;",
        "#[cfg(self)] a()",
        "struct S; impl S { fn f(&self) -> u8 { self.x } }",
        "trait T { fn f(&self); fn g(self) where Self: Sized { self.f() } }",
        "fn g(s: S) -> u8 { self::h(s) }",
        "mod m { pub(self) fn f() {} }",
        "macro_rules! m { ($self:expr) => { $self.x } }",
        "span!(self = 1)",
    ] {
        assert_eq!(body(written), without_spaces(written), "{written}");
    }
}

/// Behind an item with a `self` of its own, the receiver is meant again.
#[test]
fn items_end() {
    for (written, renamed) in [
        ("use a::b; self.x", "use a::b; ME.x"),
        ("impl S { fn f(&self) {} } self.x", "impl S { fn f(&self) {} } ME.x"),
        ("fn g() {} self.x", "fn g() {} ME.x"),
        ("#[a(self)] let x = self;", "#[a(self)] let x = ME;"),
        ("mod m; self.x", "mod m; ME.x"),
    ] {
        assert_eq!(body(written), without_spaces(&renamed.replace("ME", "se")), "{written}");
    }
}

/// Formats name their arguments in the text.
#[test]
fn texts_of_macros() {
    for (written, renamed) in [
        (r#"format!("{self:?}")"#, r#"format!("{ME:?}")"#),
        (r#"format!("{self} {id} {{self}} {selfish}")"#, r#"format!("{ME} {id} {{self}} {selfish}")"#),
        (r##"panic!(r#"{self}"#)"##, r##"panic!(r#"{ME}"#)"##),
        (r#"a!(b!["{{{self}}}"])"#, r#"a!(b!["{{{ME}}}"])"#),
        (r#"g("{self}")"#, r#"g("{self}")"#),
        (r#"format!("{}", 'x', 1)"#, r#"format!("{}", 'x', 1)"#),
        (r#"format!(b"{self}", 7u8)"#, r#"format!(b"{ME}", 7u8)"#),
    ] {
        assert_eq!(body(written), without_spaces(&renamed.replace("ME", "se")), "{written}");
    }
}

/// Clippy compares the beginning of an expression with the source, so the name is a beginning of `self`: of those, one that is free.
#[test]
fn the_name_is_free() {
    for (written, renamed) in [
        ("self.x + se", "sel.x + se"),
        ("let se = self.x; let sel = se;", "let se = s.x; let sel = se;"),
        (r#"g!["{se} {sel:?}"]; self"#, r#"g!["{se} {sel:?}"]; s"#),
        ("f(r#se, { [sel] }); |s| self", "f(r#se, { [sel] }); |s| __recourse_self"),
        ("x.send(selfish, \"se\"); self", "x.send(selfish, \"se\"); se"),
    ] {
        assert_eq!(body(written), without_spaces(renamed), "{written}");
    }
    let output = tokens("", "async fn f(&mut self, se: u8, sel: &str) -> R { self.x }").to_string();
    assert!(without_spaces(&output).contains("lets=&mut*self;"), "{output}");
}
