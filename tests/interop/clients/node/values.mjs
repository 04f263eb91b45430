// OPC UA values as JSON and back; ../README.md says how each type looks.
import {
  AttributeIds,
  coerceLocalizedText,
  coerceNodeId,
  coerceQualifiedName,
  DataType,
  ExtensionObject,
  LocalizedText,
  NodeId,
  QualifiedName,
  StatusCode,
  StatusCodes,
  Variant,
  VariantArrayType,
} from "node-opcua-client";

const BIG = new Set([DataType.Int64, DataType.UInt64]);

export function dataValue(value) {
  const variant = value.value;
  const empty = !variant || variant.dataType === DataType.Null;
  return {
    value: empty ? null : variantValue(variant),
    type: empty ? null : DataType[variant.dataType],
    status: value.statusCode.value,
    sourceTimestamp: timestamp(value.sourceTimestamp, value.sourcePicoseconds),
    serverTimestamp: timestamp(value.serverTimestamp, value.serverPicoseconds),
  };
}

// A Date has milliseconds; the library keeps what is below them as picoseconds. OPC UA times are multiples of 100 ns.
function timestamp(date, picoseconds) {
  if (!date) return null;
  const hundreds = Math.floor((picoseconds ?? 0) / 100_000);
  return date.toISOString().replace("Z", `${String(hundreds).padStart(4, "0")}Z`);
}

export function variantValue(variant) {
  if (!BIG.has(variant.dataType)) return toJson(variant.value);
  const single = variant.arrayType === VariantArrayType.Scalar;
  const decode = (pair) => long(pair, variant.dataType === DataType.Int64);
  return single ? decode(variant.value) : Array.from(variant.value, decode);
}

// The library holds 64 bits as [high, low]; a JSON number holds 53 of them, a longer one travels as text.
function long([high, low], signed) {
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const number = signed ? BigInt.asIntN(64, bits) : bits;
  return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
}

export function toJson(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object") return value;
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, toJson);
  if (value instanceof Date) return timestamp(value, 0);
  if (value instanceof StatusCode) return value.value;
  if (value instanceof NodeId) return value.toString().replace(/^ns=0;/, "");
  if (value instanceof QualifiedName) return `${value.namespaceIndex}:${value.name}`;
  if (value instanceof LocalizedText) return { locale: value.locale ?? null, text: value.text ?? null };
  if (value instanceof Variant) return variantValue(value);
  if (value instanceof ExtensionObject) return fields(value);
  throw new Error(`no JSON form for ${value.constructor.name}`);
}

function fields(structure) {
  const own = Object.entries(structure).filter(([, value]) => typeof value !== "function");
  return Object.fromEntries(own.map(([name, value]) => [name, toJson(value)]));
}

function words(text) {
  const bits = BigInt.asUintN(64, BigInt(text));
  return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
}

const READERS = {
  Float: Number,
  Double: Number,
  Int64: words,
  UInt64: words,
  DateTime: (text) => new Date(text),
  ByteString: (text) => Buffer.from(text, "base64"),
  NodeId: coerceNodeId,
  QualifiedName: coerceQualifiedName,
  LocalizedText: coerceLocalizedText,
};

// A null value is a Null variant whatever the type; a list is an array of the type.
export function variant({ type, value }) {
  if (value === null || value === undefined) return new Variant({ dataType: DataType.Null });
  if (DataType[type] === undefined) throw new Error(`unknown type ${type}`);
  const read = (item) => (READERS[type] ? READERS[type](item) : item);
  return new Variant({
    dataType: DataType[type],
    arrayType: Array.isArray(value) ? VariantArrayType.Array : VariantArrayType.Scalar,
    value: Array.isArray(value) ? value.map(read) : read(value),
  });
}

export const attribute = (command) => command.attribute ?? AttributeIds.Value;

// A refused service is an answer too; an error without a status of its own is ours.
export function failure(error) {
  const refused = error.response?.responseHeader?.serviceResult?.value;
  const named = /\b(Bad[A-Z]\w+)/.exec(error.message)?.[1];
  return {
    status: refused ?? (StatusCodes[named] ?? StatusCodes.BadInternalError).value,
    error: String(error),
  };
}
