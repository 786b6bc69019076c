//! Bringing what is missing: the WebAssembly target, npm packages, an
//! OpenCode, a browser, `rg`. What cannot be set up is said in one sentence.

mod browser;
mod node;
mod opencode;
mod rust;
mod system;

pub(crate) use browser::Browser;
pub(crate) use opencode::{SearchPath, search_path};

use crate::fault::Fault;
use crate::workspace::Workspace;

/// What building the product needs.
pub(crate) fn for_the_build(workspace: &Workspace) -> Result<(), Fault> {
    rust::wasm_target(workspace)?;
    node::present()?;
    node::packages(workspace)
}

/// What the browser tests need beyond the build.
pub(crate) fn for_the_browser_tests(workspace: &Workspace) -> Result<Browser, Fault> {
    node::present()?;
    node::packages(workspace)?;
    opencode::present(workspace)?;
    system::ripgrep()?;
    browser::present(workspace)
}

/// What running an OpenCode for demonstration needs.
pub(crate) fn for_the_demo(workspace: &Workspace) -> Result<(), Fault> {
    opencode::present(workspace)?;
    system::ripgrep()
}
