//! The tree that is drawn.

use crate::link::Target;

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Text that stands in an item without being a paragraph: the items of a tight list.
    Plain(Vec<Inline>),
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What it says.
        text: Vec<Inline>,
    },
    /// A list.
    List {
        /// The first number, where it is numbered.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A quotation, or a note set apart.
    Quote {
        /// What sort of note, where it is one.
        note: Option<Note>,
        /// What it holds.
        blocks: Vec<Block>,
    },
    /// A block of code.
    Code(CodeBlock),
    /// A table.
    Table {
        /// How each column is set.
        align: Vec<Align>,
        /// The cells of its head.
        head: Vec<Vec<Inline>>,
        /// Its rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
    /// What a footnote says.
    Footnote {
        /// Its mark.
        label: String,
        /// What it says.
        blocks: Vec<Block>,
    },
    /// The text went on, beyond what is drawn.
    Cut {
        /// By how many bytes.
        bytes: usize,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Whether it is done, where it is a thing to do.
    pub task: Option<bool>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A block of code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeBlock {
    /// Its place among the text's code blocks in reading order, from 0.
    pub ordinal: u32,
    /// The first word after the fence, in lower case; empty where there is none.
    pub language: String,
    /// The code, with characters that would reorder it made visible.
    pub text: String,
    /// Whether its fence was not closed: more may come.
    pub open: bool,
}

/// The sorts of note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Something to know.
    Note,
    /// Something that helps.
    Tip,
    /// Something that must be known.
    Important,
    /// Something that may go wrong.
    Warning,
    /// Something that does harm.
    Caution,
}

/// How a column of a table is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// As the language goes.
    Start,
    /// In the middle.
    Center,
    /// At the far side.
    End,
}

/// A span within a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// A line ends here.
    Break,
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Stressed more.
    Strong(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link whose scheme has been checked.
    Link {
        /// Where it leads.
        href: String,
        /// The host, where what is read does not say it.
        host: Option<String>,
        /// What is read.
        text: Vec<Inline>,
    },
    /// A link that leads nowhere in a browser (a file, another scheme): its text, and what
    /// it named where that says more.
    Unlinked {
        /// What is read.
        text: Vec<Inline>,
        /// What it named.
        target: String,
    },
    /// A picture, never fetched by itself.
    Image {
        /// Its description.
        alt: String,
        /// Where it is, where that may be opened and the picture stands in no link.
        target: Option<Target>,
    },
    /// The mark of a footnote.
    FootnoteMark(String),
}

/// The code blocks in a tree, in reading order.
pub fn code_blocks_of(blocks: &[Block]) -> Vec<CodeBlock> {
    let mut found = Vec::new();
    gather(blocks, &mut found);
    found
}

fn gather(blocks: &[Block], found: &mut Vec<CodeBlock>) {
    for block in blocks {
        match block {
            Block::Code(code) => found.push(code.clone()),
            Block::List { items, .. } => {
                for item in items {
                    gather(&item.blocks, found);
                }
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => gather(blocks, found),
            Block::Paragraph(_)
            | Block::Plain(_)
            | Block::Heading { .. }
            | Block::Table { .. }
            | Block::Rule
            | Block::Cut { .. } => {}
        }
    }
}
