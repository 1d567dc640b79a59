//! The vocabulary of a vault: its statuses, transitions, types, ways to authenticate and security measures,
//! gathered from its notes and settings.
//!
//! Where notes contradict each other about a word, the first note in the order of paths counts.

mod changes;
mod statuses;
mod steps;
mod walk;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Deserialize;

use self::steps::Steps;
use super::level::Level;
use super::measure::Measure;
use crate::syntax::vocabulary::{Branch, Leaf, Terms, Transition, unqualified};
use crate::text::fold::{heading_key, term_key};

/// Words beyond those that the notes of a vault list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Words {
    /// Statuses of level ok, such as `🟢 Active`.
    pub ok: Vec<String>,
    /// Statuses of level warning.
    pub warning: Vec<String>,
    /// Statuses of level critical.
    pub critical: Vec<String>,
    /// Statuses of level unknown.
    pub unknown: Vec<String>,
    /// Types of integrations, by category: `"Data Systems / Queues" = ["Message queues"]`.
    pub types: BTreeMap<String, Vec<String>>,
    /// Ways to authenticate, such as `OAuth 2.0`.
    pub auth: Vec<String>,
    /// Security measures: encryption, rate limiting, access control, audit logging.
    pub measures: Vec<String>,
}

/// The vocabulary of a vault: the words it uses for statuses, types of integrations, authentication and security
/// measures.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// The levels of statuses, by the key of their name.
    words: HashMap<String, Level>,
    /// The names of statuses as the notes write them.
    spellings: Vec<String>,
    marks: HashMap<String, Level>,
    /// The number of the line that lists each name. Names on one line are the same status.
    lines: HashMap<String, usize>,
    /// The path of the first note that lists any statuses. The line in it is left out on purpose: text inserted
    /// above the list must not change the vocabulary.
    statuses_in: Option<String>,
    transitions: Vec<Transition>,
    /// The transitions indexed by the statuses they name, built when the first change of a status is looked up.
    steps: OnceLock<Steps>,
    /// Types of integrations, by the key of their name.
    types: HashMap<String, Type>,
    /// Ways to authenticate, by the key of their name.
    auth: HashMap<String, String>,
    measures: Vec<Measure>,
}

/// A type of integration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Type {
    /// As its note writes it.
    name: String,
    /// The headings and items above it, outermost first.
    path: Path,
}

/// Headings and items from the outermost to the one above a leaf. Leaves share the parts that they have in common.
type Path = Arc<[Arc<str>]>;

/// A heading or an item above leaves, with what it says about them.
#[derive(Default)]
struct Above {
    path: Path,
    /// Whether the leaves below are ways to authenticate, as listed under protocols or, for `services`, under
    /// categories.
    methods: bool,
    services: bool,
}

/// Returns, for each heading or item above leaves, its path and what it says about the leaves below it.
fn above(branches: &[Branch]) -> Vec<Above> {
    let mut all: Vec<Above> = Vec::with_capacity(branches.len());
    for branch in branches {
        // A heading always comes after its parent.
        let upper = branch.above.and_then(|above| all.get(above as usize));
        let path = upper.map_or_else(Path::default, |upper| Arc::clone(&upper.path));
        // Only headings list ways to authenticate: once some are listed, all others count as unknown.
        let key = if branch.is_item { String::new() } else { heading_key(&branch.name) };
        let services = upper.is_some_and(|upper| upper.services) || key == "authentication services";
        let methods = upper.is_some_and(|upper| upper.methods) || services || key == "authentication";
        let own = std::iter::once(Arc::from(branch.name.as_str()));
        all.push(Above { path: path.iter().cloned().chain(own).collect(), methods, services });
    }
    all
}

/// Whether a heading above a leaf, within its section, says that the things below do not exist, or not yet.
fn is_below_denial(terms: &Terms, leaf: &Leaf) -> bool {
    let branch = |at: u32| terms.branches.get(at as usize);
    let mut up = std::iter::successors(leaf.branch.and_then(branch), |below| below.above.and_then(branch));
    up.any(|heading| Measure::none_below(&heading.name))
}

