//! The style sheet: one file out of all that `style/main.css` imports.

use std::fs;

use crate::fault::{AtPath as _, Fault};
use crate::process;
use crate::workspace::{Profile, Workspace};

/// Bundles the style sheet.
pub(crate) fn bundle(workspace: &Workspace, profile: Profile) -> Result<Vec<u8>, Fault> {
    let out = workspace.scratch(profile).join("style.css");
    let mut command = process::command(workspace, workspace.npm_tool("esbuild"));
    command
        .arg(&workspace.names().style_file)
        .arg(format!("--outfile={}", out.display()))
        // Without `--external`: its patterns also match the full paths of imported sheets,
        // which would then be left out of the bundle.
        .args(["--bundle", "--log-level=warning"]);
    if profile == Profile::Release {
        command.arg("--minify");
    }
    process::require("Bundling the style sheet", &mut command)?;
    fs::read(&out).at(&out)
}
