//! Fetching a chunk, once, and again where that failed.

use std::cell::Cell;
use std::thread::LocalKey;

use leptos::prelude::*;
#[cfg(not(debug_assertions))]
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use wasm_bindgen_futures::spawn_local;

use super::rare::{self, Rare};
use crate::views::{Words, formatted};

thread_local! {
    /// What is rare.
    pub(super) static RARE: Chunk<Rare> = Chunk::of(|| Box::pin(load_rare()));
    /// The reader of what agents say.
    pub(super) static READER: Chunk<Words> = Chunk::of(|| Box::pin(load_reader()));
}

/// How far a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not here yet.
    OnItsWay,
    /// Here.
    Here,
    /// It could not be had.
    Failed,
}

/// The chunk could not be had; why is in the console.
pub(super) struct Missing;

#[cfg(not(debug_assertions))]
impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Draws what is in a chunk.
type Draw<T> = fn(T) -> AnyView;
type Loading<T> = std::pin::Pin<Box<dyn Future<Output = Result<Draw<T>, Missing>>>>;

/// A part of the program that comes when it is needed.
pub(super) struct Chunk<T: 'static> {
    load: fn() -> Loading<T>,
    asked: Cell<bool>,
    draw: Cell<Option<Draw<T>>>,
    state: ArcRwSignal<State>,
}

impl<T> Chunk<T> {
    fn of(load: fn() -> Loading<T>) -> Self {
        Self {
            load,
            asked: Cell::new(false),
            draw: Cell::new(None),
            state: ArcRwSignal::new(State::OnItsWay),
        }
    }

    /// What draws it, if it is here.
    pub(super) fn draw(&self) -> Option<Draw<T>> {
        self.draw.get()
    }
}

/// Fetches a chunk, unless it is here, on its way, or has failed.
pub(super) fn fetch<T>(chunk: &'static LocalKey<Chunk<T>>) -> ArcRwSignal<State> {
    chunk.with(|this| {
        if !this.asked.replace(true) {
            let load = (this.load)();
            spawn_local(async move {
                let answer = load.await;
                let (state, now) = chunk.with(|this| {
                    this.draw.set(answer.ok());
                    let here = this.draw.get().is_some();
                    (
                        this.state.clone(),
                        if here { State::Here } else { State::Failed },
                    )
                });
                state.set(now);
            });
        }
        this.state.clone()
    })
}

/// Tries again.
pub(super) fn again<T>(chunk: &'static LocalKey<Chunk<T>>) {
    let state = chunk.with(|this| {
        this.asked.set(false);
        this.state.clone()
    });
    state.set(State::OnItsWay);
    fetch(chunk);
}

/// Tries again where it could not be had.
pub(super) fn again_if_failed<T>(chunk: &'static LocalKey<Chunk<T>>) {
    if chunk.with(|this| this.state.get_untracked()) == State::Failed {
        again(chunk);
    }
}

/// Fetches what is rare; whether it is here now.
pub(crate) async fn rare_is_here() -> bool {
    let answer = load_rare().await;
    RARE.with(|this| {
        this.asked.set(true);
        this.draw.set(answer.ok());
        if this.draw.get().is_none() {
            this.state.set(State::Failed);
        }
        this.draw.get().is_some()
    })
}

// A program with debug assertions is not cut: its chunks are there when they are asked for.

#[cfg(debug_assertions)]
fn load_rare() -> impl Future<Output = Result<Draw<Rare>, Missing>> {
    std::future::ready(Ok(rare::draw as Draw<Rare>))
}

#[cfg(debug_assertions)]
fn load_reader() -> impl Future<Output = Result<Draw<Words>, Missing>> {
    std::future::ready(Ok(formatted as Draw<Words>))
}

#[cfg(not(debug_assertions))]
#[wasm_split(rare, fallible, wasm_split_path = leptos::wasm_split)]
fn load_rare() -> Result<Draw<Rare>, Missing> {
    Ok(rare::draw)
}

#[cfg(not(debug_assertions))]
#[wasm_split(reader, fallible, wasm_split_path = leptos::wasm_split)]
fn load_reader() -> Result<Draw<Words>, Missing> {
    Ok(formatted)
}
