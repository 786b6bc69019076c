//! The way back of a phone: its button or its gesture closes what lies over the page, where
//! the browser lets a page hear it. Dialogs are closed by the browser itself.

/// Hears the way back until it is dropped.
#[derive(Debug)]
pub struct Back {
    #[cfg(feature = "hydrate")]
    _watcher: Option<present::Watcher>,
}

impl Back {
    /// Does `work` when the owner goes back; once.
    pub fn watch(work: impl FnOnce() + 'static) -> Self {
        #[cfg(not(feature = "hydrate"))]
        let _ = work;
        Self {
            #[cfg(feature = "hydrate")]
            _watcher: present::Watcher::new(work),
        }
    }
}

#[cfg(feature = "hydrate")]
mod present {
    use js_sys::{Array, Function, Reflect};
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};

    /// A `CloseWatcher`: Chromium has it, others leave the way back to the history.
    #[derive(Debug)]
    pub(super) struct Watcher {
        watcher: JsValue,
        _work: JsValue,
    }

    impl Watcher {
        pub(super) fn new(work: impl FnOnce() + 'static) -> Option<Self> {
            let class = Reflect::get(&js_sys::global(), &"CloseWatcher".into()).ok()?;
            let class: Function = class.dyn_into().ok()?;
            // Fails where too many are open without a touch between them.
            let watcher = Reflect::construct(&class, &Array::new()).ok()?;
            let work = Closure::once_into_js(work);
            Reflect::set(&watcher, &"onclose".into(), &work).ok()?;
            Some(Self {
                watcher,
                _work: work,
            })
        }
    }

    impl Drop for Watcher {
        fn drop(&mut self) {
            let end = Reflect::get(&self.watcher, &"destroy".into());
            if let Ok(end) = end.and_then(JsCast::dyn_into::<Function>) {
                // One that has closed already does nothing.
                let _ = end.call0(&self.watcher);
            }
        }
    }
}
