//! Sessions that are made, and copied, while answers are lost: each wish makes one.

use domain::command::Origin;
use domain::id::{Directory, RequestId, SessionId};
use fakes::opencode::DIRECTORY;
use fakes::{FakeOpenCode, Fate};

use crate::endings::with_nexus;

/// How often a request was made, of those that end so.
fn made(server: &FakeOpenCode, path: &str) -> usize {
    let requests = server.requests();
    requests.iter().filter(|it| it.is("POST", path)).count()
}

#[test]
fn a_session_whose_answer_is_lost_is_found_and_is_the_only_one() {
    with_nexus(async |server, nexus, running| {
        let original = server.session(DIRECTORY, "Original");
        let fork = Origin::Fork {
            session: SessionId::new(original),
            before: None,
        };
        let new = Origin::Directory(Directory::new(DIRECTORY));
        for (origin, path) in [(new, "/session"), (fork, "/session/*/fork")] {
            nexus.line.befall(|method, path| {
                if method == "POST" && (path == "/session" || path.ends_with("/fork")) {
                    Fate::Unanswered
                } else {
                    Fate::Well
                }
            });
            let request = RequestId::new(path);
            let create = || {
                let (server, origin) = (nexus.server.clone(), origin.clone());
                let sessions = &running.host.sessions;
                sessions.create(request.clone(), server, origin)
            };
            let session = create().await.unwrap();
            nexus.line.mend();
            assert_eq!(create().await.unwrap(), session);
            assert_eq!(made(server, path), 1);
        }
    });
}
