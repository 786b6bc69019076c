//! The steps under way: who speaks in each, which of its texts began, what its tools are.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, PartRef};
use domain::id::{MessageId, PartId, SessionId};
use domain::part::{Part, Text};
use domain::time::Millis;
use serde_json::Value;

use super::super::translate::content::{Voice, place, tool, tool_part};
use super::super::translate::message::step_message;
use super::super::wire::Failed;
use super::super::wire::content;
use super::super::wire::event::{Account, Came, Progress, Speaker, StepHappening};
use super::super::wire::message;
use super::said;
use crate::upstream::{Look, Upstream};
use crate::wire::session::Model;

/// How many steps are kept: each session has one under way, and what is beyond is read.
const STEPS_MAX: usize = 1_024;

/// Why a step that failed ended, as reads say it.
const FAILED: &str = "error";

/// The steps under way.
#[derive(Debug, Default)]
pub(super) struct Steps(BTreeMap<(SessionId, MessageId), Step>);

/// A step under way.
#[derive(Debug, Default)]
struct Step {
    /// Who speaks; none where its beginning was not heard.
    speaking: Option<Speaking>,
    /// When each of its texts began.
    texts: BTreeMap<(Voice, u64), Millis>,
    /// The texts that were said to be broken, once each.
    broken: BTreeSet<(Voice, u64)>,
    tools: BTreeMap<String, Work>,
}

/// Who speaks in a step, and since when.
#[derive(Debug)]
struct Speaking {
    created: Millis,
    agent: Option<String>,
    model: Option<(String, String, Option<String>)>,
}

/// A tool at work.
#[derive(Debug)]
struct Work {
    name: String,
    status: &'static str,
    input: Value,
    metadata: Value,
    ran: Option<Millis>,
}

/// One event's place and time.
struct At<'a> {
    session: &'a SessionId,
    message: &'a MessageId,
    time: Millis,
}

impl Steps {
    /// Forgets the steps of a session, and says which those are.
    pub(super) fn forget(&mut self, session: &SessionId) -> Vec<MessageId> {
        let of = self.0.keys().filter(|(of, _)| of == session);
        let gone: Vec<MessageId> = of.map(|(_, message)| message.clone()).collect();
        self.0.retain(|(of, _), _| of != session);
        gone
    }

    /// What happened in a step.
    pub(super) fn happened(
        &mut self,
        session: &SessionId,
        message: &MessageId,
        happening: StepHappening,
        time: Millis,
    ) -> Vec<Upstream> {
        let at = At {
            session,
            message,
            time,
        };
        let key = (session.clone(), message.clone());
        match happening {
            StepHappening::Started(it) => {
                let speaking = Speaking::new(it, time);
                let mut heard = vec![speaking.message(&at, None)];
                if let Some(step) = self.step(&key) {
                    // The same step again is another attempt: what it held begins anew, and
                    // what it had not said to the end is void.
                    let void = step.texts.keys().map(|(voice, ordinal)| {
                        let place = at.place(voice.part(at.message, *ordinal));
                        said(Event::PartRemoved(place))
                    });
                    heard.extend(void);
                    *step = Step {
                        speaking: Some(speaking),
                        ..Step::default()
                    };
                }
                heard
            }
            StepHappening::Ended(it) => self.over(&key, &at, Ok(it)),
            StepHappening::Failed(error) => self.over(&key, &at, Err(error)),
            StepHappening::TextStarted(it) => self.begins(&key, &at, Voice::Text, it.ordinal),
            StepHappening::ThoughtStarted(it) => {
                self.begins(&key, &at, Voice::Reasoning, it.ordinal)
            }
            StepHappening::TextGrew(it) => self.grows(&key, &at, Voice::Text, it.ordinal, it.delta),
            StepHappening::ThoughtGrew(it) => {
                self.grows(&key, &at, Voice::Reasoning, it.ordinal, it.delta)
            }
            StepHappening::TextEnded(it) => self.ends(&key, &at, Voice::Text, it.ordinal, it.text),
            StepHappening::ThoughtEnded(it) => {
                self.ends(&key, &at, Voice::Reasoning, it.ordinal, it.text)
            }
            StepHappening::ToolNamed(it) => {
                let Some(step) = self.step(&key) else {
                    return vec![at.look()];
                };
                let work = Work {
                    name: it.name,
                    status: "streaming",
                    input: Value::Null,
                    metadata: Value::Null,
                    ran: None,
                };
                let heard = work.part(&at, &it.id, None);
                step.tools.insert(it.id, work);
                vec![heard]
            }
            // What it says comes again, read, when the tool is called.
            StepHappening::ToolWritten(it) => self.work(&key, &at, &it.id, |_| {}),
            StepHappening::ToolCalled(it) => self.work(&key, &at, &it.id, |work| {
                work.status = "running";
                work.input = it.input;
                work.ran = Some(time);
            }),
            StepHappening::ToolWent(it) => {
                let id = it.id.clone();
                self.work(&key, &at, &id, |work| work.goes(it))
            }
            StepHappening::ToolSucceeded(it) => self.came(&key, &at, "completed", it),
            StepHappening::ToolFailed(it) => self.came(&key, &at, "error", it),
        }
    }

    /// A step, were it the first that is heard of it; none where there are too many.
    fn step(&mut self, key: &(SessionId, MessageId)) -> Option<&mut Step> {
        if self.0.len() >= STEPS_MAX && !self.0.contains_key(key) {
            return None;
        }
        Some(self.0.entry(key.clone()).or_default())
    }

