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
    waiting: Option<AbortController>,
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
            Hold::Waiting => {
                if let Some(waiting) = &self.waiting {
                    waiting.abort();
                }
            }
            Hold::Dropped => {}
        }
    }
}

/// What is done where another page has the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// Wait until it is given back.
    Wait,
    /// Say so at once.
    GiveUp,
}

/// Asks for the lock `name`; `told` hears, in a later task, whether this page has it now.
/// None where the browser has no locks; then nothing is told.
pub(crate) fn ask(
    name: &str,
    otherwise: Otherwise,
    told: impl FnOnce(bool) + 'static,
) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let options = Object::new();
    let waiting = match otherwise {
        Otherwise::Wait => {
            let controller = AbortController::new().ok()?;
            Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
            Some(controller)
        }
        Otherwise::GiveUp => {
            Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
            None
        }
    };
    let hold = Rc::new(RefCell::new(Hold::Waiting));
    let held = Rc::clone(&hold);
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if matches!(*held.borrow(), Hold::Dropped) {
            return JsValue::UNDEFINED;
        }
        if lock.is_null() {
            told(false);
            return JsValue::UNDEFINED;
        }
        // The browser takes the lock back when this promise is kept.
        let until = Promise::new(&mut |keep, _| {
            held.replace(Hold::Held(keep));
        });
        told(true);
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
