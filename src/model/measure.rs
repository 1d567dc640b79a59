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
    /// Whether a heading says of the measures below it that they are not there, or not yet.
    #[must_use]
    pub fn none_below(heading: &str) -> bool {
        denies(&fold(heading))
    }

    /// The measure that an item of the list names; `about` is what it says of it behind a sign. What is denied or
    /// only planned is none, nor is what holds for a part alone, nor what sounds alike: encryption of disks and passwords,
    /// audits by people, the second factor of a person, the access control list of a switch.
    #[must_use]
    pub fn of(name: &str, about: &str) -> Option<Self> {
        let (name, about) = (fold(name), fold(about));
        if denies(&name) || denies(&about) {
            return None;
        }
        let own = Said::of(&name);
        if own.narrows() || Said::of(&about).narrows() {
            return None;
        }
        // What is only said of a measure may narrow it, and names none.
        let all = Said(words(&name).chain(words(&about)).collect());
        let in_transit = |said: &Said<'_>| said.has(&["tls", "https", "transit", "transport"]);
        let at_rest = all.has_pair("at", "rest") || all.begins(&STORED);
        if in_transit(&own) || own.begins(&["encrypt"]) && (!at_rest || in_transit(&all)) {
            Some(Self::Encryption)
        } else if own.has_pair("rate", "limit") || own.begins(&["throttl"]) {
            Some(Self::RateLimiting)
        } else if own.names_access_control() || own.begins(&["authenticat"]) && !all.begins(&["factor"]) {
            Some(Self::AccessControl)
        } else if own.begins(&["audit"]) && own.begins(&["log", "trail", "record"]) {
            Some(Self::AuditLogging)
        } else {
            None
        }
    }

    /// The measure that a name is within two slips of, where it names none itself: it would be none without a word.
    #[must_use]
    pub fn nearly(name: &str) -> Option<&'static str> {
        const NAMES: [&str; 6] = [
            "Encryption",
            "Rate limiting",
            "Throttling",
            "Access control",
            "Authentication",
            "Audit logging",
        ];
        let folded = fold(name.trim());
        let near = |known: &&str| strsim::osa_distance(&folded, &fold(known)) <= 2;
        NAMES.into_iter().find(|known| near(known) && Self::of(name, "").is_none())
    }
}

/// How words begin that say what of a system lies still, or how that is encrypted.
const STORED: [&str; 13] = [
    "disk",
    "volume",
    "backup",
    "storage",
    "password",
    "credential",
    "secret",
    "database",
    "column",
    "field",
    "bcrypt",
    "scrypt",
    "argon",
];

/// The words of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words of an item, folded.
struct Said<'t>(Vec<&'t str>);

impl<'t> Said<'t> {
    fn of(text: &'t str) -> Self {
        Self(words(text).collect())
    }

    fn has(&self, wanted: &[&str]) -> bool {
        self.0.iter().any(|word| wanted.contains(word))
    }

    fn begins(&self, starts: &[&str]) -> bool {
        self.0.iter().any(|word| starts.iter().any(|start| word.starts_with(start)))
    }

    fn has_pair(&self, first: &str, second: &str) -> bool {
        self.0.windows(2).any(|pair| pair[0].starts_with(first) && pair[1].starts_with(second))
    }

    /// Whether this word stands right before one of these.
    fn has_before(&self, first: &str, second: &[&str]) -> bool {
        self.0.windows(2).any(|pair| pair[0] == first && second.contains(&pair[1]))
    }

    /// Access control as such: a list of it is a thing of networks and file systems.
    fn names_access_control(&self) -> bool {
        let is_list = |at: usize| self.0.get(at + 2).is_some_and(|word| word.starts_with("list"));
        let mut pairs = self.0.windows(2).enumerate();
        pairs.any(|(at, pair)| pair[0] == "access" && pair[1].starts_with("control") && !is_list(at))
    }

    /// Whether a measure is not taken everywhere: then nobody can tell of an integration whether it is meant.
    fn narrows(&self) -> bool {
        let narrowed = |(at, word): (usize, &&str)| *word == "only" && !self.is_strict(at);
        self.has(&["except", "excepting", "unless", "partial", "partially", "partly"])
            || self.begins(&["exclud"])
            || self.0.iter().enumerate().any(narrowed)
    }

    /// Whether the `only` with this index makes a measure stricter, and no narrower: `TLS only`, `append-only`.
    fn is_strict(&self, at: usize) -> bool {
        const KINDS: [&str; 4] = ["read", "append", "write", "view"];
        const WHERE: [&str; 10] = ["for", "on", "in", "at", "to", "from", "where", "when", "if", "within"];
        const WAYS: [&str; 5] = ["over", "via", "with", "through", "using"];
        const STRICT: [&str; 7] = ["tls", "mtls", "https", "wss", "encrypt", "authenticat", "authori"];
        const WHAT: [&str; 8] =
            ["connection", "connections", "traffic", "users", "clients", "requests", "access", "calls"];
        let (before, behind) = (&self.0[..at], &self.0[at + 1..]);
        if before.last().is_some_and(|word| KINDS.contains(word)) || behind.starts_with(&["in", "transit"]) {
            return true;
        }
        if behind.first().is_some_and(|word| WHERE.contains(word)) {
            return false;
        }
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        // A version of what was said before: `TLS: 1.3 only`.
        if (1..=4).contains(&before.len()) && before.iter().all(|word| is_number(word)) {
            return true;
        }
        let what = before.iter().rev().find(|word| !WHAT.contains(word) && !is_number(word));
        let next = behind.iter().find(|word| !WAYS.contains(word));
        what.into_iter().chain(next).any(|word| STRICT.iter().any(|start| word.starts_with(start)))
    }
}

