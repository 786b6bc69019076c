//! `cargo xtask test`: every check and test, in an order in which one step's
//! compiling serves the next. A step that fails does not keep the others from
//! running, so that one run tells everything.

mod browser;
mod checks;
mod rust;
mod scripts;
mod tally;

use std::process::ExitCode;
use std::time::Duration;

use crate::fault::Fault;
use crate::setup::{self, Browser};
use crate::stopwatch::{Spoken, Stopwatch};
use crate::workspace::Workspace;
use crate::{Part, bench, dist, say};
use tally::Tally;

/// One step of the whole, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Setup,
    Format,
    Types,
    ScriptLint,
    Clippy,
    RustTests,
    ClippyWasm,
    Documentation,
    ScriptTests,
    Dist,
    Size,
    Browser,
    Gallery,
}

const ALL: [Step; 13] = [
    Step::Setup,
    Step::Format,
    Step::Types,
    Step::ScriptLint,
    Step::Clippy,
    Step::RustTests,
    Step::ClippyWasm,
    Step::Documentation,
    Step::ScriptTests,
    Step::Dist,
    Step::Size,
    Step::Browser,
    Step::Gallery,
];

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Setup => "Setting up what the tests need",
            Self::Format => "Checking the formatting",
            Self::Types => "Checking the types of TypeScript and the service worker",
            Self::ScriptLint => "Linting TypeScript and the service worker",
            Self::Clippy => "Linting the Rust code",
            Self::RustTests => "Running the Rust tests",
            Self::ClippyWasm => "Linting the Rust code of the browser",
            Self::Documentation => "Building the documentation",
            Self::ScriptTests => "Testing the scripted model and its OpenCode",
            Self::Dist => "Building the executable",
            Self::Size => "Weighing what the browser gets",
            Self::Browser => "Running the browser tests",
            Self::Gallery => "Comparing the pictures of the gallery",
        }
    }

    /// How long it takes on two cores: on a fresh clone, and after that.
    fn usually(self) -> &'static str {
        match self {
            Self::Setup => "a minute the first time",
            Self::Format | Self::Size => "a second",
            Self::Types | Self::ScriptLint => "10 seconds",
            Self::Clippy => "4 minutes the first time, then seconds",
            Self::RustTests => "7 minutes the first time, then two",
            Self::ClippyWasm | Self::Documentation => "a minute the first time, then seconds",
            Self::ScriptTests => "half a minute",
            Self::Dist => "11 minutes the first time, then seconds",
            Self::Browser => "20 minutes",
            Self::Gallery => "4 minutes the first time, then one",
        }
    }

    fn part(self) -> Option<Part> {
        match self {
            Self::Setup => None,
            Self::Format
            | Self::Types
            | Self::ScriptLint
            | Self::Clippy
            | Self::ClippyWasm
            | Self::Documentation => Some(Part::Lint),
            Self::RustTests => Some(Part::Rust),
            Self::ScriptTests | Self::Dist | Self::Size | Self::Browser | Self::Gallery => {
                Some(Part::E2e)
            }
        }
    }

    /// Whether it belongs to a run that looks for certain tests only.
    fn has_named_tests(self) -> bool {
        match self {
            Self::Setup
            | Self::RustTests
            | Self::ScriptTests
            | Self::Dist
            | Self::Browser
            | Self::Gallery => true,
            Self::Format
            | Self::Types
            | Self::ScriptLint
            | Self::Clippy
            | Self::ClippyWasm
            | Self::Documentation
            | Self::Size => false,
        }
    }

    /// What must have gone well before this can mean anything.
    fn needs(self) -> &'static [Step] {
        match self {
            Self::Setup | Self::Format | Self::Clippy | Self::RustTests | Self::Documentation => {
                &[]
            }
            Self::Types
            | Self::ScriptLint
            | Self::ScriptTests
            | Self::Dist
            | Self::ClippyWasm
            | Self::Gallery => &[Self::Setup],
            Self::Size | Self::Browser => &[Self::Setup, Self::Dist],
        }
    }
}

/// What became of a step.
#[derive(Debug)]
struct Outcome {
    step: Step,
    tally: Tally,
    took: Duration,
}

/// What the steps share.
struct Run<'a> {
    workspace: &'a Workspace,
    filter: Option<&'a str>,
    browser: Option<Browser>,
}

