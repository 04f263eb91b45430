package pde;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ulong;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ushort;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.encoding.EncodingContext;
import org.eclipse.milo.opcua.stack.core.types.UaStructuredType;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;

/** OPC UA values as JSON and back; ../README.md says how each type looks. */
final class Values {
  private final EncodingContext context;

  Values(EncodingContext context) {
    this.context = context;
  }

  JsonObject dataValue(DataValue value) {
    JsonObject json = new JsonObject();
    json.add("value", toJson(value.getValue().getValue()));
    json.add("type", value.getValue().getDataType().map(t -> toJson(t.name())).orElse(JsonNull.INSTANCE));
    json.addProperty("status", value.getStatusCode().getValue());
    json.add("sourceTimestamp", toJson(value.getSourceTime()));
    json.add("serverTimestamp", toJson(value.getServerTime()));
    return json;
  }

  JsonElement toJson(Object value) {
    if (value == null) return JsonNull.INSTANCE;
    if (value.getClass().isArray()) return list(value);
    if (value instanceof Boolean flag) return new JsonPrimitive(flag);
    if (value instanceof Double || value instanceof Float) return real((Number) value);
    if (value instanceof Number number) return integer(number);
    if (value instanceof StatusCode status) return new JsonPrimitive(status.getValue());
    if (value instanceof DateTime time) return time.isNull() ? JsonNull.INSTANCE : text(time.getJavaInstant());
    if (value instanceof ByteString bytes) return bytes.isNull() ? JsonNull.INSTANCE : base64(bytes);
    if (value instanceof NodeId node) return text(node.toParseableString().replaceFirst("^ns=0;", ""));
    if (value instanceof ExpandedNodeId node) return local(node);
    if (value instanceof QualifiedName name) return text(name.getNamespaceIndex() + ":" + name.getName());
    if (value instanceof LocalizedText words) return localized(words);
    if (value instanceof Variant variant) return toJson(variant.getValue());
    if (value instanceof ExtensionObject object) return toJson(object.decode(context));
    if (value instanceof UaStructuredType structure) return fields(structure);
    return text(value);
  }

  private static JsonElement text(Object value) {
    return new JsonPrimitive(value.toString());
  }

  /** JSON has no NaN and no infinities: they travel as their names. */
  private static JsonElement real(Number number) {
    return Double.isFinite(number.doubleValue()) ? new JsonPrimitive(number) : text(number);
  }

  /** A JSON number holds 53 bits in some readers: a longer one travels as text. */
  private static JsonElement integer(Number number) {
    boolean safe = new BigInteger(number.toString()).abs().bitLength() <= 53;
    return safe ? new JsonPrimitive(number) : text(number);
  }

  private static JsonElement base64(ByteString bytes) {
    return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.bytesOrEmpty()));
  }

  private JsonElement local(ExpandedNodeId node) {
    return toJson(node.toNodeId(context.getNamespaceTable()).orElse(NodeId.NULL_VALUE));
  }

  private static JsonElement localized(LocalizedText words) {
    JsonObject json = new JsonObject();
    json.addProperty("locale", words.locale());
    json.addProperty("text", words.text());
    return json;
  }

  private JsonElement list(Object array) {
    JsonArray json = new JsonArray();
    for (int i = 0; i < Array.getLength(array); i++) {
      json.add(toJson(Array.get(array, i)));
    }
    return json;
  }

  /** The structure's own fields are its getters, less those that every structure has. */
  private JsonElement fields(UaStructuredType structure) {
    JsonObject json = new JsonObject();
    Arrays.stream(structure.getClass().getDeclaredMethods())
        .filter(m -> m.getName().startsWith("get") && m.getParameterCount() == 0)
        .filter(m -> !m.getName().matches("get(TypeId|(Binary|Xml|Json)EncodingId)"))
        .forEach(m -> json.add(fieldName(m), toJson(read(m, structure))));
    return json;
  }

  private static String fieldName(Method getter) {
    return getter.getName().substring(3, 4).toLowerCase() + getter.getName().substring(4);
  }

  private static Object read(Method getter, Object from) {
    try {
      return getter.invoke(from);
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException("cannot read " + getter, error);
    }
  }

  /** A null value is a Null variant whatever the type; a list is an array of the type. */
  Variant variant(String type, JsonElement json) {
    return new Variant(fromJson(type, json));
  }

  Object fromJson(String type, JsonElement json) {
    if (json == null || json.isJsonNull()) return null;
    if (!json.isJsonArray()) return scalar(type, json);
    JsonArray items = json.getAsJsonArray();
    Object array = Array.newInstance(OpcUaDataType.valueOf(type).getBackingClass(), items.size());
    for (int i = 0; i < items.size(); i++) {
      Array.set(array, i, scalar(type, items.get(i)));
    }
    return array;
  }

  private static Object scalar(String type, JsonElement json) {
    String text = json.isJsonPrimitive() ? json.getAsString() : json.toString();
    return switch (type) {
      case "Boolean" -> json.getAsBoolean();
      case "SByte" -> json.getAsByte();
      case "Byte" -> ubyte(json.getAsInt());
      case "Int16" -> json.getAsShort();
      case "UInt16" -> ushort(json.getAsInt());
      case "Int32" -> json.getAsInt();
      case "UInt32" -> uint(json.getAsLong());
      case "Int64" -> json.getAsLong();
      case "UInt64" -> ulong(text);
      case "Float" -> Float.valueOf(text);
      case "Double" -> Double.valueOf(text);
      case "String" -> text;
      case "DateTime" -> new DateTime(Instant.parse(text));
      case "Guid" -> UUID.fromString(text);
      case "ByteString" -> ByteString.of(Base64.getDecoder().decode(text));
      case "NodeId" -> NodeId.parse(text);
      case "QualifiedName" -> QualifiedName.parse(text);
      case "LocalizedText" -> LocalizedText.english(text);
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }
}
