// node-opcua as a peer of the OPC UA benchmarks: Double variables whose values all rise by one every second.
// node server.mjs PORT NAMES; NAMES is a file with one string identifier in each line; they are in namespace 1.
import { readFileSync } from "node:fs";
import { DataType, OPCUAServer, StatusCodes, Variant } from "node-opcua";

const [port, file] = process.argv.slice(2);
const names = readFileSync(file, "utf8").split("\n").filter(Boolean);
const server = new OPCUAServer({ port: Number(port), allowAnonymous: true });
await server.initialize();
const space = server.engine.addressSpace;
const own = space.getOwnNamespace();
const values = new Float64Array(names.length);
const nodes = [];
let folder;
for (const [place, name] of names.entries()) {
  if (place % 100 === 0) {
    folder = own.addFolder(space.rootFolder.objects, { browseName: `folder ${place / 100}` });
  }
  const node = own.addVariable({
    componentOf: folder,
    nodeId: `s=${name}`,
    browseName: name,
    dataType: DataType.Double,
    accessLevel: "CurrentRead | CurrentWrite",
  });
  node.setValueFromSource({ dataType: DataType.Double, value: 0 });
  nodes.push(node);
}
await server.start();
console.log("ready");
setInterval(() => {
  for (const [place, node] of nodes.entries()) {
    values[place] += 1;
    node.setValueFromSource(new Variant({ dataType: DataType.Double, value: values[place] }), StatusCodes.Good);
  }
}, 1000);
process.on("SIGTERM", () => process.exit(0));
