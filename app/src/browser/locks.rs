//! Locks that all pages of this origin in one browser share (Web Locks). Where the browser
//! has none, for instance on a page without https, nobody gets one.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

/// A lock that is held or waited for; dropped, it is given back or no longer waited for.
#[derive(Debug)]
pub(crate) struct Lock {
    hold: Rc<RefCell<Hold>>,
    waiting: AbortController,
}

#[derive(Debug)]
enum Hold {
    Waiting,
    /// Calling it gives the lock back.
    Held(Function),
    /// Not wanted any more.
    Dropped,
}

impl Drop for Lock {
    fn drop(&mut self) {
        match self.hold.replace(Hold::Dropped) {
            Hold::Held(release) => {
                let _ = release.call0(&JsValue::UNDEFINED);
            }
            Hold::Waiting => self.waiting.abort(),
            Hold::Dropped => {}
        }
    }
}

/// Waits in line for the lock `name`; `given` hears, in a later task, that this page has it.
/// None where the browser has no locks; then nothing is told.
pub(crate) fn ask(name: &str, given: impl FnOnce() + 'static) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let waiting = AbortController::new().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &waiting.signal()).ok()?;
    let hold = Rc::new(RefCell::new(Hold::Waiting));
    let mine = Rc::clone(&hold);
    let granted = Closure::once_into_js(move |_: JsValue| -> JsValue {
        if matches!(*mine.borrow(), Hold::Dropped) {
            return JsValue::UNDEFINED;
        }
        // The browser takes the lock back when this promise is kept.
        let until = Promise::new(&mut |keep, _| {
            mine.replace(Hold::Held(keep));
        });
        given();
        until.into()
    });
    let asked: Promise = request
        .call3(&locks, &name.into(), &options, &granted)
        .ok()?
        .unchecked_into();
    spawn_local(async move {
        // Whoever stops waiting breaks this promise; nobody needs to hear of it.
        let _ = JsFuture::from(asked).await;
    });
    Some(Lock { hold, waiting })
}
