//! The module that starts the program on a page whose scripts cannot carry a
//! nonce: the offline shell, which is the same for everybody. And the names
//! under which the program's JavaScript finds its chunks.

use crate::fault::Fault;

/// The program's JavaScript with a chunk's real name in place of its plain one.
pub(crate) fn renamed(glue: Vec<u8>, plain: &str, path: &str) -> Result<Vec<u8>, Fault> {
    let plain = format!("\"./{plain}.wasm\"");
    let glue = String::from_utf8(glue)
        .map_err(|_| Fault::Data("The program's JavaScript is not text.".to_owned()))?;
    if glue.matches(&plain).count() != 1 {
        return Err(Fault::Data(format!(
            "The program's JavaScript must name {plain} exactly once."
        )));
    }
    let real = format!("\"./{}\"", beside(path));
    Ok(glue.replace(&plain, &real).into_bytes())
}

/// The script, for these two paths; all three files lie in one folder.
pub(crate) fn script(js: &str, wasm: &str) -> Vec<u8> {
    include_str!("boot.js")
        .replace("PROGRAM_JS", beside(js))
        .replace("PROGRAM_WASM", beside(wasm))
        .into_bytes()
}

/// The name of a file that lies in the same folder.
fn beside(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_named_once_and_by_its_hash() {
        let glue = br#"fetch(new URL("./split_rare.wasm",import.meta.url))"#.to_vec();
        let path = "/pkg/nexus-split_rare.1.wasm";
        let text = renamed(glue, "split_rare", path).expect("named");
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains(r#""./nexus-split_rare.1.wasm""#), "{text}");
        assert!(renamed(text.into_bytes(), "split_rare", path).is_err());
    }

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
