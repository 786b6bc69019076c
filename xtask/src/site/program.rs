//! The program: the frontend compiled to WebAssembly, its JavaScript made by
//! wasm-bindgen, both optimised for shipping.
//!
//! wasm-bindgen runs as a library of exactly the version the program links.
//! wasm-opt comes from npm and never from the system: older ones export the
//! wrong table without a word, and every page dies in the browser.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::{fingerprint, prune};
use crate::fault::{AtPath as _, Fault};
use crate::process;
use crate::say;
use crate::stopwatch::{Spoken, Stopwatch};
use crate::workspace::{Profile, Workspace};

/// The target triple of the browser's program.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The finished program.
#[derive(Debug)]
pub(crate) struct Program {
    /// The WebAssembly module.
    pub(crate) wasm: Vec<u8>,
    /// The JavaScript module around it.
    pub(crate) glue: Vec<u8>,
}

/// Compiles and finishes the program; what has not changed is taken from the
/// last time.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Program, Fault> {
    let compiled = compile(workspace, profile)?;
    let scratch = workspace.scratch(profile);
    let wasm = scratch.join("program.wasm");
    let glue = scratch.join("program.js");
    let stamp = scratch.join("program.stamp");

    let key = key(workspace, &compiled)?;
    if !fs::read_to_string(&stamp).is_ok_and(|present| present == key)
        || !wasm.is_file()
        || !glue.is_file()
    {
        finish(workspace, profile, &compiled, &wasm, &glue)?;
        fs::write(&stamp, &key).at(&stamp)?;
    }
    Ok(Program {
        wasm: fs::read(&wasm).at(&wasm)?,
        glue: fs::read(&glue).at(&glue)?,
    })
}

/// Lets cargo build the frontend; returns the module it left.
fn compile(workspace: &Workspace, profile: Profile) -> Result<PathBuf, Fault> {
    let names = workspace.names();
    let (cargo_profile, folder) = match profile {
        Profile::Debug => ("dev", "debug"),
        Profile::Release => (
            names.lib_profile_release.as_str(),
            names.lib_profile_release.as_str(),
        ),
    };
    let mut command = process::cargo(workspace);
    command
        .args(["build", "--package", &names.lib_package, "--lib"])
        .args(["--target", WASM_TARGET, "--profile", cargo_profile]);
    process::require("Compiling the browser's program", &mut command)?;
    let file = format!("{}.wasm", names.lib_package.replace('-', "_"));
    Ok(workspace.target().join(WASM_TARGET).join(folder).join(file))
}

/// What the finished program depends on: the compiled one and the tools.
fn key(workspace: &Workspace, compiled: &Path) -> Result<String, Fault> {
    let lock = workspace.end2end().join("package-lock.json");
    let compiled = fingerprint::hex(&fs::read(compiled).at(compiled)?);
    let tools = fingerprint::hex(&fs::read(&lock).at(&lock)?);
    // A change of the steps below must not be answered from the last time.
    let steps = concat!(include_str!("program.rs"), include_str!("prune.rs"));
    let steps = fingerprint::hex(steps.as_bytes());
    Ok(format!("{compiled}\n{tools}\n{steps}\n"))
}

fn finish(
    workspace: &Workspace,
    profile: Profile,
    compiled: &Path,
    wasm: &Path,
    glue: &Path,
) -> Result<(), Fault> {
    let watch = Stopwatch::start();
    let bound = workspace.scratch(profile).join("bindgen");
    if bound.is_dir() {
        fs::remove_dir_all(&bound).at(&bound)?;
    }
    let name = workspace.names().output_name.as_str();
    bind(profile, compiled, &bound, name).map_err(|error| {
        Fault::Data(format!(
            "wasm-bindgen could not read the compiled program: {error}."
        ))
    })?;

    let module = bound.join(format!("{name}_bg.wasm"));
    match profile {
        Profile::Debug => {
            fs::copy(&module, wasm).at(&module)?;
        }
        Profile::Release => {
            let mut command = process::command(workspace, workspace.npm_tool("wasm-opt"));
            command.arg("-Oz").arg(&module).arg("-o").arg(wasm);
            process::require("Optimising the browser's program", &mut command)?;
        }
    }

    // Bundling also takes in the snippets that dependencies bring along.
    let mut command = process::command(workspace, workspace.npm_tool("esbuild"));
    command
        .arg(bound.join(format!("{name}.js")))
        .arg(format!("--outfile={}", glue.display()))
        .args(["--bundle", "--format=esm", "--log-level=warning"]);
    if profile == Profile::Release {
        command.arg("--minify");
    }
    process::require("Bundling the program's JavaScript", &mut command)?;
    say::note(&format!(
        "browser's program finished in {}",
        Spoken(watch.elapsed())
    ));
    Ok(())
}

fn bind(
    profile: Profile,
    compiled: &Path,
    folder: &Path,
    name: &str,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let release = profile == Profile::Release;
    let mut bindgen = match profile {
        Profile::Debug => {
            let mut bindgen = Bindgen::new();
            bindgen.input_path(compiled);
            bindgen
        }
        Profile::Release => prune::input(&fs::read(compiled)?, name)?,
    };
    bindgen
        .web(true)?
        .typescript(false)
        .out_name(name)
        // The page names the module by its hash.
        .omit_default_module_path(true)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder)?;
    Ok(())
}
