//! Decides whether an address is reached without encryption.

use super::integration::addresses;

/// Schemes without TLS, each with its encrypted counterpart.
const PLAIN: [(&str, &str); 16] = [
    ("http", "https"),
    ("ws", "wss"),
    ("ftp", "sftp"),
    ("telnet", "ssh"),
    ("amqp", "amqps"),
    ("mqtt", "mqtts"),
    ("stomp", "stomp+ssl"),
    ("redis", "rediss"),
    ("ldap", "ldaps"),
    ("smtp", "smtps"),
    ("imap", "imaps"),
    ("pop3", "pop3s"),
    ("nats", "tls"),
    ("grpc", "grpcs"),
    ("syslog", "syslog+tls"),
    ("memcached", "memcached+tls"),
];

/// Schemes whose TLS is set by a parameter, with the values that turn it off.
const BY_PARAMETER: [(&[&str], Switches); 3] = [
    (&["postgres", "postgresql"], &[("sslmode", &["disable"]), ("ssl", &["false"])]),
    (
        &["mysql", "mariadb"],
        &[
            ("sslmode", &["disabled", "disable"]),
            ("ssl-mode", &["disabled"]),
            ("usessl", &["false"]),
            ("ssl", &["false", "0"]),
            ("tls", &["false"]),
        ],
    ),
    (&["mongodb", "mongodb+srv"], &[("tls", &["false"]), ("ssl", &["false"])]),
];

/// Parameters, each with the values that turn TLS off.
type Switches = &'static [(&'static str, &'static [&'static str])];

/// What an address says about how it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport<'a> {
    /// Not encrypted; holds the scheme that would be encrypted, or the parameter that turns encryption off.
    Plain(&'a str),
    /// Encrypted, within the machine, or unknown.
    NotPlain,
}

/// Returns how an endpoint is reached: unencrypted if one of its addresses is. Loopback addresses cross no
/// network.
#[must_use]
pub(crate) fn transport(endpoint: &str) -> Transport<'_> {
    let plain = addresses(endpoint).map(reached).find(|transport| *transport != Transport::NotPlain);
    plain.unwrap_or(Transport::NotPlain)
}

fn reached(address: &str) -> Transport<'_> {
    let Some((scheme, rest)) = address.split_once("://") else { return Transport::NotPlain };
    let scheme = scheme.to_ascii_lowercase();
    // `jdbc:postgresql://…` is a PostgreSQL address.
    let scheme = scheme.rsplit(':').next().unwrap_or(&scheme);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if is_loopback(host) {
        return Transport::NotPlain;
    }
    if let Some((_, with_tls)) = PLAIN.iter().find(|(plain, _)| *plain == scheme) {
        return Transport::Plain(with_tls);
    }
    let parameters = BY_PARAMETER.iter().find(|(schemes, _)| schemes.contains(&scheme)).map(|(_, p)| *p);
    let query = rest.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    for pair in query.split('&') {
        let Some((key, value)) = pair.split_once('=') else { continue };
        let off = |(name, values): &&(&str, &[&str])| {
            name.eq_ignore_ascii_case(key) && values.iter().any(|v| v.eq_ignore_ascii_case(value))
        };
        if parameters.is_some_and(|p| p.iter().any(|entry| off(&entry))) {
            return Transport::Plain(pair);
        }
    }
    Transport::NotPlain
}

/// Whether a host, perhaps with a port, is a loopback address.
fn is_loopback(host: &str) -> bool {
    if host.starts_with("[::1]") {
        return true;
    }
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.") && name.split('.').count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_not() {
        for (endpoint, with) in [
            ("http://api.example.com", "https"),
            ("WS://live.example.com/x", "wss"),
            ("redis://cache:6379", "rediss"),
            ("postgresql://db/x?sslmode=disable", "sslmode=disable"),
            ("jdbc:mysql://db/x?useUnicode=true&ssl=false", "ssl=false"),
            ("jdbc:mysql://db/x?useSSL=false", "useSSL=false"),
            ("amqp://user@mq.example.com", "amqps"),
            ("POST http://pay.example.com/v1", "https"),
            ("https://a.example, ws://b.example", "wss"),
        ] {
            assert_eq!(transport(endpoint), Transport::Plain(with), "{endpoint}");
        }
        for endpoint in [
            "https://api.example.com",
            "http://localhost:8080",
            "http://127.0.0.1/x",
            "redis://[::1]:6379",
            "postgresql://db/x",
            "postgresql://db/x?sslmode=prefer",
            "mongodb://db/x?tls=true",
            "db.example.com:5432",
            "env:API_URL",
            "http://user@localhost/",
            "https://x/?next=http://y",
            "POST https://x/?next=http://y",
            "https://a.example, db.example.com:5432",
        ] {
            assert_eq!(transport(endpoint), Transport::NotPlain, "{endpoint}");
        }
    }
}
