//! What may be said where, inside the crates that have layers.

use crate::none_of;
use crate::tree;

/// A folder, and the words that its files must not hold.
const LAYERS: [(&str, &[&str]); 4] = [
    (
        "app/src/components/",
        &[
            "domain::",
            "crate::views",
            "crate::pages",
            "crate::api",
            "crate::live",
        ],
    ),
    ("app/src/views/", &["crate::pages"]),
    (
        "app/src/live/",
        &["crate::components", "crate::views", "crate::pages"],
    ),
    (
        "app/src/api/",
        &[
            "crate::components",
            "crate::views",
            "crate::pages",
            "crate::live",
        ],
    ),
];

/// The folder in `app` that alone may touch the browser.
const BROWSER: &str = "app/src/browser/";

#[test]
fn no_layer_of_the_pages_reaches_upwards() {
    let mut found = Vec::new();
    for file in tree::files().iter().filter(|file| file.is(&["rs"])) {
        for (_, words) in LAYERS
            .iter()
            .filter(|(folder, _)| file.path.starts_with(folder))
        {
            let text = file.text().unwrap_or_default();
            found.extend(code(&text).flat_map(|line| {
                words
                    .iter()
                    .filter(move |word| line.contains(**word))
                    .map(|word| format!("{} says {word}", file.path))
            }));
        }
    }
    none_of("what reaches into a layer above its own", &found);
}

#[test]
fn only_one_folder_touches_the_browser() {
    let found: Vec<String> = tree::files()
        .iter()
        .filter(|file| {
            file.path.starts_with("app/src/") && file.is(&["rs"]) && !file.path.starts_with(BROWSER)
        })
        .filter(|file| code(&file.text().unwrap_or_default()).any(|line| line.contains("js_sys::")))
        .map(|file| file.path.clone())
        .collect();
    none_of(
        &format!("code outside {BROWSER} that speaks JavaScript"),
        &found,
    );
}

/// The lines that are not comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}
