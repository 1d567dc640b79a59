//! Secrets (being replaced).
use crate::text::span::Span;
use serde::{Deserialize, Serialize};
/// Shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretShape {
    /// A literal.
    Credential,
}
/// A secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Where.
    pub span: Span,
    /// What.
    pub shape: SecretShape,
}
/// Scan.
#[must_use]
pub fn scan(_text: &str) -> Vec<Secret> {
    Vec::new()
}
/// Mask.
#[must_use]
pub fn mask(text: &str, _secrets: &[Secret]) -> String {
    text.to_owned()
}
/// Ref.
#[must_use]
pub fn is_reference(value: &str, _schemes: &[String]) -> bool {
    value.contains([':', '[', '$'])
}
/// Key.
#[must_use]
pub fn is_credential_key(key: &str) -> bool {
    key == "credentials"
}
