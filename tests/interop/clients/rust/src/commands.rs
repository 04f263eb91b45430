//! The commands: JSON in, one OPC UA service call, JSON out.

use opcua::client::{HistoryReadAction, Session};
use opcua::types::{
    AttributeId, BrowseDescription, BrowseDirection, BrowseResult, ByteString, CallMethodRequest, DataValue, DateTime,
    Error, HistoryData, HistoryReadValueId, NodeId, ReadRawModifiedDetails, ReadValueId, ReferenceTypeId, StatusCode,
    TimestampsToReturn, Variant, WriteValue,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::values::{data_value, node_id, scalar, text_of, variant};
use crate::{alarms, internal, watch};

/// One line of input; each op uses some of the fields.
#[derive(Deserialize)]
#[serde(default)]
pub struct Command {
    pub op: String,
    pub node: String,
    pub nodes: Vec<String>,
    pub attribute: u32,
    #[serde(flatten)]
    pub typed: Typed,
    pub writes: Option<Vec<Write>>,
    pub object: String,
    pub method: String,
    pub args: Vec<Typed>,
    pub start: String,
    pub end: String,
    pub max: u32,
    #[serde(rename = "continuationPoint")]
    pub continuation_point: Option<String>,
    pub count: usize,
    pub timeout_ms: u64,
    pub interval_ms: u64,
    pub queue: u32,
    pub prefix: String,
    pub until: serde_json::Map<String, Value>,
}

impl Default for Command {
    fn default() -> Self {
        Self {
            attribute: AttributeId::Value as u32,
            interval_ms: 100,
            queue: 10,
            count: 1,
            timeout_ms: 10_000,
            op: String::new(),
            node: String::new(),
            nodes: vec![],
            typed: Typed::default(),
            writes: None,
            object: String::new(),
            method: String::new(),
            args: vec![],
            start: String::new(),
            end: String::new(),
            max: 0,
            continuation_point: None,
            prefix: String::new(),
            until: serde_json::Map::new(),
        }
    }
}

/// A value with its OPC UA type.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: Value,
}

#[derive(Deserialize)]
pub struct Write {
    node: String,
    #[serde(flatten)]
    typed: Typed,
}

pub async fn run(session: &Session, command: Command) -> Result<Value, Error> {
    match command.op.as_str() {
        "browse" => browse(session, &command).await,
        "read" => read(session, &command).await,
        "write" => write(session, &command).await,
        "call" => call(session, &command).await,
        "history" => history(session, &command).await,
        "subscribe" => watch::subscribe(session, &command).await,
        "alarms" => alarms::alarms(session, &command).await,
        op => Err(internal(format!("unknown op {op}"))),
    }
}

async fn browse(session: &Session, command: &Command) -> Result<Value, Error> {
    let wanted = BrowseDescription {
        node_id: node_id(&command.node)?,
        browse_direction: BrowseDirection::Forward,
        reference_type_id: ReferenceTypeId::HierarchicalReferences.into(),
        include_subtypes: true,
        node_class_mask: 0,
        result_mask: 63,
    };
    let mut result = session.browse(&[wanted], 0, None).await?.remove(0);
    let status = result.status_code;
    let mut nodes = children(&result);
    while !result.continuation_point.is_null_or_empty() {
        result = session.browse_next(false, &[result.continuation_point]).await?.remove(0);
        nodes.extend(children(&result));
    }
    Ok(json!({"status": status.bits(), "nodes": nodes}))
}

fn children(result: &BrowseResult) -> Vec<Value> {
    let references = result.references.iter().flatten();
    let shown = references.map(|one| {
        json!({
            "nodeId": text_of(&one.node_id.node_id),
            "browseName": format!("{}:{}", one.browse_name.namespace_index, one.browse_name.name),
            "nodeClass": format!("{:?}", one.node_class),
            "typeDefinition": text_of(&one.type_definition.node_id),
        })
    });
    shown.collect()
}

pub fn read_value_id(node: &str, command: &Command) -> Result<ReadValueId, Error> {
    Ok(ReadValueId { node_id: node_id(node)?, attribute_id: command.attribute, ..Default::default() })
}

async fn read(session: &Session, command: &Command) -> Result<Value, Error> {
    let nodes = command.nodes.iter().map(|node| read_value_id(node, command)).collect::<Result<Vec<_>, _>>()?;
    let values = session.read(&nodes, TimestampsToReturn::Both, 0.0).await?;
    Ok(json!({"status": 0, "values": values.iter().map(data_value).collect::<Vec<_>>()}))
}

async fn write(session: &Session, command: &Command) -> Result<Value, Error> {
    let Some(writes) = &command.writes else {
        let statuses = session.write(&[write_value(&command.node, &command.typed)?]).await?;
        return Ok(json!({"status": statuses[0].bits()}));
    };
    let values = writes.iter().map(|one| write_value(&one.node, &one.typed)).collect::<Result<Vec<_>, _>>()?;
    let statuses = session.write(&values).await?;
    Ok(json!({"status": 0, "statuses": statuses.iter().map(StatusCode::bits).collect::<Vec<_>>()}))
}

/// Timestamps are left to the server: many refuse a write that brings its own.
fn write_value(node: &str, typed: &Typed) -> Result<WriteValue, Error> {
    let value = DataValue { value: Some(variant(typed)?), ..DataValue::null() };
    Ok(WriteValue {
        node_id: node_id(node)?,
        attribute_id: AttributeId::Value as u32,
        index_range: Default::default(),
        value,
    })
}

async fn call(session: &Session, command: &Command) -> Result<Value, Error> {
    let arguments = command.args.iter().map(variant).collect::<Result<Vec<Variant>, _>>()?;
    let object_id: NodeId = node_id(&command.object)?;
    let request =
        CallMethodRequest { object_id, method_id: node_id(&command.method)?, input_arguments: Some(arguments) };
    let result = session.call_one(request).await?;
    Ok(json!({
        "status": result.status_code.bits(),
        "outputs": result.output_arguments.iter().flatten().map(scalar).collect::<Vec<_>>(),
        "inputArgumentResults":
            result.input_argument_results.iter().flatten().map(StatusCode::bits).collect::<Vec<_>>(),
    }))
}

async fn history(session: &Session, command: &Command) -> Result<Value, Error> {
    let details = ReadRawModifiedDetails {
        is_read_modified: false,
        start_time: DateTime::parse_from_rfc3339(&command.start).map_err(internal)?,
        end_time: DateTime::parse_from_rfc3339(&command.end).map_err(internal)?,
        num_values_per_node: command.max,
        return_bounds: false,
    };
    let point = command.continuation_point.as_deref().and_then(ByteString::from_base64);
    let node = HistoryReadValueId {
        node_id: node_id(&command.node)?,
        continuation_point: point.unwrap_or_default(),
        ..Default::default()
    };
    let action = HistoryReadAction::ReadRawModifiedDetails(details);
    let result = session.history_read(action, TimestampsToReturn::Both, false, &[node]).await?.remove(0);
    let data = result.history_data.inner_as::<HistoryData>();
    let values = data.iter().flat_map(|data| data.data_values.iter().flatten()).map(data_value);
    let more = (!result.continuation_point.is_null_or_empty()).then(|| result.continuation_point.as_base64());
    Ok(json!({
        "status": result.status_code.bits(), "values": values.collect::<Vec<_>>(), "continuationPoint": more,
    }))
}
