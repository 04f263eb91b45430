// node-opcua as a peer of the OPC UA benchmarks: Doubles whose values all rise by one every second. `PORT NAMES`
import { readFileSync } from 'node:fs'
import { MessageSecurityMode, SecurityPolicy } from 'node-opcua-secure-channel'
import { OPCUAServer } from 'node-opcua-server'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import { DataType } from 'node-opcua-variant'

const PER_FOLDER = 100
const [port, file] = process.argv.slice(2)
const names = readFileSync(file, 'utf8').split('\n').filter(Boolean)
const serverCertificateManager = new OPCUACertificateManager({
  rootFolder: `${file}.pki`,
  automaticallyAcceptUnknownCertificate: true,
})
await serverCertificateManager.initialize()

const server = new OPCUAServer({
  port: Number(port),
  hostname: '127.0.0.1',
  securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
  securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
  serverCertificateManager,
  serverCapabilities: { maxMonitoredItemsPerSubscription: 100000, maxMonitoredItems: 1000000, maxMonitoredItemsPerCall: 10000 },
})
await server.initialize()
const space = server.engine.addressSpace.getOwnNamespace()
let folder
const nodes = names.map((name, at) => {
  if (at % PER_FOLDER === 0) folder = space.addFolder('ObjectsFolder', { browseName: `folder ${at / PER_FOLDER}` })
  const node = space.addVariable({
    organizedBy: folder,
    browseName: name,
    nodeId: `s=${name}`,
    dataType: 'Double',
    minimumSamplingInterval: 100,
  })
  node.setValueFromSource({ dataType: DataType.Double, value: 0 })
  return node
})
await server.start()
let number = 0
setInterval(() => {
  number += 1
  for (const node of nodes) node.setValueFromSource({ dataType: DataType.Double, value: number })
}, 1000)
process.on('SIGTERM', () => process.exit(0))
console.log('ready')
