//! What a tool did to files, as unified diffs.

use serde_json::Value;

use super::text_at;

/// A file's change as a tool tells it.
pub(crate) struct Patch {
    pub(super) path: String,
    pub(super) additions: u64,
    pub(super) deletions: u64,
    /// The unified diff.
    pub(crate) diff: String,
}

/// The changes of the tool `name`: what its metadata tells of one file (`filediff`) or
/// several (`files`), or a new file from what was written into it.
pub(crate) fn patches(name: &str, input: &Value, metadata: &Value) -> Vec<Patch> {
    if name == "write" && metadata.get("exists").and_then(Value::as_bool) == Some(false) {
        return written(input).into_iter().collect();
    }
    let several = metadata.get("files").and_then(Value::as_array);
    let one = metadata.get("filediff");
    several
        .into_iter()
        .flatten()
        .chain(one)
        .filter_map(|it| {
            let diff = text_at(it, &["patch", "diff"])?;
            let (added, removed) = counted(&diff);
            let number = |key: &str| it.get(key).and_then(Value::as_u64);
            Some(Patch {
                path: text_at(it, &["file", "filePath", "path", "relativePath"])?,
                additions: number("additions").unwrap_or(added),
                deletions: number("deletions").unwrap_or(removed),
                diff,
            })
        })
        .collect()
}

/// A file that was not there before: every line of it is new.
fn written(input: &Value) -> Option<Patch> {
    let path = text_at(input, &["filePath", "path", "file"])?;
    let content = text_at(input, &["content"])?;
    let count = content.lines().count();
    let mut diff = format!("@@ -0,0 +1,{count} @@\n");
    for line in content.lines() {
        diff.push('+');
        diff.push_str(line);
        diff.push('\n');
    }
    Some(Patch {
        path,
        additions: count as u64,
        deletions: 0,
        diff,
    })
}

/// The lines that a unified diff adds and removes.
fn counted(patch: &str) -> (u64, u64) {
    patch
        .lines()
        .skip_while(|line| !line.starts_with("@@"))
        .fold((0, 0), |(added, removed), line| {
            match line.as_bytes().first() {
                Some(b'+') => (added + 1, removed),
                Some(b'-') => (added, removed + 1),
                Some(_) | None => (added, removed),
            }
        })
}

/// The files that a patch in the model's own notation names.
pub(super) fn named(patch: &str) -> Vec<String> {
    const HEADS: [&str; 3] = ["*** Add File: ", "*** Update File: ", "*** Delete File: "];
    patch
        .lines()
        .filter_map(|line| HEADS.iter().find_map(|head| line.strip_prefix(head)))
        .map(|path| path.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_that_is_written_anew_is_all_addition() {
        let input = json!({"filePath": "/a/notes.md", "content": "# Notes\n\n- one\n"});
        let patches = patches("write", &input, &json!({"exists": false}));
        let [patch] = patches.as_slice() else {
            panic!("one file")
        };
        assert_eq!(patch.diff, "@@ -0,0 +1,3 @@\n+# Notes\n+\n+- one\n");
        assert_eq!((patch.additions, patch.deletions), (3, 0));
    }
}
