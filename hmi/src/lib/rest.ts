/** Requests to the engine: JSON in, JSON out, a ProblemError for everything that is not a success. */
import { engineUrl } from "./engine";
import { ProblemError, readProblem } from "./problem";

const PATIENCE_MS = 15_000;
const UPLOAD_MS = 120_000;
const NO_CONTENT = 204;
const JSON_TYPE = "application/json";
/** Shows that a page of this site asks, not another's: a session's cookie comes with both. */
const OWN_PAGE = { "x-pde-request": "1" };

interface Content {
  readonly type: string;
  readonly body: BodyInit;
}

async function request<Answer>(method: string, path: string, content?: Content, signal?: AbortSignal) {
  const response = await send(method, path, JSON_TYPE, content, signal);
  return (response.status === NO_CONTENT ? undefined : await response.json()) as Answer;
}

async function send(method: string, path: string, accept: string, content?: Content, signal?: AbortSignal) {
  const timeout = AbortSignal.timeout(content?.body instanceof Blob ? UPLOAD_MS : PATIENCE_MS);
  const response = await reach(engineUrl(path), {
    method,
    headers: {
      accept,
      ...(method === "GET" ? {} : OWN_PAGE),
      ...(content ? { "content-type": content.type } : {}),
    },
    ...(content ? { body: content.body } : {}),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (!response.ok) throw new ProblemError(await readProblem(response));
  return response;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError({ type: "about:blank", title: "The engine does not answer", status: 0 });
  }
}

export function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>("GET", path, undefined, signal);
}

/** A list as a table. */
export async function getCsv(path: string): Promise<Blob> {
  return (await send("GET", path, "text/csv")).blob();
}

export function remove<Answer>(path: string): Promise<Answer> {
  return request<Answer>("DELETE", path);
}

export function post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return request<Answer>("POST", path, { type: JSON_TYPE, body: JSON.stringify(body) });
}

export function patch<Answer>(path: string, body: unknown): Promise<Answer> {
  return request<Answer>("PATCH", path, { type: JSON_TYPE, body: JSON.stringify(body) });
}

/** Sends a file as it is. */
export function upload<Answer>(path: string, file: Blob, type: string): Promise<Answer> {
  return request<Answer>("POST", path, { type, body: file });
}
