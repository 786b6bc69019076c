//! What becomes of prompts on their way, whatever happens to link, server and pages.

use domain::house::ServerFault;
use domain::id::{ServerId, SessionId};
use domain::prompt::{PromptId, PromptText};

use super::kept::Kept;
use super::*;

fn to(session: &str) -> SessionKey {
    SessionKey {
        server: ServerId::new("srv"),
        session: SessionId::new(session),
    }
}

fn prompt(n: u8) -> Prompt {
    Prompt {
        id: PromptId::new(Millis(1), [n; 14]),
        text: PromptText::parse("hello").ok(),
        files: Vec::new(),
        agent: None,
        model: None,
        waits: None,
    }
}

fn id(n: u8) -> MessageId {
    prompt(n).id.message()
}

fn open(outbox: &mut Outbox) {
    outbox.set_open(true, SortedSet::new());
}

/// An open outbox with these prompts, by session.
fn outbox(items: &[(&str, u8)]) -> Outbox {
    let mut outbox = Outbox::default();
    outbox.set_read();
    open(&mut outbox);
    for (session, n) in items {
        assert!(outbox.add(to(session), prompt(*n), Millis(1)));
    }
    outbox
}

fn due(outbox: &mut Outbox) -> Vec<MessageId> {
    let due = outbox.due();
    due.iter().map(|item| item.prompt.id.message()).collect()
}

#[test]
fn prompts_of_one_session_go_out_one_after_another_and_sessions_side_by_side() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
    assert_eq!(due(&mut outbox), [id(1), id(3)]);
    assert_eq!(due(&mut outbox), []);
    outbox.answered(&id(1), Ok(()));
    assert_eq!(due(&mut outbox), [id(2)]);
}

#[test]
fn without_a_link_prompts_wait_and_go_out_in_order_when_it_is_back() {
    let mut outbox = outbox(&[("a", 1), ("a", 2)]);
    outbox.set_open(false, SortedSet::new());
    assert_eq!(due(&mut outbox), []);
    open(&mut outbox);
    assert_eq!(due(&mut outbox), [id(1)]);
    outbox.answered(&id(1), Err(Fault::Unsure));
    assert_eq!(due(&mut outbox), [], "the link is gone again");
    open(&mut outbox);
    assert_eq!(due(&mut outbox), [id(1)], "the same id: it is safe");
}

#[test]
fn a_failed_prompt_holds_back_those_behind_it_until_it_is_retried_or_discarded() {
    let mut outbox = outbox(&[("a", 1), ("a", 2)]);
    due(&mut outbox);
    let fault = Fault::Refused {
        why: "no such agent".to_owned(),
    };
    outbox.answered(&id(1), Err(fault.clone()));
    assert_eq!(
        outbox.find(&id(1)).unwrap().state,
        PendingState::Failed(fault)
    );
    assert_eq!(due(&mut outbox), []);
    outbox.retry(&id(1));
    assert_eq!(due(&mut outbox), [id(1)]);
    outbox.remove(&id(1));
    assert_eq!(due(&mut outbox), [id(2)]);
}

#[test]
fn a_prompt_is_kept_until_its_message_is_seen() {
    let mut outbox = outbox(&[("a", 1)]);
    due(&mut outbox);
    outbox.answered(&id(1), Ok(()));
    assert_eq!(outbox.of(&to("a")).count(), 1);
    assert!(outbox.seen(&id(1)));
    assert!(!outbox.seen(&id(1)));
    assert_eq!(outbox.of(&to("a")).count(), 0);
}

