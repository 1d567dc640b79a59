//! The vocabulary of a vault: the union of what its notes list.
//!
//! Where two notes say different things of one word, the first in the order of paths counts.

use std::collections::HashMap;
use std::sync::Arc;

use super::level::{Level, Status, same_status};
use super::measure::Measure;
use crate::config::Words;
use crate::syntax::vocabulary::{Branch, Leaf, Terms, Transition, alternatives, split_status, unqualified};
use crate::text::fold::{fold, heading_key, is_pictograph, term_key};

/// The words that a vault has for its statuses, types and protocols.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    words: HashMap<String, Level>,
    /// The same as their notes write them.
    spellings: Vec<String>,
    marks: HashMap<String, Level>,
    transitions: Vec<Transition>,
    /// Types of integrations by term.
    types: HashMap<String, Type>,
    /// Ways to authenticate, by term.
    auth: HashMap<String, String>,
    measures: Vec<Measure>,
}

/// A type of integration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Type {
    /// As its note writes it.
    name: String,
    /// The headings above it, outermost first.
    path: Path,
}

/// Headings from the outermost to a leaf. What is above many leaves is there once.
type Path = Arc<[Arc<str>]>;

/// A heading above leaves, with what it says about them.
#[derive(Default)]
struct Above {
    path: Path,
    /// Whether ways to authenticate stand below it, or services that do.
    methods: bool,
    services: bool,
}

/// What the headings of a note say about the leaves below.
fn above(branches: &[Branch]) -> Vec<Above> {
    let mut all: Vec<Above> = Vec::with_capacity(branches.len());
    for branch in branches {
        // A heading comes behind the one above it.
        let upper = branch.above.and_then(|above| all.get(above as usize));
        let path = upper.map_or_else(Path::default, |upper| Arc::clone(&upper.path));
        let key = heading_key(&branch.name);
        let services = upper.is_some_and(|upper| upper.services) || key == "authentication services";
        let methods = upper.is_some_and(|upper| upper.methods) || services || key == "authentication";
        let own = std::iter::once(Arc::from(branch.name.as_str()));
        all.push(Above { path: path.iter().cloned().chain(own).collect(), methods, services });
    }
    all
}

/// The keys under which a listed name is found: as a whole, without what stands in brackets behind it, and
/// each of the words that alternate in it (`Queues/Streams`).
fn keys(name: &str) -> Vec<String> {
    let bare = unqualified(name);
    let mut keys = vec![term_key(name), term_key(bare)];
    keys.extend(bare.split('/').map(term_key).filter(|key| !key.is_empty()));
    keys.dedup();
    keys
}

/// The value that a name has in a vocabulary.
fn look_up<'m, T>(map: &'m HashMap<String, T>, name: &str) -> Option<&'m T> {
    map.get(&term_key(name)).or_else(|| map.get(&term_key(unqualified(name))))
}

