//! The surroundings of a system in the graph: what a change to it may reach.

use std::collections::HashMap;

use super::{Relation, Systems};

/// Returns the systems that lead to or from `system` within `depth` steps, and the relations among them.
pub(super) fn part(whole: &Systems, system: usize, depth: usize) -> Systems {
    let [forward, backward] = neighbours(whole);
    let mut reached = vec![false; whole.systems.len()];
    for steps in [&forward, &backward] {
        for index in within(steps, system, depth) {
            if let Some(mark) = reached.get_mut(index) {
                *mark = true;
            }
        }
    }
    kept(whole, reached.iter().enumerate().filter(|(_, reached)| **reached).map(|(at, _)| at))
}

/// Returns the systems with these indices, and the relations among them.
pub(super) fn kept(whole: &Systems, wanted: impl Iterator<Item = usize>) -> Systems {
    let mut renumbered = HashMap::new();
    let mut systems = Vec::new();
    for (old, found) in wanted.filter_map(|at| Some((at, whole.systems.get(at)?))) {
        renumbered.insert(old, systems.len());
        systems.push(found.clone());
    }
    let relations = whole.relations.iter().filter_map(|relation| {
        let (from, to) = (*renumbered.get(&relation.from)?, *renumbered.get(&relation.to)?);
        Some(Relation { from, to, ..relation.clone() })
    });
    let relations = relations.collect();
    let by_name = whole.by_name.iter().filter_map(|(name, old)| Some((name.clone(), *renumbered.get(old)?)));
    let by_name = by_name.collect();
    let boxes = whole.boxes.iter().map(|(note, labels)| {
        let kept =
            |all: &Vec<usize>| all.iter().filter_map(|old| renumbered.get(old).copied()).collect::<Vec<_>>();
        let labels = labels.iter().map(|(label, all)| (label, kept(all))).filter(|(_, all)| !all.is_empty());
        (note, labels.map(|(label, all)| (label.clone(), all)).collect::<HashMap<_, _>>())
    });
    let boxes = boxes.filter(|(_, labels)| !labels.is_empty());
    let boxes = boxes.map(|(note, labels)| (note.clone(), labels)).collect();
    Systems { systems, relations, by_name, boxes }
}

/// Returns for each system those that it leads to, and those that lead to it. An undirected relation counts both
/// ways.
fn neighbours(whole: &Systems) -> [Vec<Vec<usize>>; 2] {
    let mut lists = [(); 2].map(|()| vec![Vec::new(); whole.systems.len()]);
    for relation in &whole.relations {
        let Relation { from, to, directed, .. } = *relation;
        let [forward, backward] = &mut lists;
        add(forward, from, to);
        add(backward, to, from);
        if !directed {
            add(forward, to, from);
            add(backward, from, to);
        }
    }
    lists
}

fn add(lists: &mut [Vec<usize>], from: usize, to: usize) {
    if let Some(list) = lists.get_mut(from) {
        list.push(to);
    }
}

/// Returns everything within `depth` steps, breadth first, starting with `start` itself.
fn within(steps: &[Vec<usize>], start: usize, depth: usize) -> Vec<usize> {
    let mut seen = vec![false; steps.len()];
    let mut found = vec![start];
    let mut ring = vec![start];
    if let Some(mark) = seen.get_mut(start) {
        *mark = true;
    }
    for _ in 0..depth {
        let mut next = Vec::new();
        for &to in ring.iter().filter_map(|at| steps.get(*at)).flatten() {
            if let Some(mark) = seen.get_mut(to).filter(|mark| !**mark) {
                *mark = true;
                next.push(to);
            }
        }
        if next.is_empty() {
            break;
        }
        found.extend(&next);
        ring = next;
    }
    found
}
