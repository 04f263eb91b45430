/** The last minutes of live values of one simulation, in columns that share one time axis, for trends. */
const CAPACITY = 9_000;

export interface Recording {
  time: Float64Array;
  value: Float64Array;
}

export class Recorder {
  private readonly capacity: number;
  private readonly times: Float64Array;
  private readonly columns = new Map<string, Float64Array>();
  private readonly latest = new Map<string, number>();
  private count = 0;
  private broken = true;
  private joined = Number.NEGATIVE_INFINITY;

  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
    this.times = new Float64Array(capacity);
  }

  /** A tag's value from now on; NaN while it is bad. Seen in the trend from the next `mark` on. */
  set(tag: string, value: number | null): void {
    this.latest.set(tag, value ?? Number.NaN);
    if (!this.columns.has(tag)) this.columns.set(tag, new Float64Array(this.capacity).fill(Number.NaN));
  }

  /** When the points after the last gap begin (epoch ms). */
  get since(): number {
    return this.joined;
  }

  /** One point of every tag at this time (epoch ms); times that do not advance are left out. */
  mark(time: number): void {
    if (this.count > 0 && time <= this.timeAt(this.count - 1)) return;
    if (this.broken) this.joined = time;
    this.broken = false;
    const place = this.count % this.capacity;
    this.times[place] = time;
    for (const [tag, column] of this.columns) column[place] = this.latest.get(tag) ?? Number.NaN;
    this.count += 1;
  }

  /** A gap: trends do not join what lies on its two sides. */
  break(time: number): void {
    const kept = new Map(this.latest);
    for (const tag of this.latest.keys()) this.latest.set(tag, Number.NaN);
    this.mark(time);
    for (const [tag, value] of kept) this.latest.set(tag, value);
    this.broken = true;
  }

  /** The points of a tag from `start` (epoch ms) on, oldest first. */
  read(tag: string, start: number): Recording {
    const oldest = Math.max(0, this.count - this.capacity);
    let low = oldest;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < start) low = middle + 1;
      else high = middle;
    }
    return { time: this.slice(this.times, low), value: this.slice(this.columns.get(tag), low) };
  }

  private timeAt(index: number): number {
    return this.times[index % this.capacity] ?? 0;
  }

  private slice(column: Float64Array | undefined, from: number): Float64Array {
    const out = new Float64Array(this.count - from).fill(Number.NaN);
    if (column)
      for (let i = from; i < this.count; i += 1) out[i - from] = column[i % this.capacity] ?? Number.NaN;
    return out;
  }
}
