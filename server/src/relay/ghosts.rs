//! Asks that nobody waits for: OpenCode goes on listing those of a turn that was stopped,
//! also while a later turn of the same session runs.
//!
//! Pure: it reads the mirror and changes nothing.

use domain::event::Event;
use domain::id::SessionId;
use domain::message::Role;
use domain::mirror::Mirror;
use domain::permission::ToolCallRef;

/// What closes the ghosts among the asks of `session`.
pub(super) fn ghosts(mirror: &Mirror, session: &SessionId) -> Vec<Event> {
    let is_ghost =
        |of: &SessionId, tool: Option<&ToolCallRef>| of == session && !waits(mirror, session, tool);
    let permissions = mirror.permissions.values();
    let permissions = permissions
        .filter(|ask| is_ghost(&ask.session, ask.tool.as_ref()))
        .map(|ask| Event::PermissionClosed {
            permission: ask.id.clone(),
        });
    let questions = mirror.questions.values();
    let questions = questions
        .filter(|ask| is_ghost(&ask.session, ask.tool.as_ref()))
        .map(|ask| Event::QuestionClosed {
            question: ask.id.clone(),
        });
    permissions.chain(questions).collect()
}

/// Whether the step that an ask of `session` belongs to may still be under way. Only one
/// that is seen to have ended is not: rather a ghost is shown than an ask withheld.
pub(super) fn waits(mirror: &Mirror, session: &SessionId, tool: Option<&ToolCallRef>) -> bool {
    let entry = tool.and_then(|tool| mirror.transcripts.get(session)?.entry(&tool.message));
    entry.is_none_or(|entry| match &entry.message.role {
        Role::Assistant(assistant) => assistant.is_open(),
        Role::User(_) => true,
    })
}
