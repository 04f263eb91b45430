/** An engine that lets in nobody without a name (PDE_GUARDED_URL), and has no administrator yet (PDE_SETUP_TOKEN). */
import { expect } from "vitest";

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} must tell of an engine with PDE_HTTP__ANONYMOUS=none and without users`);
  return value.replace(/\/$/, "");
}

export const GUARDED = required("PDE_GUARDED_URL");
export const SETUP_TOKEN = required("PDE_SETUP_TOKEN");
/** The thumbprint of an OPC UA client that the engine has refused. */
export const STRANGER = required("PDE_STRANGER");
export const ROOT = { name: "root", password: "correct horse battery" };

/** A session by REST, beside those of the browser. */
export class Session {
  private cookie = "";

  static async of(credentials: { name: string; password: string }): Promise<Session> {
    const session = new Session();
    const response = await session.send("POST", "api/session", credentials);
    session.cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    return session;
  }

  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    expect(response.ok, `${method} ${path}: ${response.status} ${text}`).toBe(true);
    return (text ? JSON.parse(text) : undefined) as Answer;
  }

  private send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${GUARDED}/${path}`, {
      method,
      headers: { "content-type": "application/json", "x-pde-request": "1", cookie: this.cookie },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}
