//! Decides whether the text before the `@` of a URL is a secret, or a conventional, default or sample value.

use super::class::Class;
use super::placeholder::{is_elided, is_stand_in};
use super::reference::is_capital_name;

/// The parts of a URL before its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access<'t> {
    pub(super) scheme: &'t str,
    pub(super) user: &'t str,
    /// The password, with escapes decoded.
    pub(super) password: &'t str,
    /// The host, with its port.
    pub(super) host: &'t str,
}

impl Access<'_> {
    /// Whether the password is a secret, rather than a port, a reference, a mask or a word of documentation.
    pub(super) fn is_secret(self) -> bool {
        let password = self.password;
        let stand_in = is_elided(password) || is_stand_in(password) || is_capital_name(password);
        let open = self.is_port() || self.is_delivered() || self.is_anonymous();
        let example = self.is_example() || self.is_reserved();
        password.chars().count() >= 3 && !stand_in && !open && !example && !self.names_itself()
    }

    /// Whether the text is a port: `http://acme.example:8080@…`, `http://host:8080,other@…`.
    fn is_port(self) -> bool {
        let (digits, behind) = self.password.split_at(Class::DIGIT.count(self.password.as_bytes()));
        (2..=5).contains(&digits.len())
            && if behind.is_empty() { self.user.contains('.') } else { behind.starts_with([',', ';', ')']) }
    }

    /// Whether the password is the default of an image, on a host without a domain: `postgres:postgres@db`.
    fn is_delivered(self) -> bool {
        self.user == self.password && (!self.host.contains('.') || self.host.starts_with("127."))
    }

    /// Whether the login is anonymous (RFC 1635), with a usual word or an address as the password:
    /// `ftp://anonymous:guest@…`.
    fn is_anonymous(self) -> bool {
        let is_any = |text: &str, all: &[&str]| all.iter().any(|one| text.eq_ignore_ascii_case(one));
        let address =
            |text: &str| text.split_once('@').is_some_and(|(_, host)| host.is_empty() || host.contains('.'));
        is_any(self.scheme, &["ftp", "ftps", "ftpes"])
            && is_any(self.user, &["anonymous", "ftp"])
            && (is_any(self.password, &["anonymous", "guest", "ftp"]) || address(self.password))
    }

    /// Whether user, host and password are sample words: `user:pass123@host`. No actual host has such a name, and
    /// the password is a word of documentation.
    fn is_example(self) -> bool {
        let (user, host) = (self.user.to_lowercase(), self.host.to_lowercase());
        let name = host.split([':', ',']).next().unwrap_or_default();
        let digits = |c: char| c.is_ascii_digit();
        matches!(user.as_str(), "user" | "username")
            && matches!(name.trim_end_matches(digits), "host" | "hostname")
            && is_stand_in(self.password.trim_end_matches(digits))
    }

    /// Whether the host is reserved for examples (RFC 2606) and the password a few letters or digits:
    /// `abc:xyz@example.com`. Anything that looks like a real password counts as one there too, because somebody
    /// may have changed only the host. So does `admin:admin`, which gives access to many machines.
    fn is_reserved(self) -> bool {
        let password = self.password.as_bytes();
        let plain = [Class::LOWER, Class::DIGIT].iter().any(|class| class.count(password) == password.len());
        let host = self.host.to_lowercase();
        let name = host.split([':', ',']).next().unwrap_or_default();
        let mut labels = name.rsplit('.');
        let reserved = match labels.next() {
            Some("com" | "org" | "net") => labels.next() == Some("example"),
            Some("example" | "test" | "invalid") => labels.next().is_some(),
            _ => false,
        };
        plain && password.len() <= 8 && reserved && !self.password.eq_ignore_ascii_case(self.user)
    }

    /// Whether user and password only name what they are: `sentry_key:sentry_secret`.
    fn names_itself(self) -> bool {
        let parted = |text| str::split_once(text, ['_', '-']);
        let (Some((whose, key)), Some((also, secret))) = (parted(self.user), parted(self.password)) else {
            return false;
        };
        let key = key.to_lowercase();
        whose.eq_ignore_ascii_case(also)
            && ["key", "id"].iter().any(|kind| key.ends_with(kind))
            && is_stand_in(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::super::SecretShape;
    use super::super::tests::{clean, found};

    #[test]
    fn what_everybody_sends_is_no_secret() {
        for text in [
            "ftp://anonymous:anonymous@ftp.example.org",
            "ftp://anonymous:guest@ftp.acme.example/pub",
            "FTP://ftp:ftp@ftp.acme.example",
            "ftps://anonymous:me@acme.example@ftp.acme.example",
            "ftp://anonymous:browser%40@ftp.acme.example",
        ] {
            clean(text);
        }
        for (text, password) in [
            ("ftp://anonymous:Zx81kqPq@ftp.acme.example", "Zx81kqPq"),
            ("ftp://anonymous:p@ss1@ftp.acme.example", "p@ss1"),
            ("ftp://bob:anonymous@ftp.acme.example", "anonymous"),
            ("postgres://anonymous:anonymous@db.acme.example/x", "anonymous"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }

    #[test]
    fn examples_of_documentation_are_no_secrets() {
        for text in [
            "postgres://user:pass123@host/db",
            "https://user:password1@host",
            "mysql://Username:secret42@HOSTNAME:3306/db",
            "mongodb://user:pass1@host1:27017,host2:27017/db",
        ] {
            clean(text);
        }
        for (text, password) in [
            ("postgres://user:pass123@db.corp.example.com/db", "pass123"),
            ("postgres://orders:pass123@host/db", "pass123"),
            ("postgres://user:Zx81kqPq@host/db", "Zx81kqPq"),
            ("postgres://user:hunter2@host/db", "hunter2"),
            ("postgres://user:pass123@hosting/db", "pass123"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }

    #[test]
    fn a_few_letters_at_a_name_of_nobody_are_none() {
        for text in [
            "https://abc:xyz@example.com",
            "https://alice:wonder@www.example.org:8443/x",
            "https://abc:123456@Example.net",
            "ftp://ana:pier@files.acme.example",
            "https://abc:xyz@acme.test/a",
            "https://abc:xyz@acme.invalid",
        ] {
            clean(text);
        }
        for (text, password) in [
            ("https://abc:Zx81kqPq@example.com", "Zx81kqPq"),
            ("https://admin:admin@example.com", "admin"),
            ("https://abc:gulls7pier@example.com", "gulls7pier"),
            ("https://abc:gullsonpier@example.com", "gullsonpier"),
            ("https://abc:k8f3qzx1vw9d2m7p@example.com", "k8f3qzx1vw9d2m7p"),
            ("https://abc:xyzq@my-example.com", "xyzq"),
            ("https://abc:xyzq@example.com.acme.io", "xyzq"),
            ("https://abc:xyzq@example.io", "xyzq"),
            ("https://abc:xyzq@test", "xyzq"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }

    #[test]
    fn a_name_of_a_secret_is_none() {
        for text in [
            "https://sentry_key:sentry_secret@sentry.io/1",
            "https://sentry-public-key:sentry-secret-key@sentry.io/1",
            "https://Acme_ID:acme_token@acme.example",
        ] {
            clean(text);
        }
        for (text, password) in [
            ("https://sentry_key:sentry_8f3kZq91@sentry.io/1", "sentry_8f3kZq91"),
            ("https://sentry_key:orders_secret@sentry.io/1", "orders_secret"),
            ("https://sentry_key:sentry_secret9@sentry.io/1", "sentry_secret9"),
            ("postgres://orders_user:orders_password@db/x", "orders_password"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }

    #[test]
    fn a_mask_behind_a_prefix_shows_nothing() {
        for text in [
            "smtp://apikey:SG.xxxx@smtp.sendgrid.net:587",
            "smtp://apikey:SG.xxxx.xxxx@smtp.sendgrid.net:587",
            "postgres://o:npg_xxx@ep-x.neon.tech/db",
            "https://oauth2:glpat-XXXXXXXX@gitlab.com/a.git",
            "https://x:sk_live_••••@acme.example",
        ] {
            clean(text);
        }
        for (text, password) in [
            ("postgres://orders:Xx8xxk2Lp@db/x", "Xx8xxk2Lp"),
            ("postgres://o:npg_xX8@ep-x.neon.tech/db", "npg_xX8"),
            ("postgres://o:npg_xxx8f3k@ep-x.neon.tech/db", "npg_xxx8f3k"),
            ("postgres://o:Zx81kqPq_xxx@db/x", "Zx81kqPq_xxx"),
            ("postgres://o:kraxxx@db/x", "kraxxx"),
            ("postgres://o:npg_xx@db/x", "npg_xx"),
        ] {
            assert_eq!(found(text), (password, SecretShape::UrlPassword));
        }
    }
}
