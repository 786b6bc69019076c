//! Where the reader is in a list of rows that hangs at its end (`flex-direction:
//! column-reverse`): its place is 0 at the end and negative above. What is added or taken
//! away above the reader moves nothing there, in any browser; what happens below is made
//! good here, before it is drawn.
//!
//! The column has one element before the rows, one for each row, and one after them.

use leptos::html;
use leptos::prelude::NodeRef;
#[cfg(feature = "hydrate")]
use leptos::prelude::{LocalStorage, StoredValue};

/// Where the reader is, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sight {
    /// How much there is above what is seen.
    pub above: f64,
    /// How much there is below.
    pub below: f64,
    /// How much is seen.
    pub height: f64,
}

/// A row beside what is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RowBox {
    /// Its upper edge, from the upper edge of what is seen, in CSS pixels.
    pub top: f64,
    /// Its lower edge, likewise.
    pub bottom: f64,
    /// How many elements it has.
    pub nodes: u32,
}

/// What pressing a disclosure will do to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// It opens; what is in it may come piece by piece.
    ToOpen,
    /// It closes.
    ToClose,
}

/// A list of rows and its reader.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// What scrolls.
    pub scroller: NodeRef<html::Div>,
    /// What the rows stand in.
    pub column: NodeRef<html::Div>,
    /// The row that must not move.
    #[cfg(feature = "hydrate")]
    held: StoredValue<Option<present::Held>, LocalStorage>,
}

impl std::fmt::Debug for Scroll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scroll").finish_non_exhaustive()
    }
}

impl Default for Scroll {
    fn default() -> Self {
        Self {
            scroller: NodeRef::new(),
            column: NodeRef::new(),
            #[cfg(feature = "hydrate")]
            held: StoredValue::new_local(None),
        }
    }
}

#[cfg(feature = "hydrate")]
mod present {
    use leptos::prelude::{Effect, Get, GetValue, SetValue, request_animation_frame};
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::web_sys;

    use super::{RowBox, Scroll, Sight};

    /// The class of the row that was gone to; its style fades by itself.
    const GONE_TO: &str = "gone-to";

    /// What keeps the focus when it leads to a row.
    const KEEPS_FOCUS: &str = ".found-trail";

    /// A row that must not move.
    #[derive(Clone)]
    pub(super) struct Held {
        row: web_sys::Element,
        /// Where it is, from the upper edge of what is seen, in CSS pixels.
        at: f64,
        /// Where the list was scrolled to then, and how high it was.
        top: i32,
        height: i32,
    }

    /// Watches the height of the list until it is dropped.
    struct Watching {
        observer: web_sys::ResizeObserver,
        _work: Closure<dyn Fn()>,
    }

    impl Drop for Watching {
        fn drop(&mut self) {
            self.observer.disconnect();
        }
    }

    /// The upper and the lower edge of an element on the screen.
    fn edges(element: &web_sys::Element) -> (f64, f64) {
        let at = element.get_bounding_client_rect();
        (at.top(), at.bottom())
    }

    #[expect(clippy::cast_possible_truncation, reason = "lengths on a screen")]
    fn pixels(length: f64) -> i32 {
        length.round() as i32
    }

    fn size(element: &web_sys::Element) -> u32 {
        element.get_elements_by_tag_name("*").length()
    }

    impl Scroll {
        fn elements(self) -> Option<(web_sys::HtmlElement, web_sys::HtmlCollection)> {
            use leptos::prelude::GetUntracked;
            let scroller = self.scroller.try_get_untracked()??;
            let column = self.column.try_get_untracked()??;
            Some((scroller.unchecked_into(), column.children()))
        }

        pub(super) fn sees(self) -> Option<Sight> {
            let (scroller, _) = self.elements()?;
            let height = f64::from(scroller.client_height());
            let below = -f64::from(scroller.scroll_top());
            Some(Sight {
                above: f64::from(scroller.scroll_height()) - height - below,
                below,
                height,
            })
        }

        /// Goes so far above the end.
        pub(super) fn go(self, below: f64) {
            if let Some((scroller, _)) = self.elements() {
                scroller.set_scroll_top(-pixels(below));
            }
        }

