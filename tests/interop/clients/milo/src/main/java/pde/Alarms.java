package pde;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.FilterOperator;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.ContentFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.ContentFilterElement;
import org.eclipse.milo.opcua.stack.core.types.structured.EventFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.LiteralOperand;
import org.eclipse.milo.opcua.stack.core.types.structured.SimpleAttributeOperand;

/** Events of the whole server, conditions only, after a ConditionRefresh: the last state of each. */
final class Alarms {
  private static final List<Field> FIELDS =
      List.of(
          new Field("eventId", NodeIds.BaseEventType, "EventId"),
          new Field("type", NodeIds.BaseEventType, "EventType"),
          new Field("message", NodeIds.BaseEventType, "Message"),
          new Field("severity", NodeIds.BaseEventType, "Severity"),
          new Field("retain", NodeIds.ConditionType, "Retain"),
          new Field("comment", NodeIds.ConditionType, "Comment"),
          new Field("active", NodeIds.AlarmConditionType, "ActiveState", "Id"),
          new Field("acked", NodeIds.AcknowledgeableConditionType, "AckedState", "Id"),
          new Field("confirmed", NodeIds.AcknowledgeableConditionType, "ConfirmedState", "Id"),
          // The NodeId of the condition itself.
          new Field("condition", NodeIds.ConditionType));

  private final OpcUaClient client;
  private final Values values;
  private final LinkedBlockingQueue<Variant[]> received = new LinkedBlockingQueue<>();
  private final Map<String, JsonObject> known = new LinkedHashMap<>();

  Alarms(OpcUaClient client, Values values) {
    this.client = client;
    this.values = values;
  }

  JsonObject collect(JsonObject command) throws UaException, InterruptedException {
    OpcUaSubscription subscription = new OpcUaSubscription(client, 100.0);
    subscription.create();
    try {
      OpcUaMonitoredItem item = OpcUaMonitoredItem.newEventItem(NodeIds.Server, filter());
      item.setQueueSize(uint(1000));
      item.setEventValueListener((source, fields) -> received.add(fields));
      subscription.addMonitoredItem(item);
      subscription.createMonitoredItems();
      refresh(subscription);
      wait(command);
    } finally {
      subscription.delete();
    }
    JsonObject reply = Commands.status(StatusCode.GOOD);
    reply.add("alarms", Commands.array(known.values().stream()));
    return reply;
  }

  private void refresh(OpcUaSubscription subscription) throws UaException {
    Variant[] arguments = {new Variant(subscription.getSubscriptionId().orElseThrow())};
    var request = new CallMethodRequest(NodeIds.ConditionType, NodeIds.ConditionType_ConditionRefresh, arguments);
    StatusCode status = client.call(List.of(request)).getResults()[0].getStatusCode();
    if (!status.isGood()) {
      throw new UaException(status);
    }
  }

  private void wait(JsonObject command) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(command.get("timeout_ms").getAsLong());
    while (known.values().stream().filter(alarm -> fits(alarm, command)).count() < command.get("count").getAsInt()) {
      Variant[] fields = received.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (fields == null) {
        return;
      }
      keep(fields, command.get("prefix").getAsString());
    }
  }

  private void keep(Variant[] fields, String prefix) {
    JsonObject shown = new JsonObject();
    for (int i = 0; i < fields.length; i++) {
      Object value = fields[i].getValue();
      shown.add(FIELDS.get(i).name(), values.toJson(value instanceof LocalizedText text ? text.text() : value));
    }
    JsonElement condition = shown.remove("condition");
    if (condition.isJsonNull() || !condition.getAsString().startsWith(prefix)) {
      return; // the events of a refresh itself have no condition
    }
    JsonObject alarm = new JsonObject();
    alarm.add("condition", condition);
    alarm.add("eventId", shown.remove("eventId"));
    alarm.add("fields", shown);
    known.put(condition.getAsString(), alarm);
  }

  private static boolean fits(JsonObject alarm, JsonObject command) {
    JsonObject shown = alarm.getAsJsonObject("fields");
    return command.getAsJsonObject("until").entrySet().stream().allMatch(e -> e.getValue().equals(shown.get(e.getKey())));
  }

  private EventFilter filter() {
    var literal = new LiteralOperand(new Variant(NodeIds.ConditionType));
    ExtensionObject[] operands = {ExtensionObject.encode(client.getStaticEncodingContext(), literal)};
    ContentFilterElement[] elements = {new ContentFilterElement(FilterOperator.OfType, operands)};
    return new EventFilter(
        FIELDS.stream().map(Field::operand).toArray(SimpleAttributeOperand[]::new), new ContentFilter(elements));
  }

  private record Field(String name, NodeId type, String... path) {
    SimpleAttributeOperand operand() {
      QualifiedName[] names = Stream.of(path).map(part -> new QualifiedName(0, part)).toArray(QualifiedName[]::new);
      AttributeId attribute = path.length == 0 ? AttributeId.NodeId : AttributeId.Value;
      return new SimpleAttributeOperand(type, names, attribute.uid(), null);
    }
  }
}
