//! Events of the whole server, conditions only, after a ConditionRefresh: the last state of each.

use std::collections::BTreeMap;

use opcua::client::{EventCallback, Session};
use opcua::types::{
    AttributeId, CallMethodRequest, ContentFilterBuilder, Error, EventFilter, ExtensionObject, LiteralOperand,
    MethodId, MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId, ObjectId, ObjectTypeId,
    Operand, QualifiedName, ReadValueId, SimpleAttributeOperand, TimestampsToReturn, Variant,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;

use crate::commands::Command;
use crate::values::scalar;
use crate::{refused, watch};

const QUEUE: u32 = 1000;
const FIELDS: [(&str, ObjectTypeId, &[&str]); 9] = [
    ("eventId", ObjectTypeId::BaseEventType, &["EventId"]),
    ("type", ObjectTypeId::BaseEventType, &["EventType"]),
    ("message", ObjectTypeId::BaseEventType, &["Message"]),
    ("severity", ObjectTypeId::BaseEventType, &["Severity"]),
    ("retain", ObjectTypeId::ConditionType, &["Retain"]),
    ("comment", ObjectTypeId::ConditionType, &["Comment"]),
    ("active", ObjectTypeId::AlarmConditionType, &["ActiveState", "Id"]),
    ("acked", ObjectTypeId::AcknowledgeableConditionType, &["AckedState", "Id"]),
    ("confirmed", ObjectTypeId::AcknowledgeableConditionType, &["ConfirmedState", "Id"]),
];

pub async fn alarms(session: &Session, command: &Command) -> Result<Value, Error> {
    let (sender, mut arrived) = unbounded_channel();
    let callback = EventCallback::new(move |fields, _| {
        let _ = sender.send(fields); // nobody listens any more: the subscription is about to end
    });
    let id = watch::begin(session, command, callback).await?;
    let created = session.create_monitored_items(id, TimestampsToReturn::Both, vec![item()]).await?;
    if created[0].result.status_code.is_bad() {
        return Err(refused(created[0].result.status_code));
    }
    refresh(session, id).await?;
    let mut known = BTreeMap::new();
    let deadline = watch::deadline(command);
    while known.values().filter(|alarm| fits(alarm, command)).count() < command.count {
        match watch::next(&mut arrived, deadline).await {
            Some(fields) => keep(&mut known, fields.unwrap_or_default(), &command.prefix),
            None => break,
        }
    }
    session.delete_subscription(id).await?;
    Ok(json!({"status": 0, "alarms": known.into_values().collect::<Vec<Value>>()}))
}

async fn refresh(session: &Session, subscription: u32) -> Result<(), Error> {
    let request = CallMethodRequest {
        object_id: ObjectTypeId::ConditionType.into(),
        method_id: MethodId::ConditionType_ConditionRefresh.into(),
        input_arguments: Some(vec![Variant::UInt32(subscription)]),
    };
    let status = session.call_one(request).await?.status_code;
    if status.is_bad() { Err(refused(status)) } else { Ok(()) }
}

/// The condition is the last field: the events of a refresh itself have none.
fn keep(known: &mut BTreeMap<String, Value>, mut fields: Vec<Variant>, prefix: &str) {
    let Some(Variant::NodeId(condition)) = fields.pop() else { return };
    let condition = condition.to_string();
    if !condition.starts_with(prefix) {
        return;
    }
    let mut shown = serde_json::Map::new();
    for ((name, ..), value) in FIELDS.iter().zip(&fields) {
        let plain = match value {
            Variant::LocalizedText(text) => json!(text.text.as_ref()),
            other => scalar(other),
        };
        shown.insert((*name).to_owned(), plain);
    }
    let event = shown.remove("eventId");
    known.insert(condition.clone(), json!({"condition": condition, "eventId": event, "fields": shown}));
}

fn fits(alarm: &Value, command: &Command) -> bool {
    command.until.iter().all(|(name, wanted)| alarm["fields"][name] == *wanted)
}

fn item() -> MonitoredItemCreateRequest {
    let mut selected: Vec<_> = FIELDS.iter().map(|(_, kind, path)| operand(*kind, path, AttributeId::Value)).collect();
    selected.push(operand(ObjectTypeId::ConditionType, &[], AttributeId::NodeId));
    let condition: NodeId = ObjectTypeId::ConditionType.into();
    let literal = LiteralOperand { value: Variant::from(condition) };
    let filter = EventFilter {
        select_clauses: Some(selected),
        where_clause: ContentFilterBuilder::new().of_type(Operand::LiteralOperand(literal)).build(),
    };
    MonitoredItemCreateRequest {
        item_to_monitor: ReadValueId {
            node_id: ObjectId::Server.into(),
            attribute_id: AttributeId::EventNotifier as u32,
            ..Default::default()
        },
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            filter: ExtensionObject::from_message(filter),
            queue_size: QUEUE,
            discard_oldest: true,
            ..Default::default()
        },
    }
}

fn operand(kind: ObjectTypeId, path: &[&str], attribute: AttributeId) -> SimpleAttributeOperand {
    SimpleAttributeOperand {
        type_definition_id: kind.into(),
        browse_path: Some(path.iter().map(|name| QualifiedName::new(0, *name)).collect()),
        attribute_id: attribute as u32,
        index_range: Default::default(),
    }
}
