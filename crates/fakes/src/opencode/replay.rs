//! A recorded stream, played piece by piece: a test says how far, no clock does.

use std::collections::VecDeque;

use serde_json::Value;

use super::handle::FakeOpenCode;

/// A recording being played to everybody who listens.
#[derive(Debug)]
pub struct Replay<'a> {
    server: &'a FakeOpenCode,
    frames: VecDeque<Value>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(server: &'a FakeOpenCode, recording: &str) -> Self {
        let frames = recording
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|line| line["ch"] == "global" && !line["data"].is_null())
            .map(|mut line| line["data"].take())
            // A stream greets for itself.
            .filter(|frame| frame["payload"]["type"] != "server.connected")
            .collect();
        Self { server, frames }
    }

    /// How many frames are left.
    pub fn left(&self) -> usize {
        self.frames.len()
    }

    /// Plays up to and with the next frame that holds `mark` in its JSON; all that is left
    /// where none does. Answers how many were played.
    pub fn until(&mut self, mark: &str) -> usize {
        let mut played = 0;
        while let Some(frame) = self.frames.pop_front() {
            let last = frame.to_string().contains(mark);
            self.server.play(&frame);
            played += 1;
            if last {
                break;
            }
        }
        played
    }

    /// Plays all that is left.
    pub fn rest(&mut self) -> usize {
        let played = self.frames.len();
        for frame in self.frames.drain(..) {
            self.server.play(&frame);
        }
        played
    }
}
