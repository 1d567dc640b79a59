//! The form in which findings are kept between two runs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::finding::{Finding, Fix, Related, Severity};
use crate::model::help::Help;
use crate::rules::{RULES, number};
use crate::text::place::Place;

/// A finding as it is kept. Its rule is stored as a number, which is the same as long as the program is.
#[derive(Serialize, Deserialize)]
pub(super) struct CachedFinding<'b> {
    rule: u32,
    severity: Severity,
    #[serde(borrow)]
    message: Cow<'b, str>,
    #[serde(borrow)]
    note: Cow<'b, str>,
    place: Option<Place>,
    related: Cow<'b, [Related]>,
    help: Option<Cow<'b, Help>>,
    #[serde(borrow)]
    subject: Cow<'b, str>,
    fix: Option<Cow<'b, Fix>>,
}

impl<'b> CachedFinding<'b> {
    /// Converts a finding; `None` where its rule is not in [`RULES`].
    pub(super) fn of(finding: &'b Finding) -> Option<Self> {
        let Finding { rule, severity, message, note, place, related, help, subject, fix } = finding;
        Some(Self {
            rule: number(rule)? as u32,
            severity: *severity,
            message: Cow::Borrowed(message),
            note: Cow::Borrowed(note),
            place: *place,
            related: Cow::Borrowed(related),
            help: help.as_ref().map(Cow::Borrowed),
            subject: Cow::Borrowed(subject),
            fix: fix.as_deref().map(Cow::Borrowed),
        })
    }

    /// Restores the finding; `None` where no rule has that number.
    pub(super) fn finding(self) -> Option<Finding> {
        Some(Finding {
            rule: RULES.get(self.rule as usize)?.name,
            severity: self.severity,
            message: self.message.into_owned(),
            note: self.note.into_owned(),
            place: self.place,
            related: self.related.into_owned(),
            help: self.help.map(Cow::into_owned),
            subject: self.subject.into_owned(),
            fix: self.fix.map(|fix| Box::new(fix.into_owned())),
        })
    }
}
