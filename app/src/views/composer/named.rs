//! The list above the composer: files and agents behind `@`, commands behind `/`. The words
//! stay in the field; the list is moved through from there.

use std::time::Duration;

use domain::catalog::Catalog;
use domain::id::ServerId;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::choosing::Chosen;
use super::trigger::{Sign, Trigger};
use crate::api::workspaces;
use crate::browser::field;
use crate::browser::page::reveal;
use crate::chunk::{Rare, rare};
use crate::components::{Glyph, Icon};
use crate::fault::Fault;
use crate::live::Draft;

/// The id of the list.
pub(super) const ID: &str = "named";
/// How long typing rests before the server is asked.
const PAUSE: Duration = Duration::from_millis(120);
/// How many names are shown: more are found by typing on.
const SHOWN_MAX: usize = 30;

/// Something that can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    name: String,
    more: Option<String>,
    icon: Icon,
}

/// What the server found for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    query: String,
    paths: Result<Vec<String>, Fault>,
}

/// What is being named, and what may be meant.
#[derive(Clone, Copy)]
pub(crate) struct Naming {
    field: NodeRef<html::Textarea>,
    draft: StoredValue<Draft>,
    caret: RwSignal<Option<usize>>,
    trigger: Memo<Option<Trigger>>,
    /// What the list shows.
    names: RwSignal<Vec<Named>>,
    active: RwSignal<usize>,
}

impl Naming {
    /// What is being named in `field`.
    pub(super) fn of(field: NodeRef<html::Textarea>, draft: &Draft) -> Self {
        let caret = RwSignal::new(None::<usize>);
        let text = draft.text.clone();
        let trigger = Memo::new(move |_| {
            let caret = caret.get()?;
            text.with(|text| Trigger::at(text, caret))
        });
        Self {
            field,
            draft: StoredValue::new(draft.clone()),
            caret,
            trigger,
            names: RwSignal::new(Vec::new()),
            active: RwSignal::new(0),
        }
    }

    /// The sign of what is being named.
    pub(super) fn sign(self) -> Option<Sign> {
        self.trigger
            .with(|trigger| trigger.as_ref().map(|trigger| trigger.sign))
    }

    /// The caret or the words have moved.
    pub(super) fn look(self) {
        let caret = field::caret(self.field);
        if self.caret.get_untracked() != caret {
            self.caret.set(caret);
        }
    }

    /// Nothing is being named any more.
    pub(super) fn close(self) {
        self.caret.set(None);
    }

    /// The id of the name that Enter would take.
    pub(super) fn active_id(self) -> Option<String> {
        let any = self.names.with(|names| !names.is_empty());
        (any && self.sign().is_some()).then(|| format!("{ID}-{}", self.active.get()))
    }

    /// Whether a key is for the list; what it does is done.
    pub(super) fn takes(self, event: &KeyboardEvent) -> bool {
        let count = self.names.with_untracked(Vec::len);
        if self.trigger.with_untracked(Option::is_none) || event.is_composing() {
            return false;
        }
        let at = self.active.get_untracked();
        match event.key().as_str() {
            "Escape" => self.close(),
            "ArrowDown" if count > 0 => self.go((at + 1) % count),
            "ArrowUp" if count > 0 => self.go((at + count - 1) % count),
            "Tab" if count > 0 && !event.shift_key() => self.choose(at),
            "Enter" if count > 0 && plain(event) && !self.is_whole(at) => self.choose(at),
            _ => return false,
        }
        true
    }

    /// Whether the name at `at` has been typed to its end: then Enter sends.
    fn is_whole(self, at: usize) -> bool {
        let typed = self
            .trigger
            .with_untracked(|it| it.as_ref().map(|it| it.query.clone()));
        self.names
            .with_untracked(|names| names.get(at).map(|it| it.name.clone()) == typed)
    }

    fn go(self, to: usize) {
        self.active.set(to);
        reveal(&format!("{ID}-{to}"));
    }

