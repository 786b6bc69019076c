//! Bytes → frames → what was said → a mirror. In small what the relay does in earnest.

use std::collections::BTreeMap;

use domain::event::{Event, PartRef};
use domain::id::SessionId;
use domain::mirror::Mirror;
use domain::part::PartBody;
use domain::reduce::reduce;
use domain::time::Millis;
use opencode::Upstream;
use opencode::sse::{Item, Parser};
use opencode::translate::frame;

/// What came of a stream.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Driver {
    pub mirror: Mirror,
    /// The last number of each session, and whether one was missing.
    pub seqs: BTreeMap<SessionId, (u64, bool)>,
    /// What was said beside events, counted.
    pub beside: BTreeMap<String, u32>,
}

impl Driver {
    /// Takes a stream in the pieces given.
    pub(crate) fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut driver = Self::default();
        let mut parser = Parser::default();
        for piece in pieces {
            for item in parser.push(piece) {
                let Item::Data(json) = item else {
                    panic!("{item:?}")
                };
                let said = frame(&json, Millis(1_795_208_000_000)).unwrap();
                if let Some(said) = said {
                    driver.take(said);
                }
            }
        }
        driver
    }

    /// Takes one thing that was said.
    pub(crate) fn take(&mut self, said: Upstream) {
        match said {
            Upstream::Event(event) | Upstream::Closed { event, .. } => {
                if let Event::SessionUpserted { session } = &event {
                    self.mirror.transcripts.get_or_default(session.id.clone());
                }
                reduce(&mut self.mirror, &event);
            }
            Upstream::Delta { at, text } => {
                let offset = self
                    .mirror
                    .transcripts
                    .get(&at.session)
                    .and_then(|transcript| transcript.part(&at.message, &at.part))
                    .and_then(|part| match &part.body {
                        PartBody::Text(text) | PartBody::Reasoning(text) => Some(text.text.len()),
                        PartBody::Tool(_)
                        | PartBody::File(_)
                        | PartBody::Agent { .. }
                        | PartBody::Subtask { .. }
                        | PartBody::Compaction { .. }
                        | PartBody::Patch { .. }
                        | PartBody::Unknown { .. } => None,
                    });
                if let Some(offset) = offset {
                    reduce(&mut self.mirror, &Event::TextAppended { at, offset, text });
                }
            }
            Upstream::Begun { mark } => {
                let transcript = self.mirror.transcripts.get(&mark.session);
                let entry = transcript.and_then(|transcript| transcript.entry(&mark.message));
                let parts = entry.into_iter().flat_map(|entry| &entry.parts);
                let void: Vec<PartRef> = parts
                    .filter(|part| part.body.text().is_some_and(|text| text.open))
                    .map(PartRef::of)
                    .collect();
                for at in void {
                    self.count("void");
                    reduce(&mut self.mirror, &Event::PartRemoved(at));
                }
            }
            Upstream::Seq { session, seq } => {
                let hole = self
                    .seqs
                    .get(&session)
                    .is_some_and(|(last, _)| *last + 1 != seq);
                let known = self.seqs.entry(session).or_insert((seq, seq != 0));
                *known = (seq, known.1 || hole);
            }
            Upstream::Look(_) => self.count("look"),
            Upstream::Mark(_) => self.count("mark"),
            Upstream::Missed => self.count("missed"),
            Upstream::Connected => self.count("connected"),
            Upstream::Heartbeat => self.count("heartbeat"),
            Upstream::Disposed { directory } => {
                self.count(&format!("disposed {directory:?}"));
            }
            Upstream::Unknown { kind } => self.count(&format!("unknown {kind}")),
        }
    }

    fn count(&mut self, what: &str) {
        *self.beside.entry(what.to_owned()).or_default() += 1;
    }
}
