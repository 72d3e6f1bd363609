//! The page in a real browser. Pictures of it are kept below `target/tmp/control-plane`.

use crate::support::{Browser, ORDERS, Plane, USERS};
use std::fs;

const SAVE: &str = "form[action='/save'] button:not([formaction])";
const REVIEW: &str = "form[action='/review'] button";

/// Opens the form of a document by clicks: the list, a key, the edit.
async fn begin(browser: &Browser, plane: &Plane) {
    browser.open(&plane.url("/")).await;
    browser.click("a[href='/policy?of=users.get']").await;
    browser.click("a[href='/edit?name=users.toml']").await;
}

#[tokio::test]
async fn an_edit_from_the_list_to_the_file() {
    let Some(browser) = Browser::start().await else { return };
    let plane = Plane::start().await;
    browser.open(&plane.url("/")).await;
    let card = browser.text("article:has(a[href='/policy?of=users.get'])").await;
    for shown in ["users.get", "3 attempts, no delay", "from users.*", "most attempts\n3", "longest time\n2s"] {
        assert!(card.contains(shown), "{shown}: {card}");
    }
    browser.click("a[href='/policy?of=users.get']").await;
    assert_eq!(browser.text("h1").await, "users.get");
    let from = browser.text("table.values").await;
    assert!(from.contains("users.toml:5 users.*") && from.contains("users.toml:8 users.get"), "{from}");
    assert!(browser.text("p.history").await.starts_with("version 3 · changed "));

    browser.click("a[href='/edit?name=users.toml']").await;
    let edited = USERS.replace("3 attempts, no delay", "5 attempts, fixed 100ms").replace("2s", "900ms");
    browser.fill("textarea", &edited).await;
    browser.click(REVIEW).await;
    let review = browser.text("main").await;
    for shown in [
        "This becomes version 8. 2 policies change.",
        "most attempts 3 5",
        "longest delays none 400ms",
        "longest time 2s 900ms",
    ] {
        assert!(review.contains(shown), "{shown}: {review}");
    }
    let diff = browser.text(".diff").await;
    assert!(diff.contains("− version = 3") && diff.contains("+ version = 8"), "{diff}");
    assert!(diff.contains("− timeout = \"2s\"") && diff.contains("+ timeout = \"900ms\""), "{diff}");
    assert_eq!(plane.text("users.toml"), USERS, "a review writes nothing");

    browser.click(SAVE).await;
    assert_eq!(browser.text("[role=status]").await, "Saved as version 8.");
    assert_eq!(plane.text("users.toml"), edited.replace("version = 3", "version = 8"));
    let served = plane.get("/policies/users/get").await.json();
    assert_eq!((&served["version"], &served["timeout"]), (&8.into(), &"900ms".into()));
}

#[tokio::test]
async fn an_edit_with_faults_is_refused_and_goes_on() {
    let Some(browser) = Browser::start().await else { return };
    let plane = Plane::start().await;
    begin(&browser, &plane).await;
    let wrong = USERS.replace("\"2s\"", "\"2 s\"").replace("no delay", "no dealy");
    browser.fill("textarea", &wrong).await;
    browser.click(REVIEW).await;
    let faults = browser.text("[role=alert]").await;
    for shown in ["Nothing was saved.", "line 5, column 25", "line 8, column 12", "did you mean `2s`?", "Allowed: "] {
        assert!(faults.contains(shown), "{shown}: {faults}");
    }
    browser.picture("faults").await;
    assert_eq!(plane.text("users.toml"), USERS);
    // What was typed is still there, and can be put right.
    let typed = browser.evaluate("return document.querySelector('textarea').value").await;
    assert_eq!(typed.as_str(), Some(&*wrong));
    browser.fill("textarea", &USERS.replace("2s", "1s")).await;
    browser.click(REVIEW).await;
    browser.click(SAVE).await;
    assert_eq!(browser.text("[role=status]").await, "Saved as version 8.");
}

#[tokio::test]
async fn an_edit_over_somebody_elses_is_refused_and_shows_theirs() {
    let Some(browser) = Browser::start().await else { return };
    let plane = Plane::start().await;
    begin(&browser, &plane).await;
    browser.fill("textarea", &USERS.replace("2s", "1s")).await;
    browser.click(REVIEW).await;
    // Between the review and the button.
    let theirs = USERS.replace("3 attempts", "4 attempts");
    fs::write(plane.path("users.toml"), &theirs).expect("an edit");
    browser.click(SAVE).await;
    assert_eq!(browser.text("h1").await, "Somebody else has changed users.toml");
    assert!(browser.text("[role=alert]").await.starts_with("Nothing was saved."));
    assert!(browser.text(".source").await.contains("4 attempts, no delay"));
    browser.picture("conflict").await;
    assert_eq!(plane.text("users.toml"), theirs);
    // From there on it is their text that is edited.
    browser.click("form[action='/edit'] button").await;
    let both = theirs.replace("2s", "1s");
    browser.fill("textarea", &both).await;
    browser.click(REVIEW).await;
    browser.click(SAVE).await;
    assert_eq!(browser.text("[role=status]").await, "Saved as version 8.");
    assert_eq!(plane.text("users.toml"), both.replace("version = 3", "version = 8"));
}