#[test]
fn what_opencode_took_and_has_not_shown_is_asked_for_and_not_failed_by_time() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
    assert_eq!(due(&mut outbox), [id(1), id(3)]);
    let down = Fault::ServerDown {
        reason: ServerFault::Refused,
    };
    // Whatever happens to the way meanwhile: it was taken.
    for answer in [Fault::Unconfirmed, down, Fault::Unsure, Fault::Unconfirmed] {
        assert!(outbox.answered(&id(1), Err(answer)));
        let state = &outbox.find(&id(1)).unwrap().state;
        assert_eq!(*state, PendingState::Unconfirmed { asking: false });
        open(&mut outbox);
        assert_eq!(due(&mut outbox), [id(1)], "the next one waits for it");
        assert_eq!(due(&mut outbox), [], "it is being asked for");
    }
    assert!(!outbox.answered(&id(1), Ok(())));
    assert_eq!(due(&mut outbox), [id(2)]);
    let lost = Fault::Refused { why: String::new() };
    outbox.answered(&id(3), Err(Fault::Unconfirmed));
    assert!(!outbox.answered(&id(3), Err(lost.clone())));
    assert_eq!(
        outbox.find(&id(3)).unwrap().state,
        PendingState::Failed(lost)
    );
}

#[test]
fn while_opencode_cannot_be_had_prompts_wait_for_it_and_for_it_alone() {
    let mut outbox = outbox(&[("a", 1), ("a", 2)]);
    due(&mut outbox);
    let down = Fault::ServerDown {
        reason: ServerFault::Refused,
    };
    assert!(outbox.answered(&id(1), Err(down)));
    assert_eq!(due(&mut outbox), [], "not at once");
    outbox.set_open(true, SortedSet::from([ServerId::new("other")]));
    assert_eq!(due(&mut outbox), [id(1)]);
}

/// A page that begins with what another left.
fn begun(kept: &[Pending]) -> Outbox {
    // As it is written and read.
    let kept = kept.iter().map(|item| {
        let text = serde_json::to_string(&item.clone().at_rest()).unwrap();
        crate::json::read(&text).unwrap()
    });
    let mut outbox = Outbox::default();
    open(&mut outbox);
    assert!(outbox.add(to("a"), prompt(9), Millis(9)));
    assert_eq!(due(&mut outbox), [], "older ones may be kept");
    outbox.reconcile(kept.collect(), &SortedSet::new());
    outbox.set_read();
    outbox
}

#[test]
fn after_a_reload_what_was_under_way_is_sent_again_before_what_was_said_since() {
    let mut before = outbox(&[("a", 1), ("a", 2)]);
    due(&mut before);
    before.answered(&id(1), Ok(()));

    let mut after = begun(before.items());
    let order: Vec<MessageId> = after.items().iter().map(id_of).collect();
    assert_eq!(order, [id(1), id(2), id(9)]);
    assert_eq!(due(&mut after), [id(1)]);
}

#[test]
fn what_failed_is_still_failed_after_a_reload() {
    let mut before = outbox(&[("a", 1)]);
    due(&mut before);
    let fault = Fault::Refused {
        why: "no".to_owned(),
    };
    before.answered(&id(1), Err(fault.clone()));
    let after = begun(before.items());
    assert_eq!(
        after.find(&id(1)).unwrap().state,
        PendingState::Failed(fault)
    );
}

#[test]
fn what_another_page_took_out_goes_here_and_what_just_went_does_not_come_back() {
    let mut here = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
    let kept = here.items().to_vec();
    let known = SortedSet::from([id(1), id(2), id(3)]);
    // Read before this page had it out; the other page had the first out.
    here.seen(&id(3));
    let there = kept.iter().filter(|it| id_of(it) != id(1)).cloned();
    here.reconcile(there.collect(), &known);
    let left: Vec<MessageId> = here.items().iter().map(id_of).collect();
    assert_eq!(left, [id(2)]);
}

#[test]
fn a_prompt_that_is_not_yet_written_is_not_taken_for_one_that_went() {
    let mut here = outbox(&[("a", 1)]);
    here.reconcile(Vec::new(), &SortedSet::new());
    assert_eq!(due(&mut here), [id(1)]);
}

