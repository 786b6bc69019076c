//! Shells and what is built with them: sh, PowerShell, make, Dockerfile.
//!
//! Formatted by hand: a list of words is read across, not down.

use crate::table::{
    ANY_CASE, CALLS, CAPITALS, Code, DOLLARS, DOUBLE, Escape, HEREDOC, Quote, SHELL,
    SHELL_VARIABLES, SINGLE, SPACED_NOTES, TARGETS,
};

/// The shells of Unix.
#[rustfmt::skip]
pub(super) static SHELL_TABLE: Code = Code {
    notes: &["#"],
    quotes: &[
        Quote::plain("$'").closed_by("'").long(),
        Quote::plain("\"").long().hole("$(", b')'),
        Quote::raw("'", "'"),
    ],
    words: &[
        "break", "case", "continue", "declare", "do", "done", "elif", "else", "esac", "exit",
        "export", "fi", "for", "function", "if", "in", "local", "readonly", "return", "select",
        "set", "shift", "source", "then", "time", "trap", "typeset", "unset", "until", "while",
    ],
    defines: &["function"],
    opens: &["do", "elif", "else", "if", "then", "time", "until", "while"],
    goes_on: "-",
    traits: SHELL | SPACED_NOTES | HEREDOC,
    ..Code::PLAIN
};

/// PowerShell.
#[rustfmt::skip]
pub(super) static POWERSHELL: Code = Code {
    notes: &["#"],
    blocks: &[("<#", "#>")],
    quotes: &[
        Quote::raw("@\"", "\"@").hole("$(", b')'),
        Quote::raw("@'", "'@"),
        Quote::raw("\"", "\"").escape(Escape::Doubled).hole("$(", b')'),
        Quote::raw("'", "'").escape(Escape::Doubled),
    ],
    words: &[
        "begin", "break", "catch", "class", "continue", "do", "else", "elseif", "end", "enum",
        "exit", "filter", "finally", "for", "foreach", "function", "if", "in", "param", "process",
        "return", "switch", "throw", "trap", "try", "until", "using", "while",
    ],
    constants: &["$false", "$null", "$true"],
    defines: &["class", "enum", "filter", "function"],
    starts: "$",
    goes_on: "-",
    traits: CALLS | CAPITALS | ANY_CASE | DOLLARS,
    ..Code::PLAIN
};

/// make.
#[rustfmt::skip]
pub(super) static MAKEFILE: Code = Code {
    notes: &["#"],
    words: &[
        "define", "else", "endef", "endif", "export", "ifdef", "ifeq", "ifndef", "ifneq",
        "include", "override", "undefine", "unexport", "vpath",
    ],
    goes_on: "-",
    traits: TARGETS,
    ..Code::PLAIN
};

/// Dockerfile.
#[rustfmt::skip]
pub(super) static DOCKERFILE: Code = Code {
    notes: &["#"],
    quotes: &[DOUBLE, SINGLE],
    words: &[
        "ADD", "ARG", "AS", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK",
        "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME",
        "WORKDIR",
    ],
    goes_on: "-.",
    traits: SHELL_VARIABLES | SPACED_NOTES,
    ..Code::PLAIN
};