/// Whether a text, folded, says of something that it is not there, or not yet: in words, or struck out.
fn denies(text: &str) -> bool {
    const WORDS: [&str; 33] = [
        "no",
        "not",
        "none",
        "never",
        "nowhere",
        "without",
        "missing",
        "lacking",
        "absent",
        "unavailable",
        "off",
        "disabled",
        "inactive",
        "optional",
        "na",
        "planned",
        "later",
        "pending",
        "todo",
        "tbd",
        "wip",
        "underway",
        "upcoming",
        "soon",
        "roadmap",
        "backlog",
        "proposed",
        "wishlist",
        "deferred",
        "postponed",
        "someday",
        "eventually",
        "unimplemented",
    ];
    const STAGES: [&str; 8] = [
        "evaluation",
        "consideration",
        "construction",
        "development",
        "discussion",
        "investigation",
        "review",
        "way",
    ];
    const WORK: [&str; 13] = [
        "done",
        "added",
        "decided",
        "defined",
        "determined",
        "discussed",
        "evaluated",
        "implemented",
        "introduced",
        "built",
        "rolled",
        "enabled",
        "configured",
    ];
    let all = Said::of(text);
    let is_future = || all.has(&["future"]) && !all.has_pair("future", "proof");
    let is_under_way = || {
        all.has_before("in", &["progress", "planning", "preparation"])
            || all.has_before("under", &STAGES)
            || all.has_before("to", &["do", "come"])
            || all.has_before("be", &WORK) && all.has_before("to", &["be"])
    };
    text.contains("~~") || all.has(&WORDS) || all.has_before("n", &["a"]) || is_future() || is_under_way()
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
            ("Password encryption (bcrypt)", None),
            ("Database encryption", None),
            ("Encryption of passwords in transit", Some(Encryption)),
            ("Rate limiting (future enhancement)", None),
            ("Rate limiting, coming soon", None),
            ("Upcoming: rate limiting", None),
            ("Rate limiting (roadmap Q3)", None),
            ("Future-proof encryption", Some(Encryption)),
            ("Rate limiting (WIP)", None),
            ("Rate limiting (in progress)", None),
            ("Encryption is optional", None),
            ("Rate limiting on the login page only", None),
            ("Rate limiting only for guests", None),
            ("Rate limiting (public API only)", None),
            ("Encryption in transit everywhere except the IoT VLAN", None),
            ("Encryption in transit, excluding backups", None),
            ("Partial encryption", None),
            ("TLS only for what leaves the house", None),
            ("TLS only", Some(Encryption)),
            ("HTTPS-only", Some(Encryption)),
            ("TLS 1.3 only", Some(Encryption)),
            ("Only encrypted connections", Some(Encryption)),
            ("Encrypted connections only", Some(Encryption)),
            ("Rate limiting of token domains", Some(RateLimiting)),
            ("Encrypted REST calls", Some(Encryption)),
            ("Rate limiting", Some(RateLimiting)),
            ("Request throttling", Some(RateLimiting)),
            ("Exchange rates", None),
            ("Access control", Some(AccessControl)),
            ("Access control list on the switch", None),
            ("Access control lists (ACL)", None),
            ("Access control, and access control lists", Some(AccessControl)),
            ("Authentication", Some(AccessControl)),
            ("Two-factor authentication for staff", None),
            ("Audit logging", Some(AuditLogging)),
            ("Audit trails", Some(AuditLogging)),
            ("Quarterly security audits", None),
            ("Logging", None),
        ] {
            assert_eq!(Measure::of(item, ""), measure, "{item}");
        }
        for (name, about, measure) in [
            ("Encryption", "at rest (AES-256)", None),
            ("Encryption", "disks only", None),
            ("Encryption", "at rest and in transit", Some(Encryption)),
            ("Encryption", "disks and TLS", Some(Encryption)),
            ("TLS", "the storage, too", Some(Encryption)),
            ("Encryption", "planned", None),
            ("Encryption", "n/a", None),
            ("TLS", "optional", None),
            ("TLS", "1.2 only", Some(Encryption)),
            ("TLS", "1.2 or newer, HTTPS only", Some(Encryption)),
            ("Encryption", "only in transit", Some(Encryption)),
            ("Encryption", "external traffic only", None),
            ("Encryption", "only external", None),
            ("Access control", "authenticated users only", Some(AccessControl)),
            ("Access control", "read-only by default", Some(AccessControl)),
            ("Access control", "internal users only", None),
            ("Audit logging", "append-only", Some(AuditLogging)),
            ("Audit logging", "in progress", None),
            ("Audit log", "to be done", None),
            ("Audit log", "to be added", None),
            ("Audit logging", "missing", None),
            ("Audit logging", "to do", None),
            ("Audit logging", "under evaluation", None),
            ("Audit logging", "nowhere yet", None),
            ("Encryption", "all calls have to be encrypted", Some(Encryption)),
            ("Audit logging", "under the eyes of two", Some(AuditLogging)),
            ("Audit logging", "in the gateway, to the archive", Some(AuditLogging)),
            ("Encryption", "a future enhancement", None),
            ("Encryption", "of passwords, with argon2id", None),
            ("Backups", "encrypted", None),
            ("Rate limiting", "over TLS", Some(RateLimiting)),
            ("Authentication", "a second factor for staff", None),
            ("Access control", "by role, with two factors", Some(AccessControl)),
            ("Audit logging", "of access control", Some(AuditLogging)),
        ] {
            assert_eq!(Measure::of(name, about), measure, "{name}: {about}");
        }
    }
}
