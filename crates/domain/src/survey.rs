//! What a server was asked to find out whether it behaves as it is taken to: the questions,
//! what was expected, what came out. A report of it holds no secret and nothing of the
//! owner's work, so that it may be shown to anyone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::house::Family;

/// What a server was found to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Which protocol it speaks.
    pub family: Family,
    /// Its version.
    pub version: Option<String>,
    /// What it was asked, in that order; nothing where its protocol is proved.
    pub findings: Vec<Finding>,
}

/// A question, and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was asked.
    pub asked: String,
    /// What was expected.
    pub expected: String,
    /// How sure that was: the marks of decision 0018.
    pub mark: String,
    /// What was found.
    pub found: String,
    /// What to think of it.
    pub verdict: Verdict,
}

/// What to think of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is as it was expected.
    Same,
    /// It is not.
    Different,
    /// It was not asked, or the answer says nothing.
    Open,
}

impl Verdict {
    /// The word for it in a report.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "as expected",
            Verdict::Different => "different",
            Verdict::Open => "open",
        }
    }
}

impl Survey {
    /// How many findings have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let findings = self.findings.iter();
        findings.filter(|it| it.verdict == verdict).count()
    }
}

/// As a table in Markdown, to be attached to a report.
impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self.family {
            Family::V1 => "1.x",
            Family::Hybrid => "1.x, with a first set of the routes of 2.x",
            Family::V2 => "2.x",
        };
        let version = self.version.as_deref().unwrap_or("an unknown version");
        writeln!(f, "OpenCode {version}, which speaks {family}.")?;
        if self.findings.is_empty() {
            return f.write_str("There is nothing to ask: this protocol is proved.");
        }
        writeln!(
            f,
            "{} as expected, {} different, {} open.\n",
            self.count(Verdict::Same),
            self.count(Verdict::Different),
            self.count(Verdict::Open),
        )?;
        f.write_str("| asked | expected | mark | found | |\n|---|---|---|---|---|")?;
        for it in &self.findings {
            f.write_str("\n|")?;
            for cell in [&it.asked, &it.expected, &it.mark, &it.found] {
                write!(f, " {} |", cell.replace('|', "\\|"))?;
            }
            write!(f, " {} |", it.verdict.word())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict) -> Finding {
        Finding {
            asked: "a session that is not there".to_owned(),
            expected: "404".to_owned(),
            mark: "T".to_owned(),
            found: "200 a|b".to_owned(),
            verdict,
        }
    }

    #[test]
    fn a_report_is_a_table_whatever_stands_in_it() {
        let survey = Survey {
            family: Family::V2,
            version: Some("2.0.24".to_owned()),
            findings: [Verdict::Same, Verdict::Different, Verdict::Open]
                .map(finding)
                .to_vec(),
        };
        insta::assert_snapshot!(survey, @r"
        OpenCode 2.0.24, which speaks 2.x.
        1 as expected, 1 different, 1 open.

        | asked | expected | mark | found | |
        |---|---|---|---|---|
        | a session that is not there | 404 | T | 200 a\|b | as expected |
        | a session that is not there | 404 | T | 200 a\|b | different |
        | a session that is not there | 404 | T | 200 a\|b | open |
        ");
    }

    #[test]
    fn of_a_proved_protocol_only_its_name_is_said() {
        let survey = Survey {
            family: Family::Hybrid,
            version: None,
            findings: Vec::new(),
        };
        let text = survey.to_string();
        assert!(text.contains("speaks 1.x"), "{text}");
        assert!(text.ends_with("proved."), "{text}");
    }
}