impl Vocabulary {
    /// Gathers the terms of notes, which come in the order of their paths, after those that a vault has
    /// set in its configuration.
    #[must_use]
    pub fn gather<'t>(own: &Words, notes: impl IntoIterator<Item = &'t Terms>) -> Self {
        let mut all = Self::default();
        all.add_own(own);
        for terms in notes {
            for indicator in &terms.indicators {
                let mark = indicator.mark.trim_end_matches('\u{fe0f}');
                let level = Level::of_mark(mark)
                    .or_else(|| indicator.words.iter().find_map(|word| Level::of_word(word)))
                    .unwrap_or(Level::Unknown);
                if !mark.is_empty() {
                    all.marks.entry(mark.to_owned()).or_insert(level);
                }
                for word in &indicator.words {
                    if !all.words.contains_key(fold(word).as_ref()) {
                        all.words.insert(fold(word).into_owned(), level);
                        all.spellings.push(word.clone());
                    }
                }
            }
            all.transitions.extend(terms.transitions.iter().cloned());
            let above = above(&terms.branches);
            let above = |leaf: &Leaf| leaf.branch.and_then(|branch| above.get(branch as usize));
            for leaf in &terms.categories {
                let path = || above(leaf).map_or_else(Path::default, |above| Arc::clone(&above.path));
                let own = || Type { name: leaf.name.clone(), path: path() };
                for key in keys(&leaf.name) {
                    all.types.entry(key).or_insert_with(own);
                }
            }
            let methods =
                terms.protocols.iter().filter(|leaf| above(leaf).is_some_and(|above| above.methods));
            let services =
                terms.categories.iter().filter(|leaf| above(leaf).is_some_and(|above| above.services));
            for leaf in methods.chain(services) {
                for key in keys(&leaf.name) {
                    all.auth.entry(key).or_insert_with(|| leaf.name.clone());
                }
            }
            for measure in terms.measures.iter().filter_map(|leaf| Measure::of(&leaf.name, &leaf.about)) {
                if !all.measures.contains(&measure) {
                    all.measures.push(measure);
                }
            }
        }
        all
    }

    /// Whether another one says the same, wherever it is said.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let steps = |own: &Self| -> Vec<(String, String)> {
            own.transitions.iter().map(|step| (step.from.clone(), step.to.clone())).collect()
        };
        let Self { words, spellings, marks, types, auth, measures, transitions: _ } = self;
        (words, spellings, marks) == (&other.words, &other.spellings, &other.marks)
            && (types, auth, measures) == (&other.types, &other.auth, &other.measures)
            && steps(self) == steps(other)
    }

    fn add_own(&mut self, own: &Words) {
        let levels = [
            (Level::Ok, &own.ok),
            (Level::Warning, &own.warning),
            (Level::Critical, &own.critical),
            (Level::Unknown, &own.unknown),
        ];
        for (level, statuses) in levels {
            for status in statuses {
                let (mark, word) = split_status(status);
                if !mark.is_empty() {
                    self.marks.insert(mark.trim_end_matches('\u{fe0f}').to_owned(), level);
                }
                if !word.is_empty() {
                    self.words.insert(fold(word).into_owned(), level);
                    self.spellings.push(word.to_owned());
                }
            }
        }
        for (category, types) in &own.types {
            let path: Path = category.split(" / ").map(|part| Arc::from(part.trim())).collect();
            let own = |name: &String| Type { name: name.clone(), path: Arc::clone(&path) };
            self.types.extend(types.iter().map(|name| (term_key(name), own(name))));
        }
        self.auth.extend(own.auth.iter().map(|name| (term_key(name), name.clone())));
        self.measures.extend(own.measures.iter().filter_map(|name| Measure::of(name, "")));
    }

    /// Whether any note lists indicators.
    #[must_use]
    pub fn lists_indicators(&self) -> bool {
        !(self.words.is_empty() && self.marks.is_empty())
    }

    /// The level of a status text.
    #[must_use]
    pub fn level(&self, text: &str) -> Level {
        let (mark, word) = split_status(text);
        let listed = self.listed(word);
        let by_mark =
            || self.marks.get(mark.trim_end_matches('\u{fe0f}')).copied().or_else(|| Level::of_mark(mark));
        let own = || if self.words.is_empty() { Level::of_word(word) } else { None };
        // The words behind an emoji take its level.
        by_mark().or(listed).or_else(own).unwrap_or(Level::Unknown)
    }

    /// A status with its level.
    #[must_use]
    pub fn status(&self, text: &str) -> Status {
        Status { text: text.to_owned(), level: self.level(text) }
    }

    /// Whether the vault lists the words of a status (or, without words, its emoji).
    #[must_use]
    pub fn knows_status(&self, text: &str) -> bool {
        let (mark, word) = split_status(text);
        if word.is_empty() {
            self.marks.contains_key(mark.trim_end_matches('\u{fe0f}'))
        } else {
            self.listed(word).is_some()
        }
    }

    /// The level of a listed word, perhaps with more about it in brackets: `Active (since March)`.
    fn listed(&self, word: &str) -> Option<Level> {
        let level = |word: &str| self.words.get(fold(word).as_ref()).copied();
        level(word).or_else(|| level(unqualified(word)))
    }

    /// The status words that the vault lists, as written, in the order of notes.
    pub fn status_words(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }

    /// Whether any note lists types of integrations.
    #[must_use]
    pub fn lists_types(&self) -> bool {
        !self.types.is_empty()
    }

    /// The headings above a type of integration, outermost first; `None` for an unknown type.
    #[must_use]
    pub fn category(&self, integration_type: &str) -> Option<&[Arc<str>]> {
        look_up(&self.types, integration_type).map(|own| &*own.path)
    }

    /// The types that the vault lists, as written, sorted.
    #[must_use]
    pub fn types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = self.types.values().map(|own| own.name.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Whether any note lists ways to authenticate.
    #[must_use]
    pub fn lists_auth(&self) -> bool {
        !self.auth.is_empty()
    }

    /// Whether a way to authenticate is listed.
    #[must_use]
    pub fn knows_auth(&self, method: &str) -> bool {
        look_up(&self.auth, method).is_some()
    }

    /// The ways to authenticate that the vault lists, as written, sorted.
    #[must_use]
    pub fn auth_methods(&self) -> Vec<&str> {
        let mut methods: Vec<&str> = self.auth.values().map(String::as_str).collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }

    /// Whether the vault has committed itself to a measure.
    #[must_use]
    pub fn enforces(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }

    /// Whether the vault allows a change of status. `None` where it does not say: it lists no changes, none
    /// of the old status, or does not know the new one.
    #[must_use]
    pub fn allows(&self, old: &str, new: &str) -> Option<bool> {
        // Another remark on it is no other status.
        if same_status(self.named(old), self.named(new)) {
            return None;
        }
        let names_status = |side: &str, status: &str| self.names_status(side, status);
        let says = |side: &str, status: &str| is_any(side) || names_status(side, status);
        if self.transitions.iter().any(|t| says(&t.from, old) && says(&t.to, new)) {
            return Some(true);
        }
        let tells = |status: &str| {
            self.transitions.iter().flat_map(|t| [&t.from, &t.to]).any(|side| names_status(side, status))
        };
        let known = tells(new) || !self.lists_indicators() || self.knows_status(new);
        (tells(old) && known).then_some(false)
    }

    /// The statuses that may follow one, as the vault writes them.
    #[must_use]
    pub fn may_follow(&self, status: &str) -> Vec<&str> {
        let from = self.transitions.iter().filter(|t| is_any(&t.from) || self.names_status(&t.from, status));
        let mut next: Vec<&str> = Vec::new();
        for to in from.map(|t| t.to.as_str()) {
            if !next.contains(&to) {
                next.push(to);
            }
        }
        next
    }

    /// A status as it is compared with others: without a remark in brackets, unless the vault lists it with that.
    fn named<'s>(&self, status: &'s str) -> &'s str {
        let is_listed = self.words.contains_key(fold(split_status(status).1).as_ref());
        if is_listed { status } else { unqualified(status) }
    }

    /// Whether one side of a transition names a status; `🟢 Active/Healthy` names two.
    fn names_status(&self, side: &str, status: &str) -> bool {
        let (mark, words) = split_status(side);
        // With marks of their own, `🟢 Active, 🔴 Offline`, the first is not that of all.
        let is_for_all = !words.contains(is_pictograph);
        let names = |side: &str| same_status(self.named(side), self.named(status));
        let names_one = |word: &str| {
            if is_for_all { names(&format!("{mark} {word}")) } else { names(word) }
        };
        names(side) || alternatives(words).into_iter().any(names_one)
    }
}

