//! What a terminal would show of a program's output: its colours as classes, its carriage
//! returns and backspaces carried out, every other command to it left out. A command could
//! set titles, write to the clipboard or hide text; none of them gets through.

use crate::MAX_SPANS;

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text; line ends are `\n`.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// How text looks. Colours are the eight of a terminal and grey: brighter and finer ones
/// become the nearest of them, so that each can be read on a light ground and on a dark one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    ink: Option<u8>,
    ground: Option<u8>,
    /// Of [`MARKS`], by their places, and [`SWAPPED`].
    marks: u8,
}

/// What is set by 1, 2, 3, 4 and 9, with the bit that stands for it.
const MARKS: [(u8, &str); 5] = [
    (BOLD, "strong"),
    (FAINT, "faint"),
    (ITALIC, "italic"),
    (UNDER, "under"),
    (STRUCK, "struck"),
];
const BOLD: u8 = 1;
const FAINT: u8 = 2;
const ITALIC: u8 = 4;
const UNDER: u8 = 8;
const STRUCK: u8 = 16;
const SWAPPED: u8 = 32;

/// Black, red, green, yellow, blue, magenta, cyan, white, grey.
const INKS: [&str; 9] = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"];
const GROUNDS: [&str; 9] = ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"];
/// What the colours are taken to be when the nearest is looked for.
const NEAREST: [[i32; 3]; 9] = [
    [0, 0, 0],
    [205, 40, 40],
    [40, 180, 40],
    [205, 190, 40],
    [60, 90, 235],
    [200, 50, 200],
    [40, 190, 200],
    [235, 235, 235],
    [128, 128, 128],
];

impl Style {
    /// Its classes, separated by spaces; empty where it is plain.
    pub fn classes(&self) -> String {
        let (ink, ground) = if self.marks & SWAPPED != 0 {
            // Without a colour of its own, what is swapped is the page's own ink and ground.
            (self.ground.or(Some(7)), self.ink.or(Some(8)))
        } else {
            (self.ink, self.ground)
        };
        let colour = |names: [&'static str; 9], at: Option<u8>| {
            at.and_then(|at| names.get(usize::from(at)).copied())
        };
        let names: Vec<&str> = colour(INKS, ink)
            .into_iter()
            .chain(colour(GROUNDS, ground))
            .chain(
                MARKS
                    .into_iter()
                    .filter_map(|(bit, name)| (self.marks & bit != 0).then_some(name)),
            )
            .collect();
        names.join(" ")
    }

    /// Takes the numbers of one "select graphic rendition".
    fn select(&mut self, numbers: &[u8]) {
        let mut rest = numbers;
        while let Some((&number, more)) = rest.split_first() {
            rest = more;
            match number {
                0 => *self = Style::default(),
                1 => self.marks |= BOLD,
                2 => self.marks |= FAINT,
                3 => self.marks |= ITALIC,
                4 => self.marks |= UNDER,
                7 => self.marks |= SWAPPED,
                9 => self.marks |= STRUCK,
                22 => self.marks &= !(BOLD | FAINT),
                23 => self.marks &= !ITALIC,
                24 => self.marks &= !UNDER,
                27 => self.marks &= !SWAPPED,
                29 => self.marks &= !STRUCK,
                30..=37 => self.ink = Some(number - 30),
                38 => (self.ink, rest) = finer(more),
                39 => self.ink = None,
                40..=47 => self.ground = Some(number - 40),
                48 => (self.ground, rest) = finer(more),
                49 => self.ground = None,
                90..=97 => self.ink = Some(plain(number - 90)),
                100..=107 => self.ground = Some(plain(number - 100)),
                _ => {}
            }
        }
    }
}

/// A bright colour as one of ours.
const fn plain(bright: u8) -> u8 {
    if bright == 0 { 8 } else { bright }
}