    /// Puts the name at `at` into the words.
    fn choose(self, at: usize) {
        let name = self
            .names
            .with_untracked(|names| names.get(at).map(|it| it.name.clone()));
        let (Some(name), Some(trigger)) = (name, self.trigger.get_untracked()) else {
            return;
        };
        let caret = self.caret.get_untracked().unwrap_or_default();
        let text = self.draft.with_value(|draft| draft.text.clone());
        let (filled, caret) = text.with_untracked(|text| trigger.fill(text, caret, &name));
        field::put(self.field, &filled, caret);
        text.set(filled);
        self.caret.set(Some(caret));
    }
}

fn plain(event: &KeyboardEvent) -> bool {
    !event.shift_key() && !event.ctrl_key() && !event.meta_key()
}

/// Those of the `paths` found for `query` that also fit what is `wanted` by now: Enter takes
/// the first that is shown, and the next answer is still on its way.
fn still_fit(paths: &[String], query: &str, wanted: &str) -> Vec<String> {
    let wanted_now = wanted.to_lowercase();
    let fits = |path: &&String| query == wanted || path.to_lowercase().contains(&wanted_now);
    paths.iter().filter(fits).cloned().collect()
}

/// The names that fit, best first.
fn names_of(trigger: &Trigger, catalog: Option<&Catalog>, paths: Vec<String>) -> Vec<Named> {
    let wanted = trigger.query.to_lowercase();
    let fits = |name: &str| name.to_lowercase().contains(&wanted);
    let entry = |name: &str, more: &Option<String>, icon| Named {
        name: name.to_owned(),
        more: more.clone(),
        icon,
    };
    let mut names: Vec<Named> = match trigger.sign {
        Sign::Slash => {
            let commands = catalog.map(|catalog| catalog.commands.as_slice());
            let commands = commands.unwrap_or_default().iter();
            commands
                .filter(|it| fits(&it.name))
                .map(|it| entry(&it.name, &it.description, Icon::Terminal))
                .collect()
        }
        Sign::At => {
            let agents = catalog.map(|catalog| catalog.agents.as_slice());
            let agents = agents.unwrap_or_default().iter();
            agents
                .filter(|it| !it.primary && fits(&it.name))
                .map(|it| entry(&it.name, &it.description, Icon::Person))
                .collect()
        }
    };
    // Stable: what was listed first stays first among equals.
    domain::sorted::sort_by_key(&mut names, |it| {
        !it.name.to_lowercase().starts_with(&wanted)
    });
    if trigger.sign == Sign::At {
        names.extend(paths.iter().map(|path| {
            let folder = path.ends_with('/');
            entry(path, &None, if folder { Icon::Folder } else { Icon::File })
        }));
    }
    names.truncate(SHOWN_MAX);
    names
}

/// The place of the list: what it holds comes when something is first named.
#[component]
pub(super) fn Offered(naming: Naming, choice: Chosen, server: ServerId) -> impl IntoView {
    let sign = Memo::new(move |_| naming.sign());
    view! {
        <div class="named" hidden=move || sign.get().is_none() on:mousedown=|event| event.prevent_default()>
            {move || sign.get().map(|sign| rare(Rare::Named(naming, sign, choice, server.clone())))}
        </div>
    }
    .into_any()
}

/// Keeps the names that may be meant; answers with what the server found.
fn search(naming: Naming, choice: Chosen, server: ServerId) -> RwSignal<Option<Found>> {
    let Naming {
        trigger,
        names,
        active,
        ..
    } = naming;
    let found = RwSignal::new(None::<Found>);
    let query = Memo::new(move |_| {
        let trigger = trigger.get()?;
        (trigger.sign == Sign::At).then_some(trigger.query)
    });
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(waiting) = before.flatten() {
            waiting.clear();
        }
        let (wanted, directory) = (query.get()?, choice.directory.get()?);
        let server = server.clone();
        let ask = move || {
            spawn_local(async move {
                let paths = workspaces::find(server, directory, wanted.clone()).await;
                // What is wanted by now may be another thing; the page may be gone.
                if query.try_get_untracked().flatten().as_ref() == Some(&wanted) {
                    found.try_set(Some(Found {
                        query: wanted,
                        paths,
                    }));
                }
            });
        };
        set_timeout_with_handle(ask, PAUSE).ok()
    });
    Effect::new(move |_| {
        let fit = trigger.get().map_or_else(Vec::new, |trigger| {
            let paths = found.with(|found| match found {
                Some(Found {
                    query,
                    paths: Ok(paths),
                }) => still_fit(paths, query, &trigger.query),
                Some(_) | None => Vec::new(),
            });
            choice.catalog(|catalog| names_of(&trigger, catalog, paths))
        });
        if names.with_untracked(|names| *names != fit) {
            active.set(0);
            names.set(fit);
        }
    });
    found
}