#[test]
fn a_failed_prompt_that_another_page_tries_again_is_tried_here() {
    let mut here = outbox(&[("a", 1)]);
    due(&mut here);
    let waiting = here.items().to_vec();
    let refused = Fault::Refused { why: String::new() };
    here.answered(&id(1), Err(refused));
    here.reconcile(waiting, &SortedSet::from([id(1)]));
    assert_eq!(due(&mut here), [id(1)]);
}

/// Writes all that is to be written; the answer is what it was.
fn write(kept: &mut Kept, outbox: &Outbox) -> String {
    let writes = kept.writes(outbox.items());
    kept.written(&writes);
    let ids = |items: &[Pending]| {
        let n = |it: &Pending| (1..=9).find(|n| id(*n) == id_of(it)).unwrap().to_string();
        items.iter().map(n).collect::<Vec<_>>().join(",")
    };
    let (fresh, changed) = (ids(&writes.fresh), ids(&writes.changed));
    format!("+{fresh} ~{changed} -{}", writes.gone.len())
}

#[test]
fn each_prompt_is_written_once_again_where_it_failed_and_taken_out_where_it_went() {
    let (mut kept, mut outbox) = (Kept::default(), outbox(&[("a", 1), ("b", 2)]));
    assert_eq!(write(&mut kept, &outbox), "+1,2 ~ -0");
    due(&mut outbox);
    assert!(
        kept.writes(outbox.items()).is_empty(),
        "under way is as waiting"
    );
    outbox.answered(&id(1), Ok(()));
    let refused = Fault::Refused { why: String::new() };
    outbox.answered(&id(2), Err(refused));
    assert_eq!(write(&mut kept, &outbox), "+ ~2 -0");
    outbox.seen(&id(1));
    assert_eq!(write(&mut kept, &outbox), "+ ~ -1");
}

#[test]
fn what_is_being_written_is_not_certain_and_what_could_not_be_is_written_anew() {
    let (mut kept, outbox) = (Kept::default(), outbox(&[("a", 1)]));
    let writes = kept.writes(outbox.items());
    assert!(kept.certain().is_empty());
    kept.forget();
    assert_eq!(kept.writes(outbox.items()), writes);
    kept.written(&writes);
    assert_eq!(kept.certain(), SortedSet::from([id(1)]));
}

#[test]
fn what_could_not_be_taken_out_is_taken_out_when_it_is_read_again() {
    let (mut kept, mut outbox) = (Kept::default(), outbox(&[("a", 1)]));
    write(&mut kept, &outbox);
    let there = outbox.items().to_vec();
    outbox.remove(&id(1));
    kept.forget();
    outbox.reconcile(there.clone(), &SortedSet::new());
    kept.found(&there, |id| outbox.knows(id));
    assert_eq!(write(&mut kept, &outbox), "+ ~ -1");
}

#[test]
fn it_does_not_grow_without_bound() {
    let mut outbox = Outbox::default();
    for _ in 0..OUTBOX_MAX {
        assert!(outbox.add(to("a"), prompt(1), Millis(1)));
    }
    assert!(!outbox.add(to("a"), prompt(1), Millis(1)));
}

#[test]
fn what_was_accepted_before_a_reload_and_is_shown_no_more_is_dropped() {
    let kept = outbox(&[("a", 1), ("a", 2), ("b", 3)]).items().to_vec();
    let mut outbox = begun(&kept);
    assert!(!outbox.drop_old(|_| true), "none was accepted");
    for n in [1, 2, 3, 9] {
        due(&mut outbox);
        outbox.answered(&id(n), Ok(()));
    }
    assert!(outbox.drop_old(|pending| pending.to == to("a") && pending.prompt.id != prompt(2).id));
    let left: Vec<MessageId> = outbox.items().iter().map(id_of).collect();
    assert_eq!(left, [id(2), id(3), id(9)], "the last was said here");
    assert!(!outbox.drop_old(|_| false));
}
