/** The one socket to the engine: subscriptions that survive it, silence that is noticed, reconnection. */
import { reconnectDelay } from "../lib/backoff";
import { applyData, applyMeta, breakRecords, forget, liveStore } from "./liveStore";
import { type ClientMessage, type LiveEvent, parseMessage, type ServerMessage, VERSION } from "./protocol";

export const RATE_MS = 200;
export const STALE_MS = 2_500;
const DEAD_MS = 10_000;
const WATCH_MS = 250;
const RELEASE_MS = 1_000;
/** The close code for a session that is over, and for rights that have changed. */
const NOT_SIGNED_IN = 4401;

interface Subscription {
  readonly id: number;
  users: number;
  release?: ReturnType<typeof setTimeout>;
}

export class LiveConnection {
  private readonly url: () => string;
  private readonly onEvent: (event: LiveEvent) => void;
  private readonly onRefused: () => void;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly names = new Map<number, string>();
  private socket: WebSocket | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private held = false;
  private nextId = 1;
  private heard = performance.now();
  private dialled = 0;

  constructor(url: () => string, onEvent: (event: LiveEvent) => void, onRefused: () => void) {
    this.url = url;
    this.onEvent = onEvent;
    this.onRefused = onRefused;
  }

  /** Connects and stays connected until `close`. */
  open(): void {
    if (this.watch !== undefined) return;
    this.heard = performance.now();
    this.watch = setInterval(() => this.noticeSilence(), WATCH_MS);
    this.connect();
  }

  /** Stays without a connection, since nobody has signed in, until `release`; what is shown grows stale. */
  hold(): void {
    this.held = true;
    clearTimeout(this.retry);
    if (this.socket) this.abandon(this.socket);
  }

  /** After `hold`: connects again, as who has signed in since. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    this.attempt = 0;
    this.connect();
  }

  close(): void {
    clearInterval(this.watch);
    clearTimeout(this.retry);
    this.watch = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    liveStore.setState({ link: "closed" });
  }

  /** Keeps all tags of a simulation coming; answers the function that lets go of them. */
  subscribe(simId: string): () => void {
    const known = this.subscriptions.get(simId);
    const subscription = known ?? { id: this.nextId++, users: 0 };
    clearTimeout(subscription.release);
    subscription.users += 1;
    if (!known) {
      this.subscriptions.set(simId, subscription);
      this.sendSubscription(simId, subscription.id);
    }
    return () => this.letGo(simId, subscription);
  }

  private letGo(simId: string, subscription: Subscription): void {
    subscription.users -= 1;
    if (subscription.users > 0) return;
    subscription.release = setTimeout(() => {
      this.subscriptions.delete(simId);
      this.send({ op: "unsub", id: subscription.id });
      forget(simId);
    }, RELEASE_MS);
  }

  private connect(): void {
    liveStore.setState({ link: "connecting" });
    this.dialled = performance.now();
    const socket = new WebSocket(this.url());
    this.socket = socket;
    this.names.clear();
    socket.onmessage = (message) => {
      if (this.socket === socket) this.receive(parseMessage(message.data));
    };
    socket.onclose = ({ code }) => {
      if (code === NOT_SIGNED_IN) this.onRefused();
      if (this.socket === socket) this.reconnect();
    };
  }

  private reconnect(): void {
    this.socket = null;
    liveStore.setState({ link: this.held ? "held" : "closed" });
    breakRecords(liveStore.getState().time + 1);
    clearTimeout(this.retry);
    if (this.held) return;
    this.retry = setTimeout(() => this.connect(), reconnectDelay(this.attempt));
    this.attempt += 1;
  }

  private receive(message: ServerMessage | null): void {
    this.heard = performance.now();
    if (liveStore.getState().stale) liveStore.setState({ stale: false, silence: 0 });
    if (message) this.handle(message);
  }

  private handle(message: ServerMessage): void {
    switch (message.op) {
      case "hello":
        this.greet(message.version);
        return;
      case "meta":
        for (const meta of message.tags) this.names.set(meta.h, meta.tag);
        applyMeta(message.tags);
        return;
      case "data":
        applyData(message, (handle) => this.names.get(handle));
        return;
      case "event":
        this.onEvent(message.event);
        return;
      default:
        return;
    }
  }

  private greet(version: number): void {
    if (version !== VERSION) console.warn(`The engine speaks live protocol ${version}, this page ${VERSION}`);
    this.attempt = 0;
    liveStore.setState((state) => ({ link: "open", connections: state.connections + 1 }));
    for (const [simId, { id }] of this.subscriptions) this.sendSubscription(simId, id);
  }

  private sendSubscription(simId: string, id: number): void {
    if (liveStore.getState().link === "open")
      this.send({ op: "sub", id, tags: [`${simId}.*`], rate_ms: RATE_MS });
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private noticeSilence(): void {
    const now = performance.now();
    const state = liveStore.getState();
    if (this.subscriptions.size === 0 && state.link === "open") this.heard = now;
    const silent = now - this.heard;
    const stale = silent >= STALE_MS;
    const silence = Math.floor(silent / 1000);
    if (stale !== state.stale || (stale && silence !== state.silence)) liveStore.setState({ stale, silence });
    if (silent >= DEAD_MS && now - this.dialled >= DEAD_MS && this.socket) this.abandon(this.socket);
  }

  /** A socket that says nothing for long is dropped without waiting for its closing handshake. */
  private abandon(socket: WebSocket): void {
    this.reconnect();
    socket.close();
  }
}
