//! Light, dark, or as the system has it: kept on this device. The page's first script
//! reads the same key, so that nothing flashes.

/// The schemes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

#[cfg(feature = "hydrate")]
const KEY: &str = "nexus-theme";

#[cfg(feature = "hydrate")]
impl Theme {
    const fn word(self) -> &'static str {
        match self {
            Theme::System => "",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// What was chosen on this device.
pub fn chosen() -> Theme {
    #[cfg(feature = "hydrate")]
    {
        use super::store::{Keep, get};
        match get(Keep::Device, KEY).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            Some(_) | None => Theme::System,
        }
    }
    #[cfg(not(feature = "hydrate"))]
    Theme::System
}

/// Chooses, and draws the page so at once.
pub fn choose(theme: Theme) {
    #[cfg(feature = "hydrate")]
    {
        use super::store::{Keep, put};
        put(Keep::Device, KEY, theme.word());
        let root = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element());
        if let Some(root) = root {
            let _ = match theme {
                Theme::System => root.remove_attribute("data-theme"),
                Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.word()),
            };
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = theme;
}
