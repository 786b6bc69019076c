//! The text and how far it is read. Nothing here depends on what is read from it.

use std::borrow::Cow;

use super::Garbled;

/// A text that is read from its start.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not white space; it stays.
    #[inline(never)]
    pub(super) fn peek(&mut self) -> Result<u8, Garbled> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Garbled),
            }
        }
    }

    /// Takes this byte, if it comes next; whether it did.
    #[inline(never)]
    pub(super) fn took(&mut self, byte: u8) -> Result<bool, Garbled> {
        let there = self.peek()? == byte;
        self.at += usize::from(there);
        Ok(there)
    }

    /// Takes this byte.
    #[inline(never)]
    pub(super) fn take(&mut self, byte: u8) -> Result<(), Garbled> {
        if self.took(byte)? {
            Ok(())
        } else {
            Err(Garbled)
        }
    }

    /// Takes what stands between two items of a list that ends with `end`, or that end.
    /// Whether there is an item.
    #[inline(never)]
    pub(super) fn next(&mut self, first: &mut bool, end: u8) -> Result<bool, Garbled> {
        if self.took(end)? {
            return Ok(false);
        }
        if !std::mem::replace(first, false) {
            self.take(b',')?;
        }
        Ok(true)
    }

    /// Takes this word, if it comes next; whether it did.
    #[inline(never)]
    pub(super) fn word(&mut self, word: &str) -> Result<bool, Garbled> {
        self.peek()?;
        let there = self.rest().starts_with(word);
        if there {
            self.at += word.len();
        }
        Ok(there)
    }

    /// Nothing more may come.
    pub(super) fn end(&mut self) -> Result<(), Garbled> {
        match self.peek() {
            Ok(_) => Err(Garbled),
            Err(Garbled) => Ok(()),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes a number.
    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<&'a str, Garbled> {
        self.peek()?;
        let rest = self.rest();
        let is_of_number =
            |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let len = rest.bytes().take_while(is_of_number).count();
        self.at += len;
        rest.get(..len)
            .filter(|number| !number.is_empty())
            .ok_or(Garbled)
    }

    /// Takes a number without sign and fraction.
    #[inline(never)]
    pub(super) fn natural(&mut self) -> Result<u64, Garbled> {
        self.number()?.parse().map_err(|_| Garbled)
    }

    /// Takes a number without a fraction.
    #[inline(never)]
    pub(super) fn whole(&mut self) -> Result<i64, Garbled> {
        self.number()?.parse().map_err(|_| Garbled)
    }

    /// Takes a number with or without a fraction. The last of its digits may be rounded.
    #[inline(never)]
    pub(super) fn fraction(&mut self) -> Result<f64, Garbled> {
        let number = self.number()?;
        let (number, negative) = match number.strip_prefix('-') {
            Some(number) => (number, true),
            None => (number, false),
        };
        let (digits, power) = match number.split_once(['e', 'E']) {
            Some((digits, power)) => {
                let power = power.strip_prefix('+').unwrap_or(power);
                (digits, power.parse::<i32>().map_err(|_| Garbled)?)
            }
            None => (number, 0),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() {
            return Err(Garbled);
        }
        let (mut value, mut power) = (0.0_f64, power);
        for digit in whole.bytes() {
            value = value * 10.0 + digit_of(digit)?;
        }
        for digit in part.bytes() {
            value = value * 10.0 + digit_of(digit)?;
            power = power.saturating_sub(1);
        }
        value = match power {
            0 => value,
            1.. => value * 10.0_f64.powi(power),
            _ => value / 10.0_f64.powi(power.saturating_neg()),
        };
        Ok(if negative { -value } else { value })
    }

    /// Takes a string.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Garbled> {
        self.take(b'"')?;
        let mut made = String::new();
        loop {
            let rest = self.rest();
            let len = rest.find(['"', '\\']).ok_or(Garbled)?;
            let (plain, sign) = rest.split_at_checked(len).ok_or(Garbled)?;
            if plain.bytes().any(|byte| byte < b' ') {
                return Err(Garbled);
            }
            self.at += len + 1;
            if sign.starts_with('"') {
                if made.is_empty() {
                    return Ok(Cow::Borrowed(plain));
                }
                made.push_str(plain);
                return Ok(Cow::Owned(made));
            }
            made.push_str(plain);
            made.push(self.escaped()?);
        }
    }

    /// Takes what follows a backslash.
    fn escaped(&mut self) -> Result<char, Garbled> {
        let sign = self.text.as_bytes().get(self.at).ok_or(Garbled)?;
        self.at += 1;
        Ok(match sign {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !matches!(first, 0xd800..=0xdbff) {
                    return char::from_u32(first).ok_or(Garbled);
                }
                if !self.rest().starts_with("\\u") {
                    return Err(Garbled);
                }
                self.at += 2;
                let second = self.unit()?.checked_sub(0xdc00).filter(|it| *it < 0x400);
                let (high, low) = (first - 0xd800, second.ok_or(Garbled)?);
                char::from_u32(0x1_0000 + (high << 10) + low).ok_or(Garbled)?
            }
            _ => return Err(Garbled),
        })
    }

    /// Takes four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Garbled> {
        let digits = self.rest().get(..4).ok_or(Garbled)?;
        self.at += 4;
        digits.chars().try_fold(0, |unit, digit| {
            let digit = digit.to_digit(16).ok_or(Garbled)?;
            Ok(unit * 16 + digit)
        })
    }

    /// Takes a value, whatever it is, at any depth.
    #[inline(never)]
    pub(super) fn skip(&mut self) -> Result<(), Garbled> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Garbled)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    if !(self.word("true")? || self.word("false")? || self.word("null")?) {
                        self.number()?;
                    }
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

fn digit_of(digit: u8) -> Result<f64, Garbled> {
    match digit {
        b'0'..=b'9' => Ok(f64::from(digit - b'0')),
        _ => Err(Garbled),
    }
}