/// Whether one side of a transition stands for every status.
fn is_any(side: &str) -> bool {
    matches!(fold(split_status(side).1).as_ref(), "any" | "any status" | "anything" | "all" | "*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{facts, reading::Reading};

    fn gather(notes: &[&str]) -> Vocabulary {
        let facts: Vec<_> = notes.iter().map(|n| facts::read(n.as_bytes(), &Reading::default())).collect();
        Vocabulary::gather(&Words::default(), facts.iter().map(|f| &f.system().terms))
    }

    fn path<'v>(own: &'v Vocabulary, integration_type: &str) -> Vec<&'v str> {
        own.category(integration_type).unwrap().iter().map(|heading| &**heading).collect()
    }

    #[test]
    fn without_a_list_the_common_words_have_levels() {
        let none = gather(&[]);
        assert_eq!(none.level("Online"), Level::Ok);
        assert_eq!(none.level("🟡 Whatever"), Level::Warning);
        assert_eq!(none.level("Parked"), Level::Unknown);
        assert!(!none.lists_indicators());
    }

    #[test]
    fn the_vaults_own_words_count() {
        let own =
            gather(&["## STATUS INDICATORS\n\n- 🟢 Live/Green - all is well\n- 🔴 Parked\n- 🔵 Planned\n"]);
        assert_eq!(
            (own.level("Parked"), own.level("live"), own.level("Planned")),
            (Level::Critical, Level::Ok, Level::Unknown)
        );
        assert!(own.knows_status("Green (since March)") && !own.knows_status("Purple (Green)"));
        assert!(own.knows_status("Green") && own.knows_status("🔵") && !own.knows_status("Active"));
        assert_eq!(own.level("Active"), Level::Unknown, "not in the vault's own list");
    }

    #[test]
    fn the_configuration_counts_before_the_notes() {
        let text = "[vocabulary]\nok = [\"🔵 Parked\"]\ntypes = { \"Data / Queues\" = [\"Message queues\"] }\nauth = [\"mTLS\"]\nmeasures = [\"Encryption\"]\n";
        let config = crate::config::Config::read(text, &[]).unwrap();
        let note = facts::read("## STATUS INDICATORS\n\n- 🔴 Parked\n".as_bytes(), &Reading::default());
        let own = Vocabulary::gather(&config.words, [&note.system().terms]);
        assert_eq!((own.level("Parked"), own.level("🔵")), (Level::Ok, Level::Ok));
        assert_eq!(path(&own, "message queue"), ["Data", "Queues"]);
        assert!(own.knows_auth("mTLS") && own.enforces(Measure::Encryption));
    }

    #[test]
    fn a_change_of_status_is_allowed_refused_or_nobodys_business() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active/Healthy\n- 🟡 Optimizing\n- 🔴 Offline\n\n## STATUS TRANSITIONS\n\n\
             - 🟢 Active/Healthy → 🟡 Optimizing: reason\n- 🟡 Optimizing → 🟢 Active: done\n- Any → 🔴 Offline\n",
        ]);
        for (old, new, expected) in [
            ("🟢 Active", "🟡 Optimizing", Some(true)),
            ("healthy", "Optimizing", Some(true)),
            ("🟡 Optimizing", "🟢 Healthy", Some(false)),
            ("🔵 Planned", "🔴 Offline", Some(true)),
            ("🔴 Offline", "🟢 Active", Some(false)),
            ("🔵 Planned", "🟢 Active", None),
            ("🟢 Active", "🟣 Odd", None),
        ] {
            assert_eq!(own.allows(old, new), expected, "{old} → {new}");
        }
        assert_eq!(own.may_follow("Active"), ["🟡 Optimizing", "🔴 Offline"]);
        assert_eq!(gather(&[]).allows("🟢 Active", "🔴 Offline"), None);
    }

    #[test]
    fn a_remark_makes_no_other_status() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active (all is well)\n- 🟡 Maintenance or Repair\n- 🔴 Offline\n- Up and running\n",
            "## STATUS TRANSITIONS\n\n- 🟢 Active → 🟡 Maintenance (announced window)\n- 🔴 Offline → 🟡 Maintenance – as it comes\n\
             - **🟡 Maintenance → 🟢 Active** - done\n- 🟡 Repair → 🟢 Active, 🔴 Offline. Ask first.\n",
        ]);
        for status in
            ["🟢 Active", "Active (all is well)", "Active (since May)", "Repair", "Up and running", "running"]
        {
            assert!(own.knows_status(status), "{status}");
        }
        for (old, new, expected) in [
            ("🟢 Active", "🟡 Maintenance", Some(true)),
            ("🟢 Active (node 2)", "🟡 Maintenance (disk)", Some(true)),
            ("🟢 Active", "🟢 Active (node 2)", None),
            ("🟢 Active (node 1)", "🟢 Active (node 2)", None),
            ("🔴 Offline (disk)", "🟢 Active", Some(false)),
            ("🔴 Offline (disk)", "🟡 Maintenance", Some(true)),
            ("🟡 Maintenance", "🟢 Active", Some(true)),
            ("🟡 Repair", "🔴 Offline", Some(true)),
            ("🟡 Repair", "🟢 Active", Some(true)),
            ("🟡 Maintenance", "🔴 Offline", Some(false)),
        ] {
            assert_eq!(own.allows(old, new), expected, "{old} → {new}");
        }
    }

    #[test]
    fn trees_give_categories_and_ways_to_authenticate() {
        let own = gather(&[
            "## INTEGRATION CATEGORIES\n\n### 1. External Services\n\n#### API Integrations\n\n- REST endpoints: over HTTPS\n\n\
             #### Authentication Services\n\n- SSO systems\n\n### 2. Data\n\n- Queues\n\n\
             ## INTEGRATION PROTOCOLS\n\n### Authentication\n\n- OAuth 2.0\n\n### Data Exchange\n\n- gRPC\n\n\
             ### Security Measures\n\n- Encryption\n- Rate limiting\n",
        ]);
        assert_eq!(path(&own, "REST Endpoint"), ["External Services", "API Integrations"]);
        assert_eq!(path(&own, "queue"), ["Data"]);
        assert!(own.knows_auth("OAuth 2.0") && own.knows_auth("an SSO system") && !own.knows_auth("gRPC"));
        assert!(own.enforces(Measure::Encryption) && !own.enforces(Measure::AuditLogging));
    }

    #[test]
    fn qualified_and_alternating_names_are_found() {
        let own = gather(&["## INTEGRATION CATEGORIES\n\n- GraphQL (queries)\n- Message Queues/Streams\n\n\
             ## INTEGRATION PROTOCOLS\n\n### Authentication\n\n- API keys\n- Basic (user/password)\n"]);
        for listed in ["GraphQL", "GraphQL (queries)", "message queue", "Stream", "Message Queues/Streams"] {
            assert!(own.category(listed).is_some(), "{listed}");
        }
        assert!(own.category("Queues").is_none() && own.category("queries").is_none());
        assert!(own.knows_auth("API key (header)") && own.knows_auth("Basic") && !own.knows_auth("user"));
        assert_eq!(own.types(), ["GraphQL (queries)", "Message Queues/Streams"]);
    }
}
