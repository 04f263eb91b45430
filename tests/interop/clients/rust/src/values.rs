//! OPC UA values as JSON and back; ../../README.md says how each type looks.

use std::str::FromStr;

use opcua::types::{
    Array, ByteString, DataValue, DateTime, EUInformation, Error, ExtensionObject, LocalizedText, NodeId, Range,
    StatusCode, Variant, VariantScalarTypeId,
};
use serde_json::{Value, json};

use crate::commands::Typed;
use crate::{internal, refused};

pub fn node_id(text: &str) -> Result<NodeId, Error> {
    NodeId::from_str(text).map_err(refused)
}

pub fn text_of(node: &NodeId) -> String {
    node.to_string().trim_start_matches("ns=0;").to_owned()
}

pub fn variant(typed: &Typed) -> Result<Variant, Error> {
    let Value::Array(items) = &typed.value else {
        return from_json(&typed.kind, &typed.value);
    };
    let kind = match typed.kind.as_str() {
        "String" => VariantScalarTypeId::String,
        "Double" => VariantScalarTypeId::Double,
        kind => return Err(internal(format!("no list of {kind}"))),
    };
    let values = items.iter().map(|item| from_json(&typed.kind, item)).collect::<Result<Vec<_>, _>>()?;
    Ok(Array::new(kind, values).map_err(internal)?.into())
}

fn from_json(kind: &str, value: &Value) -> Result<Variant, Error> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(match kind {
        "Boolean" => text.parse::<bool>().map_err(internal)?.into(),
        "Double" => text.parse::<f64>().map_err(internal)?.into(),
        "Float" => text.parse::<f32>().map_err(internal)?.into(),
        "Int32" => text.parse::<i32>().map_err(internal)?.into(),
        "UInt32" => text.parse::<u32>().map_err(internal)?.into(),
        "Int64" => text.parse::<i64>().map_err(internal)?.into(),
        "String" => text.into(),
        "DateTime" => DateTime::parse_from_rfc3339(&text).map_err(internal)?.into(),
        "LocalizedText" => LocalizedText::from(text.as_str()).into(),
        "ByteString" => ByteString::from_base64(&text).ok_or_else(|| internal("no base64"))?.into(),
        _ => return Err(internal(format!("unknown type {kind}"))),
    })
}

pub fn data_value(value: &DataValue) -> Value {
    let time = |time: Option<DateTime>| time.filter(|time| !time.is_null()).map(|time| time.as_chrono().to_rfc3339());
    json!({
        "value": value.value.as_ref().map_or(Value::Null, scalar),
        "type": value.value.as_ref().and_then(Variant::scalar_type_id).map(|kind| kind.to_string()),
        "status": value.status.unwrap_or(StatusCode::Good).bits(),
        "sourceTimestamp": time(value.source_timestamp),
        "serverTimestamp": time(value.server_timestamp),
    })
}

pub fn scalar(value: &Variant) -> Value {
    match value {
        Variant::Empty => Value::Null,
        Variant::Boolean(value) => json!(value),
        Variant::SByte(value) => json!(value),
        Variant::Byte(value) => json!(value),
        Variant::Int16(value) => json!(value),
        Variant::UInt16(value) => json!(value),
        Variant::Int32(value) => json!(value),
        Variant::UInt32(value) => json!(value),
        Variant::Int64(value) => json!(value),
        Variant::UInt64(value) => json!(value),
        Variant::Float(value) => number(f64::from(*value)),
        Variant::Double(value) => number(*value),
        Variant::String(value) => json!(value.value()),
        Variant::StatusCode(value) => json!(value.bits()),
        Variant::DateTime(value) => json!(value.as_chrono().to_rfc3339()),
        Variant::ByteString(value) => json!(value.as_base64()),
        Variant::NodeId(value) => json!(text_of(value)),
        Variant::LocalizedText(value) => localized(value),
        Variant::QualifiedName(value) => json!(format!("{}:{}", value.namespace_index, value.name)),
        Variant::Array(array) => array.values.iter().map(scalar).collect(),
        Variant::ExtensionObject(value) => structure(value),
        other => json!(other.to_string()),
    }
}

fn number(value: f64) -> Value {
    match value {
        value if value.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        value => json!(value),
    }
}

fn localized(value: &LocalizedText) -> Value {
    json!({"locale": value.locale.value(), "text": value.text.value()})
}

/// The structures that tags have; another one is named.
fn structure(value: &ExtensionObject) -> Value {
    if let Some(range) = value.inner_as::<Range>() {
        return json!({"low": range.low, "high": range.high});
    }
    if let Some(unit) = value.inner_as::<EUInformation>() {
        return json!({
            "namespaceUri": unit.namespace_uri.value(), "unitId": unit.unit_id,
            "displayName": localized(&unit.display_name), "description": localized(&unit.description),
        });
    }
    json!(value.type_name())
}
