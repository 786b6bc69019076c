//! A list of what is written to make a page run something. None of it may, wherever in a
//! text it stands, and all of it stays to be read.

use markdown::{Block, Inline, host_of, parse};

/// One to a line. The browser's tests stream the same list.
const CORPUS: &str = include_str!("corpus/xss.txt");

/// The places in which each is tried.
const PLACES: [(&str, &str); 8] = [
    ("", ""),
    ("Before ", " after."),
    ("- ", "\n- next"),
    ("> ", "\n"),
    ("# ", "\n"),
    ("| a |\n|---|\n| ", " |\n"),
    ("```html\n", "\n```"),
    ("~~*", "*~~"),
];

#[test]
fn nothing_that_is_followed_leads_anywhere_but_to_the_web_and_to_mail() {
    for payload in CORPUS.lines() {
        for (before, after) in PLACES {
            let text = format!("{before}{payload}{after}");
            let mut seen = Seen::default();
            seen.blocks(&parse(&text));
            for href in &seen.hrefs {
                assert!(
                    host_of(href).is_some_and(|host| !host.is_empty()),
                    "{href:?} in {text:?}"
                );
            }
        }
    }
}

#[test]
fn what_was_meant_to_run_is_read_instead() {
    for payload in CORPUS.lines().filter(|line| line.contains("<script>")) {
        let mut seen = Seen::default();
        seen.blocks(&parse(payload));
        assert!(
            seen.words.contains("owned=1") && seen.words.contains("script"),
            "{payload:?} became {:?}",
            seen.words
        );
    }
}

/// What a reader sees, and where a click leads.
#[derive(Default)]
struct Seen {
    words: String,
    hrefs: Vec<String>,
}

impl Seen {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(text) | Block::Plain(text) | Block::Heading { text, .. } => {
                    self.inlines(text);
                }
                Block::List { items, .. } => {
                    for item in items {
                        self.blocks(&item.blocks);
                    }
                }
                Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => {
                    self.blocks(blocks);
                }
                Block::Code(code) => self.words.push_str(&code.text),
                Block::Table { head, rows, .. } => {
                    for cell in head.iter().chain(rows.iter().flatten()) {
                        self.inlines(cell);
                    }
                }
                Block::Rule | Block::Cut { .. } => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Code(text) | Inline::FootnoteMark(text) => {
                    self.words.push_str(text);
                }
                Inline::Break => self.words.push('\n'),
                Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Strike(inner) => {
                    self.inlines(inner);
                }
                Inline::Link { href, text, .. } => {
                    self.hrefs.push(href.clone());
                    self.inlines(text);
                }
                Inline::Unlinked { text, target } => {
                    self.words.push_str(target);
                    self.inlines(text);
                }
                Inline::Image { alt, target } => {
                    self.words.push_str(alt);
                    self.hrefs
                        .extend(target.iter().map(|target| target.href.clone()));
                }
            }
        }
    }
}
