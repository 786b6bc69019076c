//! Starting other programs: cargo without our own cargo's variables, a child
//! whose success is required, and becoming another program altogether.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Output, Stdio};

use crate::fault::Fault;
use crate::workspace::Workspace;

/// A command that runs in the workspace's root, free of the variables that
/// cargo set for us (they would make an inner cargo rebuild what has not
/// changed).
pub(crate) fn command(workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace.root());
    for (name, _) in std::env::vars_os() {
        let inherited = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || name == "CARGO_PRIMARY_PACKAGE"
        });
        if inherited {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started us, else the one on the PATH.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    command(
        workspace,
        std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")),
    )
}

/// Runs to the end with our own terminal; anything but success is a fault.
pub(crate) fn require(what: &str, command: &mut Command) -> Result<(), Fault> {
    let status = command
        .status()
        .map_err(|source| not_started(command, source))?;
    check(what, status)
}

/// Runs to the end and gives what it printed; anything but success is a fault.
pub(crate) fn read(what: &str, command: &mut Command) -> Result<String, Fault> {
    command.stderr(Stdio::inherit());
    let Output { status, stdout, .. } = command
        .output()
        .map_err(|source| not_started(command, source))?;
    check(what, status)?;
    String::from_utf8(stdout)
        .map_err(|_| Fault::Data(format!("{what} printed something that is not text.")))
}

/// What a program prints when asked quietly; nothing where it is not there or
/// does not succeed.
pub(crate) fn ask(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first program of this name on the PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

/// The fault for a program that could not be started.
pub(crate) fn not_started(command: &Command, source: std::io::Error) -> Fault {
    Fault::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    }
}

/// Turns into the given program. Signals, terminal and exit status are then
/// simply its own; where the system cannot do this, it is waited for.
pub(crate) fn become_program(mut command: Command) -> Result<std::process::ExitCode, Fault> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let source = command.exec();
        Err(not_started(&command, source))
    }
    #[cfg(not(unix))]
    {
        let status = command
            .status()
            .map_err(|source| not_started(&command, source))?;
        let code = status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1);
        Ok(std::process::ExitCode::from(code))
    }
}

fn check(what: &str, status: ExitStatus) -> Result<(), Fault> {
    if status.success() {
        return Ok(());
    }
    Err(Fault::Failed {
        what: what.to_owned(),
        status: status.to_string(),
    })
}
