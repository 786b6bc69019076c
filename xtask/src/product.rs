//! Building the product: first what the browser gets, then the executable
//! that carries it.

use std::fs::{self, File, FileTimes};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::fault::{AtPath as _, Fault};
use crate::setup;
use crate::site::{self, Assets};
use crate::workspace::{Profile, Workspace};
use crate::{process, say};

/// Bytes of `assets.json` that no other build's begins with: they hold the
/// build's hash.
const HEAD_BYTES: usize = 64;

/// Sets up what that needs and builds what the browser gets.
pub(crate) fn site(workspace: &Workspace, profile: Profile) -> Result<Assets, Fault> {
    setup::for_the_build(workspace)?;
    let usually = match profile {
        Profile::Debug => "a minute the first time, then seconds",
        Profile::Release => "3 to 5 minutes the first time, then seconds",
    };
    say::step("Building what the browser gets", usually);
    let ahead = Ahead::start(workspace, profile);
    let assets = site::build(workspace, profile);
    ahead.finish(workspace)?;
    let assets = assets?;
    say::note(&format!(
        "build {}, {} files",
        assets.build,
        assets.files.len()
    ));
    Ok(assets)
}

/// What the server is built from, compiled while the browser's program is: linking that keeps
/// one core busy for minutes, and on a fresh clone the server takes as long again.
#[derive(Debug)]
struct Ahead(Option<Child>);

impl Ahead {
    /// Begins, where there is no server yet; otherwise little would be won.
    fn start(workspace: &Workspace, profile: Profile) -> Self {
        if profile != Profile::Release || workspace.server(profile).is_file() {
            return Self(None);
        }
        let mut command = process::cargo(workspace);
        command
            .args(["build", "--release", "--quiet", "--lib", "--package"])
            .arg(&workspace.names().bin_package)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().ok())
    }

    /// Waits for it. What went wrong is told by the build that follows.
    fn finish(self, workspace: &Workspace) -> Result<(), Fault> {
        let Some(mut child) = self.0 else {
            return Ok(());
        };
        let _ = child.wait();
        // It was compiled without the site, which cargo does not know to be there now.
        embed_anew(workspace)
    }
}

/// Builds the executable around the site that was built last.
pub(crate) fn server(workspace: &Workspace, profile: Profile) -> Result<PathBuf, Fault> {
    let usually = match profile {
        Profile::Debug => "2 minutes the first time, then seconds",
        Profile::Release => "4 to 6 minutes the first time, then seconds",
    };
    say::step("Building the server", usually);
    compile(workspace, profile)?;
    let executable = workspace.server(profile);
    if profile == Profile::Release && !carries_the_site(workspace, &executable)? {
        // Cargo knows the files that were embedded the last time. Where there
        // were none, it cannot know that there are some now.
        embed_anew(workspace)?;
        compile(workspace, profile)?;
        if !carries_the_site(workspace, &executable)? {
            say::note("note: the executable does not carry the list of the site's files");
        }
    }
    Ok(executable)
}

fn compile(workspace: &Workspace, profile: Profile) -> Result<(), Fault> {
    let names = workspace.names();
    let mut command = process::cargo(workspace);
    command.args([
        "build",
        "--package",
        &names.bin_package,
        "--bin",
        &names.bin_target,
    ]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    process::require("Building the server", &mut command)
}

/// Whether the executable holds the list of the site's files as it is now.
fn carries_the_site(workspace: &Workspace, executable: &PathBuf) -> Result<bool, Fault> {
    let list = workspace.site(Profile::Release).join(site::ASSETS_FILE);
    let list = fs::read(&list).at(&list)?;
    let program = fs::read(executable).at(executable)?;
    // The list begins with the build's hash: its first lines are enough to look for.
    let head = list.get(..list.len().min(HEAD_BYTES)).unwrap_or_default();
    let Some(first) = head.first() else {
        return Ok(false);
    };
    let mut places = program.windows(head.len());
    Ok(places.any(|window| window.first() == Some(first) && window == head))
}

/// Lets cargo compile anew what the site is embedded in.
pub(crate) fn embed_anew(workspace: &Workspace) -> Result<(), Fault> {
    let server = workspace.root().join(&workspace.names().bin_package);
    age(&server.join("src/lib.rs"))
}

/// Makes a file look changed just now.
fn age(path: &PathBuf) -> Result<(), Fault> {
    let file = File::options().append(true).open(path).at(path)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a file's time is compared with other files' times by cargo"
    )]
    let now = std::time::SystemTime::now();
    file.set_times(FileTimes::new().set_modified(now)).at(path)
}
