//! Finds passwords in URLs: `scheme://user:password@host`, and among their parameters.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::class::Class;
use super::parameter;
use super::placeholder::unescaped;
use super::userinfo::Access;

/// Returns the passwords in the URLs of the text, in order.
pub(super) fn passwords(text: &str) -> impl Iterator<Item = Range<usize>> {
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
    let mut marks = MARK.find_iter(text.as_bytes()).peekable();
    std::iter::from_fn(move || {
        let mark = marks.next()?;
        // A URL may be a parameter of another one, so each is examined up to the next.
        let rest = &text[mark + "://".len()..marks.peek().copied().unwrap_or(text.len())];
        let parameters = parameter::passwords(rest).map(move |at| shifted(at, mark + "://".len()));
        Some(password(text, mark).into_iter().chain(parameters))
    })
    .flatten()
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// Returns the password in the URL whose `://` is at `mark`.
fn password(text: &str, mark: usize) -> Option<Range<usize>> {
    let before = text.as_bytes()[..mark].last()?;
    // A pattern such as `https?://` or `(\w+)://` is not a URL.
    if before.is_ascii_whitespace() || b")]?*".contains(before) {
        return None;
    }
    let start = mark + "://".len();
    let authority = authority(&text[start..])?;
    // A password may contain a bare `@`, but a host may not.
    let (userinfo, host) = authority.rsplit_once('@')?;
    let (user, password) = userinfo.split_once(':')?;
    let scheme = text[..mark].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let access = Access { scheme, user, password: &unescaped(password), host };
    (is_host(host) && access.is_secret()).then(|| {
        let from = start + user.len() + 1;
        from..from + password.len()
    })
}

/// Returns the part of a URL before its path, given the text after `://`, if it contains an `@`.
fn authority(text: &str) -> Option<&str> {
    let ends = text.bytes().position(|b| ENDS.has(b)).unwrap_or(text.len());
    let authority = &text[..ends];
    memchr::memchr(b'@', authority.as_bytes())?;
    // A password may have letters of other scripts, but not their punctuation. Otherwise text without spaces after
    // `http://host:8080` would be taken for a password.
    let foreign = |c: char| !c.is_ascii() && (c >= '\u{530}' || !c.is_alphabetic());
    let end = authority.find(foreign).unwrap_or(ends);
    // `](` ends the text of a Markdown link.
    Some(authority[..end].find("](").map_or(&authority[..end], |end| &authority[..end]))
}

/// Characters that end the part of a URL before its path: signs, quotes and ASCII spaces.
const ENDS: Class = Class::CONTROL.or(Class::of(" /?#\"'`<>\\|"));

/// Whether the text after the `@` may be a host, either actual or a placeholder. A digest is not:
/// `docker://image:tag@sha256:…`.
fn is_host(host: &str) -> bool {
    let digest = ["sha256:", "sha512:", "md5:"].iter().any(|kind| host.starts_with(kind));
    let opening = host.chars().next().is_none_or(|c| c.is_alphanumeric() || "[_${%*".contains(c));
    !digest && opening
}

#[cfg(test)]
mod tests {
    use super::super::SecretShape;
    use super::super::tests::{clean, found};

    #[test]
    fn passwords_in_urls() {
        for (text, password) in [
            ("postgres://app:hunter2@db.internal:5432/orders", "hunter2"),
            ("see <https://deploy:s3cr3t!@git.acme.example/repo.git>", "s3cr3t!"),
            ("redis://:p4ssw0rd@cache:6379/0", "p4ssw0rd"),
            ("mongodb+srv://root:a%40b%3Ac@cluster0.mongodb.net", "a%40b%3Ac"),
            ("mongodb://u:Pa$$w0rd@h1:27017,h2:27017/db", "Pa$$w0rd"),
            ("amqp://svc:p@ss:word@[::1]:5672/%2f", "p@ss:word"),
            ("[text](ftp://bob:c0rrect@10.0.0.4)", "c0rrect"),
            ("url = 'jdbc:postgresql://app:Tr0ub4dor@db/x'", "Tr0ub4dor"),
            ("rtsp://admin:12345@192.168.1.20/live", "12345"),
            ("https://admin:admin@shop.acme.example", "admin"),
            ("smtp://mail:größe9@mx", "größe9"),
            ("postgres://app:hunter2@${DB_HOST}/orders", "hunter2"),
            ("https://app:password1@host", "password1"),
            ("${SCHEME}://u:hunter2@h", "hunter2"),
            ("https://u:HUNTER_2@h", "HUNTER_2"),
            ("https://u:PATH7@h", "PATH7"),
            ("https://u:example7@h", "example7"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }

    #[test]
    fn no_passwords_in_urls() {
        for text in [
            "postgres://user:pass@host/db",
            "https://user:password@host",
            "https://user:PASSWORD@host",
            "ftp://u:pwd@h",
            "postgres://app:<password>@db",
            "postgres://app:${DB_PASS}@db",
            "postgres://app:$DB_PASS@db",
            "postgres://app:{pw}@db",
            "postgres://app:[pw]@db",
            "postgres://app:****@db",
            "postgres://app:xxx@db",
            "postgres://app:%3Cpassword%3E@db",
            "postgres://app:{{ .Values.pw }}@db",
            "postgres://%s:%s@%s",
            "http://u:%PW%@h",
            "postgres://app:my-secret-password@db",
            "postgres://app:YOUR_PASSWORD@db",
            "postgres://app:…@db",
            "postgres://app:$(cat /run/pw)@db",
            "postgres://postgres:postgres@localhost/db",
            "amqp://guest:guest@127.0.0.1",
            "git@github.com:acme/repo.git",
            "ssh://git@github.com:acme/repo.git",
            "ssh://git@host:22/acme",
            "https://host:8080/@user",
            "http://host:8080/a@b",
            "https://[::1]:443",
            "https://[::1]:443/@user",
            "mailto:me@acme.example",
            "me:you@acme.example",
            "https://medium.com/@user:x",
            "https://a.example?x=b:c@d",
            "docker://alpine:3.18@sha256:0f3a9c27d1e84b65",
            "https://host:8080,other@host",
            "http://localhost:8080，请联系admin@acme.example",
            "[http://localhost:8080](mailto:me@acme.example)",
            "https://[^:]+:[^@]+@host",
            "^https?://(.*):(.*)@",
            "http://acme.example:8080@evil.example",
            "://a:bcd@e",
            "https://user:@host",
            "https://x-access-token:TOKEN@github.com",
            "https://token:x-oauth-basic@github.com",
            "http://a.b:80 and c@d",
            "`http://host:80`@me",
            "https://user:pw@",
            "https://user:ACCESS_TOKEN@github.com/x",
            "https://x:GITHUB_TOKEN@github.com",
            "https://user:PERSONAL_ACCESS_TOKEN@h",
            "https://user:personal-access-token@h",
            "https://USERNAME:PAT@dev.azure.com",
            "https://u:NPM_APIKEY@h",
            "postgres://user:example@h",
            "xmpp://a:b@c",
            "postgres://benutzer:geheim@h",
            "postgres://user:пароль@h",
        ] {
            clean(text);
        }
    }
}
