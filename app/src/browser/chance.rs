//! Chance.

/// Random bytes of the browser's generator; the clock's last digits where there is none
/// (ids need to differ, not to be secret).
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to 255"
            )]
            let drawn = (js_sys::Math::random() * 256.0) as u8;
            *byte = drawn;
        }
    }
    bytes
}

/// From 0 to 1.
pub(crate) fn part() -> f64 {
    js_sys::Math::random()
}
