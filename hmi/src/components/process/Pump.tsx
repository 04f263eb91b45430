/** A centrifugal pump that delivers upwards; brighter while it runs, with the word beside it. */
import type { Place } from "./shape";

interface PumpProps extends Place {
  readonly running: boolean | null;
  readonly name: string;
  readonly side: "left" | "right";
}

export function Pump({ x, y, running, name, side }: PumpProps) {
  const at = side === "left" ? -28 : 28;
  const anchor = side === "left" ? "end" : "start";
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      <circle r="20" className={running === null ? "body" : running ? "running" : "stopped"} />
      <path d="M-17 10 0 -20 17 10z" />
      <text x={at} y="-2" textAnchor={anchor} className="equipment-label">
        {name}
      </text>
      {running !== null && (
        <text x={at} y="13" textAnchor={anchor} className="state-word">
          {running ? "RUNNING" : "STOPPED"}
        </text>
      )}
    </g>
  );
}
