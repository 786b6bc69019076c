//! The executable: reads the command line, does what it says, and ends with a status.
//! 0: done. 1: could not be done, and one sentence says why. 2: bad arguments. 3: done, and
//! something was found that is not as it was expected.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use domain::survey::Verdict;
use server::check::CheckError;
use server::config::{CommandLine, Verb};
use server::{check, serve, telemetry, verbs};
use tokio::runtime::Runtime;

const FAILED: u8 = 1;
const BAD_ARGUMENTS: u8 = 2;
const DIFFERENT: u8 = 3;

fn main() -> ExitCode {
    let arguments = CommandLine::parse();
    telemetry::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return end(FAILED, &format!("the program cannot start: {error}")),
    };
    let status = carry_out(&runtime, arguments.verb);
    // What still runs on the blocking pool is no reason to wait: what was answered is kept.
    runtime.shutdown_background();
    status
}

fn carry_out(runtime: &Runtime, verb: Verb) -> ExitCode {
    match verb {
        Verb::Serve(arguments) => match arguments.check() {
            Ok(config) => match runtime.block_on(serve::serve(config)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => end(FAILED, &error.to_string()),
            },
            Err(error) => end(BAD_ARGUMENTS, &error.to_string()),
        },
        Verb::Check(arguments) => match runtime.block_on(check::check(arguments)) {
            Ok(survey) => {
                print(&survey.to_string());
                match survey.count(Verdict::Different) {
                    0 => ExitCode::SUCCESS,
                    _ => ExitCode::from(DIFFERENT),
                }
            }
            Err(error @ CheckError::Off) => end(BAD_ARGUMENTS, &error.to_string()),
            Err(error) => end(FAILED, &error.to_string()),
        },
        Verb::Owner(verb) => report(runtime.block_on(verbs::owner(verb))),
        Verb::Sessions(verb) => report(runtime.block_on(verbs::sessions(verb))),
    }
}

fn report(done: Result<String, verbs::VerbError>) -> ExitCode {
    match done {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(error @ verbs::VerbError::Arguments(_)) => end(BAD_ARGUMENTS, &error.to_string()),
        Err(error) => end(FAILED, &error.to_string()),
    }
}

fn print(text: &str) {
    // A reader that went away has seen enough.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn end(status: u8, why: &str) -> ExitCode {
    // Where the standard error is closed, the status alone must do.
    let _ = writeln!(std::io::stderr(), "opencode-nexus: {why}");
    ExitCode::from(status)
}
