//! The security measures that portolan knows, and whether a text names one or denies it.

mod denial;

use denial::denies;

use crate::text::fold::fold;

/// A security measure that portolan can enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Network traffic is encrypted.
    Encryption,
    /// The rate of calls is limited.
    RateLimiting,
    /// Access requires authentication.
    AccessControl,
    /// Actions are logged.
    AuditLogging,
}

impl Measure {
    /// Whether a heading says that the measures below it do not exist, or not yet.
    #[must_use]
    pub fn none_below(heading: &str) -> bool {
        denies(&fold(heading), "")
    }

    /// Returns the measure that an item of the list names; `about` is the text after its separator. `None` for a
    /// measure that is denied, only planned, or limited to a part, and for things with a similar name: encryption
    /// of disks and passwords, audits by people, a person's second factor, the access control list of a switch.
    #[must_use]
    pub fn of(name: &str, about: &str) -> Option<Self> {
        let (name, about) = (fold(name), fold(about));
        let measure = Self::named(&name, &about)?;
        let is_whole = clauses(&name).chain(clauses(&about)).any(|clause| clause.is_about_all());
        let narrows = |text: &str| {
            let mut has_limit = false;
            clauses(text).any(|clause| {
                let is_part = !is_whole && clause.names_part(measure);
                // In `100/min per client, 5 logins/min`, the limit of a part is one more beside that of the whole.
                let is_further = is_part && has_limit && clause.has_figure();
                has_limit |= measure == Self::RateLimiting && !is_part && clause.has_rate();
                clause.narrows(measure) || is_part && !is_further
            })
        };
        (!denies(&name, &about) && !narrows(&name) && !narrows(&about)).then_some(measure)
    }