/// The colour that follows 38 or 48, and what follows the colour.
fn finer(numbers: &[u8]) -> (Option<u8>, &[u8]) {
    match numbers {
        [5, index, rest @ ..] => (Some(indexed(*index)), rest),
        [2, red, green, blue, rest @ ..] => (Some(nearest([*red, *green, *blue])), rest),
        _ => (None, &[]),
    }
}

/// One of the 256 colours: the sixteen, a cube of six steps a side, a row of greys.
fn indexed(index: u8) -> u8 {
    match index {
        0..=7 => index,
        8..=15 => plain(index - 8),
        16..=231 => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let at = index - 16;
            nearest([step(at / 36), step(at / 6 % 6), step(at % 6)])
        }
        232.. => nearest([8 + 10 * (index - 232); 3]),
    }
}

fn nearest(colour: [u8; 3]) -> u8 {
    let far = |of: &[i32; 3]| -> i32 {
        of.iter()
            .zip(colour)
            .map(|(a, b)| (a - i32::from(b)).pow(2))
            .sum()
    };
    (0_u8..)
        .zip(&NEAREST)
        .min_by_key(|(_, of)| far(of))
        .map_or(7, |(at, _)| at)
}

/// What a terminal would show of `text`, in runs of one style: at most [`MAX_SPANS`] of
/// them, and what comes after is plain.
pub fn terminal(text: &str) -> Vec<Run> {
    let mut screen = Screen::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\u{1b}' => rest = screen.command(rest),
            '\n' => screen.end_line(true),
            '\r' => screen.at = 0,
            '\u{8}' => screen.at = screen.at.saturating_sub(1),
            c => screen.put(c),
        }
    }
    screen.end_line(false);
    screen.runs
}

/// The line that is being written, and what is above it.
#[derive(Default)]
struct Screen {
    runs: Vec<Run>,
    line: Vec<(char, Style)>,
    at: usize,
    style: Style,
}

impl Screen {
    fn put(&mut self, c: char) {
        let cell = (c, self.style);
        match self.line.get_mut(self.at) {
            Some(place) => *place = cell,
            None => self.line.push(cell),
        }
        self.at = self.at.saturating_add(1).min(self.line.len());
    }

    fn end_line(&mut self, ends: bool) {
        let end = ends.then_some(('\n', Style::default()));
        for (c, style) in std::mem::take(&mut self.line).into_iter().chain(end) {
            let full = self.runs.len() >= MAX_SPANS;
            match self.runs.last_mut() {
                // A line end looks like whatever stands before it.
                Some(run) if full || c == '\n' || run.style == style => run.text.push(c),
                Some(_) | None => self.runs.push(Run {
                    text: c.to_string(),
                    style,
                }),
            }
        }
        self.at = 0;
    }

    /// Carries out the command whose escape character was just passed, or leaves it out;
    /// the answer is what follows it.
    fn command<'a>(&mut self, text: &'a str) -> &'a str {
        let mut chars = text.char_indices();
        let after = |(at, c): (usize, char)| text.get(at + c.len_utf8()..).unwrap_or_default();
        match chars.next() {
            // A control sequence ends with a letter or one of a few marks.
            Some((_, '[')) => {
                let Some(end) = chars.find(|(_, c)| ('@'..='~').contains(c)) else {
                    return "";
                };
                let numbers = text.get(1..end.0).unwrap_or_default();
                match end.1 {
                    'm' => self.style.select(&parse(numbers)),
                    'K' if matches!(numbers, "" | "0") => self.line.truncate(self.at),
                    'K' => {
                        self.line.clear();
                        self.at = 0;
                    }
                    _ => {}
                }
                after(end)
            }
            // A command to the terminal (title, link, clipboard) ends with a bell or `ESC \`.
            Some((_, ']' | 'P' | '_' | '^' | 'X')) => {
                let Some((_, after)) = text.split_once(['\u{7}', '\u{1b}']) else {
                    return "";
                };
                after.strip_prefix('\\').unwrap_or(after)
            }
            // The choice of a character set is one character longer.
            Some((_, '(' | ')' | '#' | '%')) => chars.next().map_or("", after),
            Some(other) => after(other),
            None => "",
        }
    }
}

