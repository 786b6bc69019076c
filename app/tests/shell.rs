//! The whole document, as the server sends it.
#![cfg(feature = "ssr")]

mod house;

use app::route::Address;
use app::shell::{SiteFiles, shell};
use domain::sync::PageSnapshot;
use leptos::prelude::*;

fn document(page: &PageSnapshot) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Address("/s/srv/ses_1".to_owned()));
        provide_context(SiteFiles {
            css: "/pkg/a.css".to_owned(),
            js: "/pkg/a.js".to_owned(),
            wasm: "/pkg/a.wasm".to_owned(),
            rare: vec!["/pkg/a-rare.wasm".to_owned()],
            build: "b".to_owned(),
        });
        provide_context(page.clone());
        leptos_meta::provide_meta_context();
        shell().to_html()
    })
}

#[test]
fn the_page_carries_what_it_was_drawn_from() {
    let page = house::snapshot(Some("ses_1"));
    let html = document(&page);
    let open = r#"<script type="application/json" id="nexus-snapshot">"#;
    let (_, rest) = html.split_once(open).expect("no snapshot");
    let (carried, _) = rest.split_once("</script>").expect("no end");
    let carried: PageSnapshot = serde_json::from_str(carried).expect("not JSON");
    assert_eq!(carried, page);
}

#[test]
fn hostile_words_add_no_script() {
    let tame = house::snapshot(Some("ses_1"));
    let mut hostile = tame.clone();
    "</script><script>alert(1)</script><!--<script>".clone_into(&mut hostile.owner);
    for server in &mut hostile.servers {
        for entry in &mut server.index.sessions {
            entry.session.title = hostile.owner.clone();
        }
    }
    let scripts = |page| {
        document(page)
            .to_ascii_lowercase()
            .matches("<script")
            .count()
    };
    assert_eq!(scripts(&hostile), scripts(&tame));
}
