//! Edits by programs: checked, under the tag that was read, and written to the document itself.

use crate::support::{ORDERS, Plane, USERS, client, send, serve};
use control_plane::Settings;
use reqwest::Method;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn an_edit_keeps_every_comment_and_counts_the_version_up() {
    let plane = Plane::start().await;
    let edited = USERS.replace("2s", "900ms");
    let answer = plane.put("users.toml", &edited).await;
    // The highest version of all documents was 7: what is served never goes back.
    assert_eq!((answer.status, answer.json()), (200, json!({ "version": 8 })));
    assert_eq!(plane.text("users.toml"), edited.replace("version = 3", "version = 8"));
    assert_eq!(plane.text("orders/create.json"), ORDERS);
    let served = plane.get("/policies/users/get").await.json();
    assert_eq!((&served["version"], &served["timeout"]), (&json!(8), &json!("900ms")));
    let answer = plane.put("orders/create.json", &ORDERS.replace("800ms", "700ms")).await;
    assert_eq!(answer.json(), json!({ "version": 9 }));
    assert_eq!(plane.text("orders/create.json"), ORDERS.replace("800ms", "700ms").replace(": 7", ": 9"));
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let plane = Plane::start().await;
    plane.put("users.toml", &USERS.replace("3 attempts", "6 attempts")).await;
    let before = plane.get("/policies").await;
    plane.server.stop().await.expect("it ends");
    let again = serve(Settings::folder(plane.folder.path())).await;
    let url = format!("http://{}/policies", again.address());
    let after = send(&client(), Method::GET, &url, &[], "").await;
    assert_eq!((&after.text, after.header("etag")), (&before.text, before.header("etag")));
    assert!(after.text.contains("6 attempts"));
}

#[tokio::test]
async fn every_fault_is_told_with_its_line_and_nothing_is_written() {
    let plane = Plane::start().await;
    let answer = plane.put("users.toml", "[users.get]\ntimeout = \"2 s\"\nretry = \"many\"\nhedgee = \"p99\"\n").await;
    assert_eq!(
        (answer.status, answer.error()),
        (422, "the document has faults, or does not go together with the others".to_owned())
    );
    let faults = answer.json()["faults"].as_array().expect("faults").clone();
    let lines: Vec<_> = faults.iter().map(|fault| (fault["line"].as_u64(), fault["kind"].as_str())).collect();
    assert_eq!(lines, [(Some(2), Some("text")), (Some(3), Some("text")), (Some(4), Some("unknown_field"))]);
    assert!(faults.iter().all(|fault| fault["allowed"] != "" && fault["document"] == "users.toml"), "{faults:?}");
    // Good alone, and not beside the others.
    let twice = plane.put("users.toml", "[orders.create]\ntimeout = \"1s\"\n").await;
    assert_eq!((twice.status, twice.json()["faults"][0]["kind"].as_str()), (422, Some("duplicate")));
    // An editor that has sent nothing has not meant to take all policies away.
    assert_eq!(plane.put("users.toml", "").await.json()["faults"][0]["kind"], "empty");
    assert_eq!((plane.text("users.toml"), plane.text("orders/create.json")), (USERS.to_owned(), ORDERS.to_owned()));
    assert_eq!(plane.put("users.toml", USERS).await.error(), "the text is as it was");
}

