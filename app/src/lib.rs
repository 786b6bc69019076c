//! The pages: components, views, server functions and the live state, compiled for the
//! server (feature `ssr`) and for the browser (feature `hydrate`).
//!
//! `components` draw nothing of our domain, a view in `views` draws one domain type, a page
//! in `pages` owns one route. `api` (commands) and `live` (state) are called from pages and
//! views, never from components. `browser` is the only place that touches the browser. What
//! the pages need of the server goes through the port traits in `host`.

pub mod api;
pub mod app;
#[cfg(feature = "hydrate")]
pub mod boot;
pub mod browser;
mod chunk;
pub mod components;
mod embed;
pub mod fault;
pub mod forms;
pub mod found;
#[cfg(debug_assertions)]
mod gallery;
#[cfg(feature = "ssr")]
pub mod host;
#[cfg(any(feature = "hydrate", test))]
mod json;
pub mod live;
pub mod pages;
pub mod route;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod views;
pub mod workspace;

pub use app::App;
