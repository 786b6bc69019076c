//! `cargo xtask dist`: the one file that is handed out.

use std::fs;
use std::path::PathBuf;

use crate::fault::{AtPath as _, Fault};
use crate::workspace::{Profile, Workspace};
use crate::{product, say};

/// Builds the product and leaves its one file; returns where.
pub(crate) fn dist(workspace: &Workspace) -> Result<PathBuf, Fault> {
    product::site(workspace, Profile::Release)?;
    let server = product::server(workspace, Profile::Release)?;
    let file = workspace.dist();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).at(folder)?;
    }
    // A running copy cannot be written over, but it can be replaced.
    let new = file.with_extension("new");
    let bytes = fs::copy(&server, &new).at(&server)?;
    fs::rename(&new, &file).at(&file)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a size in megabytes with one digit"
    )]
    let megabytes = bytes as f64 / 1e6;
    say::note(&format!("{} ({megabytes:.1} MB)", file.display()));
    Ok(file)
}
