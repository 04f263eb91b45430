package pde;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/** Subscribes to nodes until enough notifications have come or the time is over. */
final class Watch {
  private final OpcUaClient client;
  private final Values values;
  private final LinkedBlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();

  Watch(OpcUaClient client, Values values) {
    this.client = client;
    this.values = values;
  }

  JsonObject collect(JsonObject command) throws UaException, InterruptedException {
    double interval = command.has("interval_ms") ? command.get("interval_ms").getAsDouble() : 100.0;
    OpcUaSubscription subscription = new OpcUaSubscription(client, interval);
    subscription.create();
    try {
      List<OpcUaMonitoredItem> items = items(command, interval);
      subscription.addMonitoredItems(items);
      subscription.createMonitoredItems();
      JsonObject reply = Commands.status(StatusCode.GOOD);
      reply.add("items", Commands.array(items.stream().map(i -> values.toJson(i.getCreateResult().orElse(StatusCode.BAD)))));
      reply.add("notifications", Commands.array(take(command).stream()));
      return reply;
    } finally {
      subscription.delete();
    }
  }

  private List<OpcUaMonitoredItem> items(JsonObject command, double interval) {
    return Commands.elements(command, "nodes").map(name -> item(name, command, interval)).toList();
  }

  private OpcUaMonitoredItem item(JsonElement name, JsonObject command, double interval) {
    NodeId node = NodeId.parse(name.getAsString());
    OpcUaMonitoredItem item = new OpcUaMonitoredItem(Commands.readValueId(node, command));
    item.setSamplingInterval(interval);
    item.setQueueSize(uint(command.has("queue") ? command.get("queue").getAsInt() : 10));
    item.setDataValueListener(
        (source, value) -> {
          JsonObject notification = new JsonObject();
          notification.add("node", name);
          values.dataValue(value).entrySet().forEach(e -> notification.add(e.getKey(), e.getValue()));
          received.add(notification);
        });
    return item;
  }

  private List<JsonObject> take(JsonObject command) throws InterruptedException {
    int count = command.get("count").getAsInt();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(command.get("timeout_ms").getAsLong());
    List<JsonObject> notifications = new ArrayList<>();
    while (notifications.size() < count) {
      JsonObject next = received.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      notifications.add(next);
    }
    return notifications;
  }
}
