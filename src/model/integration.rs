//! The meaning of the fields of an integration, and comparison of its keys, addresses and values.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::syntax::integration::{Integration, is_placeholder};
use crate::syntax::json::{Json, JsonValue};
use crate::syntax::secret::is_kept_elsewhere;
use crate::syntax::uri;
use crate::text::fold::fold;

/// An integration whose fields can be looked up by name.
#[derive(Clone, Copy, Debug)]
pub struct View<'i>(pub &'i Integration);

/// A field that every integration may have.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The keys that lead to the field, from the outside in.
    pub path: &'static [&'static str],
    /// What it holds.
    pub holds: Holds,
    /// Whether every integration must have the field.
    pub required: bool,
    /// A description of the field.
    pub about: &'static str,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// A text or a number.
    Figure,
    /// Further fields.
    Object,
    /// Any value: the vault decides what to write there.
    Anything,
}

impl Field {
    const fn new(path: &'static [&'static str], holds: Holds, about: &'static str) -> Self {
        Self { path, holds, required: false, about }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

/// The fields that every integration may have. Rules check them, and the JSON Schema of the block lists them.
pub const FIELDS: [Field; 13] = [
    Field::new(&["name"], Holds::Text, "What it is called; no other integration of the vault has this name")
        .required(),
    Field::new(&["type"], Holds::Text, "What it is: an item of the vault's *Integration Categories*")
        .required(),
    Field::new(&["version"], Holds::Text, "The version that is in use"),
    Field::new(&["endpoint"], Holds::Text, "Where it is: an absolute URI, `host:port` or a reference")
        .required(),
    Field::new(&["status"], Holds::Text, "How it is doing: one of the vault's status indicators"),
    Field::new(&["logging"], Holds::Anything, "Whether, or how, its use is logged"),
    Field::new(&["auth"], Holds::Object, "How it authenticates"),
    Field::new(&["auth", "type"], Holds::Text, "The way: an item of the vault's *Integration Protocols*"),
    Field::new(
        &["auth", "credentials"],
        Holds::Text,
        "Where the credentials are kept, such as `env:NAME` or `[[note]]`; never the credentials",
    ),
    Field::new(&["config"], Holds::Object, "How it is used"),
    Field::new(
        &["config", "timeout"],
        Holds::Figure,
        "How long is waited, such as `30s`; a bare number is milliseconds",
    ),
    Field::new(&["config", "retry"], Holds::Figure, "What happens after a failure"),
    Field::new(&["config", "rateLimit"], Holds::Text, "How much is allowed, such as `600/min`"),
];

impl<'i> View<'i> {
    /// Returns the object of the integration.
    #[must_use]
    pub const fn json(self) -> &'i Json {
        &self.0.json
    }

    /// Returns the text of a field, a number as written; `None` where it is missing, empty or something else.
    #[must_use]
    pub fn text(self, path: &[&str]) -> Option<&'i str> {
        self.json().at(path).and_then(Json::text).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Returns a field that is filled in with a text that is neither empty nor a placeholder. A number is not a
    /// text: where it is wrong, `integration-field-type` reports it.
    #[must_use]
    pub fn value(self, path: &[&str]) -> Option<(&'i Json, &'i str)> {
        let json = self.json().at(path)?;
        let JsonValue::String(text) = &json.value else { return None };
        let text = text.trim();
        (!text.is_empty() && !is_placeholder(text)).then_some((json, text))
    }

    /// Returns the name.
    #[must_use]
    pub fn name(self) -> Option<&'i str> {
        self.text(&["name"])
    }

    /// Returns the name for a message, with a space before it; empty where there is none.
    #[must_use]
    pub fn shown_name(self) -> String {
        self.name().map_or_else(String::new, |name| format!(" `{name}`"))
    }

    /// Returns the subject of a finding about a field: the integration's name and the path of the field.
    #[must_use]
    pub fn subject(self, path: &[&str]) -> String {
        let mut subject = self.name().unwrap_or_default().to_owned();
        for key in path {
            // Writing into a string cannot fail.
            let _ = write!(subject, ".{key}");
        }
        subject
    }

    /// Returns the credentials in the form in which they may be shown: literal ones as `<redacted>`.
    #[must_use]
    pub fn credentials(self) -> Option<&'i str> {
        match &self.json().at(&["auth", "credentials"])?.value {
            JsonValue::Redacted => Some("<redacted>"),
            JsonValue::String(text) => Some(text),
            _ => None,
        }
    }
}

/// The keys that are known at one level of an integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKeys(BTreeMap<String, BareKey>);

