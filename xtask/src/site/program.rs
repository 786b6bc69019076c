//! The program: the frontend compiled to WebAssembly, its JavaScript made by
//! wasm-bindgen, both optimised for shipping.
//!
//! wasm-bindgen runs as a library of exactly the version the program links.
//! wasm-opt comes from npm and never from the system: older ones export the
//! wrong table without a word, and every page dies in the browser.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::cut::{self, Parts};
use super::tree::files_below;
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
    /// The WebAssembly module that every page begins with.
    pub(crate) wasm: Vec<u8>,
    /// The JavaScript module around it, in which the chunks have their plain names.
    pub(crate) glue: Vec<u8>,
    /// The chunks that come later, by their plain name without its end.
    pub(crate) chunks: BTreeMap<String, Vec<u8>>,
    /// The names of the chunks that a mark's code needs, by the mark.
    pub(crate) needs: BTreeMap<String, Vec<String>>,
}

/// Compiles and finishes the program; what has not changed is taken from the
/// last time.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<Program, Fault> {
    let compiled = compile(workspace, profile)?;
    let scratch = workspace.scratch(profile);
    let files = Files {
        wasm: scratch.join("program.wasm"),
        glue: scratch.join("program.js"),
        chunks: scratch.join("chunks"),
        needs: scratch.join("program.json"),
    };
    let stamp = scratch.join("program.stamp");

    let key = key(workspace, &compiled)?;
    if !fs::read_to_string(&stamp).is_ok_and(|present| present == key) {
        finish(workspace, profile, &compiled, &files)?;
        fs::write(&stamp, &key).at(&stamp)?;
    }
    files.read()
}

/// Where the finished program is kept.
struct Files {
    wasm: PathBuf,
    glue: PathBuf,
    chunks: PathBuf,
    needs: PathBuf,
}

impl Files {
    fn read(&self) -> Result<Program, Fault> {
        let mut chunks = BTreeMap::new();
        for path in files_below(&self.chunks)? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            chunks.insert(name.into_owned(), fs::read(&path).at(&path)?);
        }
        let needs = fs::read_to_string(&self.needs).at(&self.needs)?;
        let needs = serde_json::from_str(&needs).map_err(|error| {
            Fault::Data(format!(
                "{} could not be read: {error}.",
                self.needs.display()
            ))
        })?;
        Ok(Program {
            wasm: fs::read(&self.wasm).at(&self.wasm)?,
            glue: fs::read(&self.glue).at(&self.glue)?,
            chunks,
            needs,
        })
    }
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
    // `rustc` and not `build`: what follows `--` is for this one crate alone.
    command
        .args(["rustc", "--package", &names.lib_package, "--lib"])
        .args(["--target", WASM_TARGET, "--profile", cargo_profile]);
    if profile == Profile::Release {
        // Without its relocations the program cannot be cut.
        command.args(["--", "-C", "link-arg=--emit-relocs"]);
    }
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
    let steps = concat!(
        include_str!("cut.rs"),
        include_str!("program.rs"),
        include_str!("prune.rs")
    );
    let steps = fingerprint::hex(steps.as_bytes());
    Ok(format!("{compiled}\n{tools}\n{steps}\n"))
}

fn finish(
    workspace: &Workspace,
    profile: Profile,
    compiled: &Path,
    files: &Files,
) -> Result<(), Fault> {
    let watch = Stopwatch::start();
    let bound = workspace.scratch(profile).join("bindgen");
    for folder in [&bound, &files.chunks] {
        if folder.is_dir() {
            fs::remove_dir_all(folder).at(folder)?;
        }
        fs::create_dir_all(folder).at(folder)?;
    }
    let name = workspace.names().output_name.as_str();
    let parts = match profile {
        Profile::Debug => Parts::whole(compiled),
        Profile::Release => cut::cut(compiled, &bound, name)
            .map_err(|error| Fault::Data(format!("The program could not be cut: {error}.")))?,
    };
    bind(profile, &parts.first, &bound, name).map_err(|error| {
        Fault::Data(format!(
            "wasm-bindgen could not read the compiled program: {error}."
        ))
    })?;

    let module = bound.join(format!("{name}_bg.wasm"));
    match profile {
        Profile::Debug => {
            fs::copy(&module, &files.wasm).at(&module)?;
        }
        Profile::Release => {
            optimise(workspace, &module, &files.wasm)?;
            for chunk in &parts.chunks {
                let pruned = prune::chunk(&fs::read(chunk).at(chunk)?).map_err(|error| {
                    Fault::Data(format!("{} could not be read: {error}.", chunk.display()))
                })?;
                fs::write(chunk, pruned).at(chunk)?;
                let name = chunk.file_name().unwrap_or_default();
                optimise(workspace, chunk, &files.chunks.join(name))?;
            }
        }
    }
    // Serialising strings into a string has no way to fail.
    let needs = serde_json::to_string(&parts.needs).unwrap_or_default();
    fs::write(&files.needs, needs).at(&files.needs)?;

    // Bundling also takes in the snippets that dependencies bring along, and the loader of
    // the chunks, which wasm-bindgen names once for each of them: it may do so.
    let mut command = process::command(workspace, workspace.npm_tool("esbuild"));
    command
        .arg(bound.join(format!("{name}.js")))
        .arg(format!("--outfile={}", files.glue.display()))
        .args(["--bundle", "--format=esm", "--log-level=warning"])
        .arg("--log-override:duplicate-object-key=silent");
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

fn optimise(workspace: &Workspace, module: &Path, to: &Path) -> Result<(), Fault> {
    let mut command = process::command(workspace, workspace.npm_tool("wasm-opt"));
    command.args(["-Oz", "--strip-debug", "--strip-producers"]);
    command.arg(module).arg("-o").arg(to);
    process::require("Optimising the browser's program", &mut command)
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
        // The chunks call into the first module by its table, on its stack.
        .keep_lld_exports(release)
        .generate(folder)?;
    Ok(())
}
