// Reads one command a line on standard input and answers each with one line; ../README.md has the protocol.
import "./quiet.mjs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { commands } from "./commands.mjs";
import { connect } from "./connection.mjs";
import { failure } from "./values.mjs";

const text = { type: "string" };
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    policy: text,
    mode: text,
    user: text,
    password: text,
    pki: text,
    certificate: text,
    key: text,
    "user-certificate": text,
    "user-key": text,
  },
});

const answer = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

async function run(session, line) {
  try {
    const command = JSON.parse(line);
    if (!Object.hasOwn(commands, command.op)) throw new Error(`unknown op ${command.op}`);
    return await commands[command.op](session, command);
  } catch (error) {
    return failure(error);
  }
}

async function serve() {
  const connection = await connect(positionals[0], options);
  answer({ status: 0 });
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await run(connection.session, line));
  }
  await connection.close();
}

try {
  await serve();
} catch (error) {
  answer(failure(error));
  process.exitCode = 1;
}
// Timers of a connection that failed would keep the process alive.
process.stdout.write("", () => process.exit());
