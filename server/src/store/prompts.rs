//! What was handed to a server and must not be handed over twice: prompts, and requests to
//! make a session.

use domain::id::{RequestId, ServerId, SessionId};
use domain::prompt::PromptId;
use domain::time::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;

/// How long a prompt is remembered, in milliseconds. One that is older may have been, so it
/// is looked for on the server before it is sent.
const REMEMBERED_MS: u64 = 90 * 24 * 60 * 60 * 1_000;

/// How far a prompt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was not handed over by us.
    Never,
    /// It is so old that it may have been, and be forgotten.
    Forgotten,
    /// It was, and nobody knows whether it arrived.
    Perhaps,
    /// The server took it, and has not shown it.
    Taken,
    /// It arrived.
    Accepted,
}

fn number(at: Millis) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

/// How far a prompt has come; from now on it counts as perhaps handed over.
pub fn begin(
    connection: &mut Connection,
    server: &ServerId,
    prompt: &PromptId,
    now: Millis,
) -> Result<Handed, StoreError> {
    let transaction = connection.transaction()?;
    let key = [server.as_str(), prompt.as_str()];
    let found: Option<(bool, bool)> = transaction
        .query_row(
            "SELECT accepted, taken FROM prompt WHERE server = ?1 AND id = ?2",
            key,
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if found.is_none() {
        transaction.execute(
            "DELETE FROM prompt WHERE at < ?1",
            [number(Millis(now.0.saturating_sub(REMEMBERED_MS)))],
        )?;
        transaction.execute(
            "INSERT INTO prompt (server, id, at) VALUES (?1, ?2, ?3)",
            params![server.as_str(), prompt.as_str(), number(now)],
        )?;
    }
    transaction.commit()?;
    let may_be_forgotten = || prompt.age(now).is_none_or(|age| age >= REMEMBERED_MS);
    Ok(match found {
        None if may_be_forgotten() => Handed::Forgotten,
        None => Handed::Never,
        Some((true, _)) => Handed::Accepted,
        Some((false, true)) => Handed::Taken,
        Some((false, false)) => Handed::Perhaps,
    })
}

/// The server took a prompt that it has not shown; or, not `taken`, it is known that it has
/// lost it, so that it may be handed over anew.
pub fn take(
    connection: &Connection,
    server: &ServerId,
    prompt: &PromptId,
    taken: bool,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE prompt SET taken = ?3 WHERE server = ?1 AND id = ?2",
        params![server.as_str(), prompt.as_str(), taken],
    )?;
    Ok(())
}

/// A prompt that nobody could look for, or that certainly did not arrive: it may be handed
/// over anew.
pub fn forget(
    connection: &Connection,
    server: &ServerId,
    prompt: &PromptId,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM prompt WHERE server = ?1 AND id = ?2",
        [server.as_str(), prompt.as_str()],
    )?;
    Ok(())
}

/// A prompt has arrived.
pub fn accept(
    connection: &Connection,
    server: &ServerId,
    prompt: &PromptId,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE prompt SET accepted = 1 WHERE server = ?1 AND id = ?2",
        [server.as_str(), prompt.as_str()],
    )?;
    Ok(())
}

/// What is known of a request to make a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It was not made by us.
    Never,
    /// It was, and nobody knows what came of it.
    Perhaps,
    /// It made this session.
    Made(SessionId),
}

/// What is known of a request; from now on it counts as perhaps carried out.
pub fn begin_creation(
    connection: &mut Connection,
    server: &ServerId,
    request: &RequestId,
    now: Millis,
) -> Result<Creation, StoreError> {
    let transaction = connection.transaction()?;
    let found: Option<Option<String>> = transaction
        .query_row(
            "SELECT session FROM creation WHERE server = ?1 AND request = ?2",
            [server.as_str(), request.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    if found.is_none() {
        transaction.execute(
            "DELETE FROM creation WHERE at < ?1",
            [number(Millis(now.0.saturating_sub(REMEMBERED_MS)))],
        )?;
        transaction.execute(
            "INSERT INTO creation (server, request, at) VALUES (?1, ?2, ?3)",
            params![server.as_str(), request.as_str(), number(now)],
        )?;
    }
    transaction.commit()?;
    Ok(match found {
        None => Creation::Never,
        Some(None) => Creation::Perhaps,
        Some(Some(session)) => Creation::Made(SessionId::new(session)),
    })
}

/// A request has made a session.
pub fn made(
    connection: &Connection,
    server: &ServerId,
    request: &RequestId,
    session: &SessionId,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE creation SET session = ?3 WHERE server = ?1 AND request = ?2",
        [server.as_str(), request.as_str(), session.as_str()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_prompt_is_new_once_then_doubtful_then_taken_or_accepted() {
        let store = Store::memory().unwrap();
        let server = ServerId::new("srv");
        let now = Millis(1_795_200_000_000);
        let prompt = PromptId::new(now, [0; 14]);
        let found = store
            .call(move |connection| {
                let first = begin(connection, &server, &prompt, now)?;
                let second = begin(connection, &server, &prompt, now)?;
                take(connection, &server, &prompt, true)?;
                let third = begin(connection, &server, &prompt, now)?;
                take(connection, &server, &prompt, false)?;
                let fourth = begin(connection, &server, &prompt, now)?;
                accept(connection, &server, &prompt)?;
                let fifth = begin(connection, &server, &prompt, now)?;
                Ok([first, second, third, fourth, fifth])
            })
            .await
            .unwrap();
        let expected = [
            Handed::Never,
            Handed::Perhaps,
            Handed::Taken,
            Handed::Perhaps,
            Handed::Accepted,
        ];
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn a_prompt_that_may_have_been_forgotten_is_not_taken_for_a_new_one() {
        let store = Store::memory().unwrap();
        let server = ServerId::new("srv");
        let now = Millis(1_795_200_000_000);
        let found = store
            .call(move |connection| {
                let made = |ago: u64| PromptId::new(Millis(now.0 - ago), [0; 14]);
                let young = begin(connection, &server, &made(REMEMBERED_MS - 1), now)?;
                let old = begin(connection, &server, &made(REMEMBERED_MS + 1), now)?;
                Ok([young, old])
            })
            .await
            .unwrap();
        assert_eq!(found, [Handed::Never, Handed::Forgotten]);
    }

    #[tokio::test]
    async fn a_repeated_request_knows_the_session_it_made() {
        let store = Store::memory().unwrap();
        let server = ServerId::new("srv");
        let request = RequestId::new("req");
        let session = SessionId::new("ses");
        let expected = session.clone();
        let found = store
            .call(move |connection| {
                let first = begin_creation(connection, &server, &request, Millis(1))?;
                let second = begin_creation(connection, &server, &request, Millis(2))?;
                made(connection, &server, &request, &session)?;
                let third = begin_creation(connection, &server, &request, Millis(3))?;
                Ok([first, second, third])
            })
            .await
            .unwrap();
        assert_eq!(
            found,
            [Creation::Never, Creation::Perhaps, Creation::Made(expected)]
        );
    }
}
