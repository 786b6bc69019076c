//! The lines of one file, turn by turn: between two turns others may have changed it too, so
//! they are not made into one.

use domain::bulk::LongText;
use domain::id::MessageId;
use domain::review::{ChangedFile, Patch};
use domain::tool::FileDiff;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{Button, Waiting, Why};
use crate::fault::Fault;
use crate::live::{Live, SessionKey};
use crate::views::diff::Diff;

/// How much of what was said is shown above a turn's lines, in letters: a line.
const SAID_MAX: usize = 72;

/// The lines of a file.
#[component]
pub(super) fn Lines(session: SessionKey, file: Memo<ChangedFile>) -> impl IntoView {
    let answer = RwSignal::new(None::<Result<(ChangedFile, Vec<Patch>), Fault>>);
    let of = session.clone();
    // What is shown stays while it is read anew.
    let ask = Callback::new(move |()| {
        let (session, file) = (of.clone(), file.get_untracked());
        spawn_local(async move {
            let asked = (file.turns.clone(), file.path.clone());
            let patches = Live::patches(&session, asked.0, asked.1).await;
            // It may be closed by now.
            answer.try_set(Some(patches.map(|patches| (file, patches))));
        });
    });
    Effect::new(move |_| {
        file.track();
        ask.run(());
    });
    (move || match answer.get() {
        None => view! { <Waiting words="Reading the lines" /> }.into_any(),
        Some(Err(fault)) => view! {
            <div class="pane-why">
                <Why words=fault.to_string() />
                <Button on:click=move |_| ask.run(())>"Try again"</Button>
            </div>
        }
        .into_any(),
        Some(Ok((file, patches))) => told(&session, &file, patches),
    })
    .into_any()
}

fn told(session: &SessionKey, file: &ChangedFile, patches: Vec<Patch>) -> AnyView {
    let earlier = (file.earlier > 0).then(|| {
        let words = format!("{} earlier turns changed it too.", file.earlier);
        view! { <p class="aside">{words}</p> }
    });
    let several = file.turns.len() > 1;
    let turns: Vec<AnyView> = file
        .turns
        .iter()
        .zip(patches)
        .map(|(turn, patch)| {
            let heading =
                several.then(|| view! { <p class="aside">{heading_of(session, turn)}</p> });
            view! {
                {heading}
                {lines(session, file, patch)}
            }
            .into_any()
        })
        .collect();
    view! {
        {earlier}
        {turns}
    }
    .into_any()
}

fn lines(session: &SessionKey, file: &ChangedFile, patch: Patch) -> AnyView {
    if patch.text.is_empty() {
        let words = "OpenCode tells no lines of this: the file is no text, or its turn is gone.";
        return view! { <p class="aside">{words}</p> }.into_any();
    }
    let diff = FileDiff {
        path: file.path.clone(),
        additions: patch.additions,
        deletions: patch.deletions,
        patch: LongText::Whole(patch.text),
    };
    let cut = patch
        .cut
        .then(|| view! { <p class="aside">"Only the beginning of these changes is here."</p> });
    view! {
        <Diff server=session.server.clone() diff directory=None told=true />
        {cut}
    }
    .into_any()
}

/// What the owner said at the beginning of a turn, as far as it is at hand.
fn heading_of(session: &SessionKey, turn: &MessageId) -> String {
    let said = Live::here().said(session, turn);
    let line = said.lines().find(|line| !line.trim().is_empty());
    match line {
        None => "In an earlier turn".to_owned(),
        Some(line) => {
            let mut words: String = line.trim().chars().take(SAID_MAX).collect();
            if words.len() < line.trim().len() {
                words.push('…');
            }
            format!("After “{words}”")
        }
    }
}
