//! Many readers, and how long each word took to each of them.

use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use tokio::task::JoinSet;

/// More words than any flow says.
const WORDS_MAX: usize = 40_000;
/// How long words may be on their way.
const PATIENCE: Duration = Duration::from_secs(30);

/// The words of one flow, and when each was said.
pub(crate) struct Words {
    /// The letter of this flow: what was said before stands in the windows.
    flow: u8,
    began: Instant,
    said_at: Vec<AtomicU64>,
    said: AtomicUsize,
}

impl Words {
    pub(crate) fn new() -> Arc<Self> {
        static FLOWS: AtomicU8 = AtomicU8::new(b'a');
        Arc::new(Self {
            flow: FLOWS.fetch_add(1, Ordering::Relaxed),
            began: Instant::now(),
            said_at: (0..WORDS_MAX).map(|_| AtomicU64::new(0)).collect(),
            said: AtomicUsize::new(0),
        })
    }

    /// A word that can be told from everything around it.
    pub(crate) fn say(&self) -> String {
        let n = self.said.fetch_add(1, Ordering::Relaxed);
        self.said_at[n].store(self.now(), Ordering::Relaxed);
        format!("~{}{n:05}~", char::from(self.flow))
    }

    pub(crate) fn count(&self) -> usize {
        self.said.load(Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap()
    }
}

/// Readers of the same words. Dropping it closes their streams.
pub(crate) struct Crowd {
    words: Arc<Words>,
    readers: JoinSet<()>,
    /// The delays of each reader, in microseconds.
    delays: Vec<Arc<Mutex<Vec<u32>>>>,
}

impl Crowd {
    pub(crate) fn new(words: &Arc<Words>) -> Self {
        Self {
            words: Arc::clone(words),
            readers: JoinSet::new(),
            delays: Vec::new(),
        }
    }

    /// Reads `answer` until it ends.
    pub(crate) fn add(&mut self, answer: reqwest::Response) {
        assert!(answer.status().is_success(), "{}", answer.status());
        let delays = Arc::new(Mutex::new(Vec::new()));
        self.delays.push(Arc::clone(&delays));
        let words = Arc::clone(&self.words);
        self.readers.spawn(async move {
            let mut body = answer.bytes_stream();
            let mut torn: Vec<u8> = Vec::new();
            let mut seen = vec![false; WORDS_MAX];
            while let Some(Ok(bytes)) = body.next().await {
                let now = words.now();
                torn.extend_from_slice(&bytes);
                let mut read = 0;
                let mut delays = delays.lock().unwrap();
                while let Some(at) = torn[read..].iter().position(|byte| *byte == b'~') {
                    let at = read + at;
                    let Some(word) = torn.get(at + 1..at + 8) else {
                        read = at;
                        break;
                    };
                    read = at + 1;
                    if word[6] == b'~'
                        && word[0] == words.flow
                        && let Some(n) = std::str::from_utf8(&word[1..6])
                            .ok()
                            .and_then(|digits| digits.parse::<usize>().ok())
                        && n < words.count()
                        && !std::mem::replace(&mut seen[n], true)
                    {
                        let said = words.said_at[n].load(Ordering::Relaxed);
                        delays.push(u32::try_from(now.saturating_sub(said)).unwrap_or(u32::MAX));
                        read = at + 8;
                    }
                }
                let read = read.max(torn.len().saturating_sub(8));
                torn.drain(..read);
            }
        });
    }

    /// Waits until every reader has every word, and prints how long they took.
    pub(crate) async fn report(&self, title: &str) {
        let all = self.words.count();
        let whole = async {
            while self.delays.iter().any(|it| it.lock().unwrap().len() < all) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, whole).await.is_err() {
            let mut had: Vec<usize> = self
                .delays
                .iter()
                .map(|it| it.lock().unwrap().len())
                .collect();
            had.sort_unstable();
            panic!("{title}: words were lost: of {all} the readers have {had:?}");
        }
        let mut delays: Vec<u32> = Vec::new();
        for reader in &self.delays {
            delays.extend(reader.lock().unwrap().iter());
        }
        delays.sort_unstable();
        let at = |percent: usize| f64::from(delays[(delays.len() - 1) * percent / 100]) / 1_000.0;
        println!(
            "{title:28} median {:>8.2}   p95 {:>8.2}   p99 {:>8.2}",
            at(50),
            at(95),
            at(99)
        );
    }
}
