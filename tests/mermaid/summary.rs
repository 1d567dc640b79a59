//! Summarises a diagram and its errors in a few lines of text.

use std::fmt::Write as _;

use portolan::syntax::mermaid::gantt::{Gantt, When};
use portolan::syntax::mermaid::{
    Arrow, Body, ClickAction, Diagram, Fix, Flowchart, Label, LabelKind, MermaidError, Stage, Stroke, parse,
};

/// What the parser makes of a diagram.
pub(crate) fn summary(input: &str) -> String {
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

/// The text after a fix.
pub(crate) fn apply(input: &str, fix: &Fix) -> String {
    let mut fixed = input.to_owned();
    for (span, new) in fix.edits.iter().rev() {
        fixed.replace_range(span.range(), new);
    }
    fixed
}

/// Words, each after a blank.
fn all(out: &mut String, words: impl Iterator<Item = String>) {
    for word in words {
        out.push(' ');
        out.push_str(&word);
    }
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
        all(out, node.classes.iter().map(|class| format!(".{class}")));
        all(out, node.subgraph.iter().map(|subgraph| format!("in {subgraph:?}")));
        all(out, node.href.iter().map(|href| format!("href={href}")));
        all(out, node.styles.iter().map(|style| format!("style={style:?}")));
        all(out, node.props.iter().map(|(key, value)| format!("{key}={value:?}")));
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
        all(out, edge.length.iter().map(|length| format!("{length}")));
        if !edge.label.text.is_empty() {
            let _ = write!(out, " {}", label(&edge.label));
        }
        all(out, edge.id.iter().map(|id| format!("id={id}")));
        all(out, edge.classes.iter().map(|class| format!(".{class}")));
        all(out, edge.styles.iter().map(|style| format!("style={style:?}")));
        all(out, edge.props.iter().map(|(key, value)| format!("{key}={value:?}")));
        out.push('\n');
    }
    for subgraph in &chart.subgraphs {
        let direction = subgraph.direction.map_or("", |direction| direction.as_str());
        let _ = write!(out, "subgraph {:?} {} {direction}", subgraph.id, label(&subgraph.title));
        let _ = write!(out, "{:?}", subgraph.members);
        all(out, subgraph.parent.iter().map(|parent| format!("in {parent:?}")));
        all(out, subgraph.classes.iter().map(|class| format!(".{class}")));
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