    /// Returns the measure that an item names, whatever the item says about it. Both texts are folded.
    fn named(name: &str, about: &str) -> Option<Self> {
        let own = Said::of(name);
        // The text about a measure may narrow it, but does not name one.
        let all = Said(words(name).chain(words(about)).collect());
        let in_transit = |said: &Said<'_>| said.has(&["tls", "https", "transit", "transport"]);
        let is_at_rest = all.has_pair("at", "rest") || all.begins(&STORED);
        let is_sent = || in_transit(&all) || !is_at_rest && (all.names_traffic() || !is_kept(name, about));
        if in_transit(&own) || own.begins(&["encrypt"]) && is_sent() {
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

    /// Returns the known name that `name` is within two typing errors of, where `name` itself names no measure.
    /// Without this check such a name would be ignored silently.
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

/// Whether the clause that names the encryption says that it is of stored data. In `Encryption: tokens (Fernet)`
/// and `Encryption (tokens)`, what is encrypted stands in the next clause.
fn is_kept(name: &str, about: &str) -> bool {
    let mut said: Vec<Said<'_>> = clauses(name).chain(clauses(about)).collect();
    if said.len() > 1 && said[0].0.len() == 1 {
        let what = said.remove(1);
        said[0].0.extend(what.0);
    }
    let is_stored = |clause: &Said<'_>| clause.has(&KEPT) || clause.has_pair("traffic", "log");
    said.iter().any(|clause| clause.begins(&["encrypt"]) && is_stored(clause))
}

/// Beginnings of words for stored data, or for how it is encrypted.
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

/// Words for stored data that often stand beside a measure without being its subject. They count only in the
/// clause that names the encryption.
const KEPT: [&str; 8] = ["stored", "bucket", "buckets", "s3", "token", "tokens", "cookie", "cookies"];

/// Words that introduce a place or a condition.
const WHERE: [&str; 10] = ["for", "on", "in", "at", "to", "from", "where", "when", "if", "within"];

/// What is limited and logged in a whole system.
const CALLS: [&str; 6] = ["call", "request", "query", "queries", "traffic", "access"];

/// Things in a system that are limited or logged.
const THINGS: [&str; 14] = [
    "endpoint",
    "route",
    "path",
    "page",
    "panel",
    "api",
    "action",
    "operation",
    "activity",
    "activities",
    "event",
    "change",
    "attempt",
    "function",
];

/// Whether a word is one of some words, or its plural in `s`.
fn is_one(word: &str, of: &[&str]) -> bool {
    of.contains(&word) || word.strip_suffix('s').is_some_and(|one| of.contains(&one))
}

/// Splits a text into its words.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Splits a text into the clauses that each make a statement: `required, but TLS is optional (for now)` has three.
fn clauses(text: &str) -> impl Iterator<Item = Said<'_>> {
    let parts = text.split([',', ';', '(', ')', '[', ']', '–', '—']);
    let parts = parts.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(". "));
    parts.map(Said::of).filter(|clause| !clause.0.is_empty())
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

    /// Whether the words name traffic, rather than records of it.
    fn names_traffic(&self) -> bool {
        let is_log = |at: usize| self.0.get(at + 1).is_some_and(|next| next.starts_with("log"));
        self.0.iter().enumerate().any(|(at, word)| *word == "traffic" && !is_log(at))
    }

    /// Whether the words name access control. An access control list is a feature of networks and file systems,
    /// and does not count.
    fn names_access_control(&self) -> bool {
        let is_list = |at: usize| self.0.get(at + 2).is_some_and(|word| word.starts_with("list"));
        let mut pairs = self.0.windows(2).enumerate();
        pairs.any(|(at, pair)| pair[0] == "access" && pair[1].starts_with("control") && !is_list(at))
    }

    /// Whether the clause says that `measure` does not hold everywhere: then it is unclear whether it holds for a
    /// given integration. Access control decides who gets in, so excluding others does not narrow it.
    fn narrows(&self, measure: Measure) -> bool {
        let keeps_out = measure == Measure::AccessControl;
        let narrows = |(at, word): (usize, &&str)| match *word {
            "only" => self.narrows_by_only(at, keeps_out),
            "except" | "excepting" | "excluding" | "partial" => true,
            "partially" | "partly" => self.is_in_part(at),
            "unless" => !keeps_out,
            other => !keeps_out && other.starts_with("exclud"),
        };
        self.0.iter().enumerate().any(narrows)
    }

    /// Whether the clause names a part of a system for which `measure` is meant: `login and critical endpoints`,
    /// `of admin actions`. Attackers guess passwords and administrators change things, so limits and logs are
    /// often for these alone. Encryption may name them in passing, so there it takes a word for a place. Access
    /// control is about who may log in anyway.
    fn names_part(&self, measure: Measure) -> bool {
        let mut parts = (0..self.0.len())
            .filter(|at| self.is_part(*at) && !self.is_in_purpose(*at) && !self.is_added(*at));
        match measure {
            Measure::RateLimiting | Measure::AuditLogging => parts.next().is_some(),
            Measure::Encryption => parts.any(|at| {
                let before = at.checked_sub(1).and_then(|before| self.0.get(before));
                let is_place = before.is_some_and(|word| *word == "of" || WHERE.contains(word));
                is_place && !self.0[at].starts_with("password")
            }),
            Measure::AccessControl => false,
        }
    }

    /// Whether a part of a system is named at this index.
    fn is_part(&self, at: usize) -> bool {
        const PARTS: [&str; 6] = ["login", "logon", "signin", "signup", "registration", "password"];
        const KINDS: [&str; 12] = [
            "admin",
            "administrator",
            "administrative",
            "administration",
            "auth",
            "authentication",
            "authorization",
            "authorisation",
            "privileged",
            "sensitive",
            "critical",
            "important",
        ];
        let (word, next) = (self.0[at], self.0.get(at + 1).copied().unwrap_or_default());
        is_one(word, &PARTS)
            || is_one(word, &KINDS) && is_one(next, &THINGS)
            || matches!((word, next), ("log" | "sign", "in" | "up") | ("brute", "force"))
    }

    /// Whether the word with this index says what a measure is good for, rather than where it holds: `to prevent
    /// brute force attacks`, but not what follows in `prevents brute force attacks by limiting logins`.
    fn is_in_purpose(&self, at: usize) -> bool {
        const PURPOSES: [&str; 4] = ["prevent", "prevents", "preventing", "against"];
        let ends = |word: &&&str| **word == "by" || **word == "of" || WHERE.contains(*word);
        let mut before = self.0[..at].iter().rev().take_while(|word| !ends(word));
        before.any(|word| PURPOSES.contains(word))
    }

    /// Whether the part with this index is named in addition to something else: `API calls and admin actions`,
    /// `including logins`, `logins too`.
    fn is_added(&self, at: usize) -> bool {
        let before = &self.0[..at];
        let is_beside = before.split_last().is_some_and(|(last, others)| {
            let is_whole = others.last().is_some_and(|word| is_one(word, &THINGS) || is_one(word, &CALLS));
            *last == "and" && is_whole && !(0..others.len()).any(|other| self.is_part(other))
        });
        is_beside || before.contains(&"including") || self.0.last() == Some(&"too")
    }

    fn has_figure(&self) -> bool {
        self.0.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Whether the clause has a figure for a time: `100/min`, `10 requests per second`.
    fn has_rate(&self) -> bool {
        const RATES: [&str; 15] = [
            "per", "s", "sec", "second", "m", "min", "minute", "h", "hr", "hour", "day", "rps", "rpm", "qps",
            "request",
        ];
        self.has_figure() && self.0.iter().any(|word| is_one(word, &RATES))
    }

    /// Whether the clause says that something holds everywhere: `all routes`, but not `all login attempts`.
    fn is_about_all(&self) -> bool {
        const ALL: [&str; 9] =
            ["all", "every", "each", "any", "everywhere", "global", "globally", "including", "too"];
        let is_of_part = |at: usize| (at + 1..self.0.len().min(at + 3)).any(|at| self.is_part(at));
        self.0.iter().enumerate().any(|(at, word)| ALL.contains(word) && !is_of_part(at))
    }

    /// Whether the `partly` with this index is about the measure itself. A measure that is, say, partly automated
    /// may still hold everywhere.
    fn is_in_part(&self, at: usize) -> bool {
        const DONE: [&str; 18] = [
            "encrypt",
            "authenticat",
            "log",
            "limit",
            "throttl",
            "audit",
            "implement",
            "introduc",
            "roll",
            "enabl",
            "enforc",
            "activ",
            "deploy",
            "configur",
            "cover",
            "done",
            "availab",
            "support",
        ];
        let next = self.0.get(at + 1);
        next.is_none_or(|next| *next == "in" || DONE.iter().any(|start| next.starts_with(start)))
    }

    /// Whether the `only` with this index limits where a measure holds: `only for guests`,
    /// `on the login page only`. A restriction of what is let through does not: `only admins may write`,
    /// `HTTP only redirects`.
    fn narrows_by_only(&self, at: usize, keeps_out: bool) -> bool {
        const SCOPES: [&str; 12] = [
            "external",
            "externally",
            "internal",
            "internally",
            "public",
            "private",
            "incoming",
            "outgoing",
            "inbound",
            "outbound",
            "some",
            "certain",
        ];
        let is_scope = |word: &&str| SCOPES.contains(word);
        let is_place = |word: &&str| WHERE.contains(word);
        if self.is_strict(at) {
            return false;
        }
        match self.0.get(at + 1) {
            Some(next) => is_place(next) || !keeps_out && is_scope(next),
            None => !keeps_out || self.0.iter().any(|word| is_place(word) || is_scope(word)),
        }
    }

    /// Whether the `only` with this index makes a measure stricter rather than narrower: `TLS only`,
    /// `append-only`.
    fn is_strict(&self, at: usize) -> bool {
        const KINDS: [&str; 4] = ["read", "append", "write", "view"];
        const WAYS: [&str; 5] = ["over", "via", "with", "through", "using"];
        const STRICT: [&str; 10] =
            ["tls", "mtls", "https", "wss", "encrypt", "authenticat", "authori", "cipher", "suite", "secure"];
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
        // The words are a version of the subject named before: `TLS: 1.3 only`.
        if (1..=4).contains(&before.len()) && before.iter().all(|word| is_number(word)) {
            return true;
        }
        let what = before.iter().rev().find(|word| !WHAT.contains(word) && !is_number(word));
        let next = behind.iter().find(|word| !WAYS.contains(word));
        what.into_iter().chain(next).any(|word| STRICT.iter().any(|start| word.starts_with(start)))
    }
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
            ("S3 bucket with encryption and versioning enabled", None),
            ("Encrypt all stored tokens.", None),
            ("Encrypted cookies", None),
            ("Stored tokens and traffic in transit are encrypted", Some(Encryption)),
            ("Encryption of stored data and of data in transit", Some(Encryption)),
            ("HTTPS for admin pages", None),
            ("Login rate limiting", None),
            ("Rate limiting for all login attempts", None),
            ("Rate limiting, critical", Some(RateLimiting)),
            ("Rate limiting of all endpoints, login endpoints included", Some(RateLimiting)),
            ("Audit logging of admin actions", None),
            ("Audit logging of all privileged operations", None),
            ("Audit logging of all actions", Some(AuditLogging)),
            ("Login authentication", Some(AccessControl)),
            ("Rate limiting to prevent brute force attacks", Some(RateLimiting)),
            ("Rate limiting against brute force and abuse", Some(RateLimiting)),
            ("Rate limiting against brute force on the login page", None),
            ("Rate limiting for API and login", Some(RateLimiting)),
            ("Rate limiting for login and registration", None),
            ("Rate limiting by authenticated API key", Some(RateLimiting)),
            ("Rate limiting per registered client", Some(RateLimiting)),
            ("Audit logging of API calls and admin actions", Some(AuditLogging)),
            ("Audit logging of logins and admin actions", None),
            ("Rate limiting of authentication attempts", None),
            ("End-to-end encryption; tokens rotated", Some(Encryption)),
            ("Encrypt all API traffic and stored tokens", Some(Encryption)),
            ("Encrypt traffic to the app store", Some(Encryption)),
            ("Token encryption", None),
            ("Encryption (tokens)", None),
            ("Encryption of traffic logs", None),
            ("Encryption of database traffic", None),
            ("Encryption, audit logs", Some(Encryption)),
            ("Audit logging of administrator actions", None),
            ("Audit logging of authorization events", None),
            ("Rate limiting on authorisation endpoints", None),
            ("Rate limiting per IP and login", None),
            ("Rate limiting (nginx 1.25), 5 login attempts per minute", None),
        ] {
            assert_eq!(Measure::of(item, ""), measure, "{item}");
        }
    }

