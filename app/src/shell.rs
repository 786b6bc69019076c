//! The HTML document around a page, as the server sends it.

use domain::sync::PageSnapshot;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::app::App;
use crate::chunk::Drew;
use crate::embed::{RARE_ID, SETUP_ID, SIGN_IN_ID, SNAPSHOT_ID, json};
use crate::forms::{SetupForm, SignInForm};
use crate::live::Live;

/// The files of this build that a page names. Provided by the server as context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteFiles {
    /// The style sheet's path.
    pub css: String,
    /// The path of the JavaScript around the program.
    pub js: String,
    /// The program's path.
    pub wasm: String,
    /// The paths of what a rare page needs beside it.
    pub rare: Vec<String>,
    /// The build.
    pub build: String,
}

/// What must not wait for the program. It takes the owner's choice of light or dark before
/// anything is painted; and where a phone lays its keyboard over the page rather than
/// shrinking it (iOS does), it tells the style sheet how high what can be seen is, as long
/// as a field has the focus and nothing is magnified.
const FIRST: &str = "try{const t=localStorage.getItem('nexus-theme');\
    if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}\
    {const v=window.visualViewport,s=document.documentElement.style;\
    v?.addEventListener('resize',()=>{\
    if(v.scale===1&&innerHeight-v.height>80&&document.activeElement?.matches('input,textarea')){\
    s.setProperty('--seen',v.height+'px');scrollTo(0,0)}else s.removeProperty('--seen')})}";

const VIEWPORT: &str =
    "width=device-width,initial-scale=1,viewport-fit=cover,interactive-widget=resizes-content";

/// The document. Draws [`App`] from what the context has: a [`PageSnapshot`], or one of the
/// two plain forms.
pub fn shell() -> impl IntoView {
    let files: SiteFiles = use_context().unwrap_or_default();
    if let Some(page) = use_context::<PageSnapshot>() {
        provide_context(Live::of(&page));
    }
    let drew = Drew::default();
    provide_context(drew.clone());
    let rare = files.rare.clone();
    let nonce = use_nonce();
    // A server that was built without its site draws pages all the same.
    let built = !files.js.is_empty();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content=VIEWPORT />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fcfdfd" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#151b1d" />
                <meta name="robots" content="noindex" />
                <meta name="mobile-web-app-capable" content="yes" />
                <meta name="apple-mobile-web-app-title" content="Nexus" />
                <script nonce=nonce.clone()>{FIRST}</script>
                {built.then(|| view! { <Program files=files.clone() /> })}
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png" />
                {built
                    .then(|| {
                        view! {
                            <script r#type="module" nonce=nonce>
                                {start(&files)}
                            </script>
                        }
                    })}
                <MetaTags />
            </head>
            <body>
                <App />
                // Not before what is above has been written.
                {move || drew.any().then(|| needs_rare(rare.clone()))}
                {carried()}
            </body>
        </html>
    }
}

/// What the browser may begin to fetch while it still reads the page.
#[component]
fn Program(files: SiteFiles) -> impl IntoView {
    view! {
        <link rel="stylesheet" href=files.css />
        <link rel="modulepreload" href=files.js />
        {early(files.wasm)}
    }
}

/// A part of the program that may come before it is asked for.
fn early(path: String) -> impl IntoView {
    view! {
        <link
            rel="preload"
            href=path
            r#as="fetch"
            r#type="application/wasm"
            crossorigin="anonymous"
        />
    }
}

/// Says that something above is drawn by what is rare: it may come, and is waited for.
fn needs_rare(paths: Vec<String>) -> impl IntoView {
    view! {
        <script r#type="application/json" id=RARE_ID>
            "true"
        </script>
        {paths.into_iter().map(early).collect_view()}
    }
}

/// Loads the program and lets it take over, in a task after the one that made it ready. The
/// paths are the build's own, written as JSON so that they are strings and nothing else.
fn start(files: &SiteFiles) -> String {
    format!(
        "import({}).then(m=>m.default({{module_or_path:{}}}).then(()=>setTimeout(m.hydrate)))",
        json(&files.js),
        json(&files.wasm)
    )
}

/// What the program needs to draw the same page. It stands behind the page, so that the
/// page is painted first.
fn carried() -> impl IntoView {
    let page = use_context::<PageSnapshot>().map(|page| (SNAPSHOT_ID, json(&page)));
    let sign_in = || use_context::<SignInForm>().map(|form| (SIGN_IN_ID, json(&form)));
    let setup = || use_context::<SetupForm>().map(|form| (SETUP_ID, json(&form)));
    page.or_else(sign_in).or_else(setup).map(
        |(id, data)| view! { <script r#type="application/json" id=id inner_html=data></script> },
    )
}
