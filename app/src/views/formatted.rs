//! What an agent says, read: markdown as elements of ours. Finished blocks stay; while words
//! arrive the last block grows where it stands.

use std::mem::discriminant;
use std::sync::Arc;

use leptos::prelude::*;
use markdown::{Align, Block, CodeBlock, Growing, Item, Note};

use super::code::Code;
use super::inline::inlines;
use super::outline::{Placed, placed};
use super::prose::Words;
use crate::components::{Glyph, Icon, bytes, each};

/// Draws text that may still grow.
pub(crate) fn formatted(text: Words) -> AnyView {
    let growing = StoredValue::new(Growing::default());
    let blocks = Memo::new(move |_| {
        text.with(|text| {
            let mut blocks = Vec::new();
            if let Some(text) = text {
                growing.update_value(|growing| {
                    blocks = placed(growing.update(&text.text, text.open));
                });
            }
            blocks
        })
    });
    let open = Memo::new(move |_| text.with(|text| text.as_ref().is_some_and(|text| text.open)));
    view! {
        <div class="prose" class:open=move || open.get()>
            {each(
                move || blocks.get().into_iter().enumerate().collect(),
                |(at, placed)| (*at, discriminant(placed.block.as_ref()), placed.level),
                move |(at, placed)| growing_block(blocks, at, &placed),
            )}
        </div>
    }
    .into_any()
}

/// The block at this place, whatever it has grown to. It stays the element that it is: what is
/// selected in it stays so, what is scrolled in it stays where it is, and the browser lays out
/// only what was added.
fn growing_block(blocks: Memo<Vec<Placed>>, at: usize, placed: &Placed) -> AnyView {
    let (first, level) = (Arc::clone(&placed.block), placed.level);
    let block = Memo::new(move |before: Option<&Arc<Block>>| {
        let now = blocks.with(|blocks| blocks.get(at).map(|placed| Arc::clone(&placed.block)));
        // One that is gone is taken out of the page in a moment.
        now.unwrap_or_else(|| before.cloned().unwrap_or_else(|| Arc::clone(&first)))
    });
    if !matches!(placed.block.as_ref(), Block::Code(_)) {
        return (move || block.with(|block| placed_block(block, level))).into_any();
    }
    let code = Signal::derive(move || {
        block.with(|block| {
            if let Block::Code(code) = block.as_ref() {
                code.clone()
            } else {
                CodeBlock::default()
            }
        })
    });
    view! { <Code code /> }.into_any()
}

fn placed_block(of: &Block, level: u8) -> AnyView {
    let Block::Heading { text, .. } = of else {
        return block(of);
    };
    let text = inlines(text);
    match level {
        0..=2 => view! { <h2>{text}</h2> }.into_any(),
        3 => view! { <h3>{text}</h3> }.into_any(),
        4 => view! { <h4>{text}</h4> }.into_any(),
        5 => view! { <h5>{text}</h5> }.into_any(),
        _ => view! { <h6>{text}</h6> }.into_any(),
    }
}

fn blocks(all: &[Block]) -> AnyView {
    all.iter().map(block).collect_view().into_any()
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::Paragraph(text) => view! { <p>{inlines(text)}</p> }.into_any(),
        Block::Plain(text) => inlines(text),
        // Within a list or a quotation a heading is only stressed text.
        Block::Heading { text, .. } => view! { <p><strong>{inlines(text)}</strong></p> }.into_any(),
        Block::List { start, items } => list(*start, items),
        Block::Quote { note, blocks } => quote(*note, blocks),
        Block::Code(code) => view! { <Code code=Signal::stored(code.clone()) /> }.into_any(),
        Block::Table { align, head, rows } => table(align, head, rows),
        Block::Rule => view! { <hr /> }.into_any(),
        Block::Footnote {
            label,
            blocks: inner,
        } => view! {
            <div class="footnote" tabindex="-1" data-note=label.clone()>
                <button
                    type="button"
                    class="note-back"
                    data-note=label.clone()
                    aria-label=format!("Back to where footnote {label} stands")
                >
                    {format!("[{label}]")}
                </button>
                <div>{blocks(inner)}</div>
            </div>
        }
        .into_any(),
        Block::Cut { bytes: len } => view! {
            <p class="cut">{format!("The text goes on for {} more.", bytes(*len as u64))}</p>
        }
        .into_any(),
    }
}

fn list(start: Option<u64>, items: &[Item]) -> AnyView {
    let items = items
        .iter()
        .map(|item| match item.task {
            Some(done) => view! {
                <li class="task">
                    <span class="box" class:done=done role="img" aria-label=if done { "Done" } else { "Open" }>
                        {done.then(|| view! { <Glyph icon=Icon::Check /> })}
                    </span>
                    <div>{blocks(&item.blocks)}</div>
                </li>
            }
            .into_any(),
            None => view! { <li>{blocks(&item.blocks)}</li> }.into_any(),
        })
        .collect_view();
    match start {
        Some(first) => view! { <ol start=first.to_string()>{items}</ol> }.into_any(),
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

fn quote(note: Option<Note>, inner: &[Block]) -> AnyView {
    let (word, class) = match note {
        None => ("", ""),
        Some(Note::Note) => ("Note", "is-note tone-news"),
        Some(Note::Tip) => ("Tip", "is-note tone-ok"),
        Some(Note::Important) => ("Important", "is-note tone-live"),
        Some(Note::Warning) => ("Warning", "is-note tone-need"),
        Some(Note::Caution) => ("Caution", "is-note tone-bad"),
    };
    view! {
        <blockquote class=class>
            {note.map(|_| view! { <p class="note">{word}</p> })}
            {blocks(inner)}
        </blockquote>
    }
    .into_any()
}

type Cell = Vec<markdown::Inline>;

fn table(align: &[Align], head: &[Cell], rows: &[Vec<Cell>]) -> AnyView {
    let class_at = |at: usize| match align.get(at) {
        Some(Align::Center) => "mid",
        Some(Align::End) => "far",
        Some(Align::Start) | None => "",
    };
    let head = head
        .iter()
        .enumerate()
        .map(|(at, cell)| view! { <th scope="col" class=class_at(at)>{inlines(cell)}</th> })
        .collect_view();
    let rows = rows
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .enumerate()
                .map(|(at, cell)| view! { <td class=class_at(at)>{inlines(cell)}</td> })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-box" tabindex="0" role="group" aria-label="Table">
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
