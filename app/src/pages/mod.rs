//! Pages: each owns one route.

mod frame;
mod home;
mod login;
mod not_found;
mod server;
mod servers;
mod session;
mod settings;
mod setup;

pub use frame::Frame;
pub use home::HomePage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use server::ServerPage;
pub use servers::ServersPage;
pub use session::SessionPage;
pub use settings::SettingsPage;
pub use setup::SetupPage;
