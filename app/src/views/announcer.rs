//! Tells whoever listens, once and politely, what a reader would see: that something is
//! asked, here or in another session, and that a turn is over. The words as they stream are
//! not read out.

use std::collections::VecDeque;

use domain::failure::Failure;
use leptos::prelude::*;

use super::ask_words::announcement_of;
use super::session_row::{is_failed, title_of};
use crate::live::{Ask, Live, SessionKey};

/// How many announced requests are remembered, so that one that comes back with a
/// connection is not told again. More than wait at once in any house.
const KNOWN_MAX: usize = 64;

/// The title of a page while `asks` requests wait anywhere.
pub fn needing(asks: usize, title: &str) -> String {
    let title = match title {
        "" => "Nexus".to_owned(),
        title => format!("{title} · Nexus"),
    };
    match asks {
        0 => title,
        1 => format!("Needs you · {title}"),
        asks => format!("{asks} need you · {title}"),
    }
}

/// The live region.
#[component]
pub fn Announcer(
    /// The session that the page shows.
    #[prop(into)]
    session: Signal<Option<SessionKey>>,
) -> impl IntoView {
    let live = Live::here();
    let asks = live.all_asks();
    let words = RwSignal::new(String::new());
    let known = StoredValue::new(Known::default());
    let name_of = {
        let live = live.clone();
        move |key: &SessionKey| {
            let entry = live.entry(key).get_untracked();
            entry.map_or_else(|| "A session".to_owned(), |entry| title_of(&entry))
        }
    };
    let stops = {
        let live = live.clone();
        // Untracked: who asks anew is told by the list of all.
        move |key: &SessionKey, ask: &Ask| {
            let own = live.asks(key);
            own.with_untracked(|own| own.iter().any(|it| it.id() == ask.id()))
        }
    };
    Effect::new(move |begun: Option<()>| {
        let said: Vec<String> = asks.with(|asks| {
            let here = session.get_untracked();
            let fresh = known.try_update_value(|known| known.news(asks));
            let told = |ask: &Ask| match &here {
                Some(key) if stops(key, ask) => announcement_of(ask),
                Some(_) | None if ask.is_nobodys() => announcement_of(ask),
                Some(_) | None => format!("“{}” needs you.", name_of(&ask.session())),
            };
            fresh.into_iter().flatten().map(told).collect()
        });
        // What the page opened with stands there to be read.
        if begun.is_some() && !said.is_empty() {
            say(words, said.join(" "));
        }
    });
    let running = Memo::new(move |_| {
        let key = session.get()?;
        let running = live.entry(&key).with(|entry| {
            entry
                .as_ref()
                .map(|entry| (entry.status.is_running(), end_of(entry.failure.as_ref())))
        });
        Some((key, running?))
    });
    Effect::new(
        move |was: Option<Option<(SessionKey, (bool, &'static str))>>| {
            let now = running.get();
            if let (Some(Some((before, (true, _)))), Some((key, (false, end)))) = (&was, &now)
                && before == key
            {
                say(words, (*end).to_owned());
            }
            now
        },
    );
    view! {
        <div class="unseen" aria-live="polite">
            {move || words.get()}
        </div>
    }
    .into_any()
}

/// What is said of a turn that is over.
fn end_of(failure: Option<&Failure>) -> &'static str {
    match failure {
        None => "The agent has ended its turn.",
        Some(failure) if is_failed(failure) => "The turn has failed.",
        Some(_) => "The turn was stopped.",
    }
}

/// The same words twice are told twice only where they differ for the machine.
fn say(region: RwSignal<String>, words: String) {
    region.update(|told| {
        let again = *told == words;
        *told = words;
        if again {
            told.push('\u{a0}');
        }
    });
}

/// The requests that were announced, oldest first.
#[derive(Default)]
struct Known(VecDeque<String>);

impl Known {
    /// Those among `asks` that were not there before.
    fn news<'a>(&mut self, asks: &'a [Ask]) -> Vec<&'a Ask> {
        let mut fresh = Vec::new();
        for ask in asks {
            if self.0.iter().any(|known| known == ask.id()) {
                continue;
            }
            if self.0.len() >= KNOWN_MAX {
                self.0.pop_front();
            }
            self.0.push_back(ask.id().to_owned());
            fresh.push(ask);
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::id::{Directory, QuestionId, ServerId, SessionId};
    use domain::question::Question;

    use super::*;

    fn ask(id: &str) -> Ask {
        let question = Question {
            id: QuestionId::new(id),
            session: SessionId::new("ses"),
            directory: Directory::new("/srv"),
            title: String::new(),
            items: Vec::new(),
            tool: None,
        };
        Ask::Question(ServerId::new("srv"), Arc::new(question))
    }

    #[test]
    fn each_request_is_news_once_also_when_it_comes_back_with_the_connection() {
        let mut known = Known::default();
        let (one, both) = ([ask("que_1")], [ask("que_1"), ask("que_2")]);
        let ids = |fresh: Vec<&Ask>| {
            fresh
                .iter()
                .map(|ask| ask.id().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(known.news(&one)), ["que_1"]);
        assert_eq!(ids(known.news(&[])), [""; 0]);
        assert_eq!(ids(known.news(&both)), ["que_2"]);
    }

    #[test]
    fn the_title_says_that_somebody_is_needed() {
        assert_eq!(needing(0, "Fix the gauge"), "Fix the gauge · Nexus");
        assert_eq!(
            needing(1, "Fix the gauge"),
            "Needs you · Fix the gauge · Nexus"
        );
        assert_eq!(needing(3, ""), "3 need you · Nexus");
    }
}
