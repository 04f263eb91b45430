/** An open tank whose liquid stands at `share` (0..1) of its height; x is its middle, y its rim. */
import type { Place } from "./shape";

interface TankProps extends Place {
  readonly width: number;
  readonly height: number;
  /** Null while the level is not known: the tank is hatched. */
  readonly share: number | null;
  readonly label: string;
}

export function Tank({ x, y, width, height, share, label }: TankProps) {
  const left = x - width / 2;
  const depth = share === null ? 0 : Math.min(1, Math.max(0, share)) * (height - 2);
  return (
    <g className="equipment">
      <rect x={left} y={y} width={width} height={height} className="body borderless" />
      {share === null ? (
        <rect x={left} y={y} width={width} height={height} className="hatched" />
      ) : (
        <>
          <rect x={left} y={y + height - depth} width={width} height={depth} className="liquid" />
          <path d={`M${left} ${y + height - depth}h${width}`} className="surface" />
        </>
      )}
      <path d={`M${left} ${y}v${height}h${width}v${-height}`} className="wall" />
      <text x={x} y={y + height - 10} textAnchor="middle" className="equipment-label">
        {label}
      </text>
    </g>
  );
}
