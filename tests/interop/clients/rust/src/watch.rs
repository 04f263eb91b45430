//! Subscribes until enough has come or the time is over.

use std::time::Duration;

use opcua::client::{DataChangeCallback, OnSubscriptionNotificationCore, Session};
use opcua::types::{Error, MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, TimestampsToReturn};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, timeout_at};

use crate::commands::{Command, read_value_id};
use crate::values::{data_value, text_of};

pub async fn subscribe(session: &Session, command: &Command) -> Result<Value, Error> {
    let (sender, mut arrived) = unbounded_channel();
    let callback = DataChangeCallback::new(move |value, item| {
        let mut shown = data_value(&value);
        shown["node"] = json!(text_of(&item.item_to_monitor().node_id));
        let _ = sender.send(shown); // nobody listens any more: the subscription is about to end
    });
    let id = begin(session, command, callback).await?;
    let items = command.nodes.iter().map(|node| item(node, command)).collect::<Result<Vec<_>, _>>()?;
    let created = session.create_monitored_items(id, TimestampsToReturn::Both, items).await?;
    let mut notifications: Vec<Value> = vec![];
    let deadline = deadline(command);
    while notifications.len() < command.count {
        match next(&mut arrived, deadline).await {
            Some(one) => notifications.push(one),
            None => break,
        }
    }
    session.delete_subscription(id).await?;
    let statuses = created.iter().map(|one| one.result.status_code.bits()).collect::<Vec<_>>();
    Ok(json!({"status": 0, "items": statuses, "notifications": notifications}))
}

pub async fn begin(
    session: &Session,
    command: &Command,
    callback: impl OnSubscriptionNotificationCore + 'static,
) -> Result<u32, Error> {
    let interval = Duration::from_millis(command.interval_ms);
    session.create_subscription(interval, 600, 10, 0, 0, true, callback).await
}

pub fn deadline(command: &Command) -> Instant {
    Instant::now() + Duration::from_millis(command.timeout_ms)
}

/// What comes next, or nothing when the time is over.
pub async fn next<T>(arrived: &mut UnboundedReceiver<T>, deadline: Instant) -> Option<T> {
    timeout_at(deadline, arrived.recv()).await.ok().flatten()
}

fn item(node: &str, command: &Command) -> Result<MonitoredItemCreateRequest, Error> {
    Ok(MonitoredItemCreateRequest {
        item_to_monitor: read_value_id(node, command)?,
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            sampling_interval: command.interval_ms as f64,
            queue_size: command.queue,
            discard_oldest: true,
            ..Default::default()
        },
    })
}
