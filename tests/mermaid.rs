//! What the mermaid parser makes of diagrams: the cases are the Markdown files in `tests/mermaid/`.
//!
//! A case is a ```` ```mermaid ```` block and the ```` ```text ```` block after it, which sums up the graph and the
//! errors; the prose around says why. `PORTOLAN_BLESS=1 cargo test --test mermaid` writes the summaries anew:
//! read the diff before you believe it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use portolan::syntax::mermaid::gantt::{Gantt, When};
use portolan::syntax::mermaid::{
    Arrow, Body, ClickAction, Diagram, Fix, Flowchart, Label, LabelKind, MermaidError, Stage, Stroke, parse,
};

#[test]
fn diagrams_are_read_as_their_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let failures: Vec<String> = files.iter().flat_map(|file| check_file(file)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A fix may uncover the next error, but it must never make another.
#[test]
fn fixes_lead_to_fewer_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut rest = text.as_str();
        while let Some((_, input, _, after)) = next_case(rest) {
            let mut source = input.to_owned();
            let mut count = parse(&source).1.len();
            while let Some(fix) = parse(&source).1.iter().find_map(|error| error.fix.clone()) {
                let fixed = apply(&source, &fix);
                let left = parse(&fixed).1;
                // One bracket put right may uncover the next of the same line.
                assert!(
                    left.len() <= count && fixed != source,
                    "{}:\n{source}\n{fixed}\n{left:#?}",
                    fix.title
                );
                count = left.len();
                source = fixed;
            }
            rest = after;
        }
    }
}

fn check_file(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    let mut failures = Vec::new();
    let mut blessed = String::new();
    let mut rest = text.as_str();
    while let Some((before, input, expected, after)) = next_case(rest) {
        let found = check(input, expected, &name).unwrap_or_else(|failure| {
            failures.push(failure);
            summary(input)
        });
        let _ = write!(blessed, "{before}```mermaid\n{input}```\n\n```text\n{found}```\n");
        rest = after;
    }
    blessed.push_str(rest);
    if std::env::var_os("PORTOLAN_BLESS").is_some() && blessed != text {
        fs::write(path, blessed).unwrap();
        return Vec::new();
    }
    failures
}

/// Splits a file behind its next case: what stands before, the diagram, its summary, what stands after.
fn next_case(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once("```mermaid\n")?;
    let (input, rest) = rest.split_once("```\n")?;
    let rest = rest.strip_prefix("\n```text\n").unwrap_or_else(|| panic!("no summary after\n{input}"));
    let (expected, after) = rest.split_once("```\n")?;
    Some((before, input, expected, after))
}

fn check(input: &str, expected: &str, name: &str) -> Result<String, String> {
    let found = summary(input);
    if found == expected {
        return Ok(found);
    }
    Err(format!("--- {name}\n{input}--- expected\n{expected}--- found\n{found}"))
}

fn summary(input: &str) -> String {
    let (diagram, errors) = parse(input);
    let mut out = String::new();
    for error in &errors {
        write_error(&mut out, input, error);
    }
    write_diagram(&mut out, &diagram);
    out
}

fn write_error(out: &mut String, input: &str, error: &MermaidError) {
    let at = &input[..error.span.start as usize];
    let line = at.matches('\n').count() + 1;
    let column = at.chars().rev().take_while(|&c| c != '\n').count() + 1;
    let kind = if error.stage == Stage::Draw { "undrawn" } else { "error" };
    let _ = writeln!(out, "{kind} {line}:{column} {}", error.message);
    if let Some(hint) = &error.hint {
        let _ = writeln!(out, "  hint: {hint}");
    }
    if let Some(fix) = &error.fix {
        let safe = if fix.safe { "safe" } else { "unsafe" };
        let fixed = apply(input, fix);
        let mut old: Vec<&str> = input.lines().collect();
        let mut changed = Vec::new();
        for line in fixed.lines() {
            match old.iter().position(|&kept| kept == line) {
                Some(kept) => drop(old.swap_remove(kept)),
                None => changed.push(line.trim()),
            }
        }
        let _ = writeln!(out, "  fix ({safe}): {}: {}", fix.title, changed.join(" ⏎ "));
    }
}

fn apply(input: &str, fix: &Fix) -> String {
    let mut fixed = input.to_owned();
    for (span, new) in fix.edits.iter().rev() {
        fixed.replace_range(span.range(), new);
    }
    fixed
}

fn write_diagram(out: &mut String, diagram: &Diagram) {
    let kind = diagram.kind.as_deref().unwrap_or("unknown");
    let direction = match &diagram.body {
        Body::Flowchart(chart) => format!(" {}", chart.direction.as_str()),
        _ => String::new(),
    };
    let _ = writeln!(out, "{kind}{direction}");
    let texts =
        [("title", &diagram.title), ("accTitle", &diagram.acc_title), ("accDescr", &diagram.acc_descr)];
    for (name, text) in texts {
        if let Some(text) = text {
            let _ = writeln!(out, "{name} {text:?}");
        }
    }
    match &diagram.body {
        Body::Flowchart(chart) => write_chart(out, chart),
        Body::Pie(pie) => {
            let _ = writeln!(out, "pie {:?} showData={}", pie.title, pie.show_data);
            for slice in &pie.slices {
                let _ = writeln!(out, "slice {:?} {}", slice.label, slice.value);
            }
        }
        Body::Gantt(gantt) => write_gantt(out, gantt),
        Body::Other => {}
    }
}

