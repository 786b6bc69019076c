//! The pages as the server draws them, from a snapshot with one of everything: the names
//! that people, scripts and screen readers rely on are there, and nothing in the HTML that
//! the content security policy would refuse. Each page is also written to
//! `target/preview/`, to be looked at.
#![cfg(feature = "ssr")]

mod house;

use app::forms::{SetupField, SetupForm, SetupProblem, SignInForm, SignInProblem};
use app::live::Live;
use app::route::Address;
use domain::house::{ServerFault, ServerLink};
use domain::id::ServerId;
use domain::sync::PageSnapshot;
use domain::time::Millis;
use leptos::prelude::*;

/// Draws the page at `path` as the server does.
fn draw(path: &str, provide: impl FnOnce()) -> String {
    drawn(path, "", provide)
}

/// As [`draw`], kept with `data` behind the page.
fn drawn(path: &str, data: &str, provide: impl FnOnce()) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Address(path.to_owned()));
        provide();
        let html = view! { <app::App /> }.to_html();
        keep(path, &html, data);
        html
    })
}

fn page(path: &str, snapshot: &PageSnapshot) -> String {
    let data = carried("nexus-snapshot", snapshot);
    drawn(path, &data, || provide_context(Live::of(snapshot)))
}

/// What the server puts behind a page for its program.
fn carried<T: serde::Serialize>(id: &str, data: &T) -> String {
    let json = serde_json::to_string(data).unwrap_or_default();
    let json = json.replace('<', "\\u003c");
    format!("<script type=application/json id={id}>{json}</script>")
}

/// Writes a page to where it can be looked at.
fn keep(path: &str, html: &str, data: &str) {
    let name = path.trim_matches('/').replace('/', "-");
    let name = if name.is_empty() {
        "home".to_owned()
    } else {
        name
    };
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview");
    let document = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content='width=device-width,initial-scale=1,viewport-fit=cover'>\
         <title>{name}</title><link rel=stylesheet href=main.css><body>{html}{data}"
    );
    // Only to be looked at: a page that cannot be written is no fault of the page.
    let _ = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.html")), document));
}

fn has(html: &str, needle: &str) {
    assert!(html.contains(needle), "{needle} is missing in {html}");
}

#[test]
fn a_session_page_has_the_names_that_others_rely_on() {
    let html = page("/s/srv/ses_1", &house::snapshot(Some("ses_1")));
    for name in [
        r#"<nav id="sessions" tabindex="-1" aria-label="Sessions""#,
        r#"role="status" aria-label="Connection""#,
        r#"aria-label="Account""#,
        r#"aria-label="New session""#,
        r#"aria-label="Search sessions""#,
        r#"role="log""#,
        r#"aria-label="Conversation""#,
        r#"aria-live="off""#,
        r#"aria-label="Message""#,
        r#"aria-label="Send""#,
        r#"aria-label="Stop""#,
        r#"aria-label="Model""#,
        r#"aria-label="Agent""#,
        r#"aria-label="Permission""#,
        "Allow once",
        "Always allow",
        "Deny",
        "Load earlier messages",
    ] {
        has(&html, name);
    }
    assert!(
        !html.contains(" style="),
        "the policy refuses style attributes"
    );
}

#[test]
fn whom_a_message_goes_to_is_named_before_the_catalog_is_here() {
    let html = page("/s/srv/ses_1", &house::snapshot(Some("ses_1")));
    has(&html, ">Claude Sonnet 4.5<");
    has(&html, ">high<");
    has(&html, ">build<");
}

