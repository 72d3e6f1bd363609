//! What C does for a request: it holds one of ten permits for 5 to 15 ms, and four times as long during the brown-out.

use crate::tally::Tally;
use http::{Request, Response};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The longest that a request takes, in the brown-out.
pub(crate) const SLOWEST: Duration = Duration::from_millis(60);
const MEAN_MS: u64 = 10;
const SLOWER: u64 = 4;

/// Who asks: the moment at which the user gives up goes along with a request, for the record only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) gives_up: Instant,
}

/// Random numbers that are the same in every run: xorshift64*.
#[derive(Debug)]
pub(crate) struct Dice(AtomicU64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1))
    }

    fn draw(&self) -> u64 {
        let mut state = self.0.load(Ordering::Relaxed);
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        self.0.store(state, Ordering::Relaxed);
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// The time to the next event of a Poisson process.
    #[expect(clippy::cast_precision_loss, reason = "48 bits")]
    pub(crate) fn gap(&self, per_second: f64) -> Duration {
        let share = (self.draw() + 1) as f64 / (1_u64 << 48) as f64;
        Duration::from_secs_f64(-share.ln() / per_second)
    }
}

/// The work of C, and the record of it.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) dice: Arc<Dice>,
    pub(crate) began: Instant,
    pub(crate) brown_out: Range<f64>,
    pub(crate) tally: Arc<Mutex<Tally>>,
}

impl Work {
    /// Works for a request, whoever still waits for it.
    pub(crate) async fn serve(self, request: Request<User>) -> Result<Response<()>, Infallible> {
        let slow = self.brown_out.contains(&self.began.elapsed().as_secs_f64());
        // Whole milliseconds, which are exact on the paused clock.
        let ms = MEAN_MS / 2 + self.dice.draw() % (MEAN_MS + 1);
        let time = Duration::from_millis(ms * if slow { SLOWER } else { 1 });
        sleep(time).await;
        let gone = Instant::now() >= request.body().gives_up;
        self.tally.lock().expect("nothing panics").worked(self.began.elapsed(), time, gone);
        Ok(Response::new(()))
    }
}
