//! The JSON Schema of an integration block, for editors and for whoever writes blocks with a program.
//!
//! It is made from the same table of fields that the rules read ([`FIELDS`]), so what it accepts is what
//! `integration-field-missing` and `integration-field-type` are silent about. Further keys are the vault's
//! own business.

use serde_json::{Map, Value, json};

use crate::model::integration::{FIELDS, Field, Holds};

/// The schema of a block: one integration, or a list of them.
#[must_use]
pub fn schema() -> Value {
    let integration = json!({ "$ref": "#/$defs/integration" });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portolan integration block",
        "description": "A fenced block of a note that documents one system, or several.",
        "type": "object",
        "properties": {
            "integration": integration,
            "integrations": { "type": "array", "items": integration },
        },
        "anyOf": [{ "required": ["integration"] }, { "required": ["integrations"] }],
        "$defs": { "integration": object(&[]) },
    })
}

/// The schema of the object at a path: its fields are those one key further down.
fn object(path: &[&str]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &FIELDS {
        let Some((key, above)) = field.path.split_last() else { continue };
        if above == path {
            properties.insert((*key).to_owned(), value(field));
            required.extend(field.required.then_some(*key));
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of what a field holds. A field that may be left out may be null as well.
fn value(field: &Field) -> Value {
    let mut schema = match field.holds {
        Holds::Text if field.required => json!({ "type": "string", "pattern": "\\S" }),
        Holds::Text => json!({ "type": ["string", "null"] }),
        Holds::Figure => json!({ "type": ["string", "number", "null"] }),
        Holds::Anything => json!({}),
        Holds::Object => {
            let mut schema = object(field.path);
            schema["type"] = json!(["object", "null"]);
            schema
        }
    };
    schema["description"] = field.about.into();
    schema
}
