/** The time ranges of a trend. */
export interface TrendRange {
  readonly id: string;
  readonly label: string;
  /** Null shows everything since the start. */
  readonly windowMs: number | null;
}

export const RANGES: readonly TrendRange[] = [
  { id: "5", label: "5 min", windowMs: 5 * 60_000 },
  { id: "30", label: "30 min", windowMs: 30 * 60_000 },
  { id: "all", label: "All", windowMs: null },
];
