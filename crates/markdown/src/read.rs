//! From markdown to the tree: the parser's events, closed kind by kind.

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag,
    TextMergeWithOffset,
};

use crate::block::{Align, Block, CodeBlock, Inline, Item, Note};
use crate::limit::{LEVELS_MAX, TEXT_MAX_BYTES};
use crate::link::{Target, find_bare};
use crate::visible::visible;

/// What we take beyond `CommonMark`.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// The blocks of `text`.
pub fn parse(text: &str) -> Vec<Block> {
    parse_from(text, 0)
}

/// The blocks of `text`, counting code blocks from `first`.
pub fn parse_from(text: &str, first: u32) -> Vec<Block> {
    read(text, first, true)
}

/// As [`parse_from`], for text that something follows: no code in it is open.
pub fn parse_finished(text: &str, first: u32) -> Vec<Block> {
    read(text, first, false)
}

fn read(text: &str, first: u32, ends: bool) -> Vec<Block> {
    let mut end = TEXT_MAX_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let shown = text.get(..end).unwrap_or_default();
    let mut reader = Reader {
        source: shown,
        open: vec![Open::new(Kind::Root)],
        ignored: 0,
        code: first,
        ends,
    };
    let events = Parser::new_ext(shown, OPTIONS).into_offset_iter();
    for (event, range) in TextMergeWithOffset::new(events) {
        reader.take(event, range);
    }
    let mut blocks = reader.finish();
    if end < text.len() {
        blocks.push(Block::Cut {
            bytes: text.len() - end,
        });
    }
    blocks
}

/// Something begun and not yet closed, with what it holds so far.
struct Open {
    kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

/// What has begun.
enum Kind {
    Root,
    Paragraph,
    Heading(u8),
    Quote(Option<Note>),
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item(Option<bool>),
    Code {
        language: String,
        text: String,
        open: bool,
    },
    Table {
        align: Vec<Align>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row {
        head: bool,
        cells: Vec<Vec<Inline>>,
    },
    Cell,
    Footnote(String),
    Emphasis,
    Strong,
    Strike,
    Link(String),
    Image(String),
    /// Something we draw as what it holds.
    Group,
}

impl Open {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            blocks: Vec::new(),
            inlines: Vec::new(),
        }
    }

    /// Puts loose text that stands among blocks into a block of its own.
    fn settle(&mut self) {
        if !self.inlines.is_empty() {
            let inlines = std::mem::take(&mut self.inlines);
            self.blocks.push(Block::Plain(inlines));
        }
    }

    fn block(&mut self, block: Block) {
        self.settle();
        self.blocks.push(block);
    }
}