/// Runs the steps and says how they went.
pub(crate) fn test(workspace: &Workspace, filter: Option<&str>, only: Option<Part>) -> ExitCode {
    let watch = Stopwatch::start();
    let mut run = Run {
        workspace,
        filter,
        browser: None,
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in plan(filter.is_some(), only) {
        let watch = Stopwatch::start();
        let lame = step.needs().iter().find(|needed| {
            outcomes
                .iter()
                .any(|outcome| outcome.step == **needed && outcome.tally.failed > 0)
        });
        let tally = if let Some(needed) = lame {
            say::line(&format!(
                "\n==> {}: left out, because this failed: {}",
                step.title(),
                needed.title()
            ));
            Tally::FAILED
        } else {
            say::step(step.title(), step.usually());
            run.step(step, only).unwrap_or_else(|fault| {
                say::fault(&fault);
                Tally::FAILED
            })
        };
        outcomes.push(Outcome {
            step,
            tally,
            took: watch.elapsed(),
        });
    }
    let total = report(&outcomes, watch.elapsed());
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn plan(filtered: bool, only: Option<Part>) -> impl Iterator<Item = Step> {
    ALL.into_iter()
        .filter(move |step| only.is_none() || step.part().is_none() || step.part() == only)
        .filter(move |step| !filtered || step.has_named_tests())
}

impl Run<'_> {
    fn step(&mut self, step: Step, only: Option<Part>) -> Result<Tally, Fault> {
        let workspace = self.workspace;
        let done = match step {
            Step::Setup => {
                self.set_up(only)?;
                return Ok(Tally::default());
            }
            Step::RustTests => return rust::tests(workspace, self.filter),
            Step::ScriptTests => return scripts::tests(workspace, self.filter),
            Step::Browser => return browser::tests(workspace, self.filter, self.browser.as_ref()),
            Step::Gallery => {
                return browser::gallery(workspace, self.filter, self.browser.as_ref());
            }
            Step::Format => checks::format(workspace),
            Step::Types => scripts::types(workspace),
            Step::ScriptLint => scripts::lint(workspace),
            Step::Clippy => checks::clippy(workspace),
            Step::ClippyWasm => checks::clippy_wasm(workspace),
            Step::Documentation => checks::documentation(workspace),
            Step::Dist => dist::dist(workspace).map(|_| ()),
            Step::Size => bench::size(workspace),
        };
        done.map(|()| Tally::PASSED)
    }

    /// Everything that may need the network comes first, so that a machine
    /// without something is told at once.
    fn set_up(&mut self, only: Option<Part>) -> Result<(), Fault> {
        match only {
            Some(Part::Rust) => Ok(()),
            Some(Part::Lint) => setup::for_the_build(self.workspace),
            Some(Part::E2e) | None => {
                setup::for_the_build(self.workspace)?;
                self.browser = Some(setup::for_the_browser_tests(self.workspace)?);
                Ok(())
            }
        }
    }
}

/// Prints how each step went, and the one line for everything together.
fn report(outcomes: &[Outcome], took: Duration) -> Tally {
    say::line("\n==> How it went");
    let mut total = Tally::default();
    for Outcome { step, tally, took } in outcomes {
        let Tally { passed, failed } = tally;
        let word = if *failed == 0 { "ok    " } else { "FAILED" };
        let counts = format!("{passed} passed, {failed} failed");
        say::line(&format!(
            "  {word}  {:<57} {counts:<24} {}",
            step.title(),
            Spoken(*took)
        ));
        total += *tally;
    }
    say::line(&format!("  all in {}", Spoken(took)));
    say::line(&format!("{} passed, {} failed", total.passed, total.failed));
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_runs_its_own_steps_after_the_setup() {
        let lint: Vec<Step> = plan(false, Some(Part::Lint)).collect();
        assert_eq!(lint.first(), Some(&Step::Setup));
        assert!(lint.contains(&Step::Clippy) && !lint.contains(&Step::RustTests));
        assert_eq!(plan(false, None).count(), ALL.len());
    }

    #[test]
    fn a_filter_runs_tests_and_no_checks() {
        let steps: Vec<Step> = plan(true, None).collect();
        assert!(steps.contains(&Step::RustTests) && steps.contains(&Step::Browser));
        assert!(!steps.contains(&Step::Clippy) && !steps.contains(&Step::Format));
    }

    #[test]
    fn what_a_step_needs_runs_before_it() {
        let place = |step: &Step| ALL.iter().position(|other| other == step);
        for step in &ALL {
            assert!(
                step.needs()
                    .iter()
                    .all(|needed| place(needed) < place(step)),
                "{step:?}"
            );
        }
    }
}
