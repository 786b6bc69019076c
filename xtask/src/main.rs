//! `cargo xtask`: sets up what is missing, then builds, runs, tests, measures
//! or packs the product.
//!
//! Each command is one module. What they share: [`workspace`] says where
//! things are, [`setup`] brings what is missing, [`site`] makes the files the
//! browser gets, [`product`] the executable that carries them. Nothing here
//! is part of the product.

mod bench;
mod demo;
mod dist;
mod fault;
mod process;
mod product;
mod run;
mod say;
mod setup;
mod site;
mod stopwatch;
mod test;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::fault::Fault;
use crate::workspace::{Profile, Workspace};

/// Sets up what is missing, then does it.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Build the product and start it on port 4210 of this machine
    Run {
        /// Arguments for the server, after `--`
        #[arg(last = true)]
        server: Vec<OsString>,
    },
    /// Show the whole product on throw-away data, with a real OpenCode whose model is a script
    Demo {
        /// Arguments for the server, after `--`
        #[arg(last = true)]
        server: Vec<OsString>,
    },
    /// Run every check and test
    Test {
        /// Run only the tests whose names contain this, and no checks
        filter: Option<String>,
        /// Run only a part
        #[arg(long, value_enum)]
        only: Option<Part>,
    },
    /// Measure: one bench by name, or all of them
    Bench {
        /// The bench's name; without one, all that are ready
        name: Option<bench::Name>,
    },
    /// Leave the one file target/dist/opencode-nexus
    Dist,
    /// Build what the browser gets and the server
    Build {
        /// As it is shipped: optimised, minified, compressed
        #[arg(long)]
        release: bool,
        /// Only what the browser gets, not the server
        #[arg(long)]
        site: bool,
    },
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Formatting, clippy, documentation, TypeScript
    Lint,
    /// The Rust tests
    Rust,
    /// The browser tests against the built executable
    E2e,
}

fn main() -> ExitCode {
    match execute(Command::parse().verb) {
        Ok(code) => code,
        Err(fault) => {
            say::fault(&fault);
            ExitCode::FAILURE
        }
    }
}

fn execute(verb: Verb) -> Result<ExitCode, Fault> {
    let workspace = Workspace::find()?;
    match verb {
        Verb::Run { server } => run::run(&workspace, server),
        Verb::Demo { server } => demo::demo(&workspace, server),
        Verb::Test { filter, only } => Ok(test::test(&workspace, filter.as_deref(), only)),
        Verb::Bench { name } => bench::bench(&workspace, name),
        Verb::Dist => dist::dist(&workspace).map(|_| ExitCode::SUCCESS),
        Verb::Build { release, site } => {
            let profile = if release {
                Profile::Release
            } else {
                Profile::Debug
            };
            product::site(&workspace, profile)?;
            if !site {
                product::server(&workspace, profile)?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
