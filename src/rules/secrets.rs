//! The secret family: secrets in notes.

use super::{NoteContext, Sink, declare_rule};
use crate::model::integration::View;
use crate::syntax::facts::SystemFacts;
use crate::syntax::json::JsonValue;
use crate::syntax::secret::SecretShape;

declare_rule! {
    /// A note contains a secret.
    ///
    /// ## Why
    ///
    /// Everybody who can read the vault, its history or its backups has it.
    ///
    /// In an integration, a field for credentials takes a reference: `env:NAME`, `${NAME}`, `vault:…`,
    /// `op://…`, `aws-sm:…`, `keychain:…`, `[[note]]`. In other fields, credentials are found after
    /// `Bearer`, and among the parameters of a URL or of a connection string. Anywhere in a note, code
    /// included, known shapes are found: tokens of vendors by prefix, length and check digits, private key
    /// blocks, JSON Web Tokens, and passwords in URLs.
    ///
    /// Text that only stands for a secret is not reported: a mask, alone or after the prefix of a token
    /// (`npg_xxx`), words of documentation (`user:pass123@host`, a few letters at `example.com`),
    /// credentials that everybody sends (`ftp://anonymous:guest@…`), and what the address of a Zoom
    /// invitation contains. The secret itself is never shown.
    ///
    /// References to other stores are accepted if `portolan.toml` lists what they begin with:
    /// `secret-schemes = ["bao:", "ref+vault:"]`.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "auth": { "type": "API keys", "credentials": "correct-horse-battery" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Revoke it, keep the new one where secrets are kept, and write a reference to that place.
    pub(super) static INTEGRATION_SECRET = "integration-secret", Error, Every(integration_secret);
}

fn integration_secret(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let system = ctx.note.facts.system();
    for (secret, field) in system.secrets.iter().zip(fields(system)) {
        let name = secret.shape.name();
        let subject = field.map_or_else(|| name.to_owned(), |field| format!("{name} {field}"));
        let finding = sink.report(&ctx.note.path, secret.place, &subject, format!("{name} in a note"));
        let mut help = "revoke it, and write a reference such as `env:NAME` in its place".to_owned();
        let text = || Some(secret.place.span.of(ctx.text()?));
        if secret.shape == SecretShape::Credential && text().is_some_and(may_be_reference) {
            help += "; if it is a reference already, `secret-schemes` in `portolan.toml` takes what it begins with";
        }
        finding.advise(help);
    }
}

/// Whether a value has the form of a reference to an unknown store: `bao:kv/payments`, `ref+vault:db#password`, but
/// not `user:PASSWORD` or `scheme://user:PASSWORD@host`. Any word before a colon may be a user, so only a path or a
/// key in a place is a reference.
fn may_be_reference(value: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    let Some((scheme, behind)) = value.split_once(':') else { return false };
    let is_path = |text: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./#".contains(c);
        let inner = text.trim_matches(['/', '#']);
        text.chars().all(is_part) && inner.contains(['/', '#'])
    };
    scheme.split(['+', '-']).all(is_word) && is_path(behind)
}

/// Returns, for each secret, the integration and the field that it is in, if any. Findings have it in their
/// subject, so that fixing one secret does not hide the next of the same shape.
fn fields(system: &SystemFacts) -> Vec<Option<String>> {
    let secrets = &system.secrets;
    let mut fields = vec![None; secrets.len()];
    if secrets.is_empty() {
        return fields;
    }
    for view in system.integrations.iter().map(View) {
        view.json().walk(&mut Vec::new(), &mut |path, json| {
            if matches!(json.value, JsonValue::List(_) | JsonValue::Object(_)) {
                return;
            }
            // Secrets are sorted and do not overlap.
            let span = json.place.span;
            let first = secrets.partition_point(|secret| secret.place.span.end <= span.start);
            let behind = secrets[first..].iter().zip(&mut fields[first..]);
            for (_, field) in behind.take_while(|(secret, _)| secret.place.span.overlaps(span)) {
                field.get_or_insert_with(|| view.subject(path));
            }
        });
    }
    fields
}
