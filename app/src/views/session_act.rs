//! What can be done with a session, or from one of its messages on.

use domain::message::Waits;

use crate::components::Icon;

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Rename,
    Fork,
    ForkHere,
    Revert,
    Compact,
    Copy,
    Archive,
    Delete,
    Withdraw,
    Later,
    Sooner,
}

impl Act {
    pub(super) const fn icon(self) -> Icon {
        match self {
            Act::Rename => Icon::Pencil,
            Act::Fork | Act::ForkHere => Icon::Branch,
            Act::Revert | Act::Withdraw => Icon::Back,
            Act::Later => Icon::End,
            Act::Sooner => Icon::Send,
            Act::Compact => Icon::Fold,
            Act::Copy => Icon::Copy,
            Act::Archive => Icon::Archive,
            Act::Delete => Icon::Bin,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Act::Rename => "Rename …",
            Act::Fork => "Fork",
            Act::ForkHere => "Fork from here",
            Act::Revert => "Revert to here …",
            Act::Compact => "Compact",
            Act::Copy => "Copy as Markdown",
            Act::Archive => "Archive …",
            Act::Delete => "Delete",
            Act::Withdraw => "Take back",
            Act::Later => "After the turn",
            Act::Sooner => "With the next step",
        }
    }

    pub(super) const fn hint(self) -> &'static str {
        match self {
            Act::Rename => "",
            Act::Archive => "Out of the list for good; search finds it",
            Act::Fork => "Go on in a copy; this one stays as it is",
            Act::ForkHere => "A copy of all before this message, to say something else",
            Act::Revert => "Take this message and all after it back, files too",
            Act::Compact => "Sum the conversation up, to make room",
            Act::Copy => "The whole conversation, on the clipboard",
            Act::Delete => "Sub-sessions too; can be undone at first",
            Act::Withdraw => "The agent does not read it; its words are yours to change",
            Act::Later => "The agent reads it when its turn has ended",
            Act::Sooner => "The agent reads it in the middle of its turn",
        }
    }

    /// Whether it must wait until the agent's turn has ended.
    pub(super) const fn waits(self) -> bool {
        matches!(self, Act::Compact | Act::Revert)
    }
}

/// What can be done with a session as a whole.
pub(super) const OF_SESSION: &[Act] = &[
    Act::Rename,
    Act::Fork,
    Act::Compact,
    Act::Copy,
    Act::Archive,
    Act::Delete,
];
/// What can be done from a message on.
pub(super) const OF_MESSAGE: &[Act] = &[Act::Revert, Act::ForkHere];
/// What can be done with a message that no agent has read yet.
pub(super) const fn of_waiting(waits: Waits) -> &'static [Act] {
    match waits {
        Waits::Step => &[Act::Withdraw, Act::Later],
        Waits::Turn => &[Act::Withdraw, Act::Sooner],
    }
}
