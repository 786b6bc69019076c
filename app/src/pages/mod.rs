//! Pages: each owns one route.

#![expect(
    unreachable_pub,
    reason = "the macro makes a public builder beside each component, also beside private ones"
)]

mod home;
mod login;
mod not_found;
mod server;
mod servers;
mod session;
mod settings;
mod setup;

pub use home::HomePage;
pub use login::LoginPage;
pub(crate) use not_found::NothingHere;
pub use server::ServerPage;
pub use servers::ServersPage;
pub use session::SessionPage;
pub use settings::SettingsPage;
pub use setup::SetupPage;
