//! The measures family: integrations that lack a security measure which the vault lists.
//!
//! Where the vault lists a measure under *Security Measures*, breaking it is an error; where it does not, the
//! rule is silent.

use std::collections::{BTreeSet, HashSet};

use aho_corasick::AhoCorasick;

use super::{Context, NoteContext, Rule, Sink, declare_rule};
use crate::model::duration::is_unlimited;
use crate::model::integration::{View, is_no_auth};
use crate::model::measure::Measure;
use crate::model::transport::{Transport, transport};
use crate::syntax::history::HistoryEntry;
use crate::syntax::json::{Json, JsonValue};
use crate::systems::members;
use crate::text::fold::{fold, is_whole, letters};
use crate::vault::{Note, Vault};

/// Returns the measure that a rule enforces: where the vault does not list it, the rule has no effect.
pub(super) fn enforced_by(rule: &Rule) -> Option<Measure> {
    let rules = [
        (&INTEGRATION_PLAINTEXT, Measure::Encryption),
        (&INTEGRATION_UNLIMITED, Measure::RateLimiting),
        (&INTEGRATION_UNAUTHENTICATED, Measure::AccessControl),
        (&INTEGRATION_UNLOGGED, Measure::AuditLogging),
    ];
    rules.into_iter().find(|(own, _)| own.name == rule.name).map(|(_, measure)| measure)
}

/// Returns the integrations of a note that a measure applies to; none where the vault does not list it.
fn bound<'n>(ctx: &NoteContext<'n>, measure: Measure) -> impl Iterator<Item = View<'n>> {
    let listed = ctx.vault.vocabulary().enforces(measure);
    ctx.note.facts.system().instances().filter(move |_| listed).map(View)
}

/// Returns the place of a field, or else that of the integration.
fn place_of(view: View<'_>, path: &[&str]) -> crate::text::place::Place {
    view.json().at(path).map_or(view.0.anchor, |json| json.place)
}

/// Whether the field at `[object, key]` is not a string, or its parent is not an object. Another rule reports
/// that.
fn has_wrong_type(view: View<'_>, [object, key]: [&str; 2]) -> bool {
    use JsonValue::{Null, Object, String};
    let json = view.json();
    json.get(object).is_some_and(|json| !matches!(json.value, Object(_) | Null))
        || json.at(&[object, key]).is_some_and(|json| !matches!(json.value, String(_) | Null))
}

/// Whether an integration has a key with one of these words anywhere, in any spelling: `rate_limit` beside
/// its `config` says that there is a limit. Another rule reports where it should be.
fn says_elsewhere(view: View<'_>, words: &[&str], path: &[&str], denies: fn(&str) -> bool) -> bool {
    let mut found = false;
    view.json().walk(&mut Vec::new(), &mut |at, value| {
        let Some(key) = at.last().filter(|_| !path.starts_with(at)) else { return };
        let is_set = !matches!(value.value, JsonValue::Null) && !value.text().is_some_and(denies);
        found |= is_set && words.contains(&letters(key).as_str());
    });
    found
}

declare_rule! {
    /// An integration is reached without encryption, and the vault lists encryption among its measures.
    ///
    /// ## Why
    ///
    /// Traffic can be read and changed on its way through the network, whatever the vault has promised.
    ///
    /// Reported are schemes without TLS (http, ws, ftp, amqp, mqtt, redis, ldap, smtp, nats, grpc and the
    /// like), and addresses of `postgresql`, `mysql` or `mongodb` with a parameter that turns TLS off.
    /// Loopback addresses are not reported, because they cross no network.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "http://pay.example.com" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Use the scheme with TLS, or remove the parameter.
    pub(super) static INTEGRATION_PLAINTEXT = "integration-plaintext", Error, Ordinary(integration_plaintext);
}

fn integration_plaintext(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in bound(ctx, Measure::Encryption) {
        let Some((json, text)) = view.value(&["endpoint"]) else { continue };
        let Transport::Plain(instead) = transport(text) else { continue };
        let message = format!("the integration{} is reached without encryption", view.shown_name());
        let finding = sink.report(&ctx.note.path, json.place, &view.subject(&["endpoint"]), message);
        finding.advise(if instead.contains('=') {
            format!("take out `{instead}`")
        } else {
            format!("use `{instead}://`")
        });
    }
}

declare_rule! {
    /// An integration has no rate limit, and the vault lists rate limiting among its measures.
    ///
    /// ## Why
    ///
    /// A single caller in a loop can take it down for everyone.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "config": { "rateLimit": "unlimited" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the limit, such as `"rateLimit": "600/min"`.
    pub(super) static INTEGRATION_UNLIMITED = "integration-unlimited", Error, Ordinary(integration_unlimited);
}

