//! What a prompt is and what goes with it, found out on the server: so that no device needs
//! to know the files of a project, and a name typed by hand counts like a chosen one.

use std::sync::Arc;

use domain::id::Directory;
use domain::prompt::{Attachment, Prompt, Saying, mentions};
use opencode::{CallFault, Dialect, Enclosed, Manner};

use super::prompts::PromptFault;
use crate::uploads::{UploadFault, Uploads};

/// What a prompt is. A word behind a slash that is no command there is a word.
pub(super) async fn manner(
    dialect: &Arc<dyn Dialect>,
    directory: &Directory,
    prompt: &Prompt,
) -> Result<Manner, CallFault> {
    match Saying::of(prompt.words()) {
        Saying::Words => Ok(Manner::Words),
        Saying::Shell { command } => Ok(Manner::Shell {
            command: command.to_owned(),
        }),
        Saying::Command { name, arguments } => {
            let commands = dialect.commands(directory).await?;
            let known = commands.iter().any(|command| command.name == name);
            Ok(if known {
                Manner::Command {
                    name: name.to_owned(),
                    arguments: arguments.to_owned(),
                }
            } else {
                Manner::Words
            })
        }
    }
}

/// The files and agents that the words name. What is neither is left as it is.
pub(super) async fn named(
    dialect: &Arc<dyn Dialect>,
    directory: &Directory,
    words: &str,
) -> Result<Vec<Enclosed>, CallFault> {
    let mentions = mentions(words);
    if mentions.is_empty() {
        return Ok(Vec::new());
    }
    let agents = dialect.agents(directory).await?;
    let mut named = Vec::new();
    for mention in mentions {
        let name = mention.name.to_owned();
        if agents.iter().any(|agent| agent.name == name) {
            named.push(Enclosed::Agent { name });
        } else if let Some(found) = dialect.look(directory, &name).await? {
            named.push(Enclosed::Path {
                name,
                absolute: found.absolute,
                folder: found.folder,
            });
        }
    }
    Ok(named)
}

/// The files from the owner's device.
pub(super) async fn attached(
    uploads: &Uploads,
    files: &[Attachment],
) -> Result<Vec<Enclosed>, PromptFault> {
    let mut attached = Vec::with_capacity(files.len());
    let mut sizes = Vec::new();
    for file in files {
        let why = |fault: &UploadFault| PromptFault::Refused(format!("{}: {fault}", file.name));
        let kept = uploads.read(&file.upload).await.map_err(|it| why(&it))?;
        let size = kept.bytes.len() as u64;
        let joins = domain::prompt::may_join(size, sizes.iter().copied());
        joins.map_err(|it| why(&it.into()))?;
        sizes.push(size);
        attached.push(Enclosed::Bytes {
            name: file.name.clone(),
            mime: kept.mime.to_owned(),
            bytes: kept.bytes,
        });
    }
    Ok(attached)
}