#[tokio::test]
async fn all_of_it_works_without_scripts() {
    let Some(browser) = Browser::start().await else { return };
    let plane = Plane::start().await;
    browser.without_scripts().await;
    browser.open("data:text/html,<p>still<script>document.body.append(' on')</script></p>").await;
    assert_eq!(browser.text("body").await, "still", "scripts still run");
    begin(&browser, &plane).await;
    browser.fill("textarea", &USERS.replace("2s", "3s")).await;
    browser.click(REVIEW).await;
    browser.click(SAVE).await;
    assert_eq!(browser.text("[role=status]").await, "Saved as version 8.");

    browser.open(&plane.url("/")).await;
    browser.fill("#name", "cart/add.toml").await;
    browser.click("form[action='/edit'] button").await;
    browser.fill("textarea", "timeout = \"1s\"\n").await;
    browser.click(REVIEW).await;
    browser.click(SAVE).await;
    assert_eq!(plane.text("cart/add.toml"), "version = 9\ntimeout = \"1s\"\n");
    browser.open(&plane.url("/?find=cart")).await;
    let found = browser.text("main").await;
    assert!(found.contains("cart.add") && !found.contains("orders.create"), "{found}");
}

#[tokio::test]
async fn a_hostile_text_is_only_a_text() {
    let Some(browser) = Browser::start().await else { return };
    let hostile = "# </code><script>document.title='x'</script><img src=x onerror=\"document.title='x'\"><style>*{display:none}</style>";
    let text = format!("{hostile}\n[users.get]\ntimeout = \"1s\"\n");
    let plane = Plane::with(&[("users.toml", &text)], |settings| settings).await;
    for path in ["/document?name=users.toml", "/policy?of=users.get", "/edit?name=users.toml"] {
        browser.open(&plane.url(path)).await;
        let seen = browser.evaluate("return [document.scripts.length, document.images.length, document.title]").await;
        let title = seen[2].as_str().unwrap_or_default().to_owned();
        assert!(seen[0] == 0 && seen[1] == 0 && title.ends_with(" · policies"), "{path}: {seen}");
    }
    browser.open(&plane.url("/document?name=users.toml")).await;
    assert!(browser.text(".source").await.contains(hostile), "it is shown as it is");
    // Whatever got into the page, it could not run: the server forbids it, and not only by escaping.
    let script = "let s = document.createElement('script'); s.text = \"document.title = 'x'\"; document.body.append(s); return document.title";
    assert_ne!(browser.evaluate(script).await, "x");
}

/// The brightness of `rgb(r, g, b)`, from 0 to 1.
fn brightness(colour: &str) -> f64 {
    let numbers = colour.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<f64>().ok());
    let [r, g, b] = numbers.take(3).collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("no colour: {colour}"));
    let linear = |part: f64| if part <= 10.0 { part / 3294.0 } else { ((part / 255.0 + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[tokio::test]
async fn light_and_dark_are_readable_on_a_screen_and_on_a_phone() {
    let Some(browser) = Browser::start().await else { return };
    let plane = Plane::with(&[("users.toml", USERS), ("orders/create.json", ORDERS)], |settings| settings).await;
    let long = "a-very-long-name-of-a-namespace.and-a-very-long-name-of-an-operation-that-nobody-breaks.v2";
    let text = format!(
        "[\"{long}\"]\nretry = \"3 attempts, exponential 10ms..250ms\"\nenabled = false\n# {}\n",
        "wide ".repeat(60)
    );
    assert_eq!(
        plane.send(reqwest::Method::PUT, "/documents/long.toml", &[("if-none-match", "*")], &text).await.status,
        200
    );
    let review = USERS.replace("3 attempts, no delay", "5 attempts, fixed 100ms").replace("2s", "900ms");
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        for (device, width, height) in [("screen", 1280, 900), ("phone", 390, 844)] {
            browser.resize(width, height, device == "phone").await;
            let policy = format!("/policy?of={long}");
            for (page, path) in [
                ("list", "/"),
                ("policy", "/policy?of=users.get"),
                ("long", &policy),
                ("edit", "/edit?name=users.toml"),
            ] {
                browser.open(&plane.url(path)).await;
                looks_right(&browser, scheme, &format!("{page}-{device}-{scheme}")).await;
            }
            browser.fill("textarea", &review).await;
            browser.click(REVIEW).await;
            looks_right(&browser, scheme, &format!("review-{device}-{scheme}")).await;
        }
    }
}

async fn looks_right(browser: &Browser, scheme: &str, name: &str) {
    browser.text("main").await;
    browser.picture(name).await;
    let back = brightness(&browser.style("body", "background-color").await);
    assert_eq!(back > 0.5, scheme == "light", "{name}: {back}");
    for selector in ["body", "a", "main label, main .history, main th", "button, .button"] {
        if browser.evaluate(&format!("return document.querySelector(\"{selector}\") === null")).await == true {
            continue;
        }
        let text = brightness(&browser.style(selector, "color").await);
        let own = browser.style(selector, "background-color").await;
        let behind = if own.ends_with(", 0)") { back } else { brightness(&own) };
        let contrast = (text.max(behind) + 0.05) / (text.min(behind) + 0.05);
        assert!(contrast >= 4.5, "{name}: {selector} has a contrast of {contrast:.1}");
    }
    let wide = browser.evaluate("let e = document.documentElement; return [e.scrollWidth, e.clientWidth]").await;
    assert_eq!(wide[0], wide[1], "{name}: the page can be scrolled sideways");
}
