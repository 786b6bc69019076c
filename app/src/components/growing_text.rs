//! Text that grows at its end while it is looked at.

use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::renderer::types::{Element, Node, Text};
use leptos::tachys::renderer::{CastFrom, Rndr};
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};

/// A text node. Words that are added to its end are appended to it, so that the browser keeps
/// what it knows of those before: how they are shaped, where their lines break, and which of
/// them are selected. A text that is set anew loses all of that.
#[derive(Clone, Debug)]
pub struct GrowingText(pub String);

no_attrs!(GrowingText);

/// The node, and what is in it.
#[derive(Debug)]
pub struct GrowingTextState {
    node: Text,
    text: String,
}

fn append(node: &Text, words: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        node.append_data(words).is_ok()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (node, words);
        false
    }
}

impl Render for GrowingText {
    type State = GrowingTextState;

    fn build(self) -> Self::State {
        GrowingTextState {
            node: Rndr::create_text_node(&self.0),
            text: self.0,
        }
    }

    fn rebuild(self, state: &mut Self::State) {
        if self.0 == state.text {
            return;
        }
        let added = self.0.strip_prefix(state.text.as_str());
        if !added.is_some_and(|words| append(&state.node, words)) {
            Rndr::set_text(&state.node, &self.0);
        }
        state.text = self.0;
    }
}

impl RenderHtml for GrowingText {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self
    }

    fn html_len(&self) -> usize {
        self.0.len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> Self::State {
        // As any text is hydrated, which does not give its node away.
        let _ = self.0.as_str().hydrate::<FROM_SERVER>(cursor, position);
        let node =
            Text::cast_from(cursor.current()).unwrap_or_else(|| Rndr::create_text_node(&self.0));
        GrowingTextState { node, text: self.0 }
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}

impl Mountable for GrowingTextState {
    fn unmount(&mut self) {
        self.node.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, self.node.as_ref(), marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.node.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}
