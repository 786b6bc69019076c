//! The headers that every answer carries: what the browser may do with it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::Nonce;

use super::names::{Origin, Scheme};

/// What nobody here needs. Whatever a page comes to use moves to `(self)`.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), \
    hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), publickey-credentials-get=(self), screen-wake-lock=(self), serial=(), usb=(), \
    xr-spatial-tracking=()";
/// Keep to https for a year.
const HSTS: &str = "max-age=31536000";

/// Left in a response by the page renderer: the nonce that its scripts carry.
#[derive(Clone, Debug)]
pub(super) struct PageNonce(pub(super) Nonce);

/// Adds them, where the handler has not set its own.
pub(super) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let origin = response.extensions_mut().remove::<Origin>();
    let nonce = response.extensions_mut().remove::<PageNonce>();
    let headers = response.headers_mut();
    put(
        headers,
        header::CONTENT_SECURITY_POLICY,
        &policy(nonce.as_ref()),
    );
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, header::REFERRER_POLICY, "same-origin");
    put(
        headers,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    put(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    put(
        headers,
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS,
    );
    put(headers, header::X_FRAME_OPTIONS, "DENY");
    if !headers.contains_key(header::CACHE_CONTROL) {
        put(headers, header::CACHE_CONTROL, "no-store");
        headers.append(
            header::VARY,
            HeaderValue::from_static("Origin, Sec-Fetch-Site"),
        );
    }
    if origin.is_some_and(|origin| origin.scheme == Scheme::Https && !origin.is_local()) {
        put(headers, header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}

/// The content security policy: our own files, and inline only what carries the nonce.
fn policy(nonce: Option<&PageNonce>) -> String {
    let nonce = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{}'", nonce.0));
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{nonce}; \
         style-src 'self'{nonce}; img-src 'self' blob: data:; font-src 'self'; \
         connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; \
         frame-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
         object-src 'none'"
    )
}
