//! To whom the last message in a directory went, as one line that is kept on the device.

use domain::session::ModelRef;

/// Separates the parts: no name has it.
const SEPARATOR: char = '\u{1f}';

/// To whom a message went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) agent: Option<String>,
    pub(super) model: Option<ModelRef>,
}

impl Used {
    /// What [`Used::to_text`] wrote; nothing where it is something else.
    pub(super) fn parse(text: &str) -> Self {
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        let [agent, provider, model, variant] = parts.as_slice() else {
            return Self::default();
        };
        let given = |part: &str| (!part.is_empty()).then(|| part.to_owned());
        Self {
            agent: given(agent),
            model: given(provider).map(|provider| ModelRef {
                provider,
                model: (*model).to_owned(),
                variant: given(variant),
            }),
        }
    }

    /// One line.
    pub(super) fn to_text(&self) -> String {
        let model = self.model.as_ref();
        [
            self.agent.as_deref(),
            model.map(|it| it.provider.as_str()),
            model.map(|it| it.model.as_str()),
            model.and_then(|it| it.variant.as_deref()),
        ]
        .map(Option::unwrap_or_default)
        .join(&SEPARATOR.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_survives_being_kept() {
        let model = |variant: Option<&str>| {
            Some(ModelRef {
                provider: "open/router".to_owned(),
                model: "vendor/model:free".to_owned(),
                variant: variant.map(str::to_owned),
            })
        };
        for used in [
            Used {
                agent: Some("plan".to_owned()),
                model: model(Some("high")),
            },
            Used {
                agent: None,
                model: model(None),
            },
            Used::default(),
        ] {
            assert_eq!(Used::parse(&used.to_text()), used);
        }
        assert_eq!(Used::parse("of an older build"), Used::default());
    }
}