        pub(super) fn show(self, row: usize) {
            let (Some(row), Some(sight)) = (self.row(row), self.sees()) else {
                return;
            };
            // A row that had it begins again.
            let _ = row.class_list().remove_1(GONE_TO);
            let _ = row.set_attribute("tabindex", "-1");
            // Whoever goes from place to place by its buttons wants to press them again.
            let focused = row.owner_document().and_then(|it| it.active_element());
            let is_kept = |focused: web_sys::Element| focused.closest(KEEPS_FOCUS);
            if !matches!(focused.map(is_kept), Some(Ok(Some(_)))) {
                let _ = row.focus();
            }
            let _ = row.class_list().add_1(GONE_TO);
            row.scroll_into_view_with_bool(true);
            if let Some(now) = self.sees() {
                self.go(now.below + sight.height / 4.0);
            }
            self.take_hold(&row);
        }

        pub(super) fn boxes(self) -> Vec<RowBox> {
            let Some((scroller, children)) = self.elements() else {
                return Vec::new();
            };
            let (origin, _) = edges(&scroller);
            let rows = 1..children.length().saturating_sub(1);
            let rows = rows.filter_map(|at| {
                let row = children.item(at)?;
                let (top, bottom) = edges(&row);
                Some(RowBox {
                    top: top - origin,
                    bottom: bottom - origin,
                    nodes: size(&row) + 1,
                })
            });
            rows.collect()
        }

        /// The first row that is seen.
        pub(super) fn first(self) -> Option<usize> {
            let (scroller, children) = self.elements()?;
            let (origin, _) = edges(&scroller);
            let (mut from, mut to) = (1, children.length().saturating_sub(2));
            while from < to {
                let middle = u32::midpoint(from, to);
                if edges(&children.item(middle)?).1 > origin {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            usize::try_from(from.checked_sub(1)?).ok()
        }

        pub(super) fn take_hold(self, row: &web_sys::Element) {
            if let Some((scroller, _)) = self.elements() {
                self.held.set_value(Some(Held {
                    row: row.clone(),
                    at: edges(row).0 - edges(&scroller).0,
                    top: scroller.scroll_top(),
                    height: scroller.scroll_height(),
                }));
            }
        }

        /// The list has been scrolled; the answer is whether by somebody else than us. Where
        /// it is also higher or lower than before, what is held is not where it belongs any
        /// more and is put back before it is drawn: it moves by what was scrolled, and by
        /// nothing else.
        pub(super) fn follow(self) -> bool {
            let Some((scroller, _)) = self.elements() else {
                return false;
            };
            let (top, height) = (scroller.scroll_top(), scroller.scroll_height());
            let held = self.held.try_get_value().flatten();
            match held.filter(|held| held.row.is_connected()) {
                Some(held) if held.top == top => return false,
                Some(held) if held.height != height => {
                    self.held.set_value(Some(Held {
                        at: held.at - f64::from(top - held.top),
                        top,
                        ..held
                    }));
                }
                Some(_) | None => {
                    if let Some(row) = self.first().and_then(|row| self.row(row)) {
                        self.take_hold(&row);
                    }
                }
            }
            true
        }

        pub(super) fn row(self, row: usize) -> Option<web_sys::HtmlElement> {
            let (_, children) = self.elements()?;
            children
                .item(u32::try_from(row).ok()? + 1)
                .map(JsCast::unchecked_into)
        }

        pub(super) fn put_back(self) {
            let held = self.held.try_get_value().flatten();
            let (Some(held), Some((scroller, _))) = (held, self.elements()) else {
                return;
            };
            if held.row.is_connected() {
                let moved = edges(&held.row).0 - edges(&scroller).0 - held.at;
                if moved.abs() >= 1.0 {
                    scroller.set_scroll_top(scroller.scroll_top() + pixels(moved));
                }
                self.held.set_value(Some(Held {
                    top: scroller.scroll_top(),
                    height: scroller.scroll_height(),
                    ..held
                }));
            }
        }

        pub(super) fn observe(self, work: impl Fn() + Clone + 'static) {
            Effect::new(move |_| {
                let (scroller, column) = (self.scroller.get()?, self.column.get()?);
                let work = Closure::<dyn Fn()>::new(work.clone());
                let observer = web_sys::ResizeObserver::new(work.as_ref().unchecked_ref()).ok()?;
                observer.observe(&scroller);
                observer.observe(&column);
                Some(Watching {
                    observer,
                    _work: work,
                })
            });
        }

        pub(super) fn next_frame(work: impl FnOnce() + 'static) {
            request_animation_frame(work);
        }
    }

    /// How many elements the page has.
    pub(super) fn page_size() -> u32 {
        web_sys::window()
            .and_then(|window| window.document())
            .map_or(0, |document| {
                document.get_elements_by_tag_name("*").length()
            })
    }
}

impl Scroll {
    /// Where the reader is; none where there is nobody.
    pub fn sight(self) -> Option<Sight> {
        #[cfg(feature = "hydrate")]
        {
            self.sees()
        }
        #[cfg(not(feature = "hydrate"))]
        None
    }

