/** Where the engine answers: beside the page itself unless the build names another address. */
function base(): string {
  return import.meta.env.VITE_ENGINE_URL ?? document.baseURI;
}

export function engineUrl(path: string): string {
  return new URL(path.replace(/^\//, ""), base()).toString();
}

export function liveUrl(): string {
  const url = new URL("api/live", base());
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  url.search = "";
  return url.toString();
}
