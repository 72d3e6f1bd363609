//! A circuit that opens after five failures in a row (seatbelt's: by their rate) for 10 s; a user who is not there is no failure.

mod failsafe;
mod recourse;
mod seatbelt;
mod tower_resilience;

use crate::{breaks, row};
use ::layered::Service;
use ::tower::ServiceExt;

pub(crate) async fn rows() {
    let works = breaks(recourse::fetch).await;
    row("breaker", "recourse", include_str!("recourse.rs"), works);
    let breaker = failsafe::breaker();
    let works = breaks(async |id| failsafe::fetch(&breaker, id).await).await;
    row("breaker", "failsafe", include_str!("failsafe.rs"), works);
    let users = seatbelt::users();
    let works = breaks(async |id| users.execute(id).await).await;
    row("breaker", "seatbelt", include_str!("seatbelt.rs"), works);
    let users = tower_resilience::users();
    let works = breaks(async |id| users.clone().oneshot(id).await).await;
    row("breaker", "tower-resilience", include_str!("tower_resilience.rs"), works);
}
