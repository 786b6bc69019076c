//! How fast a stream of OpenCode's becomes a mirror: the recorded streams, again and again,
//! through parser, translation and reducer. What counts is the time on the processor, so
//! that others on the machine change little.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures real time and prints"
)]

use std::time::{Duration, Instant};

use domain::event::Event;
use domain::mirror::Mirror;
use domain::reduce::reduce;
use domain::time::Millis;
use opencode::Upstream;
use opencode::sse::{Item, Parser};
use opencode::translate::frame;

/// How much arrives at once, as a rule.
const PIECE_BYTES: usize = 16 * 1024;
/// How long each stage is measured.
const MEASURE: Duration = Duration::from_secs(2);

/// One way to take the bytes of a stream.
type Stage = fn(&[u8]);

fn main() {
    let bytes = recorded();
    let stages: [(&str, Stage); 3] = [
        ("frames", |bytes| {
            parse(bytes, |_| {});
        }),
        ("frames, translated", |bytes| {
            parse(bytes, |json| drop(frame(json, Millis(1))));
        }),
        ("frames, translated, reduced", |bytes| {
            let mut mirror = Mirror::default();
            parse(bytes, |json| take(&mut mirror, json));
        }),
    ];
    println!(
        "\nThe recorded streams, {} KiB, MB/s\n",
        bytes.len() / 1_024
    );
    for (name, stage) in stages {
        let watch = Watch::start();
        let mut done = 0;
        while watch.elapsed() < MEASURE {
            stage(&bytes);
            done += bytes.len();
        }
        let seconds = watch.elapsed().as_secs_f64();
        let megabytes = f64::from(u32::try_from(done / 1_000).unwrap()) / 1_000.0;
        println!("{name:30} {:>8.1}", megabytes / seconds);
    }
}

/// Time on the processor; where the system does not tell, time on the wall.
struct Watch {
    wall: Instant,
    ran: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self {
            wall: Instant::now(),
            ran: ran(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (self.ran, ran()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            (_, None) | (None, _) => self.wall.elapsed(),
        }
    }
}

/// How long this process has run on a processor, as Linux counts it.
fn ran() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds = stat.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// All recordings as the bytes of one stream.
fn recorded() -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "ndjson"))
        .collect();
    files.sort();
    let mut bytes = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let data = line.get("data").unwrap();
            bytes.extend_from_slice(format!("data: {data}\n\n").as_bytes());
        }
    }
    bytes
}

fn parse(bytes: &[u8], mut take: impl FnMut(&str)) {
    let mut parser = Parser::default();
    for piece in bytes.chunks(PIECE_BYTES) {
        for item in parser.push(piece) {
            if let Item::Data(json) = item {
                take(&json);
            }
        }
    }
}

fn take(mirror: &mut Mirror, json: &str) {
    match frame(json, Millis(1)) {
        Ok(Some(Upstream::Event(event) | Upstream::Closed { event, .. })) => {
            if let Event::SessionUpserted { session } = &event {
                mirror.transcripts.get_or_default(session.id.clone());
            }
            reduce(mirror, &event);
        }
        Ok(Some(Upstream::Delta { at, text })) => {
            let known = mirror.transcripts.get(&at.session);
            let known = known.and_then(|it| it.part(&at.message, &at.part));
            let offset = known
                .and_then(|part| part.body.text())
                .map(|it| it.text.len());
            if let Some(offset) = offset {
                reduce(mirror, &Event::TextAppended { at, offset, text });
            }
        }
        Ok(_) | Err(_) => {}
    }
}
