/** The running engine that the story is told to: its address, and what it says by REST. */
function required(): string {
  const url = process.env.PDE_URL;
  if (!url) throw new Error("PDE_URL must name a running engine, such as http://127.0.0.1:8000");
  return url.replace(/\/$/, "");
}

export const ENGINE = required();

export async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${ENGINE}/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

export async function tell<Answer>(path: string, body: object = {}): Promise<Answer> {
  const response = await fetch(`${ENGINE}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
