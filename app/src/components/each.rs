//! A list whose rows stay while others come, go and move.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

/// Draws each of `items`; what keeps its key keeps its view. No two may have the same key.
///
/// Comparing lists is a lot of code for every type that is listed: here it is there once,
/// whatever is listed (`docs/decisions/0012-small-program.md`).
pub fn each<T, K>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    K: Eq + Hash + Send + Sync + 'static,
{
    let draw = Arc::new(draw);
    let item = move |item: T| {
        let (key, draw) = (Key(Arc::new(key(&item))), Arc::clone(&draw));
        let draw: Box<dyn FnOnce() -> AnyView + Send> = Box::new(move || draw(item));
        Item { key, draw }
    };
    list(Arc::new(move || items().into_iter().map(&item).collect()))
}

/// One of the list, whatever it is.
struct Item {
    key: Key,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

fn list(items: Arc<dyn Fn() -> Vec<Item> + Send + Sync>) -> AnyView {
    view! {
        <For
            each=move || items()
            key=|item| item.key.clone()
            children=|item| (item.draw)()
        />
    }
    .into_any()
}

/// A key of any type.
#[derive(Clone)]
struct Key(Arc<dyn Like>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.like(&*other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.write(state);
    }
}

/// What a key can do, whatever its type.
trait Like: Any + Send + Sync {
    /// Whether the other is of the same type and equal.
    fn like(&self, other: &dyn Like) -> bool;
    /// Hashes it.
    fn write(&self, state: &mut dyn Hasher);
}

impl<K: Eq + Hash + Send + Sync + 'static> Like for K {
    fn like(&self, other: &dyn Like) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }

    fn write(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }
}
