//! Writes pie charts.

use super::write::quoted;

/// Writes a pie chart, with a newline at its end. `title` is not escaped: it must be a word of portolan itself.
///
/// ```
/// use portolan::syntax::mermaid::write_pie::pie;
/// assert_eq!(pie("Components", &[("ok", 3), ("a \"b\"", 1)]), "pie title Components\n  \"ok\" : 3\n  \"a #quot;b#quot;\" : 1\n");
/// ```
#[must_use]
pub fn pie(title: &str, slices: &[(&str, usize)]) -> String {
    let mut text = format!("pie title {title}\n");
    for (label, count) in slices {
        text.push_str(&format!("  {} : {count}\n", quoted(label, "")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::mermaid::{Body, parse};

    #[test]
    fn a_pie_reads_back() {
        let text = pie("Levels", &[("ok", 12), ("say \"hi\" & <b>; #1", 1)]);
        let (diagram, errors) = parse(&text);
        assert_eq!(errors, [], "{text}");
        let Body::Pie(pie) = diagram.body else { panic!("no pie: {text}") };
        assert_eq!(pie.title.as_deref(), Some("Levels"));
        let slices: Vec<_> = pie.slices.iter().map(|slice| (slice.label.as_str(), slice.value)).collect();
        assert_eq!(slices, [("ok", 12.0), ("say \"hi\" & <b>; #1", 1.0)]);
    }
}
