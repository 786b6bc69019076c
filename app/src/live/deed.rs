//! What became of a command.

use leptos::prelude::{ArcReadSignal, ArcRwSignal, Set};

use crate::fault::Fault;

/// A command on its way. The answer says only that it was accepted; what it changed comes
/// by the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed<T = ()> {
    /// On its way.
    Doing,
    /// Accepted.
    Done(T),
    /// Not carried out.
    Failed(Fault),
}

impl<T> Deed<T> {
    /// Whether it is still on its way: its button waits.
    pub fn is_doing(&self) -> bool {
        matches!(self, Deed::Doing)
    }

    /// Whether it is on its way or accepted. What can be done only once waits until the
    /// stream takes it away.
    pub fn is_given(&self) -> bool {
        match self {
            Deed::Doing | Deed::Done(_) => true,
            Deed::Failed(_) => false,
        }
    }

    /// Why it was not carried out.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Deed::Doing | Deed::Done(_) => None,
            Deed::Failed(fault) => Some(fault),
        }
    }
}

/// Begins `work` and tells how far it is.
pub(crate) fn begin<T: Send + Sync + 'static>(
    work: impl Future<Output = Result<T, Fault>> + 'static,
) -> ArcReadSignal<Deed<T>> {
    let deed = ArcRwSignal::new(Deed::Doing);
    let told = deed.read_only();
    leptos::task::spawn_local(async move {
        deed.set(match work.await {
            Ok(done) => Deed::Done(done),
            Err(fault) => Deed::Failed(fault),
        });
    });
    told
}
