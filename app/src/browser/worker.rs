//! The service worker: it keeps the program's files; a new one means a new build.

use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use super::window;

/// Where the worker is.
const SCRIPT: &str = "/sw.js";

/// There is none on plain http beyond loopback, and none in some private windows.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let has = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    has.is_ok_and(|has| has).then(|| navigator.service_worker())
}

/// Registers the worker, and calls `updated` when another build has been fetched while an
/// older worker is in charge.
pub(crate) fn register(updated: impl Fn() + Clone + 'static) {
    let Some(container) = container() else {
        return;
    };
    spawn_local(async move {
        let Ok(registration) = JsFuture::from(container.register(SCRIPT)).await else {
            return;
        };
        // Where something stands between us and the browser, there may be none after all.
        let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else {
            return;
        };
        if registration.waiting().is_some() && container.controller().is_some() {
            updated();
        }
        let found = registration.clone();
        window::on(&registration, "updatefound", move || {
            let Some(worker) = found.installing() else {
                return;
            };
            let (installing, container, updated) =
                (worker.clone(), container.clone(), updated.clone());
            window::on(&worker, "statechange", move || {
                let fetched = installing.state() == ServiceWorkerState::Installed;
                if fetched && container.controller().is_some() {
                    updated();
                }
            });
        });
    });
}

/// Lets the new worker take over, then loads the page anew; without a worker at once.
pub(crate) fn update() {
    let Some(container) = container() else {
        window::reload();
        return;
    };
    spawn_local(async move {
        let registration = JsFuture::from(container.get_registration()).await;
        let waiting = registration
            .ok()
            .filter(|registration| !registration.is_undefined())
            .and_then(|registration| {
                registration
                    .unchecked_into::<ServiceWorkerRegistration>()
                    .waiting()
            });
        let Some(waiting) = waiting else {
            window::reload();
            return;
        };
        window::on(&container, "controllerchange", window::reload);
        if waiting
            .post_message(&JsValue::from_str("take-over"))
            .is_err()
        {
            window::reload();
        }
    });
}
