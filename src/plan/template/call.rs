//! Parses JavaScript expressions that are a chain of calls with plain values, which is all that most templates
//! have: `tp.date.now("YYYY", 7)`, `moment().add(1, "days").format("YYYY")`.

/// A call of a chain, or a name without brackets behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call<'t> {
    /// The name, including dots.
    pub(super) name: &'t str,
    pub(super) arguments: Vec<Argument<'t>>,
}

/// A plain value as an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Argument<'t> {
    Text(&'t str),
    Number(i64),
    Bool(bool),
    /// A name, such as `tp.file.title`.
    Name(&'t str),
}

impl Call<'_> {
    /// Whether the call has at most this many arguments.
    pub(super) fn takes(&self, most: usize) -> bool {
        self.arguments.len() <= most
    }
}

/// Parses an expression. Returns `None` if it is not a chain.
pub(super) fn chain(expression: &str) -> Option<Vec<Call<'_>>> {
    let mut calls = Vec::new();
    let mut rest = expression.trim().trim_end_matches(';').trim_end();
    loop {
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let (arguments, behind) = match behind.trim_start().strip_prefix('(') {
            Some(inner) => arguments(inner)?,
            None => (Vec::new(), behind),
        };
        calls.push(Call { name, arguments });
        let behind = behind.trim_start();
        if name.is_empty() || behind.is_empty() {
            return (!name.is_empty()).then_some(calls);
        }
        rest = behind.strip_prefix('.')?.trim_start();
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// Parses the arguments up to the closing bracket, and returns them with the text behind it.
fn arguments(text: &str) -> Option<(Vec<Argument<'_>>, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix(')') {
            return Some((found, behind));
        }
        let (argument, behind) = if let Some(quote) = rest.chars().next().filter(|c| "\"'`".contains(*c)) {
            let (inner, behind) = rest[1..].split_once(quote)?;
            // Escapes, and substitutions of a template literal, are not supported.
            if inner.contains(['\\', '$']) {
                return None;
            }
            (Argument::Text(inner), behind)
        } else {
            let (word, behind) = rest.split_at(rest.find([',', ')'])?);
            (plain(word.trim())?, behind)
        };
        found.push(argument);
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if behind.starts_with(')') => behind,
            None => return None,
        };
    }
}

fn plain(word: &str) -> Option<Argument<'_>> {
    Some(match word {
        "true" => Argument::Bool(true),
        "false" => Argument::Bool(false),
        name if !name.is_empty()
            && name.chars().all(is_name)
            && !name.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Argument::Name(name)
        }
        number => Argument::Number(number.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Argument::{Bool, Name, Number, Text};

    #[test]
    fn chains_of_plain_calls_are_read() {
        let call = |name, arguments: &[Argument<'static>]| Call { name, arguments: arguments.to_vec() };
        for (text, expected) in [
            ("tp.file.title", vec![call("tp.file.title", &[])]),
            ("tp.date.now()", vec![call("tp.date.now", &[])]),
            (
                " tp.date.now ( 'a, b)', -7 , tp.file.title, \"x\", ) ;",
                vec![call("tp.date.now", &[Text("a, b)"), Number(-7), Name("tp.file.title"), Text("x")])],
            ),
            (
                "moment().add(1, `d`).format('Y')",
                vec![call("moment", &[]), call("add", &[Number(1), Text("d")]), call("format", &[Text("Y")])],
            ),
            ("f(true)", vec![call("f", &[Bool(true)])]),
        ] {
            assert_eq!(chain(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "a + b",
            "f(g())",
            "f(",
            "f('a\\'b')",
            "f(`${x}`)",
            "f(x => 1)",
            "await f()",
            "f() g()",
            "(x)",
        ] {
            assert_eq!(chain(text), None, "{text}");
        }
    }
}