#[test]
fn what_nothing_is_heard_of_waits_and_is_not_said_to_run() {
    let mut snapshot = house::snapshot(Some("ses_1"));
    // What asks says so first.
    snapshot.servers[0].index.permissions.clear();
    let running = page("/s/srv/ses_1", &snapshot);
    has(&running, "Running");
    has(&running, "running · ");
    let server = snapshot.house.servers.get_mut(&ServerId::new("srv"));
    server.unwrap().link = ServerLink::Error {
        reason: ServerFault::Refused,
        since: Millis(0),
        retry_at: None,
    };
    let silent = page("/s/srv/ses_1", &snapshot);
    has(&silent, "Waiting for the connection");
    has(&silent, "waiting for the connection");
    has(&silent, r#"class="scroll  still""#);
    for word in ["Running", "Thinking", "Preparing", "running · "] {
        assert!(!silent.contains(word), "{word} is a guess");
    }
}

#[test]
fn questions_have_a_choice_for_each_option() {
    let html = page("/s/srv/ses_ask", &house::snapshot(Some("ses_ask")));
    for name in [
        r#"aria-label="Question""#,
        r#"type="radio""#,
        r#"type="checkbox""#,
        "South pier",
        "Answer",
        "Skip",
    ] {
        has(&html, name);
    }
}

#[test]
fn what_a_model_wrote_stays_text() {
    let html = page("/s/srv/ses_evil", &house::snapshot(Some("ses_evil")));
    for harm in [
        "<script>alert",
        "<img",
        "javascript:alert(1)\"",
        "onerror=x>",
    ] {
        assert!(!html.contains(harm), "{harm}");
    }
    has(&html, r#"rel="noopener noreferrer nofollow""#);
    has(&html, "&lt;script&gt;");
    // A picture in a link must not be a link within a link: browsers tear such pages apart.
    let link = html.find("https://ci.example").unwrap();
    let inside = &html[link..link + html[link..].find("</a>").unwrap()];
    assert!(
        inside.contains("Picture: badge") && !inside.contains("<a"),
        "{inside}"
    );
}

#[test]
fn controls_that_need_the_program_wait_for_it_and_the_message_does_not() {
    let html = page("/s/srv/ses_1", &house::snapshot(Some("ses_1")));
    let tag = |needle: &str| {
        let at = html.find(needle).unwrap();
        let from = html[..at].rfind('<').unwrap();
        let to = at + html[at..].find('>').unwrap();
        html[from..to].to_owned()
    };
    for name in [
        r#"aria-label="Send""#,
        r#"aria-label="New session""#,
        r#"aria-label="Account""#,
    ] {
        assert!(tag(name).contains("disabled"), "{}", tag(name));
    }
    assert!(!tag(r#"aria-label="Message""#).contains("disabled"));
}

#[test]
fn the_overview_shows_first_what_needs_the_owner() {
    let html = page("/", &house::snapshot(None));
    let main = &html[html.find("<main").unwrap()..];
    let needs = main.find("Needs you").unwrap();
    assert!(needs < main.find("Recent").unwrap());
    has(&html, "wants to run cargo test");
}

#[test]
fn a_newcomer_is_told_what_to_do() {
    let mut empty = house::snapshot(None);
    empty.servers.clear();
    has(&page("/s/srv", &empty), "None yet.");
    empty.house.servers.clear();
    has(
        &draw("/empty", || provide_context(empty.clone())),
        "There is no such page",
    );
    has(&page("/", &empty), "No OpenCode server yet");
    has(&page("/servers", &empty), "No server yet");
}

#[test]
fn each_server_says_how_it_stands_and_what_to_do() {
    let html = page("/servers", &house::snapshot(None));
    for words in [
        "Nothing listens at http://10.0.0.7:4096.",
        "This server wants a password.",
        "Connected",
        "Disconnect",
        "Connect",
        "1.18.33",
        "4096",
        "Add server",
        "Edit",
        "Remove",
        "Enter password",
        "Health and history",
    ] {
        has(&html, words);
    }
}

#[test]
fn where_there_are_several_servers_each_session_names_its_own() {
    let mut snapshot = house::snapshot(None);
    let several = page("/", &snapshot);
    has(&several, " · workstation");
    has(&several, r#"aria-label="Servers shown""#);
    let first = ServerId::new("srv");
    snapshot.house.servers.retain(|id, _| *id == first);
    let one = page("/", &snapshot);
    assert!(!one.contains(" · workstation"));
    assert!(!one.contains("Servers shown"));
}

#[test]
fn the_plain_forms_say_what_is_wrong_beside_the_field() {
    let form = SignInForm {
        user_name: "keeper".to_owned(),
        keep: true,
        next: Some("/s/srv/ses_1".to_owned()),
        problem: Some(SignInProblem::Wrong { left: 3 }),
    };
    let data = carried("nexus-sign-in", &form);
    let html = drawn("/login", &data, || provide_context(form));
    for name in [
        "User name",
        "Keep me signed in",
        "Sign in",
        "3 tries are left",
        r#"aria-invalid="true""#,
    ] {
        has(&html, name);
    }
    let form = SetupForm {
        user_name: "keeper".to_owned(),
        token: "tok".to_owned(),
        problems: vec![SetupProblem {
            field: SetupField::Password,
            why: "A password needs a digit.".to_owned(),
        }],
        done: false,
    };
    let data = carried("nexus-setup", &form);
    let html = drawn("/setup", &data, || provide_context(form));
    for name in [
        "Repeat password",
        "Setup token",
        "Create owner",
        "A password needs a digit.",
    ] {
        has(&html, name);
    }
    has(&page("/settings", &house::snapshot(None)), "Sign out");
}
