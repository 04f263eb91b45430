/** The address of the page that puts tags of several simulations together: `/trends?tag=wood-berry-7.reflux_flow&range=30`. */
export const USUAL_RANGE = "5";

export function trendsAddress(names: readonly string[], range = USUAL_RANGE): string {
  return `/trends?${trendsQuery(names, range)}`;
}

export function trendsQuery(names: readonly string[], range: string): URLSearchParams {
  const query = new URLSearchParams(names.map((name) => ["tag", name]));
  if (range !== USUAL_RANGE) query.set("range", range);
  return query;
}

/** Full names of tags, each once, and the range. */
export function readTrends(query: URLSearchParams): { names: string[]; range: string } {
  const names = query.getAll("tag").filter((name) => /^[^.]+\.[^.]+$/.test(name));
  return { names: [...new Set(names)], range: query.get("range") ?? USUAL_RANGE };
}
