//! Asks the person at the terminal, or reads what a script puts into the standard input.

use std::io::{self, BufRead, IsTerminal, Write};
use std::os::fd::AsFd;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The terminal or the input failed.
    #[error("nothing could be read: {0}")]
    Io(#[from] io::Error),
    /// The two passwords differ.
    #[error("the two passwords differ")]
    Differ,
    /// There is nobody to ask.
    #[error("there is no terminal to ask at: give {0}")]
    NoTerminal(&'static str),
}

/// Asks for a line.
pub(crate) fn ask(question: &str, otherwise: &'static str) -> Result<String, AskError> {
    if !io::stdin().is_terminal() {
        return Err(AskError::NoTerminal(otherwise));
    }
    say(question)?;
    Ok(line()?.to_string())
}

/// Asks for a new password twice without showing it; from a script, reads one line.
pub(crate) fn new_password() -> Result<Zeroizing<String>, AskError> {
    if !io::stdin().is_terminal() {
        return line().map_err(AskError::from);
    }
    let first = hidden("Password: ")?;
    let again = hidden("Repeat password: ")?;
    if first == again {
        Ok(first)
    } else {
        Err(AskError::Differ)
    }
}

/// Asks for a password that there is without showing it; from a script, reads one line.
pub(crate) fn password() -> Result<Zeroizing<String>, AskError> {
    let read = if io::stdin().is_terminal() {
        hidden("Password: ")
    } else {
        line()
    };
    Ok(read?)
}

fn hidden(question: &str) -> io::Result<Zeroizing<String>> {
    say(question)?;
    let stdin = io::stdin();
    let before = tcgetattr(stdin.as_fd())?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    tcsetattr(stdin.as_fd(), OptionalActions::Flush, &silent)?;
    let _restored = Restore(before);
    let read = line();
    say("\n")?;
    read
}

/// Lets the terminal show again what is typed.
struct Restore(Termios);

impl Drop for Restore {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Now, &self.0);
    }
}

/// One line without its end; nothing else is trimmed.
fn line() -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    if line.ends_with('\n') {
        line.pop();
        if line.ends_with('\r') {
            line.pop();
        }
    }
    Ok(line)
}

fn say(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
}