/// A key in the form in which keys are compared: lower case, without separators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct BareKey {
    text: String,
    length: usize,
    /// A bit for each letter that occurs.
    letters: u32,
}

impl BareKey {
    fn of(key: &str) -> Self {
        let parts = key.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
        let text: String = parts.flat_map(char::to_lowercase).collect();
        let letters = text.chars().fold(0, |letters, c| letters | 1 << (c as u32 % 32));
        Self { length: text.chars().count(), text, letters }
    }
}

impl KnownKeys {
    /// Collects the standard keys of `level` and those that the vault's templates have there.
    #[must_use]
    pub fn at(level: &[&str], templates: &[View<'_>]) -> Self {
        let fixed = FIELDS.iter().filter_map(|field| {
            let (key, above) = field.path.split_last()?;
            (above == level).then_some(*key)
        });
        let own = templates
            .iter()
            .filter_map(|t| t.json().at(level))
            .flat_map(Json::members)
            .map(|m| m.key.as_str());
        Self(fixed.chain(own).map(|key| (key.to_owned(), BareKey::of(key))).collect())
    }

    /// Returns the known key that `key` was probably meant to be: one that differs only in case and separators, or
    /// by one typing error (two in longer keys). `None` where `key` is known itself or
    /// resembles none.
    #[must_use]
    pub fn near(&self, key: &str) -> Option<&str> {
        if self.0.contains_key(key) {
            return None;
        }
        let own = BareKey::of(key);
        let distance = |other: &BareKey| {
            // A short word is two errors away from many others: neither `path` nor `author` is meant to be `auth`.
            let limit = if own.length <= 5 || other.length <= 4 { 1 } else { 2 };
            // An error changes the length by at most one letter and the set of letters by at most two, so most
            // keys need no full comparison.
            let near = other.length.abs_diff(own.length) <= limit
                && (other.letters ^ own.letters).count_ones() as usize <= 2 * limit;
            near.then(|| strsim::osa_distance(&own.text, &other.text)).filter(|distance| *distance <= limit)
        };
        self.0.iter().filter_map(|(k, other)| Some((distance(other)?, k.as_str()))).min().map(|(_, k)| k)
    }
}

/// Returns the fields whose whole value is still a `[Placeholder]`, with their paths. Returns none where the name
/// is a placeholder too.
#[must_use]
pub fn placeholders(view: View<'_>) -> Vec<(Vec<&str>, &Json, &str)> {
    let mut found = Vec::new();
    if view.name().is_none_or(is_placeholder) {
        return found;
    }
    view.json().walk(&mut Vec::new(), &mut |path, json| {
        if let JsonValue::String(text) = &json.value
            && is_placeholder(text)
        {
            found.push((path.to_vec(), json, text.as_str()));
        }
    });
    found
}

/// Converts a value to `serde_json`, without places. A literal credential becomes `<redacted>`; of a key that
/// stands twice the first counts.
#[must_use]
pub fn to_value(json: &Json) -> serde_json::Value {
    match &json.value {
        JsonValue::Null => serde_json::Value::Null,
        JsonValue::Bool(b) => (*b).into(),
        JsonValue::Number(n) => {
            n.parse::<serde_json::Number>().map_or_else(|_| n.as_str().into(), Into::into)
        }
        JsonValue::String(s) => s.as_str().into(),
        JsonValue::Redacted => "<redacted>".into(),
        JsonValue::List(items) => items.iter().map(to_value).collect(),
        JsonValue::Object(members) => {
            let pairs = members.iter().rev().map(|m| (m.key.clone(), to_value(&m.value)));
            pairs.collect::<serde_json::Map<_, _>>().into()
        }
    }
}

/// Returns the value that a JSON Pointer (RFC 6901) leads to, or the last value on the way that exists.
#[must_use]
pub fn at_pointer<'j>(json: &'j Json, pointer: &str) -> &'j Json {
    let mut at = json;
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        let next = match &at.value {
            JsonValue::List(items) => key.parse::<usize>().ok().and_then(|i| items.get(i)),
            _ => at.get(&key),
        };
        let Some(next) = next else { break };
        at = next;
    }
    at
}

/// Whether an authentication type says that there is no authentication.
#[must_use]
pub fn is_no_auth(text: &str) -> bool {
    matches!(fold(text.trim()).as_ref(), "none" | "n/a" | "anonymous" | "-")
}

/// Returns the addresses of an endpoint, which may be several separated by commas, or one after an HTTP method.
pub fn addresses(endpoint: &str) -> impl Iterator<Item = &str> {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let text = endpoint.trim();
    let called = text.split_once(' ').filter(|(method, _)| METHODS.contains(method)).map(|(_, rest)| rest);
    let listed = called.is_none().then(|| text.split(", "));
    called.into_iter().chain(listed.into_iter().flatten()).map(str::trim)
}

