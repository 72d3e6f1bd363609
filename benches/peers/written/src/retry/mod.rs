//! Three attempts, 50 ms to 1 s apart with jitter; a user who is not there is not asked for again.

mod backon;
mod recourse;
mod seatbelt;
mod tower;
mod tower_resilience;

use crate::{retries, row};
use ::layered::Service;
use ::tower::ServiceExt;

pub(crate) async fn rows() {
    let works = retries(recourse::fetch).await;
    row("retry", "recourse", include_str!("recourse.rs"), works);
    let works = retries(backon::fetch).await;
    row("retry", "backon", include_str!("backon.rs"), works);
    let users = seatbelt::users();
    let works = retries(async |id| users.execute(id).await).await;
    row("retry", "seatbelt", include_str!("seatbelt.rs"), works);
    let users = tower_resilience::users();
    let works = retries(async |id| users.clone().oneshot(id).await).await;
    row("retry", "tower-resilience", include_str!("tower_resilience.rs"), works);
    let users = tower::users();
    let works = retries(async |id| users.clone().oneshot(id).await).await;
    row("retry", "tower", include_str!("tower.rs"), works);
}
