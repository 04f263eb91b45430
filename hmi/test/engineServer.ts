/** A real HTTP server that answers control actions as a test tells it to. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export class EngineServer {
  readonly requests: { method: string; path: string; body: unknown }[] = [];
  private readonly server: Server;

  constructor(answer: (path: string) => Answer) {
    this.server = createServer((request, response) => {
      let text = "";
      request.on("data", (part) => {
        text += part;
      });
      request.on("end", () => {
        const path = request.url ?? "";
        this.requests.push({ method: request.method ?? "", path, body: text ? JSON.parse(text) : null });
        const { status, body } = answer(path);
        const type = status < 400 ? "application/json" : "application/problem+json";
        response.writeHead(status, { "content-type": type, "access-control-allow-origin": "*" });
        response.end(JSON.stringify(body));
      });
    });
  }

  /** From now on the page believes that this server is its engine. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const base = document.createElement("base");
    base.href = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    document.head.append(base);
  }

  async stop(): Promise<void> {
    document.head.querySelector("base")?.remove();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