    #[test]
    fn what_is_said_of_a_measure_denies_or_narrows_it_only_where_it_is_meant() {
        use Measure::{AccessControl, AuditLogging, Encryption, RateLimiting};
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
            ("Access control", "only admins may write", Some(AccessControl)),
            ("Access control", "admins only", Some(AccessControl)),
            ("Access control", "only on the public API", None),
            ("Access control", "guests are excluded", Some(AccessControl)),
            ("Access control", "calls are rejected unless they bear a token", Some(AccessControl)),
            ("Access control", "all endpoints except /health", None),
            ("Rate limiting", "except for admins", None),
            ("Rate limiting", "login page only", None),
            ("Rate limiting", "unless it is a guest", None),
            ("Encryption in transit", "TLS 1.3, HTTP only redirects", Some(Encryption)),
            ("Encryption in transit", "TLS 1.3, strong ciphers only", Some(Encryption)),
            ("Encryption in transit", "TLS 1.3, on the WAN only", None),
            ("Access control", "partially automated, RBAC", Some(AccessControl)),
            ("Encryption", "partially", None),
            ("Encryption", "partly enabled", None),
            ("Encryption", "TLS, partially rolled out", None),
            ("Access control", "requests missing a token are rejected", Some(AccessControl)),
            ("Access control", "missing tokens are rejected", Some(AccessControl)),
            ("Access control (requests missing a token are rejected)", "", Some(AccessControl)),
            ("Access control", "sessions inactive for 15 minutes end", Some(AccessControl)),
            ("Access control", "rights are under review each quarter", Some(AccessControl)),
            ("Access control", "under review by the board", None),
            ("Authentication", "required, MFA optional", Some(AccessControl)),
            ("Authentication required, MFA optional", "", Some(AccessControl)),
            ("Rate limiting", "EU 100/min, NA 50/min", Some(RateLimiting)),
            ("Rate limiting", "100/min (EU, NA)", Some(RateLimiting)),
            ("Rate limiting", "100/min, bursts optional", Some(RateLimiting)),
            ("Rate limiting", "100/min (in progress)", None),
            ("Rate limiting", "100/min - optional", None),
            ("Rate limiting", "NA", None),
            ("Rate limiting (n/a)", "", None),
            ("Rate limiting", "n/a for now", None),
            ("Audit logging", "still missing in the gateway", None),
            ("Audit logging", "rollout in progress", None),
            ("Audit logging", "absent", None),
            ("Audit logging", "of inactive users, too", Some(AuditLogging)),
            ("Missing encryption", "", None),
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
            ("AES-256 Encryption", "Chat messages are encrypted before they are stored.", None),
            ("Encryption", "TLS 1.3, tokens are stored in the vault", Some(Encryption)),
            ("Encryption in transit", "TLS 1.3, login by SSO", Some(Encryption)),
            ("Rate limiting", "Login and critical endpoints", None),
            ("Rate limiting", "Prevents brute force attacks by limiting login attempts", None),
            ("Rate limiting", "5 attempts to sign in per minute", None),
            ("Rate limiting", "100/min on every route, login 5/min", Some(RateLimiting)),
            ("Rate limiting", "critical for the API", Some(RateLimiting)),
            ("Audit logging", "sensitive operations", None),
            ("Rate limiting", "100 req/min per client, 5 login attempts/min", Some(RateLimiting)),
            ("Rate limiting", "login page, 5/min", None),
            ("Audit logging", "comprehensive, including critical events", Some(AuditLogging)),
            ("Audit logging", "logins, including admin logins", None),
            ("Audit logging", "read by the administrators", Some(AuditLogging)),
            ("Access control", "login required", Some(AccessControl)),
            ("Encryption", "S3 buckets with SSE-KMS", None),
            ("Encryption", "tokens (Fernet)", None),
            ("Encryption", "stored data uses AES-256", None),
            ("Encryption", "AES-256, tokens are rotated", Some(Encryption)),
            ("Encryption at rest", "traffic logs (AES-256)", None),
            ("Rate limiting", "since 2024, 5 logins/min", None),
            ("Rate limiting", "3 strikes, login page 5/min", None),
            ("Rate limiting", "5 tries and login lockout", None),
        ] {
            assert_eq!(Measure::of(name, about), measure, "{name}: {about}");
        }
    }
}