/// The list.
pub(crate) fn named(naming: Naming, sign: Sign, choice: Chosen, server: ServerId) -> AnyView {
    let found = search(naming, choice, server);
    let Naming {
        trigger,
        names,
        active,
        ..
    } = naming;
    // Said where there is nothing to choose: while the server is asked nothing yet.
    let nothing = move || {
        let trigger = trigger.get()?;
        if !names.with(Vec::is_empty) {
            return None;
        }
        match (trigger.sign, found.get()) {
            (Sign::Slash, _) if trigger.query.is_empty() => Some("No command here.".to_owned()),
            (Sign::Slash, _) => Some(format!(
                "No command “{}”: it is sent as words.",
                trigger.query
            )),
            (
                Sign::At,
                Some(Found {
                    paths: Err(fault), ..
                }),
            ) => Some(fault.to_string()),
            (Sign::At, Some(Found { query, .. })) if query == trigger.query => {
                Some("No file or agent of this name.".to_owned())
            }
            (Sign::At, _) => Some("Searching".to_owned()),
        }
    };
    let name = match sign {
        Sign::Slash => "Commands",
        Sign::At => "Files and agents",
    };
    let one = move |(n, it): (usize, Named)| {
        view! {
            <div
                class="option"
                role="option"
                id=format!("{ID}-{n}")
                aria-selected=move || if active.get() == n { "true" } else { "false" }
                on:click=move |_| naming.choose(n)
            >
                <Glyph icon=it.icon />
                <span class="clip">{markdown::visible(&it.name).into_owned()}</span>
                <span class="more clip">{it.more}</span>
            </div>
        }
    };
    view! {
        <div role="listbox" id=ID aria-label=name>
            {move || names.get().into_iter().enumerate().map(one).collect_view()}
        </div>
        <p class="muted small" role="status">
            {nothing}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::catalog::{Agent, Command};

    use super::*;

    #[test]
    fn what_was_found_for_other_letters_is_offered_only_where_it_fits() {
        let paths = ["src/", "src/log.mjs", "a/s-r-c"].map(str::to_owned);
        assert_eq!(still_fit(&paths, "src", "src"), paths);
        assert_eq!(still_fit(&paths, "src", "src/LOG"), ["src/log.mjs"]);
        assert!(still_fit(&paths, "src", "log/").is_empty());
    }

    fn catalog() -> Catalog {
        let agent = |name: &str, primary| Agent {
            name: name.to_owned(),
            description: None,
            primary,
            model: None,
        };
        let command = |name: &str| Command {
            name: name.to_owned(),
            description: None,
        };
        Catalog {
            agents: vec![
                agent("build", true),
                agent("general", false),
                agent("explore", false),
            ],
            commands: vec![command("init"), command("review"), command("pre-review")],
            ..Catalog::default()
        }
    }

    fn names(text: &str, paths: &[&str]) -> Vec<String> {
        let trigger = Trigger::at(text, text.len()).unwrap();
        let paths = paths.iter().map(|&path| path.to_owned()).collect();
        let found = names_of(&trigger, Some(&catalog()), paths);
        found.into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn what_begins_alike_comes_first() {
        assert_eq!(names("/re", &[]), ["review", "pre-review"]);
        assert_eq!(names("/", &[]), ["init", "review", "pre-review"]);
        assert!(names("/nothing", &[]).is_empty());
    }

    #[test]
    fn helpers_stand_before_files() {
        let found = names("see @ex", &["src/example.rs"]);
        assert_eq!(found, ["explore", "src/example.rs"]);
        assert_eq!(names("@build", &[]), [""; 0]);
    }
}