fn integration_unlimited(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    const PATH: [&str; 2] = ["config", "rateLimit"];
    const LIMITS: [&str; 4] = ["ratelimit", "ratelimits", "ratelimiting", "throttle"];
    for view in bound(ctx, Measure::RateLimiting) {
        let unlimited = view.text(&PATH).is_none_or(is_unlimited);
        if unlimited && !has_wrong_type(view, PATH) && !says_elsewhere(view, &LIMITS, &PATH, is_unlimited) {
            let message = format!("the integration{} has no rate limit", view.shown_name());
            sink.report(&ctx.note.path, place_of(view, &PATH), &view.subject(&PATH), message);
        }
    }
}

declare_rule! {
    /// An integration does not authenticate, and the vault lists access control among its measures.
    ///
    /// ## Why
    ///
    /// Anyone who finds the address gets in.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "auth": { "type": "none" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Say how it authenticates, in `auth.type`.
    pub(super) static INTEGRATION_UNAUTHENTICATED =
        "integration-unauthenticated", Error, Ordinary(integration_unauthenticated);
}

fn integration_unauthenticated(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    const PATH: [&str; 2] = ["auth", "type"];
    const WAYS: [&str; 3] = ["authentication", "authorization", "authtype"];
    for view in bound(ctx, Measure::AccessControl) {
        let open = view.text(&PATH).is_none_or(is_no_auth);
        if open && !has_wrong_type(view, PATH) && !says_elsewhere(view, &WAYS, &PATH, is_no_auth) {
            let message = format!("the integration{} does not authenticate", view.shown_name());
            sink.report(&ctx.note.path, place_of(view, &PATH), &view.subject(&PATH), message);
        }
    }
}

declare_rule! {
    /// Nothing logs an integration, and the vault lists audit logging among its measures.
    ///
    /// ## Why
    ///
    /// After an incident, nobody can say who did what.
    ///
    /// An integration is logged if its `logging` is set to anything but `false`, `none`, `off` or the like,
    /// or if a history entry of the vault names it.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "logging": false } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Set `"logging": true`, or log an entry that names it.
    pub(super) static INTEGRATION_UNLOGGED = "integration-unlogged", Error, Logged(integration_unlogged);
}

/// Whether the vault lists audit logging as a measure.
pub(super) fn are_logged(vault: &Vault) -> bool {
    vault.vocabulary().enforces(Measure::AuditLogging)
}

fn integration_unlogged(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    if !are_logged(ctx.vault) {
        return;
    }
    let silent: Vec<(&Note, View<'_>)> = members::integrations(ctx.vault)
        .map(|(note, integration)| (note, View(integration)))
        .filter(|(_, view)| !is_logging(view.json().get("logging")))
        .collect();
    let open = silent.iter().filter_map(|(_, view)| view.name()).map(|name| fold(name).into_owned());
    let entries = ctx.vault.system_notes().flat_map(|(_, note)| note.facts.system().entries());
    let named = named_in(entries, open.collect());
    for (note, view) in silent {
        if view.name().is_none_or(|name| !named.contains(fold(name).as_ref())) {
            let message = format!("nothing logs the integration{}", view.shown_name());
            let place = place_of(view, &["logging"]);
            let finding = sink.report(&note.path, place, &view.subject(&["logging"]), message);
            finding.advise("set `\"logging\": true`, or log an entry that names it".to_owned());
        }
    }
}

fn is_logging(value: Option<&Json>) -> bool {
    match value.map(|json| &json.value) {
        None | Some(JsonValue::Null | JsonValue::Bool(false)) => false,
        Some(JsonValue::Number(number)) => number.parse::<f64>() != Ok(0.0),
        // Another rule reports a `[Placeholder]`.
        Some(JsonValue::String(text)) => {
            !matches!(fold(text.trim()).as_ref(), "" | "false" | "none" | "off" | "no" | "disabled" | "n/a")
        }
        Some(_) => true,
    }
}

/// Returns which of `names`, all folded, occur in history entries. All names are searched for at once,
/// because a vault may have as many integrations as entries.
pub(super) fn named_in<'e>(
    entries: impl Iterator<Item = &'e HistoryEntry>,
    names: BTreeSet<String>,
) -> HashSet<String> {
    let names: Vec<String> = names.into_iter().collect();
    // This fails only where there is not enough memory for the names; then nothing is reported as unlogged.
    let Ok(search) = AhoCorasick::new(&names) else { return names.into_iter().collect() };
    let mut found_names = HashSet::new();
    for text in entries.flat_map(|entry| std::iter::once(entry.title()).chain(entry.details())) {
        let text = fold(text);
        for found in search.find_overlapping_iter(text.as_ref()) {
            if is_whole(&text, &found.range()) {
                found_names.insert(names[found.pattern().as_usize()].clone());
            }
        }
    }
    found_names
}
