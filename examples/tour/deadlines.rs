//! Scenes about what calls know of the request that they work for: its deadline, and its identity.

use crate::client::Api;
use crate::scene::{Scene, Tour};
use recourse::observe::AttemptOutcome::{Retryable, Success};
use recourse::observe::EndReason;
use recourse::{RejectionKind, context};
use std::time::Duration;

pub(crate) async fn expired(tour: &mut Tour, api: &Api) {
    let says = "The request that this call is for is over before it begins. The body does not run, and the server sees nothing.";
    let scene = Scene { name: "expired", title: "No work for the dead", says };
    let seen = tour.play(scene, context::within(Duration::ZERO, api.expired())).await;
    seen.rejected(RejectionKind::Expired).stopped_by(EndReason::Expired).outcomes(&[]);
}

pub(crate) async fn hurried(tour: &mut Tour, api: &Api) {
    let says = "The server fails, and the request has 500ms left. The delay before a retry is 800ms, so the call ends at once, with the\n\
                server's own error, and does not sleep into the deadline.";
    let scene = Scene { name: "hurried", title: "A retry that would come too late", says };
    let seen = tour.play(scene, context::within(Duration::from_millis(500), api.hurried())).await;
    let at_once = Duration::ZERO..=Duration::from_millis(400);
    seen.returned("Err(status 503)").stopped_by(EndReason::Deadline).outcomes(&[Retryable]).took(at_once);
}

pub(crate) async fn order(tour: &mut Tour, api: &Api) {
    let says = "Three attempts to send one order. Each carries the identity of the call, so the server can tell that it is one order.";
    let scene = Scene { name: "order", title: "One order, three attempts", says };
    let seen = tour.play(scene, api.order()).await;
    seen.returned(r#"Ok("Ada")"#).outcomes(&[Retryable, Retryable, Success]).orders(1);
}
