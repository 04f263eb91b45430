// Loads a NodeSet2 file into an address space of node-opcua, prints every tag with its range and unit as JSON.
import { AddressSpace } from "node-opcua-address-space";
import { generateAddressSpace } from "node-opcua-address-space/nodeJS.js";
import { nodesets } from "node-opcua-nodesets";

const MODELS = "urn:process-dynamics-engine:models";

const space = AddressSpace.create();
await generateAddressSpace(space, [nodesets.standard, process.argv[2]]);
const index = space.getNamespaceIndex(MODELS);
const own = space.getNamespace(index);
const tags = {};
for (const node of own.nodeIterator()) {
  const range = node.euRange?.readValue().value.value;
  const unit = node.engineeringUnits?.readValue().value.value;
  if (range || unit) {
    tags[node.nodeId.value] = {
      ...(range && { low: range.low, high: range.high }),
      ...(unit && { unit: unit.displayName.text, unitId: unit.unitId }),
    };
  }
}
process.stdout.write(JSON.stringify(tags));
space.dispose();
