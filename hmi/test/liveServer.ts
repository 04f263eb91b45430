/** A real WebSocket server that speaks as much of /api/live as a test tells it to. */
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

export class LiveServer {
  readonly received: { op: string; id?: number; tags?: string[]; rate_ms?: number }[] = [];
  private readonly server: WebSocketServer;
  connections = 0;

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on("connection", (socket) => {
      this.connections += 1;
      socket.on("message", (data) => this.received.push(JSON.parse(String(data))));
      socket.send(JSON.stringify({ op: "hello", version: 1 }));
    });
  }

  static async start(port = 0): Promise<LiveServer> {
    const server = new WebSocketServer({ port, host: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    return new LiveServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  send(message: object): void {
    for (const socket of this.server.clients) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
  }

  drop(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  dismiss(code: number): void {
    for (const socket of this.server.clients) socket.close(code);
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
