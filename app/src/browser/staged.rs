//! Takes over a long page in pieces: what the server drew of a piece stands as it is while
//! the page around it is taken over, and is taken over by itself soon after. Between the
//! pieces the browser answers to who scrolls and presses. A phone needs a third of a second
//! for a conversation in one piece.

use leptos::prelude::AnyView;

/// A view that may be taken over after what is around it. It must be the only child of its
/// element; the last of the page come first, for a conversation is read from its end. On the
/// server, and where a page is drawn anew, it is `make`'s view and nothing else.
pub fn staged(make: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::IntoAny as _;
        present::Piece::of(Box::new(make)).into_any()
    }
    #[cfg(not(feature = "hydrate"))]
    make()
}

#[cfg(feature = "hydrate")]
pub(crate) use present::{begin, finally, hurry};

#[cfg(feature = "hydrate")]
mod present {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::attr::Attribute;
    use leptos::attr::any_attribute::AnyAttribute;
    use leptos::prelude::{AddAnyAttr, AnyView, Mountable, Owner, Render, RenderHtml, set_timeout};
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::any_view::AnyViewState;
    use leptos::tachys::view::{Position, PositionState};
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::{Element, Node};

    use crate::browser::clock;

    /// How long pieces are taken over without a break, in milliseconds: less than a frame,
    /// for what a piece sets off comes on top.
    const STRETCH_MS: u64 = 12;

    thread_local! {
        static STAGE: RefCell<Stage> = const { RefCell::new(Stage::new()) };
    }

    type Work = Box<dyn FnOnce()>;

    /// What is still to be taken over.
    struct Stage {
        pieces: Vec<Work>,
        end: Option<Work>,
    }

    impl Stage {
        const fn new() -> Self {
            Self {
                pieces: Vec::new(),
                end: None,
            }
        }

        fn next(&mut self) -> Option<Work> {
            self.pieces.pop().or_else(|| self.end.take())
        }
    }

    fn next() -> Option<Work> {
        STAGE.with_borrow_mut(Stage::next)
    }

    /// Takes over what was left when the page around it was.
    pub(crate) fn begin() {
        set_timeout(go_on, Duration::ZERO);
    }

    fn go_on() {
        let begun = clock::now();
        while clock::now().since(begun) < STRETCH_MS {
            match next() {
                Some(work) => work(),
                None => return,
            }
        }
        begin();
    }

    /// Takes over what is left, without a break.
    pub(crate) fn hurry() {
        while let Some(work) = next() {
            work();
        }
    }

    /// Calls `work` when all is taken over: at once, where nothing is left.
    pub(crate) fn finally(work: impl FnOnce() + 'static) {
        let work = STAGE.with_borrow_mut(|stage| {
            if stage.pieces.is_empty() {
                return Some(work);
            }
            stage.end = Some(Box::new(work));
            None
        });
        if let Some(work) = work {
            work();
        }
    }

    /// A view that is taken over later.
    pub(super) struct Piece(Box<dyn FnOnce() -> AnyView + Send>);

    impl Piece {
        pub(super) fn of(make: Box<dyn FnOnce() -> AnyView + Send>) -> Self {
            Self(make)
        }
    }

    /// A view that is here, or will be where this is still there then.
    pub(super) struct PieceState(Rc<RefCell<Option<AnyViewState>>>);

    impl Render for Piece {
        type State = PieceState;

        fn build(self) -> PieceState {
            PieceState(Rc::new(RefCell::new(Some((self.0)().build()))))
        }

        fn rebuild(self, state: &mut PieceState) {
            // What waits is drawn from what is known when its turn comes.
            if let Some(state) = &mut *state.0.borrow_mut() {
                (self.0)().rebuild(state);
            }
        }
    }

    impl AddAnyAttr for Piece {
        type Output<NewAttr: Attribute> = Self;

        fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
            self
        }
    }

    impl RenderHtml for Piece {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn to_html_with_buf(
            self,
            _buf: &mut String,
            _position: &mut Position,
            _escape: bool,
            _mark_branches: bool,
            _extra_attrs: Vec<AnyAttribute>,
        ) {
            // Only the server draws as text, and it has no pieces.
        }

        fn hydrate<const FROM_SERVER: bool>(
            self,
            cursor: &Cursor,
            position: &PositionState,
        ) -> PieceState {
            // The only child of its element, which is where the cursor stands.
            let parent: Element = cursor.current().unchecked_into();
            // After it comes the mark that ends the erased children of an element: whoever
            // takes over the element goes on there.
            let mark = parent.last_child();
            if let Some(last) = mark.and_then(|mark| mark.previous_sibling()) {
                cursor.set(last);
                position.set(Position::NextChild);
            }
            let slot = Rc::new(RefCell::new(None));
            let place = Rc::downgrade(&slot);
            let owner = Owner::current().unwrap_or_default();
            let work: Work = Box::new(move || {
                let Some(place) = place.upgrade() else {
                    return;
                };
                let view = owner.with(|| {
                    (self.0)().hydrate_from_position::<FROM_SERVER>(&parent, Position::FirstChild)
                });
                *place.borrow_mut() = Some(view);
            });
            STAGE.with_borrow_mut(|stage| stage.pieces.push(work));
            PieceState(slot)
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    impl Mountable for PieceState {
        fn unmount(&mut self) {
            if let Some(state) = &mut *self.0.borrow_mut() {
                state.unmount();
            }
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            if let Some(state) = &mut *self.0.borrow_mut() {
                state.mount(parent, marker);
            }
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            let state = self.0.borrow();
            state
                .as_ref()
                .is_some_and(|it| it.insert_before_this(child))
        }

        fn elements(&self) -> Vec<Element> {
            let state = self.0.borrow();
            state.as_ref().map(Mountable::elements).unwrap_or_default()
        }
    }
}
