//! The security measures that portolan knows, and whether a text names one or denies it.

use crate::text::fold::fold;

/// A security measure that portolan can enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// What crosses a network is encrypted.
    Encryption,
    /// Calls are limited.
    RateLimiting,
    /// Nobody gets in unknown.
    AccessControl,
    /// What happens is written down.
    AuditLogging,
}

impl Measure {
    /// The measure that an item of the list names. What is denied or only planned is none, nor is what
    /// sounds alike: encryption of disks, audits by people, the second factor of a person.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text = fold(text);
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let word = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
        let begins = |starts: &[&str]| words.iter().any(|w| starts.iter().any(|start| w.starts_with(start)));
        let pair = |first: &str, second: &str| {
            words.windows(2).any(|pair| pair[0].starts_with(first) && pair[1].starts_with(second))
        };
        let at_rest = pair("at", "rest") || begins(&["disk", "volume", "backup", "storage"]);
        if denies(&text) {
            None
        } else if word(&["tls", "https", "transit", "transport"]) || begins(&["encrypt"]) && !at_rest {
            Some(Self::Encryption)
        } else if pair("rate", "limit") || begins(&["throttl"]) {
            Some(Self::RateLimiting)
        } else if pair("access", "control") || begins(&["authenticat"]) && !begins(&["factor"]) {
            Some(Self::AccessControl)
        } else if begins(&["audit"]) && begins(&["log", "trail", "record"]) {
            Some(Self::AuditLogging)
        } else {
            None
        }
    }
}

/// Whether a text says of something that it is not there, or not yet: in words, or struck out.
pub(super) fn denies(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "no", "not", "none", "never", "without", "off", "disabled", "planned", "later", "pending", "todo",
        "tbd",
    ];
    let text = fold(text);
    text.contains("~~") || text.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_what_they_say_and_not_what_sounds_alike() {
        use Measure::{AccessControl, AuditLogging, Encryption, RateLimiting};
        for (item, measure) in [
            ("Encryption", Some(Encryption)),
            ("Data encryption (at rest and in transit)", Some(Encryption)),
            ("TLS everywhere", Some(Encryption)),
            ("Encrypted connections", Some(Encryption)),
            ("Encryption at rest", None),
            ("Disk encryption", None),
            ("No encryption", None),
            ("~~Encryption~~", None),
            ("Encryption: none", None),
            ("Encrypted REST calls", Some(Encryption)),
            ("Rate limiting", Some(RateLimiting)),
            ("Request throttling", Some(RateLimiting)),
            ("Exchange rates", None),
            ("Access control", Some(AccessControl)),
            ("Authentication", Some(AccessControl)),
            ("Two-factor authentication for staff", None),
            ("Audit logging", Some(AuditLogging)),
            ("Audit trails", Some(AuditLogging)),
            ("Quarterly security audits", None),
            ("Logging", None),
        ] {
            assert_eq!(Measure::of(item), measure, "{item}");
        }
    }
}
