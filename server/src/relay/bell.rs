//! Tells listeners that something moved, without saying what: each looks for itself.
//! Whoever has not looked since the last ring is not woken again, so many rings before a
//! look are one, and whoever listens to several bells looks only where one rang.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

/// A bell; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Bell(
    // A std mutex: held while the ears are told, never across an await.
    Arc<Mutex<Vec<Weak<Rung>>>>,
);

/// One who listens to several bells.
#[derive(Debug, Default)]
pub struct Listener(Arc<Notify>);

/// An ear at one bell, for as long as it lives.
#[derive(Debug)]
pub struct Ear(Arc<Rung>);

#[derive(Debug)]
struct Rung {
    /// Whether it rang since it was looked.
    rang: AtomicBool,
    whose: Arc<Notify>,
}

impl Bell {
    /// Something moved.
    pub fn ring(&self) {
        let mut ears = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ears.retain(|ear| {
            let ear = ear.upgrade();
            if let Some(ear) = &ear
                && !ear.rang.swap(true, Ordering::AcqRel)
            {
                ear.whose.notify_one();
            }
            ear.is_some()
        });
    }

    /// The only ear of a listener.
    pub fn listen(&self) -> Ear {
        Listener::default().listen(self)
    }
}

impl Listener {
    /// One more ear: it hears the next ring.
    pub fn listen(&self, bell: &Bell) -> Ear {
        let rung = Arc::new(Rung {
            rang: AtomicBool::new(false),
            whose: Arc::clone(&self.0),
        });
        let mut ears = bell.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ears.len() == ears.capacity() {
            // Where it never rings those who come and go are not kept for ever.
            ears.retain(|ear| ear.strong_count() > 0);
        }
        ears.push(Arc::downgrade(&rung));
        Ear(rung)
    }

    /// Waits until one of the bells rings whose ears have been [taken](Ear::take) since; look
    /// at all of them before.
    pub async fn woken(&self) {
        self.0.notified().await;
    }
}

impl Ear {
    /// Whether it rang since the last time this was asked.
    pub fn take(&self) -> bool {
        // Most often it did not, and to look costs less than to write.
        self.0.rang.load(Ordering::Acquire) && self.0.rang.swap(false, Ordering::AcqRel)
    }

    /// Waits until it rings, or has since it was looked. For the only ear of a listener.
    pub async fn rung(&self) {
        while !self.take() {
            self.0.whose.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn many_rings_before_a_look_are_one() {
        let bell = Bell::default();
        let ear = bell.listen();
        assert!(ear.rung().now_or_never().is_none(), "it has not rung");
        bell.ring();
        bell.ring();
        assert!(ear.rung().now_or_never().is_some());
        assert!(ear.rung().now_or_never().is_none(), "once");
    }

    #[test]
    fn a_listener_is_woken_by_any_bell_and_told_which() {
        let (one, other) = (Bell::default(), Bell::default());
        let listener = Listener::default();
        let ears = [&one, &other].map(|bell| listener.listen(bell));
        other.ring();
        assert!(listener.woken().now_or_never().is_some());
        assert_eq!(ears.each_ref().map(Ear::take), [false, true]);
        assert!(listener.woken().now_or_never().is_none());
        one.ring();
        assert!(listener.woken().now_or_never().is_some());
        assert_eq!(ears.each_ref().map(Ear::take), [true, false]);
    }

    #[test]
    fn an_ear_that_is_gone_is_forgotten_also_where_it_never_rings() {
        let bell = Bell::default();
        for _ in 0..1_000 {
            drop(bell.listen());
        }
        assert!(bell.0.lock().unwrap().len() < 10);
    }
}
