//! What agents ask the owner, and their lists of things to do.

use domain::id::{Directory, MessageId, PermissionId, QuestionId, SessionId};
use domain::permission::{AskedChange, Permission, ToolCallRef};
use domain::question::{Question, QuestionItem, QuestionOption};
use domain::todo::{Todo, TodoStatus};

use serde_json::Value;

use super::bound::{self, ENTRY_BYTES};
use super::tool::text_at;
use crate::upstream::Verdict;
use crate::wire::ask;

/// Where a request names what it is about, best first.
pub(crate) const SUBJECTS: [&str; 6] = ["command", "filepath", "filePath", "path", "url", "query"];

/// How much of the patterns of a request travels, in bytes, and as much of what *always*
/// would allow: more than a dock shows at once.
const PATTERNS_MAX_BYTES: usize = 4 * 1024;
/// How much of a command or path that a request is about travels, in bytes.
const SUBJECT_MAX_BYTES: usize = 8 * 1024;
/// How much of a list of things to do travels, in bytes, and of one of them.
const TODOS_MAX_BYTES: usize = 32 * 1024;
const TODO_MAX_BYTES: usize = 4 * 1024;
/// How much of the questions that are asked together travels, in bytes. None is left out:
/// each has its answer.
const QUESTIONS_MAX_BYTES: usize = 32 * 1024;

/// A request for permission; `directory` is where it must be answered.
pub(crate) fn permission(it: ask::Permission, directory: Directory) -> Permission {
    Permission {
        id: PermissionId::new(it.id),
        session: SessionId::new(it.session),
        directory,
        action: it.action,
        patterns: bound::texts(it.patterns, PATTERNS_MAX_BYTES),
        always: bound::texts(it.always, PATTERNS_MAX_BYTES),
        saved: false,
        subject: text_at(&it.metadata, &SUBJECTS)
            .map(|subject| bound::text(subject, SUBJECT_MAX_BYTES)),
        diff: text_at(&it.metadata, &["diff"]).map(AskedChange::of),
        tool: it.tool.map(call),
    }
}

/// A request for answers; `directory` is where it must be answered.
pub(crate) fn question(it: ask::Question, directory: Directory) -> Question {
    let room = QUESTIONS_MAX_BYTES / it.questions.len().max(1);
    Question {
        id: QuestionId::new(it.id),
        session: SessionId::new(it.session),
        directory,
        title: String::new(),
        items: it.questions.into_iter().map(|it| item(it, room)).collect(),
        tool: it.tool.map(call),
    }
}

/// How a request for permission was answered; none where we do not know the word.
pub(crate) fn verdict(reply: &Value) -> Option<Verdict> {
    match reply.as_str()? {
        "once" => Some(Verdict::Allowed),
        "always" => Some(Verdict::Always),
        "reject" => Some(Verdict::Denied),
        _ => None,
    }
}

/// A list of things to do.
pub(crate) fn todos(list: impl IntoIterator<Item = ask::Todo>) -> Vec<Todo> {
    let takes = |todo: &Todo| todo.content.len();
    bound::list(list.into_iter().map(todo), TODOS_MAX_BYTES, takes, |word| {
        Todo {
            content: word,
            status: TodoStatus::Pending,
        }
    })
}

/// One thing to do. A status that we do not know is one that has not begun.
fn todo(it: ask::Todo) -> Todo {
    let status = match it.status.as_str() {
        "in_progress" => TodoStatus::InProgress,
        "completed" => TodoStatus::Completed,
        "cancelled" => TodoStatus::Cancelled,
        _ => TodoStatus::Pending,
    };
    Todo {
        content: bound::text(it.content, TODO_MAX_BYTES),
        status,
    }
}

/// A question in about `room` bytes. Answers that do not fit are left out, and never cut:
/// they are what is sent back.
fn item(it: ask::Item, room: usize) -> QuestionItem {
    let mut left = room / 2;
    let all = it.options.len();
    let mut options = Vec::new();
    for choice in it.options {
        let size = ENTRY_BYTES + choice.label.len() + choice.description.len();
        if size > left {
            break;
        }
        left -= size;
        options.push(QuestionOption {
            label: choice.label,
            description: choice.description,
        });
    }
    let mut text = bound::text(it.question, room / 4);
    if options.len() < all {
        let more = all - options.len();
        text = format!("{text}\n\n({more} more answers are too long to show.)");
    }
    QuestionItem {
        header: bound::text(it.header, room / 8),
        text,
        options,
        multiple: it.multiple,
        // Own words are welcome unless a question says otherwise.
        custom: it.custom.unwrap_or(true),
        ..QuestionItem::default()
    }
}

fn call(it: ask::ToolCall) -> ToolCallRef {
    ToolCallRef {
        message: MessageId::new(it.message),
        call: it.call,
    }
}
