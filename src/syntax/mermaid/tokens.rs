//! The tokens of a flowchart outside brackets and quotes.

use std::ops::Range;

use super::model::Direction;
use super::shapes::Bracket;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The end of the text.
    EndOfText,
    /// One or more newlines.
    Newline,
    /// One blank.
    Blank,
    /// `;`
    Semicolon,

    /// Digits.
    Digits,
    /// A run of ASCII letters, digits and the punctuation that ids may hold.
    Name,
    /// One letter that is not ASCII.
    Letter,
    /// `v` alone, which is also a direction.
    V,
    /// `-` before `>`, `-`, `.` or the end.
    Minus,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `&`
    Ampersand,
    /// `#`
    Hash,
    /// `*`
    Star,
    /// `default`: the one reserved word that may be an id.
    Default,

    /// `:::`
    ClassMark,
    /// `^`
    Caret,
    /// `style`
    Style,
    /// `linkStyle`
    LinkStyle,
    /// `interpolate`
    Interpolate,
    /// `classDef`
    ClassDef,
    /// `class`
    Class,
    /// One of the words that open a flowchart.
    Graph,
    /// `subgraph`
    Subgraph,
    /// `end` and the white space after it.
    End,
    /// `_self`, `_blank`, `_parent`, `_top`
    LinkTarget,
    /// `click` and the white space after it.
    Click,
    /// `href` and one white space.
    Href,
    /// `call` and the white space after it.
    Call,
    /// `accTitle:` and the white space after it.
    AccTitle,
    /// `accDescr:` and the white space after it.
    AccDescr,
    /// `accDescr {` and the white space after it.
    AccDescrBlock,
    /// A whole line, because it contains `direction LR` somewhere.
    Direction(Direction),

    /// `id@` before a link.
    EdgeId,
    /// A link and the white space around it.
    Link,
    /// The first half of a link with its text inside.
    LinkOpen,
    /// `"`
    Quote,
    /// `@{`
    Data,
    /// The opening of a shape, or `|`.
    Bracket(Bracket),
    /// Text that is not a token of mermaid.
    Unknown,
}

impl Kind {
    /// Whether a token may be part of an id.
    pub(super) const fn is_id(self) -> bool {
        matches!(
            self,
            Self::Digits
                | Self::Name
                | Self::Letter
                | Self::V
                | Self::Minus
                | Self::Comma
                | Self::Colon
                | Self::Ampersand
                | Self::Hash
                | Self::Star
                | Self::Default
        )
    }

    /// Whether the token is a reserved word, which cannot be an id.
    pub(super) const fn is_reserved(self) -> bool {
        matches!(
            self,
            Self::Style
                | Self::LinkStyle
                | Self::Interpolate
                | Self::ClassDef
                | Self::Class
                | Self::Graph
                | Self::Subgraph
                | Self::End
                | Self::LinkTarget
                | Self::Click
                | Self::Href
                | Self::Call
        )
    }

    /// Whether the token separates statements.
    pub(super) const fn is_separator(self) -> bool {
        matches!(self, Self::Newline | Self::Semicolon | Self::EndOfText)
    }

    /// Whether the token begins a link.
    pub(super) const fn is_link(self) -> bool {
        matches!(self, Self::Link | Self::LinkOpen | Self::EdgeId)
    }
}

/// A token and its place in the prepared text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    pub(super) const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}
