//! The module that starts the program on a page whose scripts cannot carry a
//! nonce: the offline shell, which is the same for everybody.

/// The script, for these two paths; all three files lie in one folder.
pub(crate) fn script(js: &str, wasm: &str) -> Vec<u8> {
    let beside = |path: &str| {
        path.rsplit_once('/')
            .map_or_else(|| path.to_owned(), |(_, name)| name.to_owned())
    };
    include_str!("boot.js")
        .replace("PROGRAM_JS", &beside(js))
        .replace("PROGRAM_WASM", &beside(wasm))
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_names_its_neighbours() {
        let text = String::from_utf8(script("/pkg/nexus.1.js", "/pkg/nexus.2.wasm")).expect("text");
        assert!(text.contains(r#"from "./nexus.1.js""#), "{text}");
        assert!(
            text.contains(r#"new URL("./nexus.2.wasm", import.meta.url)"#),
            "{text}"
        );
    }
}
