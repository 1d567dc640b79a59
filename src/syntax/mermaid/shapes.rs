//! The shapes of nodes: the brackets that draw them, and the names that `@{ shape: … }` accepts.

/// How the text between two brackets is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextMode {
    /// Text without brackets, bars or quotes.
    Plain,
    /// Text between slanted brackets, where `/` and `\` are text unless they close it.
    Slanted,
    /// Text between `(-` and `-)`, read character by character.
    Ellipse,
}

/// An opening bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) opener: &'static str,
    pub(super) mode: TextMode,
    /// The closers, each with the shape that it makes.
    pub(super) closers: &'static [(&'static str, &'static str)],
}

impl Bracket {
    /// Whether the bracket opens a shape and nothing else: a bar holds the text of a link, and `>` has other uses.
    pub(super) fn opens_shape(self) -> bool {
        !matches!(self.opener, "|" | ">")
    }
}

const fn plain(opener: &'static str, closers: &'static [(&'static str, &'static str)]) -> Bracket {
    Bracket { opener, mode: TextMode::Plain, closers }
}

/// All brackets, in the order in which the lexer tries them. Mermaid reads the doubled `((` and `{{` as two
/// tokens: see [`DOUBLED`].
pub(super) const BRACKETS: [Bracket; 13] = [
    Bracket {
        opener: "(-",
        mode: TextMode::Ellipse,
        closers: &[("-)", "ellipse"), ("/)", "ellipse"), ("))", "ellipse")],
    },
    plain("([", &[("])", "stadium")]),
    plain("[[", &[("]]", "subroutine")]),
    plain("[|", &[("]", "rect")]),
    plain(">", &[("]", "odd")]),
    plain("[(", &[(")]", "cylinder")]),
    plain("(((", &[(")))", "doublecircle")]),
    Bracket { opener: "[/", mode: TextMode::Slanted, closers: &[("/]", "lean_right"), ("\\]", "trapezoid")] },
    Bracket {
        opener: "[\\",
        mode: TextMode::Slanted,
        closers: &[("\\]", "lean_left"), ("/]", "inv_trapezoid")],
    },
    plain("|", &[("|", "")]),
    plain("(", &[(")", "round")]),
    plain("[", &[("]", "square")]),
    plain("{", &[("}", "diamond")]),
];

/// The brackets that may be doubled.
pub(super) const DOUBLED: [Bracket; 2] =
    [plain("((", &[("))", "circle")]), plain("{{", &[("}}", "hexagon")])];

/// Whether `@{ shape: name }` is accepted. The last line of [`NAMES`] has words that mermaid accepts by accident.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.split_ascii_whitespace().any(|known| known == name)
}

/// All known names. Those of one shape are on one line.
pub(super) const NAMES: &str = "
    rect proc process rectangle
    rounded event
    stadium terminal pill
    fr-rect subprocess subproc framed-rectangle subroutine
    cyl db database cylinder
    datastore data-store
    folder directory
    bucket console browser person
    circle circ
    bang cloud
    diam decision diamond question
    hex hexagon prepare
    lean-r lean-right in-out
    lean-l lean-left out-in
    trap-b priority trapezoid-bottom trapezoid
    trap-t manual trapezoid-top inv-trapezoid
    dbl-circ double-circle doublecircle
    text
    notch-rect card notched-rectangle
    lin-rect lined-rectangle lined-process lin-proc shaded-process
    sm-circ start small-circle
    fr-circ stop framed-circle
    fork join
    hourglass collate
    brace comment brace-l brace-r braces
    bolt com-link lightning-bolt
    doc document
    delay half-rounded-rectangle
    h-cyl das horizontal-cylinder
    lin-cyl disk lined-cylinder
    curv-trap curved-trapezoid display
    div-rect div-proc divided-rectangle divided-process
    tri extract triangle
    win-pane internal-storage window-pane
    f-circ junction filled-circle
    notch-pent loop-limit notched-pentagon
    flip-tri manual-file flipped-triangle
    sl-rect manual-input sloped-rectangle
    docs documents st-doc stacked-document
    st-rect procs processes stacked-rectangle
    bow-rect stored-data bow-tie-rectangle
    cross-circ summary crossed-circle
    tag-doc tagged-document
    tag-rect tagged-rectangle tag-proc tagged-process
    flag paper-tape
    odd
    lin-doc lined-document
    state choice note composite icon anchor constructor
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_and_unique() {
        let names: Vec<_> = NAMES.split_ascii_whitespace().collect();
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(names.len(), unique.len());
        assert!(is_known("rect") && is_known("lin-doc"));
        assert!(!is_known("square") && !is_known("lean_right") && !is_known(""));
    }
}