/// Returns the keys under which a listed name is found: those of the whole name, of the name without its brackets,
/// and of each alternative in it (`Queues/Streams`).
fn keys(name: &str) -> Vec<String> {
    let bare = unqualified(name);
    let mut keys = vec![key(name), key(bare)];
    keys.extend(bare.split('/').map(key));
    if let Some((before, _, behind)) = bracketed(name) {
        keys.push(key(&format!("{} {}", before.trim(), behind.trim())));
    }
    keys.retain(|key| !key.is_empty());
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Returns the keys of the abbreviations in the brackets of a listed name, such as `Client certificates (mTLS)`,
/// if the brackets hold nothing else. The full names of other entries take precedence over them.
fn abbreviations(name: &str) -> Vec<String> {
    let Some((_, inside, _)) = bracketed(name) else { return Vec::new() };
    let words = || inside.split([',', '/', ';']).map(str::trim);
    if words().all(is_abbreviation) { words().map(key).collect() } else { Vec::new() }
}

/// Returns the text before, in and after the first brackets of a name.
fn bracketed(name: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = name.split_once(" (")?;
    let (inside, behind) = rest.split_once(')')?;
    Some((before, inside, behind))
}

/// Whether a word looks like an abbreviation: `OIDC`, `mTLS`, `PSD2`.
fn is_abbreviation(word: &str) -> bool {
    word.chars().filter(char::is_ascii_uppercase).count() > 1 && word.chars().all(char::is_alphanumeric)
}

/// Returns the key by which a name is looked up. Spaces around a slash are ignored.
fn key(name: &str) -> String {
    if name.contains('/') {
        term_key(&name.split('/').map(str::trim).collect::<Vec<_>>().join("/"))
    } else {
        term_key(name)
    }
}

/// Looks up a name, as a whole or without its brackets.
fn look_up<'m, T>(map: &'m HashMap<String, T>, name: &str) -> Option<&'m T> {
    map.get(&key(name)).or_else(|| map.get(&key(unqualified(name))))
}

