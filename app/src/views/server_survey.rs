//! Asking a server of 2.x whether it behaves as it is taken to: what is otherwise first, the
//! rest behind a button, all of it to be copied into a report.

use domain::house::{Family, ServerLink};
use domain::id::ServerId;
use domain::survey::{Finding, Survey, Verdict};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{Button, Chip, CopyButton, Tone, Waiting, Why};
use crate::fault::Fault;
use crate::live::{Live, Ready};

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// Nobody asked.
    Unasked,
    /// It is being asked.
    Asking,
    /// It was asked.
    Asked(Survey),
    /// It could not be.
    Failed(Fault),
}

/// The way to ask a server, where it speaks 2.x.
#[component]
pub(super) fn ServerSurvey(server: ServerId) -> impl IntoView {
    let house = Live::here().house();
    let of = server.clone();
    // Nothing is to be asked of others: their protocol is proved.
    let standing = Memo::new(move |_| {
        house.with(|house| {
            let server = house.servers.get(&of)?;
            let up = matches!(server.link, ServerLink::Connected { .. });
            (server.family == Some(Family::V2)).then_some(up)
        })
    });
    let state = RwSignal::new(State::Unasked);
    let up = Signal::derive(move || standing.get() == Some(true));
    let is_new = Memo::new(move |_| standing.get().is_some());
    (move || {
        is_new
            .get()
            .then(|| view! { <Ask server=server.clone() state up /> })
    })
    .into_any()
}

#[component]
fn Ask(server: ServerId, state: RwSignal<State>, up: Signal<bool>) -> impl IntoView {
    let ready = Ready::here();
    let busy = move || state.with(|state| *state == State::Asking);
    let disabled = Signal::derive(move || !ready.get() || !up.get() || busy());
    let ask = move |with_prompt: bool| {
        let server = server.clone();
        state.set(State::Asking);
        spawn_local(async move {
            let answer = Live::ask_server(server, with_prompt).await;
            // The card may be gone by then.
            state.try_set(match answer {
                Ok(survey) => State::Asked(survey),
                Err(fault) => State::Failed(fault),
            });
        });
    };
    let ask_more = ask.clone();
    let was_asked = move || state.with(|state| matches!(state, State::Asked(_)));
    view! {
        <section class="survey" aria-label="Check of the protocol">
            <p class="muted small">
                "Whether this server behaves as Nexus takes it to can be asked: harmless requests, in a session that is made for it and removed again. Nothing of your work is in the report."
            </p>
            <div role="status">
                {move || match state.get() {
                    State::Unasked => ().into_any(),
                    State::Asking => view! { <Waiting words="Asking this server" /> }.into_any(),
                    State::Failed(fault) => view! { <Why words=fault.to_string() /> }.into_any(),
                    State::Asked(survey) => view! { <Report survey /> }.into_any(),
                }}
            </div>
            <div class="actions">
                <Button disabled on:click=move |_| ask(false)>
                    {move || if was_asked() { "Check again" } else { "Check the protocol" }}
                </Button>
                {move || {
                    let ask = ask_more.clone();
                    was_asked()
                        .then(|| {
                            view! {
                                <Button disabled on:click=move |_| ask(true)>
                                    "Check with a prompt"
                                </Button>
                                <p class="muted small">"A prompt asks your model for one word."</p>
                            }
                        })
                }}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Report(survey: Survey) -> impl IntoView {
    let count = |verdict| survey.count(verdict);
    let (same, different, open) = (
        count(Verdict::Same),
        count(Verdict::Different),
        count(Verdict::Open),
    );
    let tone = if different == 0 { Tone::Ok } else { Tone::Need };
    let word = match different {
        0 => "As expected".to_owned(),
        different => format!("{different} different"),
    };
    let rest = format!("{same} as expected, {open} open.");
    let text = Signal::stored(survey.to_string());
    let all = RwSignal::new(false);
    let findings = StoredValue::new(survey.findings);
    view! {
        <div class="top">
            <Chip tone word />
            <span class="grow small">{rest}</span>
            <CopyButton name="Copy report" text disabled=Signal::stored(false) />
        </div>
        {move || {
            let shown = findings.with_value(|list| shown(list, all.get()));
            (!shown.is_empty())
                .then(|| {
                    view! {
                        <ul class="findings">
                            {shown
                                .into_iter()
                                .map(|finding| view! { <Line finding /> })
                                .collect_view()}
                        </ul>
                    }
                })
        }}
        <button
            type="button"
            class="button quiet"
            aria-expanded=move || all.get().to_string()
            on:click=move |_| all.update(|all| *all = !*all)
        >
            {move || if all.get() { "Show what is different" } else { "Show all" }}
        </button>
    }
    .into_any()
}

#[component]
fn Line(finding: Finding) -> impl IntoView {
    let tone = match finding.verdict {
        Verdict::Same => Tone::Ok,
        Verdict::Different => Tone::Need,
        Verdict::Open => Tone::Quiet,
    };
    view! {
        <li>
            <div class="top">
                <strong class="grow">{plain(&finding.asked)}</strong>
                <Chip tone word=finding.verdict.word() />
            </div>
            <dl>
                <dt>"Expected"</dt>
                <dd>{plain(&finding.expected)}</dd>
                <dt>"Found"</dt>
                <dd>{finding.found}</dd>
            </dl>
        </li>
    }
    .into_any()
}

/// Without the marks that a report has for code.
fn plain(words: &str) -> String {
    words.replace('`', "")
}

/// What is listed: what is different, or all of it.
fn shown(findings: &[Finding], all: bool) -> Vec<Finding> {
    let wanted = |it: &&Finding| all || it.verdict == Verdict::Different;
    findings.iter().filter(wanted).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_different_is_listed_first_of_all() {
        let finding = |asked: &str, verdict| Finding {
            asked: asked.to_owned(),
            expected: String::new(),
            mark: String::new(),
            found: String::new(),
            verdict,
        };
        let all = [
            finding("a", Verdict::Same),
            finding("b", Verdict::Different),
            finding("c", Verdict::Open),
        ];
        let names =
            |list: Vec<Finding>| -> Vec<String> { list.into_iter().map(|it| it.asked).collect() };
        assert_eq!(names(shown(&all, false)), ["b"]);
        assert_eq!(names(shown(&all, true)), ["a", "b", "c"]);
    }
}
