//! Numbers as JavaScript writes them: whole ones may come as `1.0`, impossible ones as
//! `null` or as text.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A whole number that is not negative; none where it is anything else.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_u64().or_else(|| value.as_f64().and_then(floor)))
}

/// A number; none where it is anything else.
pub(crate) fn real<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_f64().filter(|number| number.is_finite()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range was just checked"
)]
fn floor(number: f64) -> Option<u64> {
    // Above this a double no longer holds every whole number.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    (0.0..=EXACT_MAX).contains(&number).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Both {
        #[serde(default, deserialize_with = "whole")]
        n: Option<u64>,
        #[serde(default, deserialize_with = "real")]
        x: Option<f64>,
    }

    #[test]
    fn an_odd_number_costs_the_field_and_not_the_object() {
        for (json, n, x) in [
            (
                r#"{"n":1795208290578,"x":0.5}"#,
                Some(1_795_208_290_578),
                Some(0.5),
            ),
            (r#"{"n":2.75,"x":3}"#, Some(2), Some(3.0)),
            (r#"{"n":-1,"x":"NaN"}"#, None, None),
            (r#"{"n":null,"x":null}"#, None, None),
            (r#"{"n":1e300}"#, None, None),
            ("{}", None, None),
        ] {
            let both: Both = serde_json::from_str(json).unwrap();
            assert_eq!((both.n, both.x), (n, x), "{json}");
        }
    }
}
