//! The two plain forms, `/setup` and `/login`: what they were filled with and what was
//! wrong with it. The server provides one of these as context when it draws the page, so
//! that both forms work before and without the program.

use serde::{Deserialize, Serialize};

/// What `/login` shows. The password is never sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInForm {
    /// What was typed as user name.
    pub user_name: String,
    /// Whether *Keep me signed in* was ticked.
    pub keep: bool,
    /// Where to go afterwards: a path of ours.
    pub next: Option<String>,
    /// What went wrong.
    pub problem: Option<SignInProblem>,
}

/// Why signing in failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInProblem {
    /// User name or password was wrong; how many tries are left before the pause.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// Too many failures from here.
    Locked {
        /// Seconds until the next try.
        seconds: u64,
    },
    /// Too many people sign in at once.
    Busy,
}

/// What `/setup` shows. The passwords are never sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupForm {
    /// What was typed as user name.
    pub user_name: String,
    /// The setup token as it was sent, so that it need not be found again.
    pub token: String,
    /// What is wrong, by field.
    pub problems: Vec<SetupProblem>,
    /// Whether an owner exists already: then there is nothing to set up.
    pub done: bool,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupProblem {
    /// Which field.
    pub field: SetupField,
    /// What is wrong, as a sentence.
    pub why: String,
}

/// The fields of `/setup`; the names in the form are `user_name`, `password`, `repeat`
/// and `token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupField {
    /// User name.
    UserName,
    /// Password.
    Password,
    /// Repeat password.
    Repeat,
    /// Setup token.
    Token,
}
