// The commands: JSON in, one OPC UA service call, JSON out.
import {
  BrowseDirection,
  HistoryReadRequest,
  ReadRawModifiedDetails,
  TimestampsToReturn,
} from "node-opcua-client";
import { acknowledge, alarms, confirm } from "./alarms.mjs";
import { connect as open } from "./connection.mjs";
import { attribute, dataValue, toJson, variant, variantValue } from "./values.mjs";
import { subscribe } from "./watch.mjs";

const ALL_RESULTS = 63;

async function browse(session, { node }) {
  let result = await session.browse({
    nodeId: node,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HierarchicalReferences",
    includeSubtypes: true,
    resultMask: ALL_RESULTS,
  });
  const status = result.statusCode.value;
  const nodes = children(result);
  while (result.continuationPoint?.length) {
    result = await session.browseNext(result.continuationPoint, false);
    nodes.push(...children(result));
  }
  return { status, nodes };
}

const NODE_CLASSES = { 1: "Object", 2: "Variable", 4: "Method", 8: "ObjectType", 16: "VariableType" };

function children(result) {
  return (result.references ?? []).map((reference) => ({
    nodeId: toJson(reference.nodeId),
    browseName: toJson(reference.browseName),
    nodeClass: NODE_CLASSES[reference.nodeClass] ?? String(reference.nodeClass),
    typeDefinition: toJson(reference.typeDefinition),
  }));
}

async function read(session, command) {
  const attributeId = attribute(command);
  const values = await session.read(command.nodes.map((nodeId) => ({ nodeId, attributeId })));
  return { status: 0, values: values.map(dataValue) };
}

// Timestamps are left to the server: many refuse a write that brings its own.
const writeValue = (write) => ({
  nodeId: write.node,
  attributeId: attribute(write),
  value: { value: variant(write) },
});

async function write(session, command) {
  const results = await session.write((command.writes ?? [command]).map(writeValue));
  return command.writes ? { status: 0, statuses: results.map(toJson) } : { status: results[0].value };
}

async function call(session, { object, method, args = [] }) {
  const inputArguments = args.map(variant);
  const result = await session.call({ objectId: object, methodId: method, inputArguments });
  return {
    status: result.statusCode.value,
    outputs: (result.outputArguments ?? []).map(variantValue),
    inputArgumentResults: (result.inputArgumentResults ?? []).map(toJson),
  };
}

const time = (text) => (text ? new Date(text) : null);

async function history(session, { node, start, end, max = 0, continuationPoint }) {
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      startTime: time(start),
      endTime: time(end),
      numValuesPerNode: max,
    }),
    timestampsToReturn: TimestampsToReturn.Both,
    nodesToRead: [
      { nodeId: node, continuationPoint: continuationPoint && Buffer.from(continuationPoint, "base64") },
    ],
  });
  const [result] = (await session.historyRead(request)).results;
  return {
    status: result.statusCode.value,
    values: (result.historyData?.dataValues ?? []).map(dataValue),
    continuationPoint: result.continuationPoint?.length ? toJson(result.continuationPoint) : null,
  };
}

const SERVER_TIME = "i=2258";

// One more session, by the options of the command line, to read the server's clock.
async function connect(_session, { endpoint, ...options }) {
  const connection = await open(endpoint, options);
  try {
    return { status: (await connection.session.read({ nodeId: SERVER_TIME, attributeId: attribute({}) })).statusCode.value };
  } finally {
    await connection.close();
  }
}

export const commands = { connect, browse, read, write, subscribe, call, history, alarms, acknowledge, confirm };
