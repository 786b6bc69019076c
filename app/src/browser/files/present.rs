//! The browser's own files.

use domain::sorted::SortedMap;
use std::cell::{Cell, RefCell};

use domain::prompt::{Attachment, InvalidAttachment, may_join};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, ClipboardEvent, DragEvent, Event, File, FileList,
    HtmlCanvasElement, HtmlInputElement, ImageBitmap, Url,
};

use super::{NotTaken, Picked};
use crate::browser::text::send;
use crate::fault::Fault;

/// Where files are uploaded.
const PATH: &str = "/api/upload";
/// What a request of another site cannot send.
const MARK: (&str, &str) = ("x-nexus-upload", "1");
/// Pictures of more bytes are made smaller before they are sent: a phone's camera makes
/// many times what a model looks at.
const LARGE_BYTES: f64 = 3.0 * 1024.0 * 1024.0;
/// The longest side of a picture that was made smaller, in pixels: no model looks at more.
const SIDE_MAX: f64 = 2_576.0;
/// How well a picture that was made smaller is kept, from 0 to 1.
const QUALITY: f64 = 0.9;

thread_local! {
    /// The files of drafts: signals hold no JavaScript.
    static HELD: RefCell<SortedMap<u32, (File, Option<String>)>> = const { RefCell::new(SortedMap::new()) };
    static KEYS: Cell<u32> = const { Cell::new(0) };
}

pub(super) fn fresh_key() -> u32 {
    KEYS.replace(KEYS.get().wrapping_add(1))
}

pub(super) fn picked(event: &Event) -> Vec<Picked> {
    let field = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let transfer = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer)
        .or_else(|| event.dyn_ref::<ClipboardEvent>()?.clipboard_data());
    let list: Option<FileList> = match &field {
        Some(field) => field.files(),
        None => transfer.and_then(|transfer| transfer.files()),
    };
    let Some(list) = list.filter(|list| list.length() > 0) else {
        return Vec::new();
    };
    let picked = (0..list.length())
        .filter_map(|n| list.get(n))
        .map(hold)
        .collect();
    event.prevent_default();
    if let Some(field) = field {
        // The same file may be chosen again.
        field.set_value("");
    }
    picked
}

pub(super) fn are_dragged(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|transfer| transfer.types());
    let files = types.is_some_and(|types| types.includes(&JsValue::from_str("Files"), 0));
    if files {
        event.prevent_default();
    }
    files
}

fn hold(file: File) -> Picked {
    let key = fresh_key();
    let preview = file
        .type_()
        .starts_with("image/")
        .then(|| Url::create_object_url_with_blob(&file).ok())
        .flatten();
    let picked = describe(key, &file, preview.clone());
    HELD.with_borrow_mut(|held| held.insert(key, (file, preview)));
    picked
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole, positive and far below 2^53"
)]
fn describe(key: u32, file: &File, preview: Option<String>) -> Picked {
    Picked {
        key,
        name: file.name(),
        bytes: file.size() as u64,
        preview,
    }
}

pub(super) fn again(key: u32) -> Option<Picked> {
    HELD.with_borrow(|held| {
        let (file, preview) = held.get(&key)?;
        Some(describe(key, file, preview.clone()))
    })
}

pub(super) fn let_go(key: u32) {
    if let Some((_, Some(preview))) = HELD.with_borrow_mut(|held| held.remove(&key)) {
        let _ = Url::revoke_object_url(&preview);
    }
}

pub(super) async fn upload(
    picked: Picked,
    others: impl FnOnce(u64) -> Vec<u64>,
) -> Result<Attachment, NotTaken> {
    let Some(file) = HELD.with_borrow(|held| held.get(&picked.key).map(|(file, _)| file.clone()))
    else {
        return Err(not_taken(&InvalidAttachment::Empty, false));
    };
    let mut body: Blob = file.clone().unchecked_into();
    if picked.preview.is_some() && file.size() > LARGE_BYTES {
        // What cannot be drawn is sent as it is; the server judges it.
        body = smaller(&body).await.unwrap_or(body);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are whole, positive and far below 2^53"
    )]
    let bytes = body.size() as u64;
    may_join(bytes, others(bytes)).map_err(|why| {
        // Beside fewer others it may go.
        let crowded = matches!(
            why,
            InvalidAttachment::TooMany | InvalidAttachment::TooLargeTogether
        );
        not_taken(&why, crowded)
    })?;
    match send(PATH, &body, &[MARK]).await {
        Ok(answer) => match crate::json::read::<Attachment>(&answer) {
            Ok(file) => Ok(Attachment {
                name: picked.name,
                ..file
            }),
            Err(_) => Err(not_taken(&Fault::Unsure, true)),
        },
        Err(fault) => Err(not_taken(&fault, !matches!(fault, Fault::Invalid { .. }))),
    }
}

fn not_taken(why: &dyn std::fmt::Display, again: bool) -> NotTaken {
    NotTaken {
        why: why.to_string(),
        again,
    }
}

/// The same picture with fewer pixels.
async fn smaller(picture: &Blob) -> Option<Blob> {
    let window = web_sys::window()?;
    let bitmap = window.create_image_bitmap_with_blob(picture).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.ok()?.unchecked_into();
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (SIDE_MAX / width.max(height)).min(1.0);
    let (width, height) = (width * scale, height * scale);
    let canvas: HtmlCanvasElement = window
        .document()?
        .create_element("canvas")
        .ok()?
        .unchecked_into();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and at most the longest side"
    )]
    {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)
        .ok()?;
    let made = js_sys::Promise::new(&mut |made, _| {
        let _ = canvas.to_blob_with_type_and_encoder_options(
            &made,
            "image/jpeg",
            &JsValue::from_f64(QUALITY),
        );
    });
    JsFuture::from(made).await.ok()?.dyn_into().ok()
}
