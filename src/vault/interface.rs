//! What other notes, and the vault as a whole, can see of a note: just enough to tell whose verdict may change
//! with it.

use std::hash::{Hash as _, Hasher as _};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::fact_hash::shape;
use super::names::last_name;
use super::{Note, Traits};
use crate::model::chronology::{Direction, direction};
use crate::syntax::facts::Facts;
use crate::syntax::header::{dated, keys};
use crate::syntax::vocabulary::Terms;
use crate::text::fold::fold_into;
use crate::text::path;
use crate::text::stamp::{Stamp, StampFormat};

/// The digest of what the rest of the vault sees of a note. While it stays the same, a change of the note can only
/// change the verdict on that note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// The traits of the note.
    pub traits: Traits,
    /// A hash of what links can name in it: headings and block ids.
    pub targets: u64,
    /// A hash of the files that its links and mentions ask for.
    pub links: u64,
    /// Hashes of what only few notes have.
    pub rare: Rare,
}

/// Hashes of what concerns the vault as a whole. Each is 0 in a note without such content, and in most notes all
/// of them are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rare {
    /// Its aliases: they are offered for links that lead nowhere.
    pub aliases: u64,
    /// All system facts, apart from their places, where the note documents a system: boards, vocabularies and
    /// rules about the whole vault read them.
    pub system: u64,
    /// Like `system`, but of integrations alone: most rules about the whole vault need nothing else.
    pub integrations: u64,
    /// What the note adds to what all notes share: words of the vocabulary, template integrations, the order of
    /// its histories.
    pub shared: u64,
    /// The newest timestamp in the note, in seconds since 1970 by the wall clock: until then its verdict depends
    /// on the clock.
    pub newest: u64,
}

impl Interface {
    /// Makes the interface of a note.
    #[must_use]
    pub fn of(note: &Note) -> Self {
        let facts = &note.facts;
        let mut targets = Xxh3Default::new();
        (facts.is_text(), facts.is_drawing).hash(&mut targets);
        for heading in &facts.headings {
            (heading.level, facts.text(heading.text)).hash(&mut targets);
        }
        for heading in facts.system().boards.iter().flat_map(|board| &board.headings) {
            heading.hash(&mut targets);
        }
        facts.block_ids.len().hash(&mut targets);
        facts.block_ids.iter().for_each(|id| facts.text(*id).hash(&mut targets));
        let mut links = Xxh3Default::new();
        for link in facts.links.iter().chain(&facts.mentions) {
            (facts.text(link.path), link.generated).hash(&mut links);
        }
        let traits = Traits::of(facts);
        Self { traits, targets: targets.finish(), links: links.finish(), rare: Rare::of(facts, traits) }
    }
}

impl Rare {
    /// The size of the cached form in bytes.
    pub const BYTES: usize = 5 * 8;

    fn of(facts: &Facts, traits: Traits) -> Self {
        let integrations = &facts.system().integrations;
        let mut aliases = Xxh3Default::new();
        facts.aliases.iter().for_each(|alias| facts.text(*alias).hash(&mut aliases));
        Self {
            aliases: if facts.aliases.is_empty() { 0 } else { aliases.finish() },
            system: if traits.has(Traits::SYSTEM) { shape(facts) } else { 0 },
            integrations: if integrations.is_empty() { 0 } else { shape(integrations) },
            shared: shared(facts),
            newest: newest(facts),
        }
    }

    /// Returns the bytes that are cached.
    #[must_use]
    pub fn bytes(&self) -> [u8; Self::BYTES] {
        let Self { aliases, system, integrations, shared, newest } = *self;
        let mut bytes = [0; Self::BYTES];
        let words = [aliases, system, integrations, shared, newest];
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *place = word.to_le_bytes();
        }
        bytes
    }

    /// Reads bytes that were cached.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut words = [0; 5];
        for (word, place) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*place);
        }
        let [aliases, system, integrations, shared, newest] = words;
        Self { aliases, system, integrations, shared, newest }
    }
}

fn shared(facts: &Facts) -> u64 {
    let system = facts.system();
    let templates: Vec<_> = system.template_integrations().collect();
    let orders: Vec<u8> = system
        .entry_lists()
        .map(|list| direction(list).map_or(0, |order| 1 + u8::from(order == Direction::NewestFirst)))
        .collect();
    if system.terms == Terms::default() && templates.is_empty() && orders.is_empty() {
        return 0;
    }
    shape(&(&system.terms, templates, orders))
}

fn newest(facts: &Facts) -> u64 {
    let system = facts.system();
    let seconds = system.entries().filter_map(|entry| entry.stamp).map(Stamp::seconds);
    // Times up to the start of 1970 are in the past by any clock.
    seconds.max().map_or(0, |newest| newest.max(0).cast_unsigned())
}

/// Returns the name by which links ask for a file: folded and hashed, without `.md`.
#[must_use]
pub fn name_of_file(file: &str) -> u32 {
    let name = path::file_name(file);
    hash_name(path::without_md(name), &mut String::new())
}

/// Returns the names by which a note asks for files, sorted. A link can lead elsewhere only when a file with one
/// of these names is added or removed.
///
/// A link with `.md` may mean `x.md` or `x.md.md`, and a link to `x[y` may mean `x[y]`. A date of last change
/// that is a link asks for the notes of the days that its fix may write, in the same form. `format` is the format
/// of timestamps.
#[must_use]
pub fn names_asked(facts: &Facts, format: &StampFormat) -> Vec<u32> {
    let mut names = Vec::with_capacity(facts.links.len());
    let mut folded = String::new();
    let mut hash_name = |name: &str| hash_name(name, &mut folded);
    // One look into the shared pool is cheaper than a look into each link.
    let has_brackets = facts.pool.has(b'[');
    for link in &facts.links {
        let path = facts.text(link.path);
        match last_name(path).as_ref() {
            "" => {}
            // The target depends on the folder of the note, so every part of the path counts.
            "." | ".." => names.extend(path.split(['/', '\\']).map(&mut hash_name)),
            name => {
                names.push(hash_name(name));
                if path::is_note(name) {
                    names.push(hash_name(path::without_md(name)));
                }
                if has_brackets && name.contains('[') {
                    names.push(hash_name(&format!("{name}]")));
                }
            }
        }
    }
    let linked = facts.system().header.iter().flat_map(|header| header.all(keys::LAST_MODIFIED));
    for field in linked.filter(|field| field.value.contains("[[")) {
        let form = dated(&field.value, format).map(|dated| dated.form);
        for entry in facts.system().entries() {
            names.push(hash_name(entry.timestamp()));
            names.extend(entry.stamp.map(|stamp| hash_name(&stamp.time().format("%Y-%m-%d").to_string())));
            names.extend(entry.stamp.zip(form).map(|(stamp, form)| hash_name(&form.write(stamp))));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Hashes a name. A collision only costs judging a note once more in vain. `folded` is a buffer that is reused,
/// since a note has many names.
fn hash_name(name: &str, folded: &mut String) -> u32 {
    folded.clear();
    fold_into(folded, name);
    xxh3_64(folded.as_bytes()) as u32
}