/// The numbers of a command; one that is missing is 0, one that is too large means nothing.
fn parse(numbers: &str) -> Vec<u8> {
    // `38:2::r:g:b` names a space of colours that nobody fills in.
    numbers
        .replace("2::", "2:")
        .split([';', ':'])
        .map(|number| {
            let missing = if number.is_empty() { 0 } else { u8::MAX };
            number.parse().unwrap_or(missing)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The runs as `classes[text]`, plain ones bare.
    fn shown(text: &str) -> String {
        terminal(text)
            .iter()
            .map(|run| match run.style.classes().as_str() {
                "" => run.text.clone(),
                classes => format!("{classes}[{}]", run.text),
            })
            .collect()
    }

    #[test]
    fn colours_of_every_fineness_become_classes() {
        for (text, expected) in [
            ("\u{1b}[32mok\u{1b}[0m done", "a2[ok] done"),
            (
                "\u{1b}[1;31mbad\u{1b}[22m still",
                "a1 strong[bad]a1[ still]",
            ),
            ("\u{1b}[91;44mx", "a1 b4[x]"),
            ("\u{1b}[90mdim\u{1b}[39mon", "a8[dim]on"),
            ("\u{1b}[38;5;196mred", "a1[red]"),
            ("\u{1b}[38;5;244mgrey", "a8[grey]"),
            ("\u{1b}[38;2;10;200;30mgreen", "a2[green]"),
            ("\u{1b}[38:2::10:200:30mgreen", "a2[green]"),
            ("\u{1b}[48;2;0;0;0;1mx", "b0 strong[x]"),
            ("\u{1b}[7mx\u{1b}[27my", "a7 b8[x]y"),
            ("\u{1b}[3;4;9mx\u{1b}[my", "italic under struck[x]y"),
            ("\u{1b}[38;5mx", "x"),
            ("\u{1b}[999mx", "x"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_carriage_return_writes_over_the_line() {
        assert_eq!(shown("10 %\r20 %\r\nnext"), "20 %\nnext");
        assert_eq!(shown("loading\rdone\u{1b}[K"), "done");
        assert_eq!(shown("loading\r\u{1b}[2Kok"), "ok");
        assert_eq!(shown("abc\u{8}\u{8}X"), "aXc");
        assert_eq!(shown("a\r\nb\n"), "a\nb\n");
    }

    #[test]
    fn what_else_a_terminal_would_do_is_left_out() {
        for (text, expected) in [
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]52;c;c2VjcmV0\u{7}text", "text"),
            (
                "\u{1b}]8;;javascript:x\u{1b}\\click\u{1b}]8;;\u{1b}\\ end",
                "click end",
            ),
            ("\u{1b}[2J\u{1b}[H\u{1b}[?25lscreen", "screen"),
            ("\u{1b}(Bset", "set"),
            ("a\u{1b}", "a"),
            ("a\u{1b}[", "a"),
            ("\u{1b}]never ends", ""),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_printed_no_escape_gets_through_and_the_runs_are_bounded(
            text in "(\u{1b}\\[[0-9;:]{0,8}[mKH]|\u{1b}\\]|\u{7}|\r|\n|[a-z\u{e4} ]|\u{1b}){0,200}",
        ) {
            let runs = terminal(&text);
            prop_assert!(runs.len() <= MAX_SPANS);
            let escaped = runs.iter().any(|run| run.text.contains('\u{1b}'));
            prop_assert!(!escaped);
        }

        #[test]
        fn plain_text_stays_as_it_is(text in "[a-z\u{e4}\u{1f6a2} \n]{0,200}") {
            let shown: String = terminal(&text).into_iter().map(|run| run.text).collect();
            prop_assert_eq!(shown, text);
        }
    }
}
