//! Paths of the server's machine, in its own notation: nothing here is looked up.

use domain::id::Directory;

/// The directory above; none at the root.
pub(crate) fn parent(directory: &str) -> Option<Directory> {
    let path = directory.trim_end_matches(['/', '\\']);
    let at = path.rfind(['/', '\\'])?;
    let above = path.get(..at)?;
    // `/a` is below `/`, and `C:\a` below `C:\`.
    let root = above.is_empty() || above.ends_with(':');
    let end = if root { at + 1 } else { at };
    path.get(..end).map(Directory::new)
}

/// What is at `path` below `directory`; a path that says itself where it is stays.
pub(crate) fn below(directory: &str, path: &str) -> String {
    if path.starts_with(['/', '\\']) || path.get(1..2) == Some(":") {
        return path.to_owned();
    }
    let backwards = directory.contains('\\') && !directory.contains('/');
    let step = if backwards { '\\' } else { '/' };
    format!("{}{step}{path}", directory.trim_end_matches(['/', '\\']))
}

/// The folder and the name of a path that stays within its directory; `.` is the directory
/// itself.
pub(crate) fn split(path: &str) -> Option<(&str, &str)> {
    let path = path.trim_end_matches('/');
    let stays = !path.starts_with('/')
        && !path.contains(['\\', '\0', ':'])
        && path
            .split('/')
            .all(|step| !step.is_empty() && step != "." && step != "..");
    stays.then(|| path.rsplit_once('/').unwrap_or((".", path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn above_a_directory_is_the_one_that_holds_it() {
        for (directory, above) in [
            ("/home/me", Some("/home")),
            ("/home", Some("/")),
            ("/", None),
            ("C:\\src\\nexus", Some("C:\\src")),
            ("C:\\src", Some("C:\\")),
            ("C:\\", None),
        ] {
            assert_eq!(parent(directory), above.map(Directory::new), "{directory}");
        }
    }

    #[test]
    fn below_a_directory_is_what_it_holds() {
        for (directory, path, whole) in [
            ("/home/me", "a.rs", "/home/me/a.rs"),
            ("/", "home", "/home"),
            ("C:\\src", "nexus", "C:\\src\\nexus"),
            ("/home/me", "/etc/a", "/etc/a"),
            ("/home/me", "C:\\a", "C:\\a"),
        ] {
            assert_eq!(below(directory, path), whole);
        }
    }

    #[test]
    fn a_path_cannot_leave_its_directory() {
        assert_eq!(split("README.md"), Some((".", "README.md")));
        assert_eq!(split("src/a/"), Some(("src", "a")));
        for outside in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "a\\..\\b",
            "C:/a",
            ".",
        ] {
            assert_eq!(split(outside), None, "{outside:?}");
        }
    }
}
