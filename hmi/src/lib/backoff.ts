/** Waiting times between attempts to reconnect: doubling from half a second to 15 s, with jitter. */
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** `attempt` counts from 0; half of the wait is fixed, the other half random, so that clients spread out. */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (random() * ceiling) / 2;
}
