//! Who asks: the agent, or the sub-agent by name and task, at whatever depth.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::dock::Asked;
use crate::live::{Asker, Live};

/// Who asks, and where; a sub-agent's own session can be looked at.
pub(super) fn asker(asked: &Asked) -> AnyView {
    if asked.ask.is_nobodys() {
        let words = "Asked by OpenCode itself: no session of yours waits for it.";
        return view! { <p class="who">{words}</p> }.into_any();
    }
    let live = Live::here();
    let asking = asked.ask.session();
    let shown = asked.queue.session.get_value();
    let href = (asking != shown).then(|| format!("/s/{}/{}", asking.server, asking.session));
    let folder = asked.ask.directory().name().to_owned();
    let sender = Memo::new(move |_| live.asker(&asking, &shown));
    view! {
        <p class="who">
            {if href.is_some() { "Asked by the sub-agent " } else { "Asked by " }}
            <b>{move || sender.with(name_of)}</b>
            {move || sender.with(|asker| rest_of(asker, &folder))}
            {href.map(|href| view! { " " <a href=href>"See its work"</a> })}
        </p>
    }
    .into_any()
}

fn name_of(asker: &Asker) -> String {
    let name = asker.helpers.first().unwrap_or(&asker.agent);
    if name.is_empty() {
        "the agent".to_owned()
    } else {
        markdown::visible(name).into_owned()
    }
}

/// Who sent it, what for, and where it works.
fn rest_of(asker: &Asker, folder: &str) -> String {
    let mut rest = String::new();
    for (at, name) in asker.helpers.iter().skip(1).enumerate() {
        rest += if at == 0 {
            ", sent by "
        } else {
            ", in turn by "
        };
        rest += name;
    }
    if !asker.task.is_empty() {
        let _ = write!(rest, ", for “{}”", asker.task);
    }
    // Writing to a String cannot fail.
    let _ = write!(rest, " in {folder}.");
    markdown::visible(&rest).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(helpers: &[&str], task: &str) -> String {
        let asker = Asker {
            helpers: helpers.iter().map(|it| (*it).to_owned()).collect(),
            agent: "build".to_owned(),
            task: task.to_owned(),
        };
        name_of(&asker) + &rest_of(&asker, "tidewatch")
    }

    #[test]
    fn who_asks_is_told_with_the_line_that_leads_there() {
        assert_eq!(told(&[], ""), "build in tidewatch.");
        assert_eq!(
            told(&["general"], "Count the lines"),
            "general, for “Count the lines” in tidewatch."
        );
        assert_eq!(
            told(&["explore", "general"], "Look"),
            "explore, sent by general, for “Look” in tidewatch."
        );
    }
}
