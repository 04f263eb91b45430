// Opens a session with the security policy, message mode and user that the command line asks for.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { MessageSecurityMode, OPCUAClient, SecurityPolicy, UserTokenType } from "node-opcua-client";

export async function connect(url, options) {
  const folder = options.pki ?? (await mkdtemp(join(tmpdir(), "pde-node-client-")));
  const client = OPCUAClient.create(await settings(folder, options));
  const close = async () => {
    await client.disconnect();
    if (options.pki === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await client.connect(url);
    const session = await client.createSession(await identity(options));
    return { session, close: () => session.close().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function settings(folder, { policy = "None", mode, certificate, key }) {
  // Keys and certificates of this one run, or of the folder given; the server's certificate is taken as it comes.
  const clientCertificateManager = new OPCUACertificateManager({
    rootFolder: folder,
    automaticallyAcceptUnknownCertificate: true,
  });
  await clientCertificateManager.initialize();
  return {
    applicationName: "PDE interoperability test (node-opcua)",
    clientCertificateManager,
    ...(certificate && { certificateFile: certificate, privateKeyFile: key }),
    securityPolicy: SecurityPolicy[policy],
    securityMode: MessageSecurityMode[mode ?? (policy === "None" ? "None" : "SignAndEncrypt")],
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    // The server may name itself by a host that is unknown here: the address that reached it is the one to use.
    endpointMustExist: false,
  };
}

async function identity(options) {
  const { user, password = "" } = options;
  if (user !== undefined) return { type: UserTokenType.UserName, userName: user, password };
  if (options["user-certificate"] === undefined) return { type: UserTokenType.Anonymous };
  const certificateData = await readFile(options["user-certificate"]);
  const privateKey = await readFile(options["user-key"], "utf8");
  return { type: UserTokenType.Certificate, certificateData, privateKey };
}