struct Reader<'a> {
    source: &'a str,
    open: Vec<Open>,
    /// Levels begun beyond the deepest we draw.
    ignored: usize,
    code: u32,
    /// Whether the text ends with the source.
    ends: bool,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::Start(tag) => {
                if self.ignored > 0 || self.open.len() > LEVELS_MAX {
                    self.ignored += 1;
                } else {
                    let kind = self.begin(tag, range);
                    self.open.push(Open::new(kind));
                }
            }
            Event::End(_) => {
                if self.ignored > 0 {
                    self.ignored -= 1;
                } else {
                    self.close();
                }
            }
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => self.text(&text),
            Event::InlineHtml(html) => {
                // The one tag that models write where markdown has no other way: in tables.
                if matches!(html.as_ref(), "<br>" | "<br/>" | "<br />") {
                    self.inline(Inline::Break);
                } else {
                    self.text(&html);
                }
            }
            Event::Code(code) => self.inline(Inline::Code(visible(&code).into_owned())),
            Event::FootnoteReference(label) => {
                self.inline(Inline::FootnoteMark(label.into_string()));
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => {
                if let Some(top) = self.open.last_mut() {
                    top.block(Block::Rule);
                }
            }
            Event::TaskListMarker(done) => {
                if let Some(Kind::Item(task)) = self.open.last_mut().map(|top| &mut top.kind) {
                    *task = Some(done);
                }
            }
        }
    }

    fn begin(&self, tag: Tag<'_>, range: std::ops::Range<usize>) -> Kind {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => Kind::Paragraph,
            Tag::Heading { level, .. } => Kind::Heading(depth(level)),
            Tag::BlockQuote(kind) => Kind::Quote(kind.map(note)),
            Tag::CodeBlock(kind) => self.code(&kind, range),
            Tag::List(start) => Kind::List {
                start,
                items: Vec::new(),
            },
            Tag::Item => Kind::Item(None),
            Tag::FootnoteDefinition(label) => Kind::Footnote(label.into_string()),
            Tag::Table(columns) => Kind::Table {
                align: columns.into_iter().map(align).collect(),
                head: Vec::new(),
                rows: Vec::new(),
            },
            Tag::TableHead => Kind::Row {
                head: true,
                cells: Vec::new(),
            },
            Tag::TableRow => Kind::Row {
                head: false,
                cells: Vec::new(),
            },
            Tag::TableCell => Kind::Cell,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strong => Kind::Strong,
            Tag::Strikethrough => Kind::Strike,
            Tag::Link { dest_url, .. } => Kind::Link(dest_url.into_string()),
            Tag::Image { dest_url, .. } => Kind::Image(dest_url.into_string()),
            Tag::Superscript
            | Tag::Subscript
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => Kind::Group,
        }
    }

    fn code(&self, kind: &CodeBlockKind<'_>, range: std::ops::Range<usize>) -> Kind {
        let language = match kind {
            CodeBlockKind::Indented => String::new(),
            CodeBlockKind::Fenced(info) => info
                .split(|c: char| c.is_whitespace() || c == ',' || c == '{')
                .next()
                .map(|word| visible(word).to_lowercase())
                .unwrap_or_default(),
        };
        let fenced = match kind {
            CodeBlockKind::Indented => false,
            CodeBlockKind::Fenced(_) => true,
        };
        // A blank line after it means that what holds it has ended.
        let at_end = self.ends && range.end == self.source.len();
        let open = fenced && at_end && !is_closed(self.source.get(range).unwrap_or_default());
        Kind::Code {
            language,
            text: String::new(),
            open,
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.last_mut().map(|top| &mut top.kind) {
            Some(Kind::Code { text: code, .. }) => code.push_str(text),
            Some(Kind::Link(_) | Kind::Image(_)) => self.inline(Inline::Text(text.to_owned())),
            Some(_) | None => self.linked(text),
        }
    }

    /// Text with the bare addresses in it made links.
    fn linked(&mut self, mut text: &str) {
        let within_link = self.within_link();
        while let Some(found) = find_bare(text).filter(|_| !within_link) {
            let before = text.get(..found.start).unwrap_or_default();
            if !before.is_empty() {
                self.inline(Inline::Text(before.to_owned()));
            }
            self.inline(Inline::Link {
                text: vec![Inline::Text(found.target.href.clone())],
                href: found.target.href,
                host: None,
            });
            text = text.get(found.end..).unwrap_or_default();
        }
        if !text.is_empty() {
            self.inline(Inline::Text(text.to_owned()));
        }
    }

    fn within_link(&self) -> bool {
        self.open
            .iter()
            .any(|open| matches!(open.kind, Kind::Link(_) | Kind::Image(_)))
    }

    fn inline(&mut self, inline: Inline) {
        let Some(top) = self.open.last_mut() else {
            return;
        };
        match (&mut top.kind, inline) {
            // Beyond the deepest level a span may end up inside code: keep its words.
            (Kind::Code { text, .. }, inline) => text.push_str(&plain(&[inline])),
            (_, Inline::Text(text)) => {
                if let Some(Inline::Text(before)) = top.inlines.last_mut() {
                    before.push_str(&text);
                } else {
                    top.inlines.push(Inline::Text(text));
                }
            }
            (_, inline) => top.inlines.push(inline),
        }
    }

    fn close(&mut self) {
        // The root is closed by `finish` alone.
        if self.open.len() < 2 {
            return;
        }
        let Some(mut done) = self.open.pop() else {
            return;
        };
        // A link within a link is not HTML: browsers tear such a page apart.
        let within_link = self.within_link();
        if matches!(
            done.kind,
            Kind::Quote(_) | Kind::Item(_) | Kind::Footnote(_)
        ) {
            done.settle();
        }
        let ordinal = self.code;
        let Some(parent) = self.open.last_mut() else {
            return;
        };
        match done.kind {
            Kind::Paragraph => parent.block(Block::Paragraph(trimmed(done.inlines))),
            Kind::Heading(level) => parent.block(Block::Heading {
                level,
                text: done.inlines,
            }),
            Kind::Quote(note) => parent.block(Block::Quote {
                note,
                blocks: done.blocks,
            }),
            Kind::List { start, items } => parent.block(Block::List { start, items }),
            Kind::Item(task) => {
                if let Kind::List { items, .. } = &mut parent.kind {
                    items.push(Item {
                        task,
                        blocks: done.blocks,
                    });
                }
            }
            Kind::Code {
                language,
                text,
                open,
            } => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                parent.block(Block::Code(CodeBlock {
                    ordinal,
                    language,
                    text: visible(text).into_owned(),
                    open,
                }));
                self.code = self.code.saturating_add(1);
            }
            Kind::Table { align, head, rows } => parent.block(Block::Table { align, head, rows }),
            Kind::Row {
                head: is_head,
                cells,
            } => {
                if let Kind::Table { head, rows, .. } = &mut parent.kind {
                    if is_head {
                        *head = cells;
                    } else {
                        rows.push(cells);
                    }
                }
            }
            Kind::Cell => {
                if let Kind::Row { cells, .. } = &mut parent.kind {
                    cells.push(done.inlines);
                }
            }
            Kind::Footnote(label) => parent.block(Block::Footnote {
                label,
                blocks: done.blocks,
            }),
            Kind::Emphasis => parent.inlines.push(Inline::Emphasis(done.inlines)),
            Kind::Strong => parent.inlines.push(Inline::Strong(done.inlines)),
            Kind::Strike => parent.inlines.push(Inline::Strike(done.inlines)),
            Kind::Link(address) => parent.inlines.push(link(&address, done.inlines)),
            Kind::Image(address) => parent.inlines.push(Inline::Image {
                alt: plain(&done.inlines),
                target: Target::parse(&address).filter(|_| !within_link),
            }),
            Kind::Root | Kind::Group => {
                parent.inlines.append(&mut done.inlines);
                for block in done.blocks {
                    parent.block(block);
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            self.close();
        }
        self.open.pop().map_or_else(Vec::new, |mut root| {
            root.settle();
            root.blocks
        })
    }
}

/// Whether the last line of a fenced block closes it.
fn is_closed(block: &str) -> bool {
    let Some(mark) = block.chars().next().filter(|c| matches!(c, '`' | '~')) else {
        return true;
    };
    let opening = block.chars().take_while(|c| *c == mark).count();
    let mut lines = block.trim_end().lines();
    let (Some(_), Some(last)) = (lines.next(), lines.next_back()) else {
        return false;
    };
    let last = last.trim_start_matches(['>', ' ', '\t']).trim_end();
    last.chars().count() >= opening && last.chars().all(|c| c == mark)
}

fn link(address: &str, text: Vec<Inline>) -> Inline {
    let said = plain(&text);
    match Target::parse(address) {
        Some(target) => Inline::Link {
            host: target.host_unless_said(&said),
            href: target.href,
            text,
        },
        None => Inline::Unlinked {
            target: visible(address).into_owned(),
            text,
        },
    }
}

/// The words of spans without their form.
fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Break => out.push(' '),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Strike(inner)
            | Inline::Link { text: inner, .. }
            | Inline::Unlinked { text: inner, .. } => out.push_str(&plain(inner)),
            Inline::Image { alt, .. } => out.push_str(alt),
            Inline::FootnoteMark(label) => out.push_str(label),
        }
    }
    out
}

/// Raw HTML brings the line break at its end along.
fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline::Text(last)) = inlines.last_mut() {
        last.truncate(last.trim_end_matches('\n').len());
    }
    inlines
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn note(kind: BlockQuoteKind) -> Note {
    match kind {
        BlockQuoteKind::Note => Note::Note,
        BlockQuoteKind::Tip => Note::Tip,
        BlockQuoteKind::Important => Note::Important,
        BlockQuoteKind::Warning => Note::Warning,
        BlockQuoteKind::Caution => Note::Caution,
    }
}

fn align(column: Alignment) -> Align {
    match column {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::End,
    }
}