fn write_chart(out: &mut String, chart: &Flowchart) {
    for node in &chart.nodes {
        let _ = write!(out, "node {}", node.id);
        if let Some(shape) = &node.shape {
            let _ = write!(out, " {shape}");
        }
        if !node.labels.is_empty() {
            let _ = write!(out, " {}", label(&node.label));
        }
        if node.labels.len() > 1 {
            let labels: Vec<_> = node.labels.iter().map(|given| label(&given.label)).collect();
            let _ = write!(out, " of {}", labels.join(", "));
        }
        node.classes.iter().for_each(|class| out.push_str(&format!(" .{class}")));
        node.subgraph.iter().for_each(|subgraph| out.push_str(&format!(" in {subgraph:?}")));
        node.href.iter().for_each(|href| out.push_str(&format!(" href={href}")));
        node.styles.iter().for_each(|style| out.push_str(&format!(" style={style:?}")));
        node.props.iter().for_each(|(key, value)| out.push_str(&format!(" {key}={value:?}")));
        out.push('\n');
    }
    for edge in &chart.edges {
        let head = |arrow| match arrow {
            Arrow::Open => "open",
            Arrow::Point => "point",
            Arrow::Cross => "cross",
            Arrow::Circle => "circle",
            Arrow::Invalid => "invalid",
        };
        let stroke = match edge.stroke {
            Stroke::Normal => "normal",
            Stroke::Thick => "thick",
            Stroke::Dotted => "dotted",
            Stroke::Invisible => "invisible",
            Stroke::Invalid => "invalid",
        };
        let (start, end) = (head(edge.arrow_start), head(edge.arrow_end));
        let _ = write!(out, "edge {} to {}: {stroke} {start}-{end}", edge.from, edge.to);
        edge.length.iter().for_each(|length| out.push_str(&format!(" {length}")));
        if !edge.label.text.is_empty() {
            let _ = write!(out, " {}", label(&edge.label));
        }
        edge.id.iter().for_each(|id| out.push_str(&format!(" id={id}")));
        edge.classes.iter().for_each(|class| out.push_str(&format!(" .{class}")));
        edge.styles.iter().for_each(|style| out.push_str(&format!(" style={style:?}")));
        edge.props.iter().for_each(|(key, value)| out.push_str(&format!(" {key}={value:?}")));
        out.push('\n');
    }
    for subgraph in &chart.subgraphs {
        let direction = subgraph.direction.map_or("", |direction| direction.as_str());
        let _ = write!(out, "subgraph {:?} {} {direction}", subgraph.id, label(&subgraph.title));
        let _ = write!(out, "{:?}", subgraph.members);
        subgraph.parent.iter().for_each(|parent| out.push_str(&format!(" in {parent:?}")));
        subgraph.classes.iter().for_each(|class| out.push_str(&format!(" .{class}")));
        out.push('\n');
    }
    for class in &chart.class_defs {
        let _ = writeln!(out, "classDef {} {:?}", class.id, class.styles);
    }
    for click in &chart.clicks {
        let action = match &click.action {
            ClickAction::Link { href, target } => {
                format!("link {href:?} {}", target.as_deref().unwrap_or(""))
            }
            ClickAction::Call { callback, args } => format!("call {callback:?} {args:?}"),
        };
        let _ = writeln!(out, "click {} {} {:?}", click.node, action.trim(), click.tooltip);
    }
    if !chart.default_link_style.is_empty() || chart.default_link_curve.is_some() {
        let _ = writeln!(out, "linkStyle {:?} {:?}", chart.default_link_style, chart.default_link_curve);
    }
}

fn label(label: &Label) -> String {
    let kind = match label.kind {
        LabelKind::Text => "",
        LabelKind::String => "s",
        LabelKind::Markdown => "m",
    };
    let raw = label.raw.as_ref().map_or_else(String::new, |raw| format!(" written {raw:?}"));
    format!("{kind}{:?}{raw}", label.text)
}

fn write_gantt(out: &mut String, gantt: &Gantt) {
    let _ = writeln!(out, "gantt {:?} {:?}", gantt.title, gantt.date_format);
    let when = |when: &Option<When>| match when {
        Some(When { iso: Some(iso), .. }) => iso.clone(),
        Some(When { text, iso: None }) => format!("{text:?}"),
        None => "-".to_owned(),
    };
    for task in &gantt.tasks {
        let _ = write!(out, "task {:?} {:?} id={:?}", task.section, task.name, task.id);
        let _ = writeln!(out, " {:?} from {} to {}", task.tags, when(&task.start), when(&task.end));
    }
}