    /// Goes to the end.
    pub fn to_end(self) {
        #[cfg(feature = "hydrate")]
        self.go(0.0);
    }

    /// Shows a row in the upper third, marks it and puts the focus there.
    pub fn to_row(self, row: usize) {
        #[cfg(feature = "hydrate")]
        self.show(row);
        #[cfg(not(feature = "hydrate"))]
        let _ = row;
    }

    /// The first row that is seen.
    pub fn first_seen(self) -> Option<usize> {
        #[cfg(feature = "hydrate")]
        {
            self.first()
        }
        #[cfg(not(feature = "hydrate"))]
        None
    }

    /// The rows.
    pub fn rows(self) -> Vec<RowBox> {
        #[cfg(feature = "hydrate")]
        {
            self.boxes()
        }
        #[cfg(not(feature = "hydrate"))]
        Vec::new()
    }

    /// How many elements the page has.
    pub fn nodes(self) -> u32 {
        #[cfg(feature = "hydrate")]
        {
            present::page_size()
        }
        #[cfg(not(feature = "hydrate"))]
        0
    }

    /// Keeps the row that is read, now that the list has been scrolled, where it is,
    /// whatever happens around it; the answer is whether the reader has scrolled it.
    pub fn hold(self) -> bool {
        #[cfg(feature = "hydrate")]
        {
            self.follow()
        }
        #[cfg(not(feature = "hydrate"))]
        false
    }

    /// Keeps the row where a disclosure is opened or closed where it is; none where `event`
    /// is something else.
    pub fn hold_pressed(self, event: &leptos::ev::MouseEvent) -> Option<Pressed> {
        #[cfg(feature = "hydrate")]
        {
            use leptos::wasm_bindgen::JsCast;
            let target: web_sys::Element = event.target()?.dyn_into().ok()?;
            let summary = target.closest("summary").ok()??;
            self.take_hold(&summary.closest(".row").ok()??);
            let is_open = summary.parent_element()?.has_attribute("open");
            Some(if is_open {
                Pressed::ToClose
            } else {
                Pressed::ToOpen
            })
        }
        #[cfg(not(feature = "hydrate"))]
        {
            let _ = event;
            None
        }
    }

    /// Puts the held row back where it was.
    pub fn restore(self) {
        #[cfg(feature = "hydrate")]
        self.put_back();
    }

    /// Calls `work` whenever the list has another height than before, before that is drawn.
    pub fn watch(self, work: impl Fn() + Clone + 'static) {
        #[cfg(feature = "hydrate")]
        self.observe(work);
        #[cfg(not(feature = "hydrate"))]
        let _ = work;
    }

    /// Calls `work` in the next frame.
    pub fn soon(work: impl FnOnce() + 'static) {
        #[cfg(feature = "hydrate")]
        Self::next_frame(work);
        #[cfg(not(feature = "hydrate"))]
        let _ = work;
    }
}

/// How near to its foot one still is at the foot, in CSS pixels.
#[cfg(feature = "hydrate")]
const NEAR_PX: i32 = 40;

/// Whether the reader is at the foot of a box that scrolls as usual.
pub fn is_at_foot(scroller: NodeRef<html::Div>) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        scroller.get_untracked().is_none_or(|element| {
            element.scroll_height() - element.client_height() - element.scroll_top() <= NEAR_PX
        })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = scroller;
        true
    }
}

/// Goes to the foot of a box that scrolls as usual.
pub fn to_foot(scroller: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::GetUntracked;
        if let Some(element) = scroller.get_untracked() {
            element.set_scroll_top(element.scroll_height());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = scroller;
}
