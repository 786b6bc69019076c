//! Colours code: the finished code blocks of a text become ranges of five classes. On the
//! server only, because the grammars are large; the ranges travel, never HTML.
//!
//! The grammars are loaded when the first block wants them. One text is coloured at a
//! time, on the blocking pool: it is work for the processor and nobody waits for it.

mod classes;

use std::sync::{Arc, OnceLock};

use domain::part::{CodeStyle, StyleSpan};
use syntect::parsing::{ParseState, ScopeStack, SyntaxSet};
use tokio::sync::Semaphore;

use classes::Classes;

/// A longer block stays plain: nobody reads it by its colours, and it takes seconds.
const BLOCK_MAX_BYTES: usize = 64 * 1024;
/// A longer line stays plain: it is data, and grammars are slow on it.
const LINE_MAX_BYTES: usize = 2 * 1024;
/// How many ranges one text may have: an event must stay under 64 KiB.
const SPANS_MAX: usize = 4_000;

/// Colours texts; cheap to clone.
#[derive(Clone)]
pub struct Styler {
    grammars: Arc<OnceLock<Grammars>>,
    turn: Arc<Semaphore>,
}

impl std::fmt::Debug for Styler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Styler").finish_non_exhaustive()
    }
}

impl Default for Styler {
    fn default() -> Self {
        Self {
            grammars: Arc::new(OnceLock::new()),
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

struct Grammars {
    syntaxes: SyntaxSet,
    classes: Classes,
}

impl Styler {
    /// Whether `text` may hold code at all: most do not, and are not looked at further.
    pub fn has_code(text: &str) -> bool {
        text.contains("```") || text.contains("~~~")
    }

    /// The colours of the code blocks in `text`.
    pub async fn styles(&self, text: String) -> Vec<CodeStyle> {
        let Ok(turn) = Arc::clone(&self.turn).acquire_owned().await else {
            return Vec::new();
        };
        let grammars = Arc::clone(&self.grammars);
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            styles(&grammars, &text)
        });
        match work.await {
            Ok(styles) => styles,
            Err(error) => {
                // A grammar that crashes costs this text its colours, nothing else.
                tracing::warn!(%error, "code could not be coloured");
                Vec::new()
            }
        }
    }
}

fn styles(grammars: &OnceLock<Grammars>, text: &str) -> Vec<CodeStyle> {
    let blocks = markdown::code_blocks(text);
    let mut room = SPANS_MAX;
    let mut styles = Vec::new();
    for block in blocks {
        if block.language.is_empty() {
            continue;
        }
        let grammars = grammars.get_or_init(|| Grammars {
            syntaxes: SyntaxSet::load_defaults_newlines(),
            classes: Classes::new(),
        });
        let spans = grammars.spans(&block.language, &block.text);
        if spans.is_empty() || spans.len() > room {
            continue;
        }
        room -= spans.len();
        styles.push(CodeStyle {
            block: block.ordinal,
            spans,
        });
    }
    styles
}

impl Grammars {
    /// The coloured ranges of `code`, ascending; none where the language is not known.
    fn spans(&self, language: &str, code: &str) -> Vec<StyleSpan> {
        if code.len() > BLOCK_MAX_BYTES {
            return Vec::new();
        }
        let token = classes::token_of(language);
        let Some(syntax) = self.syntaxes.find_syntax_by_token(token) else {
            return Vec::new();
        };
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let mut spans: Vec<StyleSpan> = Vec::new();
        let mut start = 0;
        for line in code.split_inclusive('\n') {
            if line.len() > LINE_MAX_BYTES {
                return Vec::new();
            }
            let Ok(changes) = state.parse_line(line, &self.syntaxes) else {
                return Vec::new();
            };
            let mut from = 0;
            for (at, change) in changes {
                self.push(&mut spans, &stack, start + from, at.saturating_sub(from));
                from = at;
                if stack.apply(&change).is_err() {
                    return Vec::new();
                }
            }
            let end = line.trim_end_matches('\n').len();
            self.push(&mut spans, &stack, start + from, end.saturating_sub(from));
            start += line.len();
        }
        spans
    }

    fn push(&self, spans: &mut Vec<StyleSpan>, stack: &ScopeStack, start: usize, len: usize) {
        let Some(class) = self.classes.of(stack) else {
            return;
        };
        let (Ok(start), Ok(len)) = (u32::try_from(start), u32::try_from(len)) else {
            return;
        };
        if len == 0 {
            return;
        }
        if let Some(last) = spans.last_mut()
            && last.2 == class
            && last.0 + last.1 == start
        {
            last.1 += len;
        } else {
            spans.push(StyleSpan(start, len, class));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::part::StyleClass;

    /// The coloured words of the only block in `text`.
    fn check(text: &str) -> Vec<(String, StyleClass)> {
        let code = markdown::code_blocks(text)[0].text.clone();
        let styles = styles(&OnceLock::new(), text);
        let spans = styles.first().map(|style| style.spans.clone());
        spans
            .unwrap_or_default()
            .iter()
            .map(|StyleSpan(start, len, class)| {
                let (start, len) = (*start as usize, *len as usize);
                (code[start..start + len].to_owned(), *class)
            })
            .collect()
    }

    #[test]
    fn keywords_names_strings_numbers_and_comments_get_their_colours() {
        let found = check("```rust\n// why\nfn add() -> u8 { let s = \"x\"; 42 }\n```\n");
        let has = |word: &str, class| {
            assert!(
                found.iter().any(|(text, it)| text.contains(word) && *it == class),
                "{word} in {found:?}"
            );
        };
        has("// why", StyleClass::Note);
        has("fn", StyleClass::Word);
        has("add", StyleClass::Name);
        has("\"x\"", StyleClass::Text);
        has("42", StyleClass::Number);
    }

    #[test]
    fn ranges_ascend_do_not_overlap_and_stand_on_whole_characters() {
        let text = "```python\n# äöü\nx = \"ß\" + str(3.5)  # λ\n```\n";
        let code = markdown::code_blocks(text)[0].text.clone();
        let styles = styles(&OnceLock::new(), text);
        let mut end = 0;
        for StyleSpan(start, len, _) in &styles[0].spans {
            assert!(*start >= end && *len > 0);
            end = start + len;
            assert!(code.is_char_boundary(*start as usize) && code.is_char_boundary(end as usize));
        }
    }

    #[test]
    fn unknown_languages_and_huge_blocks_stay_plain() {
        assert_eq!(check("```nonesuch\nfn\n```\n"), []);
        assert_eq!(check("```\nfn\n```\n"), []);
        let huge = format!("```rust\n{}```\n", "let x = 1;\n".repeat(8_000));
        assert_eq!(check(&huge), []);
    }

    #[tokio::test]
    async fn the_block_is_named_by_its_number() {
        let text = "```\nplain\n```\n\n```json\n{\"a\": 1}\n```\n".to_owned();
        let styles = Styler::default().styles(text).await;
        assert_eq!(styles.len(), 1);
        assert_eq!(styles[0].block, 1);
    }
}
