//! The JSON Schema of an integration block, for editors and for programs that write blocks.
//!
//! It is made from the table of fields that the rules use ([`FIELDS`]), so it accepts exactly what
//! `integration-field-missing` and `integration-field-type` accept. Further keys are allowed: they are the
//! vault's own.

use serde_json::{Map, Value, json};

use crate::model::integration::{FIELDS, Field, Holds};

/// Returns the schema of a block: one integration, or a list of them.
#[must_use]
pub(crate) fn schema() -> Value {
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

/// Returns the schema of the object at `path`; its properties are the fields one key below.
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

/// Returns the schema of a field's value. An optional field may also be null.
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
