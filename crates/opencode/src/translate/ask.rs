//! What agents ask the owner, and their lists of things to do.

use domain::id::{Directory, MessageId, PermissionId, QuestionId, SessionId};
use domain::permission::{AskedChange, Permission, ToolCallRef};
use domain::question::{Question, QuestionItem, QuestionOption};
use domain::todo::{Todo, TodoStatus};

use serde_json::Value;

use super::tool::text_at;
use crate::upstream::Verdict;
use crate::wire::ask;

/// Where a request names what it is about, best first.
pub(crate) const SUBJECTS: [&str; 6] = ["command", "filepath", "filePath", "path", "url", "query"];

/// A request for permission; `directory` is where it must be answered.
pub(crate) fn permission(it: ask::Permission, directory: Directory) -> Permission {
    Permission {
        id: PermissionId::new(it.id),
        session: SessionId::new(it.session),
        directory,
        action: it.action,
        patterns: it.patterns,
        always: it.always,
        saved: false,
        subject: text_at(&it.metadata, &SUBJECTS),
        diff: text_at(&it.metadata, &["diff"]).map(AskedChange::of),
        tool: it.tool.map(call),
    }
}

/// A request for answers; `directory` is where it must be answered.
pub(crate) fn question(it: ask::Question, directory: Directory) -> Question {
    Question {
        id: QuestionId::new(it.id),
        session: SessionId::new(it.session),
        directory,
        title: String::new(),
        items: it.questions.into_iter().map(item).collect(),
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

/// One thing to do. A status that we do not know is one that has not begun.
pub(crate) fn todo(it: ask::Todo) -> Todo {
    let status = match it.status.as_str() {
        "in_progress" => TodoStatus::InProgress,
        "completed" => TodoStatus::Completed,
        "cancelled" => TodoStatus::Cancelled,
        _ => TodoStatus::Pending,
    };
    Todo {
        content: it.content,
        status,
    }
}

fn item(it: ask::Item) -> QuestionItem {
    QuestionItem {
        header: it.header,
        text: it.question,
        options: it
            .options
            .into_iter()
            .map(|choice| QuestionOption {
                label: choice.label,
                description: choice.description,
            })
            .collect(),
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
