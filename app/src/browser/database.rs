//! Texts by key in the browser's own database: what must not be lost with the page. It is
//! bound to the disk before it counts as written, which what [`super::store`] keeps is not.
//! Private windows and full disks refuse; then there is no database.

use std::future::Future;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
};

/// The database's name.
const NAME: &str = "nexus";
/// Its form: one table of texts.
const VERSION: u32 = 1;
/// The table's name.
const TABLE: &str = "outbox";

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Database(IdbDatabase);

/// What is written at once, or not at all.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Written whatever is there.
    pub(crate) put: Vec<(String, String)>,
    /// Written where there is something under the key.
    pub(crate) replace: Vec<(String, String)>,
    /// Taken out.
    pub(crate) delete: Vec<String>,
}

/// Opens the database; none where there is none, or where the browser refuses.
pub(crate) async fn open() -> Option<Database> {
    let factory = web_sys::window()?.indexed_db().ok()??;
    let request = factory.open_with_u32(NAME, VERSION).ok()?;
    let wanted = request.clone();
    let make = Closure::once_into_js(move || {
        let made = wanted.result().map(JsCast::unchecked_into::<IdbDatabase>);
        // Where it cannot be made, opening fails.
        let _ = made.and_then(|made| made.create_object_store(TABLE));
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    let opened = result_of(&request).await.ok()?;
    let database: IdbDatabase = opened.dyn_into().ok()?;
    let_others_upgrade(&database);
    Some(Database(database))
}

/// A page of a later build may want another form of the database, and must not wait for us.
fn let_others_upgrade(database: &IdbDatabase) {
    let ours = database.clone();
    let close = Closure::once_into_js(move || ours.close());
    database.set_onversionchange(Some(close.unchecked_ref()));
}

impl Database {
    /// All texts; none where they cannot be read.
    pub(crate) async fn all(&self) -> Option<Vec<String>> {
        let table = self.table(IdbTransactionMode::Readonly).ok()?.1;
        let found = result_of(&table.get_all().ok()?).await.ok()?;
        let found: Array = found.dyn_into().ok()?;
        Some(found.iter().filter_map(|text| text.as_string()).collect())
    }

    /// Writes; the answer comes when it is on the disk, and says whether it is. The order of
    /// calls is the order in which they take effect.
    pub(crate) fn write(&self, batch: Batch) -> impl Future<Output = bool> + use<> {
        let begun = self.table(IdbTransactionMode::Readwrite);
        let written = begun.and_then(|(transaction, table)| {
            let end = end_of(&transaction);
            for (key, text) in &batch.put {
                table.put_with_key(&JsValue::from_str(text), &JsValue::from_str(key))?;
            }
            for key in &batch.delete {
                table.delete(&JsValue::from_str(key))?;
            }
            if batch.replace.is_empty() {
                // It is done even if the page goes before it has heard so.
                let commit: Function = Reflect::get(&transaction, &"commit".into())?.dyn_into()?;
                commit.call0(&transaction)?;
            }
            Ok((table, end))
        });
        async move {
            let Ok((table, end)) = written else {
                return false;
            };
            for (key, text) in batch.replace {
                if replace(&table, &key, &text).await.is_err() {
                    return false;
                }
            }
            end.await.is_ok()
        }
    }

    fn table(&self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), JsValue> {
        // Written means on the disk: without this it may only be on its way there.
        let strict = Object::new();
        Reflect::set(&strict, &"durability".into(), &"strict".into())?;
        let begin: Function = Reflect::get(&self.0, &"transaction".into())?.dyn_into()?;
        let opened = begin.call3(&self.0, &TABLE.into(), &mode.into(), &strict)?;
        let transaction: IdbTransaction = opened.dyn_into()?;
        let table = transaction.object_store(TABLE)?;
        Ok((transaction, table))
    }
}

async fn replace(table: &IdbObjectStore, key: &str, text: &str) -> Result<(), JsValue> {
    let key = JsValue::from_str(key);
    if !result_of(&table.get_key(&key)?).await?.is_undefined() {
        table.put_with_key(&JsValue::from_str(text), &key)?;
    }
    Ok(())
}

/// What a request brings.
async fn result_of(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let answered = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
        if let Some(opening) = request.dyn_ref::<IdbOpenDbRequest>() {
            opening.set_onblocked(Some(&failed));
        }
    });
    JsFuture::from(answered).await?;
    request.result()
}

/// When a transaction is over; an error where nothing of it was done.
fn end_of(transaction: &IdbTransaction) -> JsFuture {
    JsFuture::from(Promise::new(&mut |done, failed| {
        transaction.set_oncomplete(Some(&done));
        transaction.set_onerror(Some(&failed));
        transaction.set_onabort(Some(&failed));
    }))
}
