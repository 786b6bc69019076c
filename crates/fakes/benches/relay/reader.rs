//! Reads an event stream and notes when each word came.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::sync::watch;

/// A word that can be told from everything around it.
pub(crate) fn marker(word: u32) -> String {
    format!("~{word:06}~")
}

/// When each word came.
pub(crate) struct Reader {
    seen: watch::Receiver<BTreeMap<u32, Instant>>,
}

impl Reader {
    pub(crate) async fn get(url: &str) -> Self {
        Self::of(reqwest::Client::new().get(url).send().await.unwrap())
    }

    /// Reads until the answer ends.
    pub(crate) fn of(answer: reqwest::Response) -> Self {
        assert!(answer.status().is_success(), "{}", answer.status());
        let (note, seen) = watch::channel(BTreeMap::new());
        tokio::spawn(async move {
            let mut body = answer.bytes_stream();
            let mut rest = String::new();
            while let Some(Ok(bytes)) = body.next().await {
                let now = Instant::now();
                rest.push_str(&String::from_utf8_lossy(&bytes));
                let mut words = Vec::new();
                let mut end = 0;
                let mut pieces = rest.match_indices('~').peekable();
                while let Some((from, _)) = pieces.next() {
                    if let Some(&(to, _)) = pieces.peek()
                        && let Ok(word) = rest[from + 1..to].parse::<u32>()
                    {
                        words.push(word);
                        end = to + 1;
                        pieces.next();
                    }
                }
                let keep = end.max(rest.len().saturating_sub(64));
                rest.drain(
                    ..(keep..=rest.len())
                        .find(|&at| rest.is_char_boundary(at))
                        .unwrap(),
                );
                note.send_modify(|seen| {
                    for word in words {
                        seen.entry(word).or_insert(now);
                    }
                });
            }
        });
        Self { seen }
    }

    /// All of the first `count` words; ends the bench when one is lost.
    pub(crate) async fn all(&self, count: u32, patience: Duration) -> BTreeMap<u32, Instant> {
        let mut seen = self.seen.clone();
        let whole = seen.wait_for(|seen| seen.len() >= count as usize);
        tokio::time::timeout(patience, whole)
            .await
            .expect("a word was lost")
            .unwrap()
            .clone()
    }
}
