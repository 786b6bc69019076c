//! One ordinary piece of code per language, its colours marked: `⟦w:fn⟧` is a word, `n` a name,
//! `t` text, `d` a number, `q` a note.

use std::fs;
use std::path::Path;

use highlight::{Class, colour, knows};

#[test]
fn ordinary_code_looks_right_in_every_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut samples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    samples.sort();
    assert!(samples.len() >= 44, "a sample is missing");
    for path in samples {
        let language = path.file_stem().unwrap().to_str().unwrap();
        assert!(knows(language), "{language} has no table");
        let code = fs::read_to_string(&path).unwrap();
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(language, marked(language, &code));
        });
    }
}

fn marked(language: &str, code: &str) -> String {
    let mut text = String::new();
    let mut behind = 0;
    for span in colour(language, code) {
        let end = span.start + span.len;
        let letter = match span.class {
            Class::Word => "w",
            Class::Name => "n",
            Class::Text => "t",
            Class::Number => "d",
            Class::Note => "q",
        };
        text += &code[behind..span.start];
        text += &["⟦", letter, ":", &code[span.start..end], "⟧"].concat();
        behind = end;
    }
    text + &code[behind..]
}
