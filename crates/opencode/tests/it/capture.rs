//! Recorded streams as the bytes that a server would have sent.

/// The frames of a scenario, one JSON text each.
pub(crate) fn frames(scenario: &str) -> Vec<String> {
    let path = format!(
        "{}/tests/captures/{scenario}.ndjson",
        env!("CARGO_MANIFEST_DIR")
    );
    let lines = std::fs::read_to_string(&path).unwrap();
    lines
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["data"].to_string()
        })
        .collect()
}

/// The bytes of a stream of `frames`.
pub(crate) fn bytes(frames: &[String]) -> Vec<u8> {
    frames
        .iter()
        .flat_map(|frame| format!("data: {frame}\n\n").into_bytes())
        .collect()
}
