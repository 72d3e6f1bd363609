//! Both, within 2 s in all.

mod backon_and_failsafe;
mod recourse;
mod seatbelt;
mod tower_resilience;

use crate::{breaks, retries, row};
use ::layered::Service;
use ::tower::ServiceExt;

pub(crate) async fn rows() {
    let works = retries(recourse::fetch).await && breaks(recourse::fetch).await;
    row("retry, breaker, timeout", "recourse", include_str!("recourse.rs"), works);
    let breaker = backon_and_failsafe::breaker();
    let works = retries(async |id| backon_and_failsafe::fetch(&breaker, id).await).await
        && breaks(async |id| backon_and_failsafe::fetch(&breaker, id).await).await;
    row("retry, breaker, timeout", "backon, failsafe, tokio", include_str!("backon_and_failsafe.rs"), works);
    let users = seatbelt::users();
    // Its breaker counts by rate, so it is to begin anew.
    let anew = seatbelt::users();
    let works = retries(async |id| users.execute(id).await).await && breaks(async |id| anew.execute(id).await).await;
    row("retry, breaker, timeout", "seatbelt", include_str!("seatbelt.rs"), works);
    let users = tower_resilience::users();
    let works = retries(async |id| users.clone().oneshot(id).await).await
        && breaks(async |id| users.clone().oneshot(id).await).await;
    row("retry, breaker, timeout", "tower-resilience", include_str!("tower_resilience.rs"), works);
}