    fn over(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        end: Result<Account, Failed>,
    ) -> Vec<Upstream> {
        let speaking = self.0.remove(key).and_then(|step| step.speaking);
        vec![match speaking {
            Some(speaking) => speaking.message(at, Some(end)),
            None => at.look(),
        }]
    }

    fn begins(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        voice: Voice,
        ordinal: u64,
    ) -> Vec<Upstream> {
        let Some(step) = self.step(key) else {
            return vec![at.look()];
        };
        step.texts.insert((voice, ordinal), at.time);
        let text = Text {
            open: true,
            started: Some(at.time),
            ..Text::default()
        };
        vec![at.part(voice.part(at.message, ordinal), voice.body(text))]
    }

    /// Appended only where the beginning was heard: else something may be missing before.
    fn grows(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        voice: Voice,
        ordinal: u64,
        delta: String,
    ) -> Vec<Upstream> {
        let place = at.place(voice.part(at.message, ordinal));
        let Some(step) = self.step(key) else {
            return vec![said(Event::TextBroken(place))];
        };
        if step.texts.contains_key(&(voice, ordinal)) {
            return vec![Upstream::Delta {
                at: place,
                text: delta,
            }];
        }
        let is_first = step.broken.insert((voice, ordinal));
        is_first
            .then(|| said(Event::TextBroken(place)))
            .into_iter()
            .collect()
    }

    /// The end brings the whole text, whatever was heard before.
    fn ends(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        voice: Voice,
        ordinal: u64,
        text: String,
    ) -> Vec<Upstream> {
        let step = self.0.get_mut(key);
        let started = step.and_then(|step| step.texts.remove(&(voice, ordinal)));
        let text = Text {
            started,
            ended: Some(at.time),
            ..Text::whole(text)
        };
        vec![at.part(voice.part(at.message, ordinal), voice.body(text))]
    }

    fn work(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        id: &str,
        change: impl FnOnce(&mut Work),
    ) -> Vec<Upstream> {
        let work = self.0.get_mut(key).and_then(|step| step.tools.get_mut(id));
        let Some(work) = work else {
            return vec![at.look()];
        };
        change(work);
        vec![work.part(at, id, None)]
    }

    fn came(
        &mut self,
        key: &(SessionId, MessageId),
        at: &At<'_>,
        status: &'static str,
        it: Came,
    ) -> Vec<Upstream> {
        let work = self
            .0
            .get_mut(key)
            .and_then(|step| step.tools.remove(&it.id));
        let Some(mut work) = work else {
            return vec![at.look()];
        };
        work.status = status;
        if let Some(metadata) = &it.metadata {
            work.metadata = metadata.clone();
        }
        let id = it.id.clone();
        vec![work.part(at, &id, Some(it))]
    }
}

impl Speaking {
    fn new(it: Speaker, created: Millis) -> Self {
        Self {
            created,
            agent: it.agent,
            model: it
                .model
                .map(|model| (model.provider, model.id, model.variant)),
        }
    }

    /// The message as it stands, or as it ended.
    fn message(&self, at: &At<'_>, end: Option<Result<Account, Failed>>) -> Upstream {
        let completed = end.is_some().then_some(at.time.0);
        let (account, error) = match end {
            None => (None, None),
            Some(Ok(account)) => (Some(account), None),
            Some(Err(error)) => (None, Some(error)),
        };
        let failed = error.is_some().then(|| FAILED.to_owned());
        let account = account.unwrap_or_default();
        let it = message::Assistant {
            agent: self.agent.clone(),
            model: self.model.clone().map(|(provider, id, variant)| Model {
                id,
                provider,
                variant,
            }),
            content: Vec::new(),
            finish: failed.or(account.finish),
            cost: account.cost,
            tokens: account.tokens,
            error,
            time: message::Time { completed },
        };
        said(Event::MessageUpserted {
            message: step_message(at.session, at.message, self.created, it),
        })
    }
}

impl Work {
    /// What is told of it is all there is, or joins what was told.
    fn goes(&mut self, it: Progress) {
        let replaces = it.replaces.as_bool().unwrap_or(false);
        match (self.metadata.as_object_mut(), it.metadata) {
            (Some(known), Value::Object(new)) if !replaces => known.extend(new),
            (_, new) => self.metadata = new,
        }
    }

    /// Its part as it stands, with what came of it.
    fn part(&self, at: &At<'_>, id: &str, came: Option<Came>) -> Upstream {
        let part = tool_part(at.message, id);
        let (content, error, completed) = match came {
            Some(came) => (came.content, came.error, Some(at.time.0)),
            None => (Vec::new(), None, None),
        };
        let it = content::Tool {
            id: id.to_owned(),
            name: self.name.clone(),
            state: content::State {
                status: self.status.to_owned(),
                input: self.input.clone(),
                metadata: self.metadata.clone(),
                content,
                error,
            },
            time: content::Span {
                created: None,
                ran: self.ran.map(|ran| ran.0),
                completed,
            },
        };
        let body = tool(it, &place(at.session, at.message, &part));
        at.part(part, body)
    }
}

impl At<'_> {
    fn place(&self, part: PartId) -> PartRef {
        PartRef {
            session: self.session.clone(),
            message: self.message.clone(),
            part,
        }
    }

    fn part(&self, id: PartId, body: domain::part::PartBody) -> Upstream {
        said(Event::PartUpserted {
            part: Part {
                id,
                message: self.message.clone(),
                session: self.session.clone(),
                body,
            },
        })
    }

    fn look(&self) -> Upstream {
        Upstream::Look(Look::Message {
            session: self.session.clone(),
            message: self.message.clone(),
        })
    }
}
