// Subscribes to nodes until enough notifications have come or the time is over.
import { once } from "node:events";
import { ClientMonitoredItemGroup, coerceNodeId, TimestampsToReturn } from "node-opcua-client";
import { attribute, dataValue } from "./values.mjs";

export async function subscribe(session, command) {
  const interval = command.interval_ms ?? 100;
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: interval,
    requestedLifetimeCount: 10_000,
    requestedMaxKeepAliveCount: 10,
    publishingEnabled: true,
  });
  try {
    return await collect(subscription, command, interval);
  } finally {
    await subscription.terminate();
  }
}

async function collect(subscription, command, interval) {
  const attributeId = attribute(command);
  const group = ClientMonitoredItemGroup.create(
    subscription,
    command.nodes.map((node) => ({ nodeId: coerceNodeId(node), attributeId })),
    { samplingInterval: interval, queueSize: command.queue ?? 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const notifications = [];
  const enough = new Promise((resolve) => {
    group.on("changed", (_item, value, index) => {
      if (notifications.length < command.count)
        notifications.push({ node: command.nodes[index], ...dataValue(value) });
      if (notifications.length === command.count) resolve();
    });
  });
  await once(group, "initialized");
  await Promise.race([enough, new Promise((resolve) => setTimeout(resolve, command.timeout_ms))]);
  return { status: 0, items: group.monitoredItems.map((item) => item.statusCode.value), notifications };
}
