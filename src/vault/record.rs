//! What other notes, and the vault as a whole, can know of a note: enough to tell whose verdict may
//! change with it, and nothing more.

use std::hash::{Hash as _, Hasher as _};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::names::last_name;
use super::shape::shape;
use super::{Note, Traits};
use crate::model::chronology::{Direction, direction};
use crate::syntax::facts::Facts;
use crate::syntax::header::{dated, keys};
use crate::syntax::vocabulary::Terms;
use crate::text::fold::fold_into;
use crate::text::path;
use crate::text::stamp::{Stamp, StampFormat};

/// A note as the others see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What it has.
    pub traits: Traits,
    /// What links can name in it: headings and block ids.
    pub targets: u64,
    /// The files that its links and mentions ask for.
    pub links: u64,
    /// What most notes have nothing of.
    pub rare: Rare,
}

/// What of a note concerns the vault as a whole. Each is 0 in a note that has none of it, and most have none at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rare {
    /// Its aliases: they are offered for links that lead nowhere.
    pub aliases: u64,
    /// Everything but where in the note it stands, where the note is part of the documentation of a system:
    /// boards, vocabularies and rules about the whole vault read it.
    pub system: u64,
    /// The same of its integrations alone: most rules about the whole vault ask for nothing else.
    pub integrations: u64,
    /// What it adds to what all notes share: words of the vocabulary, template integrations, the order
    /// of its histories.
    pub shared: u64,
    /// The newest timestamp that it holds, in seconds since 1970 by the wall clock: until that time a
    /// verdict on it depends on the clock.
    pub newest: u64,
}

impl Record {
    /// What the others see of a note.
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
        facts.links.iter().for_each(|link| (facts.text(link.path), link.generated).hash(&mut links));
        facts.mentions.iter().for_each(|link| facts.text(link.path).hash(&mut links));
        let traits = Traits::of(facts);
        Self { traits, targets: targets.finish(), links: links.finish(), rare: Rare::of(facts, traits) }
    }
}

impl Rare {
    /// How many bytes it is.
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

    /// As it is kept.
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

    /// As it was kept.
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
    // What lies before 1970 is over by any clock, as is 1970 itself.
    seconds.max().map_or(0, |newest| newest.max(0).cast_unsigned())
}

/// The name by which links ask for a file: folded and hashed, without `.md`.
#[must_use]
pub fn name_of_file(file: &str) -> u32 {
    let name = path::file_name(file);
    hash_name(path::without_md(name), &mut String::new())
}

/// The names by which a note asks for files, sorted: a link leads to another place only when a file
/// of one of these names comes or goes. A link with `.md` may mean `x.md` or `x.md.md`, and one with a bracket a name that
/// ends with another. A date of last change that is a link asks for the notes of the days that its fix may write, in the
/// form that it has. `format` is that of timestamps.
#[must_use]
pub fn names_asked(facts: &Facts, format: &StampFormat) -> Vec<u32> {
    let mut names = Vec::with_capacity(facts.links.len());
    let mut folded = String::new();
    let mut hash_name = |name: &str| hash_name(name, &mut folded);
    // To look into each link would cost more than to look once into what they have in common.
    let has_brackets = facts.pool.has(b'[');
    for link in &facts.links {
        let path = facts.text(link.path);
        match last_name(path).as_ref() {
            "" => {}
            // Where the path leads is known only from the folder of the note.
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

/// Two names that meet here by chance cost a note that is judged again for nothing. A note has many: the room to fold
/// them in is asked for once.
fn hash_name(name: &str, folded: &mut String) -> u32 {
    folded.clear();
    fold_into(folded, name);
    xxh3_64(folded.as_bytes()) as u32
}