#[tokio::test]
async fn who_has_not_read_the_last_text_does_not_overwrite_it() {
    let plane = Plane::start().await;
    let tag = plane.get("/documents/users.toml").await.header("etag").to_owned();
    let by_hand = USERS.replace("3 attempts", "2 attempts");
    fs::write(plane.path("users.toml"), &by_hand).expect("an edit");
    let edit = |attempts: usize| USERS.replace("3 attempts", &format!("{attempts} attempts"));
    let put = |tag: String, text: String| {
        let (http, url) = (client(), plane.url("/documents/users.toml"));
        async move { send(&http, Method::PUT, &url, &[("if-match", &tag)], &text).await }
    };
    let late = put(tag, edit(4)).await;
    assert_eq!((late.status, late.json()["text"].as_str()), (412, Some(&*by_hand)));
    assert_eq!(plane.text("users.toml"), by_hand);

    // Of many at once, one wins.
    let tag = plane.get("/documents/users.toml").await.header("etag").to_owned();
    let edits: Vec<_> = (3..10).map(|attempts| tokio::spawn(put(tag.clone(), edit(attempts)))).collect();
    let mut statuses = Vec::new();
    for edit in edits {
        statuses.push(edit.await.expect("an answer").status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test]
async fn a_new_document_has_a_name_below_the_folder() {
    let plane = Plane::start().await;
    let new = [("if-none-match", "*")];
    let cart = "timeout = \"1s\"\n";
    let put = async |name: &str| plane.send(Method::PUT, &format!("/documents/{name}"), &new, cart).await;
    assert_eq!(put("cart/add.toml").await.json(), json!({ "version": 8 }));
    assert_eq!(plane.text("cart/add.toml"), "version = 8\ntimeout = \"1s\"\n");
    assert_eq!(plane.get("/policies/cart/add").await.json()["timeout"], "1s");
    assert_eq!(put("cart/add.toml").await.status, 412);
    for name in
        ["%2e%2e%2fout.toml", "..%2Fout.toml", "%2Fout.toml", ".hidden.toml", "a%5Cb.toml", "cart.yaml", "a%00.toml"]
    {
        assert_eq!(put(name).await.status, 400, "{name}");
    }
    assert!(!plane.folder.path().with_file_name("out.toml").exists());
    let unsure = plane.send(Method::PUT, "/documents/users.toml", &[], USERS).await;
    assert!(unsure.status == 428 && unsure.error().contains("If-Match"), "{unsure:?}");
    for tag in ["*", "bare", "\""] {
        let headers = [("if-match", tag)];
        assert_eq!(plane.send(Method::PUT, "/documents/users.toml", &headers, USERS).await.status, 428, "{tag}");
    }
}

/// Other programs go on reading the file through the link, and with the rights that they have.
#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_a_link_and_rights_stay_rights() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let plane = Plane::start().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let real = elsewhere.path().join("real.toml");
    fs::write(&real, "[cart.add]\ntimeout = \"1s\"\n").expect("a document");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("rights");
    symlink(&real, plane.path("cart.toml")).expect("a link");
    crate::support::until("the link", async || (plane.get("/documents/cart.toml").await.status == 200).then_some(()))
        .await;
    assert_eq!(plane.put("cart.toml", "[cart.add]\ntimeout = \"2s\"\n").await.status, 200);
    assert!(plane.path("cart.toml").is_symlink());
    assert_eq!(fs::read_to_string(&real).expect("a document"), "version = 8\n\n[cart.add]\ntimeout = \"2s\"\n");
    assert_eq!(fs::metadata(&real).expect("a document").permissions().mode() & 0o777, 0o640);
    let left = |folder: &std::path::Path| fs::read_dir(folder).expect("a folder").count();
    assert_eq!((left(elsewhere.path()), left(plane.folder.path())), (1, 3), "temporary files are left");
}

/// serving-9: whoever has broken two documents repairs one after the other, and no edit makes things worse.
#[tokio::test]
async fn of_two_broken_documents_each_is_repaired_by_itself() {
    let plane = Plane::start().await;
    let served = plane.get("/policies").await.text;
    let (bad_users, bad_orders) = (USERS.replace("2s", "2 s"), ORDERS.replace("800ms", "soon"));
    fs::write(plane.path("users.toml"), &bad_users).expect("an edit");
    fs::write(plane.path("orders/create.json"), &bad_orders).expect("an edit");
    crate::support::until("the edits", async || {
        let (users, orders) =
            (plane.get("/documents/users.toml").await, plane.get("/documents/orders/create.json").await);
        (users.text == bad_users && orders.text == bad_orders).then_some(())
    })
    .await;
    let worse = plane.put("users.toml", &bad_users.replace("3 attempts", "many")).await;
    assert_eq!((worse.status, worse.json()["faults"].as_array().expect("faults").len()), (422, 3), "{worse:?}");
    let no_better = plane.put("users.toml", &bad_users.replace("2 s", "3 s")).await;
    assert_eq!(no_better.status, 422);
    // Good by itself, and it says what the other document has said already.
    let twice =
        plane.put("users.toml", "[orders.create]\ntimeout = \"1s\"\n[orders.create.retry]\nnonsense = 1\n").await;
    assert_eq!(twice.status, 422);
    assert_eq!(plane.text("users.toml"), bad_users);

    let one = plane.put("users.toml", &USERS.replace("2s", "3s")).await;
    assert_eq!((one.status, &one.json()["version"]), (200, &json!(8)), "{one:?}");
    let left = one.json()["faults"].as_array().expect("faults").clone();
    assert!(left.len() == 1 && left[0]["document"] == "orders/create.json", "{left:?}");
    assert_eq!(plane.get("/policies").await.text, served, "what was good is served until all are");
    let other = plane.put("orders/create.json", ORDERS).await;
    assert_eq!((other.status, other.json()), (200, json!({ "version": 9 })));
    assert_eq!(plane.get("/policies/users/get").await.json()["timeout"], "3s");
}
