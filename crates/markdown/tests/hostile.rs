//! What a model may write, and what comes out of it.

use insta::assert_debug_snapshot;
use markdown::{Block, Growing, Inline, code_blocks, parse, split_finished};
use proptest::prelude::*;

#[test]
fn an_ordinary_answer_becomes_its_blocks() {
    assert_debug_snapshot!(parse(
        "# Why\n\nThe *loop* is **right**, see `util.rs` and ~~this~~.  \nNext line.\n\n\
         1. one\n2. two\n   - [x] done\n   - [ ] open\n\n> [!WARNING]\n> careful\n\n---\n\n\
         ```Rust,ignore\nlet a = 1;\n```\n\n| a | b |\n|---|--:|\n| 1<br>2 | `x` |\n"
    ));
}

#[test]
fn hostile_links_and_pictures_lead_nowhere() {
    assert_debug_snapshot!(parse(
        "[a](javascript:alert(1)) [b](data:text/html;base64,x) [c](src/main.rs)\n\n\
         [https://bank.example](https://evil.example) <https://x.example>\n\n\
         ![pixel](https://evil.example/p.png?secret) ![local](file:///etc/passwd)\n\n\
         bare https://a.example/b, and more"
    ));
}

#[test]
fn a_picture_in_a_link_is_no_second_link() {
    let blocks = parse("[**![badge](https://badge.example)**](https://ci.example)");
    let [Block::Paragraph(inlines)] = blocks.as_slice() else {
        panic!("{blocks:?}");
    };
    let image = Inline::Image {
        alt: "badge".into(),
        target: None,
    };
    assert!(
        matches!(&inlines[0], Inline::Link { text, .. } if *text == [Inline::Strong(vec![image])])
    );
}

#[test]
fn raw_html_is_text() {
    let blocks =
        parse("<script>alert(1)</script>\n\nA <b onclick=x>bold</b> word\n\n<div>\nx\n</div>");
    assert_eq!(
        blocks,
        [
            Block::Paragraph(vec![Inline::Text("<script>alert(1)</script>".into())]),
            Block::Paragraph(vec![Inline::Text("A <b onclick=x>bold</b> word".into())]),
            Block::Paragraph(vec![Inline::Text("<div>\nx\n</div>".into())]),
        ]
    );
}

#[test]
fn code_that_hides_its_order_is_shown_and_colours_fit_what_is_drawn() {
    let text = "```\nif a\u{202e} { }\n```\n- ```py\n  x\n  ```\n";
    let blocks = code_blocks(text);
    assert_eq!(blocks[0].text, "if a⟨U+202E⟩ { }");
    assert_eq!((blocks[1].ordinal, blocks[1].language.as_str()), (1, "py"));
    assert_eq!(markdown::code_blocks_of(&parse(text)), blocks);
}

#[test]
fn a_fence_that_is_not_closed_is_open_code() {
    for (text, open) in [
        ("```rust\nlet a", true),
        ("```rust", true),
        ("```rust\nlet a\n```", false),
        ("````\n```\n", true),
        ("- ```\n  a\n", true),
        ("> ```\n> a\n> ```\n", false),
        ("> ```\n> a\n\nafter", false),
        ("    indented", false),
        ("~~~\na\n~~~  \n\n", false),
    ] {
        assert_eq!(code_blocks(text)[0].open, open, "{text:?}");
    }
}

#[test]
fn nesting_and_length_are_bounded() {
    let deep = parse(&format!("{}x", "> ".repeat(5_000)));
    let mut levels = 0;
    let mut here = &deep[0];
    while let Block::Quote { blocks, .. } = here {
        levels += 1;
        here = &blocks[0];
    }
    assert!(levels <= markdown::LEVELS_MAX, "{levels}");
    let stars = parse(&format!("{}x{}", "*a ".repeat(3_000), "*".repeat(3_000)));
    assert_eq!(stars.len(), 1);
    let long = parse(&"word \n\n".repeat(200_000));
    assert!(matches!(long.last(), Some(Block::Cut { .. })));
}

#[test]
fn finished_blocks_are_parsed_once_and_keep_their_place() {
    let mut growing = Growing::default();
    let first = growing
        .update("One.\n\nTwo.\n\n```rust\nlet", true)
        .to_vec();
    let second = growing.update("One.\n\nTwo.\n\n```rust\nlet a = 1;\n```\n\nThr", true);
    assert!(std::sync::Arc::ptr_eq(&first[0], &second[0]));
    assert!(std::sync::Arc::ptr_eq(&first[1], &second[1]));
    assert_eq!(second.len(), 4);
    assert_eq!(split_finished("One.\n\nTwo.\nstill\n\n- a"), 6);
    // What is to be ticked is no definition, and neither is code that looks like the end of one.
    let ticked = "- [ ] One\n- [x] Two\n\nrest = all[1:]: more\n\nLast\n";
    assert_eq!(split_finished(ticked), ticked.len() - "Last\n".len());
    assert_eq!(split_finished("[x]: https://harbour.example\n\nLast\n"), 0);
}

/// Pieces that models write, so that chance finds structure and not only noise.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("- ".to_owned()),
        Just("  - x\n".to_owned()),
        Just("1. a\n\n".to_owned()),
        Just("2. b\n".to_owned()),
        Just("> q\n".to_owned()),
        Just("> ```\n".to_owned()),
        Just("```rust\n".to_owned()),
        Just("```\n".to_owned()),
        Just("    code\n".to_owned()),
        Just("\tcode\n".to_owned()),
        Just("# h\n".to_owned()),
        Just("===\n".to_owned()),
        Just("---\n".to_owned()),
        Just("| a | b |\n|---|---|\n| 1 | 2 |\n".to_owned()),
        Just("<div>\n".to_owned()),
        Just("<!-- \n".to_owned()),
        Just("-->\n".to_owned()),
        Just("[^1] ".to_owned()),
        Just("[x](y) ".to_owned()),
        Just("**b".to_owned()),
        Just("` ".to_owned()),
        Just("https://a.example/ ".to_owned()),
        Just("\r\n".to_owned()),
        "[ a-z*_`>#\\-]{0,8}",
        "\\PC{0,6}",
    ]
}

fn document() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_code_is_counted_alike(text in "\\PC{0,200}", markdown in document()) {
        let _ = parse(&text);
        let ordinals: Vec<u32> = code_blocks(&markdown).iter().map(|code| code.ordinal).collect();
        let counted: Vec<u32> = (0..).take(ordinals.len()).collect();
        prop_assert_eq!(ordinals, counted);
    }

    #[test]
    fn a_finished_prefix_and_the_tail_make_the_whole(text in document()) {
        let at = split_finished(&text);
        let mut halves = markdown::parse_finished(&text[..at], 0);
        let code = u32::try_from(markdown::code_blocks_of(&halves).len()).unwrap();
        halves.extend(markdown::parse_from(&text[at..], code));
        prop_assert_eq!(halves, parse(&text));
    }

    #[test]
    fn a_text_that_grows_ends_as_the_whole(text in document(), cuts in proptest::collection::vec(0_usize..200, 0..8)) {
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|at| text.is_char_boundary(*at)).collect();
        cuts.sort_unstable();
        let mut growing = Growing::default();
        for at in cuts {
            let so_far = text.get(..at).unwrap_or(&text);
            let blocks: Vec<Block> = growing.update(so_far, true).iter().map(|b| (**b).clone()).collect();
            prop_assert_eq!(blocks, parse(so_far));
        }
        let blocks: Vec<Block> = growing.update(&text, false).iter().map(|b| (**b).clone()).collect();
        prop_assert_eq!(blocks, parse(&text));
    }
}
