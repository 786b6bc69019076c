//! What the agent means to do: one line, and the list when it is opened.

use domain::todo::{Todo, TodoStatus};
use leptos::prelude::*;

use crate::chunk::{Rare, rare};
use crate::components::{Disclosure, Glyph, Icon};
use crate::live::{Live, SessionKey};

/// The agent's things to do, while some are left.
#[component]
pub fn Todos(session: SessionKey) -> impl IntoView {
    let todos = Live::here().todos(&session);
    let list = Memo::new(move |_| todos.get().to_vec());
    let left = Memo::new(move |_| list.with(|list| list.iter().any(|todo| is_open(todo.status))));
    let line = Memo::new(move |_| list.with(|list| line_of(list)));
    (move || {
        left.get().then(|| {
            let summary = view! {
                <Glyph icon=Icon::List />
                <b>{move || line.get().0}</b>
                <span class="clip">{move || line.get().1}</span>
                <Glyph icon=Icon::Right class="turns" />
            }
            .into_any();
            view! {
                <Disclosure class="todos" summary summary_class="">
                    {rare(Rare::Todos(list))}
                </Disclosure>
            }
        })
    })
    .into_any()
}

fn is_open(status: TodoStatus) -> bool {
    match status {
        TodoStatus::Pending | TodoStatus::InProgress => true,
        TodoStatus::Completed | TodoStatus::Cancelled => false,
    }
}

/// "3 of 5" and what is at work, or comes next.
fn line_of(list: &[Todo]) -> (String, String) {
    let done = list.iter().filter(|todo| !is_open(todo.status)).count();
    let now = list
        .iter()
        .find(|todo| todo.status == TodoStatus::InProgress)
        .or_else(|| list.iter().find(|todo| is_open(todo.status)));
    (
        format!("{done} of {}", list.len()),
        now.map(|todo| todo.content.clone()).unwrap_or_default(),
    )
}

/// Things to do, with how far each is.
pub(crate) fn todos(list: Memo<Vec<Todo>>) -> AnyView {
    (move || todo_list(list.get())).into_any()
}

/// All of it.
pub(super) fn todo_list(list: Vec<Todo>) -> AnyView {
    view! { <ol class="todo-list">{list.into_iter().map(item).collect_view()}</ol> }.into_any()
}

fn item(todo: Todo) -> impl IntoView {
    let (class, tone, word) = match todo.status {
        TodoStatus::Pending => ("", "tone-quiet", "Open"),
        TodoStatus::InProgress => ("now", "tone-live", "At work"),
        TodoStatus::Completed => ("over", "tone-ok", "Done"),
        TodoStatus::Cancelled => ("over", "tone-quiet", "Dropped"),
    };
    view! {
        <li class=class>
            <span class=format!("state {tone}")>
                <span class="dot"></span>
                {word}
            </span>
            <span>{markdown::visible(&todo.content).into_owned()}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_many_are_done_and_what_is_at_work() {
        let todo = |content: &str, status| Todo {
            content: content.to_owned(),
            status,
        };
        let list = [
            todo("read", TodoStatus::Completed),
            todo("think", TodoStatus::Pending),
            todo("write", TodoStatus::InProgress),
            todo("drop", TodoStatus::Cancelled),
        ];
        assert_eq!(line_of(&list), ("2 of 4".to_owned(), "write".to_owned()));
    }
}
