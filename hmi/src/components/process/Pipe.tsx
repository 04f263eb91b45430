/** A pipe (or a thin signal line) along points; `arrow` shows where it flows. */
interface PipeProps {
  readonly points: string;
  readonly arrow?: boolean;
  readonly kind?: "process" | "utility" | "signal";
}

export function Pipe({ points, arrow = false, kind = "process" }: PipeProps) {
  return (
    <polyline className={`pipe pipe-${kind}`} points={points} markerEnd={arrow ? "url(#flow)" : undefined} />
  );
}