/// Whether an endpoint is an address, a list of addresses, or a reference. An address is an absolute URI (RFC
/// 3986, section 4.3) or `host:port`; `schemes` are the further schemes of references that the settings name.
#[must_use]
pub fn is_address(text: &str, schemes: &[String]) -> bool {
    is_kept_elsewhere(text, schemes) || addresses(text).all(is_one_address)
}

/// Whether two texts are the same address (RFC 3986, section 6.2). Schemes and hosts are compared without case,
/// and an empty path is the path `/`.
#[must_use]
pub fn same_address(a: &str, b: &str) -> bool {
    a == b || normal(a).is_some_and(|own| normal(b) == Some(own))
}

/// Returns an address in a normal form for comparison.
fn normal(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    // A host that is a variable or a placeholder keeps its case.
    let is_plain = !authority.contains(['{', '$', '<', '%']);
    let shown = if is_plain { authority[host..].to_ascii_lowercase() } else { authority[host..].to_owned() };
    let scheme = scheme.to_ascii_lowercase();
    let is_web = matches!(scheme.as_str(), "http" | "https" | "ws" | "wss");
    let root = if is_web && !path.starts_with('/') { "/" } else { "" };
    Some(format!("{scheme}://{}{shown}{root}{path}", &authority[..host]))
}

fn is_one_address(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    // The form of ssh and git: `git@example.com:team/repository`.
    if scheme.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !rest.is_empty()
    {
        return true;
    }
    let is_scheme = scheme.len() > 1 && uri::is_scheme(scheme);
    if let Some(authority) = rest.strip_prefix("//") {
        let local = matches!(scheme, "file" | "unix");
        return is_scheme
            && (local || !authority.trim_start_matches('/').is_empty() && !authority.starts_with('/'));
    }
    let port = text.rsplit_once(':').is_some_and(|(host, port)| {
        let number = port.split('/').next().unwrap_or_default();
        !host.is_empty() && number.parse::<u16>().is_ok()
    });
    port || (is_scheme && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in [
            "https://api.example.com/v1/{id}?x=1",
            "postgresql://db.example.com:5432/main?sslmode=verify-full",
            "db.example.com:5432",
            "[2001:db8::1]:443",
            "file:///srv/drop",
            "arn:aws:sqs:eu-west-1:1:q",
            "${API_URL}",
            "env:API_URL",
            "[[Gateway]]",
            "mailto:ops@example.com",
            "git@example.com:team/repository.git",
            "kafka-1.example:9092, kafka-2.example:9092",
            "POST https://hooks.example.com/in",
        ] {
            assert!(is_address(text, &[]), "{text}");
        }
        for text in [
            "the server",
            "api.example.com",
            "/v1/orders",
            "https://a.example, somewhere",
            "POST to the server",
            "https://",
            "https:///x",
            "://x",
            ":443",
            "localhost",
        ] {
            assert!(!is_address(text, &[]), "{text}");
        }
    }

    #[test]
    fn addresses_in_other_letters() {
        for (a, b) in [
            ("https://x.example", "https://x.example/"),
            ("https://x.example?a=B", "HTTPS://X.example/?a=B"),
            ("amqp://Me@Mq.example:5672/v", "amqp://Me@mq.example:5672/v"),
        ] {
            assert!(same_address(a, b) && same_address(b, a), "{a}, {b}");
        }
        for (a, b) in [
            ("https://x.example/a", "https://x.example/a/"),
            ("https://x.example/a", "https://x.example/A"),
            ("https://x.example", "http://x.example"),
            ("amqp://mq.example", "amqp://mq.example/"),
            ("amqp://Me@mq.example", "amqp://me@mq.example"),
            ("https://${HOST}", "https://${host}"),
            ("mq.example:1", "MQ.example:1"),
        ] {
            assert!(!same_address(a, b) && !same_address(b, a), "{a}, {b}");
        }
    }

    #[test]
    fn near_keys_are_slips() {
        let [top, config] = [&[][..], &["config"]].map(|level| KnownKeys::at(level, &[]));
        assert_eq!(top.near("endpont"), Some("endpoint"));
        assert_eq!(config.near("rate_limit"), Some("rateLimit"));
        assert_eq!(top.near("Name"), Some("name"));
        assert_eq!(top.near("tpye"), Some("type"));
        for own in ["path", "tags", "owner", "note", "name", "author"] {
            assert_eq!(top.near(own), None, "{own}");
        }
    }
}
