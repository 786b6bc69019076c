//! Brotli and gzip beforehand, at the highest setting, because it is paid
//! once. Kept by content, so that an unchanged file costs nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::tree::{Tree, files_below, write_if_changed};
use super::{fingerprint, media};
use crate::fault::{AtPath as _, Fault};

/// The highest brotli quality.
const BROTLI_QUALITY: u32 = 11;
/// Base-2 logarithm of the brotli window: 16 MiB, the most browsers take.
const BROTLI_WINDOW: u32 = 24;
/// Bytes of the buffer between compressor and memory.
const BUFFER: usize = 64 * 1024;
/// Below this a file fits into one packet anyway.
const WORTHWHILE: usize = 512;

/// Gives every file its compressed forms, kept in `folder` by content.
pub(crate) fn all(folder: &Path, tree: &mut Tree) -> Result<(), Fault> {
    let mut used = BTreeSet::new();
    for (file, leaf) in tree.leaves_mut() {
        if !media::of(file).compressible || leaf.bytes.len() < WORTHWHILE {
            continue;
        }
        let hash = fingerprint::hex(&leaf.bytes);
        let brotli = folder.join(format!("{hash}.br"));
        let gzip = folder.join(format!("{hash}.gz"));
        leaf.brotli = smaller(kept(&brotli, || in_brotli(&leaf.bytes))?, &leaf.bytes);
        leaf.gzip = smaller(kept(&gzip, || in_gzip(&leaf.bytes))?, &leaf.bytes);
        used.extend([brotli, gzip]);
    }
    if folder.is_dir() {
        for stale in files_below(folder)?
            .into_iter()
            .filter(|path| !used.contains(path))
        {
            fs::remove_file(&stale).at(&stale)?;
        }
    }
    Ok(())
}

fn kept(path: &Path, make: impl FnOnce() -> std::io::Result<Vec<u8>>) -> Result<Vec<u8>, Fault> {
    if let Ok(bytes) = fs::read(path) {
        return Ok(bytes);
    }
    let bytes = make().at(path)?;
    write_if_changed(path, &bytes)?;
    Ok(bytes)
}

fn smaller(packed: Vec<u8>, plain: &[u8]) -> Option<Vec<u8>> {
    (packed.len() < plain.len()).then_some(packed)
}

fn in_brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer =
        brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

fn in_gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_forms_hold_the_same_content() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let content = b"the same words again and again, ".repeat(64);
        let mut tree = Tree::default();
        tree.add("page.html", content.clone());
        all(folder.path(), &mut tree).expect("compressed");
        let (_, leaf) = tree.leaves().next().expect("one leaf");

        let mut plain = Vec::new();
        let brotli = leaf.brotli.as_deref().expect("smaller in brotli");
        brotli::Decompressor::new(brotli, BUFFER)
            .read_to_end(&mut plain)
            .expect("valid brotli");
        assert_eq!(plain, content);

        let mut plain = Vec::new();
        let gzip = leaf.gzip.as_deref().expect("smaller in gzip");
        flate2::read::GzDecoder::new(gzip)
            .read_to_end(&mut plain)
            .expect("valid gzip");
        assert_eq!(plain, content);
    }

    #[test]
    fn pictures_and_small_files_stay_as_they_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tree = Tree::default();
        tree.add("icon.png", vec![0; 4096]);
        tree.add("small.js", b"1".to_vec());
        all(folder.path(), &mut tree).expect("nothing to do");
        assert!(
            tree.leaves()
                .all(|(_, leaf)| leaf.brotli.is_none() && leaf.gzip.is_none())
        );
    }
}
