package pde;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.WriteValue;

/** The commands: JSON in, one OPC UA service call, JSON out. */
final class Commands {
  private final OpcUaClient client;
  private final Values values;

  Commands(OpcUaClient client) {
    this.client = client;
    this.values = new Values(client.getStaticEncodingContext());
  }

  JsonObject run(JsonObject command) throws Exception {
    String op = command.get("op").getAsString();
    return switch (op) {
      case "connect" -> connect(command);
      case "browse" -> browse(command);
      case "read" -> read(command);
      case "write" -> write(command);
      case "subscribe" -> new Watch(client, values).collect(command);
      case "call" -> call(command);
      case "history" -> history(command);
      case "alarms" -> new Alarms(client, values).collect(command);
      default -> throw new IllegalArgumentException("unknown op " + op);
    };
  }

  /** One more session, by the options of the command line, to read the server's clock. */
  private static JsonObject connect(JsonObject command) throws Exception {
    Map<String, String> options = new HashMap<>();
    command.entrySet().forEach(e -> options.put(e.getKey(), e.getValue().getAsString()));
    OpcUaClient client = Connection.open(options.get("endpoint"), options);
    try {
      return status(client.readValue(0.0, TimestampsToReturn.Both, NodeIds.Server_ServerStatus_CurrentTime).statusCode());
    } finally {
      client.disconnect();
    }
  }

  private JsonObject browse(JsonObject command) throws UaException {
    BrowseResult result =
        client.browse(
            new BrowseDescription(
                node(command, "node"), BrowseDirection.Forward, NodeIds.HierarchicalReferences, true, uint(0), uint(63)));
    JsonObject reply = status(result.getStatusCode());
    reply.add("nodes", array(stream(result.getReferences()).map(this::child)));
    ByteString more = result.getContinuationPoint();
    while (more != null && more.isNotNull()) {
      BrowseResult next = client.browseNext(false, List.of(more)).getResults()[0];
      stream(next.getReferences()).map(this::child).forEach(reply.getAsJsonArray("nodes")::add);
      more = next.getContinuationPoint();
    }
    return reply;
  }

  private JsonElement child(ReferenceDescription reference) {
    JsonObject child = new JsonObject();
    child.add("nodeId", values.toJson(reference.getNodeId()));
    child.add("browseName", values.toJson(reference.getBrowseName()));
    child.addProperty("nodeClass", reference.getNodeClass().name());
    child.add("typeDefinition", values.toJson(reference.getTypeDefinition()));
    return child;
  }

  private JsonObject read(JsonObject command) throws UaException {
    List<ReadValueId> nodes =
        elements(command, "nodes").map(n -> readValueId(NodeId.parse(n.getAsString()), command)).toList();
    DataValue[] results = client.read(0.0, TimestampsToReturn.Both, nodes).getResults();
    JsonObject reply = status(StatusCode.GOOD);
    reply.add("values", array(stream(results).map(values::dataValue)));
    return reply;
  }

  static ReadValueId readValueId(NodeId node, JsonObject command) {
    int attribute = command.has("attribute") ? command.get("attribute").getAsInt() : AttributeId.Value.id();
    return new ReadValueId(node, uint(attribute), null, QualifiedName.NULL_VALUE);
  }

  private JsonObject write(JsonObject command) throws UaException {
    boolean several = command.has("writes");
    List<WriteValue> writes =
        (several ? elements(command, "writes") : Stream.of(command)).map(w -> writeValue(w.getAsJsonObject())).toList();
    StatusCode[] results = client.write(writes).getResults();
    JsonObject reply = status(several ? StatusCode.GOOD : results[0]);
    if (several) {
      reply.add("statuses", array(Arrays.stream(results).map(values::toJson)));
    }
    return reply;
  }

  private WriteValue writeValue(JsonObject write) {
    // Timestamps are left to the server: many refuse a write that brings its own.
    DataValue value = DataValue.valueOnly(variant(write));
    ReadValueId target = readValueId(node(write, "node"), write);
    return new WriteValue(target.getNodeId(), target.getAttributeId(), null, value);
  }

  private Variant variant(JsonObject typed) {
    return values.variant(typed.get("type").getAsString(), typed.get("value"));
  }

  private JsonObject call(JsonObject command) throws UaException {
    Variant[] arguments = elements(command, "args").map(a -> variant(a.getAsJsonObject())).toArray(Variant[]::new);
    var request = new CallMethodRequest(node(command, "object"), node(command, "method"), arguments);
    var result = client.call(List.of(request)).getResults()[0];
    JsonObject reply = status(result.getStatusCode());
    reply.add("outputs", array(stream(result.getOutputArguments()).map(v -> values.toJson(v.getValue()))));
    reply.add("inputArgumentResults", array(stream(result.getInputArgumentResults()).map(values::toJson)));
    return reply;
  }

  private JsonObject history(JsonObject command) throws UaException {
    var details =
        new ReadRawModifiedDetails(
            false, time(command, "start"), time(command, "end"),
            uint(command.has("max") ? command.get("max").getAsInt() : 0), false);
    var point = values.fromJson("ByteString", command.get("continuationPoint"));
    var node = new HistoryReadValueId(
        node(command, "node"), null, QualifiedName.NULL_VALUE, point == null ? ByteString.NULL_VALUE : (ByteString) point);
    HistoryReadResult result =
        client.historyRead(details, TimestampsToReturn.Both, false, List.of(node)).getResults()[0];
    JsonObject reply = status(result.getStatusCode());
    reply.add("values", array(historyValues(result).map(values::dataValue)));
    reply.add("continuationPoint", values.toJson(result.getContinuationPoint()));
    return reply;
  }

  private Stream<DataValue> historyValues(HistoryReadResult result) {
    var data = result.getHistoryData();
    boolean none = data == null || data.isNull();
    return none ? Stream.empty() : stream(((HistoryData) data.decode(client.getStaticEncodingContext())).getDataValues());
  }

  private DateTime time(JsonObject command, String name) {
    Object time = values.fromJson("DateTime", command.get(name));
    return time == null ? DateTime.NULL_VALUE : (DateTime) time;
  }

  private static NodeId node(JsonObject command, String name) {
    return NodeId.parse(command.get(name).getAsString());
  }

  static Stream<JsonElement> elements(JsonObject command, String name) {
    JsonElement list = command.get(name);
    return list == null ? Stream.empty() : StreamSupport.stream(list.getAsJsonArray().spliterator(), false);
  }

  static JsonArray array(Stream<? extends JsonElement> elements) {
    JsonArray array = new JsonArray();
    elements.forEach(array::add);
    return array;
  }

  private static <T> Stream<T> stream(T[] items) {
    return items == null ? Stream.empty() : Arrays.stream(items);
  }

  static JsonObject status(StatusCode status) {
    JsonObject reply = new JsonObject();
    reply.addProperty("status", status.getValue());
    return reply;
  }
}