impl Vocabulary {
    /// Gathers the vocabulary from the words that the settings list (`own`) and then from the terms of the notes,
    /// which come with their paths and in the order of these.
    #[must_use]
    pub fn gather<'t>(own: &Words, notes: impl IntoIterator<Item = (&'t str, &'t Terms)>) -> Self {
        let mut all = Self::default();
        all.add_own(own);
        let mut short_types: Vec<(String, Type)> = Vec::new();
        let mut short_auth: Vec<(String, String)> = Vec::new();
        for (path, terms) in notes {
            all.add_statuses(path, terms);
            let above = above(&terms.branches);
            let above = |leaf: &Leaf| leaf.branch.and_then(|branch| above.get(branch as usize));
            for leaf in &terms.categories {
                let path = || above(leaf).map_or_else(Path::default, |above| Arc::clone(&above.path));
                let own = || Type { name: leaf.name.clone(), path: path() };
                for key in keys(&leaf.name) {
                    all.types.entry(key).or_insert_with(own);
                }
                short_types.extend(abbreviations(&leaf.name).into_iter().map(|key| (key, own())));
            }
            let methods =
                terms.protocols.iter().filter(|leaf| above(leaf).is_some_and(|above| above.methods));
            let services =
                terms.categories.iter().filter(|leaf| above(leaf).is_some_and(|above| above.services));
            for leaf in methods.chain(services) {
                for key in keys(&leaf.name) {
                    all.auth.entry(key).or_insert_with(|| leaf.name.clone());
                }
                short_auth.extend(abbreviations(&leaf.name).into_iter().map(|key| (key, leaf.name.clone())));
            }
            let measures = terms.measures.iter().filter(|leaf| !is_below_denial(terms, leaf));
            for measure in measures.filter_map(|leaf| Measure::of(&leaf.name, &leaf.about)) {
                if !all.measures.contains(&measure) {
                    all.measures.push(measure);
                }
            }
        }
        for (key, own) in short_types {
            all.types.entry(key).or_insert(own);
        }
        for (key, name) in short_auth {
            all.auth.entry(key).or_insert(name);
        }
        all
    }

    /// Whether another vocabulary has the same content, wherever in the notes it comes from.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let steps = |own: &Self| -> Vec<(String, String)> {
            own.transitions.iter().map(|step| (step.from.clone(), step.to.clone())).collect()
        };
        let Self {
            words,
            spellings,
            marks,
            lines,
            statuses_in,
            types,
            auth,
            measures,
            transitions: _,
            steps: _,
        } = self;
        (words, spellings, marks, lines, statuses_in)
            == (&other.words, &other.spellings, &other.marks, &other.lines, &other.statuses_in)
            && (types, auth, measures) == (&other.types, &other.auth, &other.measures)
            && steps(self) == steps(other)
    }

    fn add_own(&mut self, own: &Words) {
        self.add_own_statuses(own);
        for (category, types) in &own.types {
            let path: Path = category.split(" / ").map(|part| Arc::from(part.trim())).collect();
            let own = |name: &String| Type { name: name.clone(), path: Arc::clone(&path) };
            self.types.extend(types.iter().map(|name| (key(name), own(name))));
        }
        self.auth.extend(own.auth.iter().map(|name| (key(name), name.clone())));
        self.measures.extend(own.measures.iter().filter_map(|name| Measure::of(name, "")));
    }

    /// Whether the vault lists any types of integrations.
    #[must_use]
    pub fn lists_types(&self) -> bool {
        !self.types.is_empty()
    }

    /// Returns the headings and items above a type of integration, outermost first; `None` for an unknown type.
    #[must_use]
    pub fn category(&self, integration_type: &str) -> Option<&[Arc<str>]> {
        look_up(&self.types, integration_type).map(|own| &*own.path)
    }

    /// Returns the types that the vault lists, as written, sorted.
    #[must_use]
    pub fn types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = self.types.values().map(|own| own.name.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Whether the vault lists any ways to authenticate.
    #[must_use]
    pub fn lists_auth(&self) -> bool {
        !self.auth.is_empty()
    }

    /// Whether the vault lists a way to authenticate.
    #[must_use]
    pub fn knows_auth(&self, method: &str) -> bool {
        look_up(&self.auth, method).is_some()
    }

    /// Returns the ways to authenticate that the vault lists, as written, sorted.
    #[must_use]
    pub fn auth_methods(&self) -> Vec<&str> {
        let mut methods: Vec<&str> = self.auth.values().map(String::as_str).collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }

    /// Whether the vault lists a security measure, and so commits itself to it.
    #[must_use]
    pub fn enforces(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{facts, reading::Reading};

    pub(super) fn gather(notes: &[&str]) -> Vocabulary {
        let facts: Vec<_> = notes.iter().map(|n| facts::read(n.as_bytes(), &Reading::default())).collect();
        Vocabulary::gather(&Words::default(), facts.iter().map(|f| ("a.md", &f.system().terms)))
    }

    fn path<'v>(own: &'v Vocabulary, integration_type: &str) -> Vec<&'v str> {
        own.category(integration_type).unwrap().iter().map(|heading| &**heading).collect()
    }

    #[test]
    fn the_configuration_counts_before_the_notes() {
        let text = "[vocabulary]\nok = [\"🔵 Parked\"]\ntypes = { \"Data / Queues\" = [\"Message queues\"] }\nauth = [\"mTLS\"]\nmeasures = [\"Encryption\"]\n";
        let config = crate::config::Config::read(text, &[]).unwrap();
        let note = facts::read("## STATUS INDICATORS\n\n- 🔴 Parked\n".as_bytes(), &Reading::default());
        let own = Vocabulary::gather(&config.words, [("a.md", &note.system().terms)]);
        assert_eq!((own.level("Parked"), own.level("🔵")), (Level::Ok, Level::Ok));
        assert_eq!(path(&own, "message queue"), ["Data", "Queues"]);
        assert!(own.knows_auth("mTLS") && own.enforces(Measure::Encryption));
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
    fn a_list_in_a_list_is_a_tree_of_categories() {
        let own = gather(&[
            "## INTEGRATION CATEGORIES\n\n- **Money:** what is paid\n  - Payment providers\n  - Banks\n\
             \u{20}   - Ledgers\n- Queues\n\n\
             ### 2. Data\n\n1. Stores\n   - Caches\n- \n  - Lakes\n- Authentication Services\n  - SSO systems\n\n\
             ## INTEGRATION PROTOCOLS\n\n- Authentication\n  - OAuth 2.0\n",
        ]);
        for (name, expected) in [
            ("Payment provider", &["Money"][..]),
            ("Ledgers", &["Money", "Banks"]),
            ("Queues", &[]),
            ("Caches", &["Data", "Stores"]),
            ("Lakes", &["Data"]),
        ] {
            assert_eq!(path(&own, name), expected, "{name}");
        }
        assert!(own.category("Money").is_none());
        // Only headings list ways to authenticate; otherwise all others would count as unknown.
        assert!(!own.lists_auth());
    }

    #[test]
    fn an_abbreviation_in_brackets_is_a_name_where_no_other_has_it() {
        let own = gather(&[
            "## INTEGRATION CATEGORIES\n\n### Monitoring\n\n- Dashboards (REST, SQL)\n- Hooks (not SOAP, XML)\n- Bus (AMQP)\n\n\
             ### APIs\n\n- REST\n",
        ]);
        assert_eq!(path(&own, "REST"), ["APIs"]);
        assert_eq!(path(&own, "amqp"), ["Monitoring"]);
        assert!(own.category("XML").is_none() && own.category("SOAP").is_none());
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
