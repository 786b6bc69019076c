//! What only some servers ask, as it travels: beside the golden frames, which hold what all do.

use domain::event::Event;
use domain::id::{Directory, PermissionId, QuestionId, SessionId};
use domain::permission::Permission;
use domain::question::{Link, Question, QuestionItem};
use serde_json::json;

/// Holds an event against what travels of it, and what is read of that against the event.
macro_rules! travels {
    ($event:expr, $travelling:expr) => {{
        let event = $event;
        let travelling = serde_json::to_value(&event).unwrap();
        assert_eq!(travelling, $travelling);
        let read: Event = serde_json::from_value(travelling).unwrap();
        assert_eq!(read, event);
    }};
}

#[test]
fn a_form_of_nobodys_travels_with_its_link_and_what_stands_in_it() {
    let item = |text: &str| QuestionItem {
        text: text.to_owned(),
        optional: true,
        ..QuestionItem::default()
    };
    let question = Question {
        id: QuestionId::new("frm_1"),
        session: SessionId::new(Question::NOBODY),
        directory: Directory::new("/a"),
        title: "Sign in".to_owned(),
        items: vec![
            QuestionItem {
                link: Some(Link {
                    url: "https://example.com/in".to_owned(),
                    host: "example.com".to_owned(),
                }),
                ..item("Open it")
            },
            QuestionItem {
                given: vec!["Keeper".to_owned()],
                custom: true,
                ..item("Your name")
            },
        ],
        tool: None,
    };
    assert!(question.is_nobodys());
    let travelling = json!({ "question_asked": { "question": {
        "id": "frm_1", "session": "global", "directory": "/a", "title": "Sign in",
        "items": [
            { "header": "", "text": "Open it", "options": [], "multiple": false, "custom": false,
              "link": { "url": "https://example.com/in", "host": "example.com" },
              "optional": true },
            { "header": "", "text": "Your name", "options": [], "multiple": false,
              "custom": true, "given": ["Keeper"], "optional": true },
        ] } } });
    travels!(Event::QuestionAsked { question }, travelling);
}

#[test]
fn a_permission_says_whether_always_is_for_good() {
    let permission = Permission {
        id: PermissionId::new("per_1"),
        session: SessionId::new("ses_1"),
        directory: Directory::new("/a"),
        action: "bash".to_owned(),
        patterns: vec!["ls".to_owned()],
        always: vec!["ls *".to_owned()],
        saved: true,
        subject: None,
        diff: None,
        tool: None,
    };
    let travelling = json!({ "permission_asked": { "permission": {
        "id": "per_1", "session": "ses_1", "directory": "/a", "action": "bash",
        "patterns": ["ls"], "always": ["ls *"], "saved": true } } });
    travels!(Event::PermissionAsked { permission }, travelling);
}
