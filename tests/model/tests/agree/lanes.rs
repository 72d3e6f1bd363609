//! Lanes side by side: each is polled when it is woken, and those that are woken at once in their order.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

pub(crate) type Lane<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

pub(crate) struct Lanes<'a>(Vec<(Option<Lane<'a>>, Arc<Bell>)>);

struct Bell {
    rung: AtomicBool,
    root: Mutex<Option<Waker>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        if let Some(root) = &*self.root.lock().unwrap_or_else(PoisonError::into_inner) {
            root.wake_by_ref();
        }
    }
}

impl<'a> Lanes<'a> {
    pub(crate) fn new(lanes: impl IntoIterator<Item = Lane<'a>>) -> Self {
        let bell = || Arc::new(Bell { rung: AtomicBool::new(true), root: Mutex::new(None) });
        Self(lanes.into_iter().map(|lane| (Some(lane), bell())).collect())
    }
}

impl Future for Lanes<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let woken: Vec<bool> = self.0.iter().map(|(_, bell)| bell.rung.swap(false, Ordering::SeqCst)).collect();
        for ((lane, bell), _) in self.0.iter_mut().zip(woken).filter(|(_, woken)| *woken) {
            *bell.root.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
            let waker = Waker::from(bell.clone());
            let cx = &mut Context::from_waker(&waker);
            if lane.as_mut().is_some_and(|running| running.as_mut().poll(cx).is_ready()) {
                *lane = None;
            }
        }
        if self.0.iter().all(|(lane, _)| lane.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    }
}
