/** A horizontal drum with dished ends; liquid stands at `share` (0..1); x and y name its middle. */
import { useId } from "react";
import type { Place } from "./shape";

interface DrumProps extends Place {
  readonly width: number;
  readonly height: number;
  /** Undefined draws no liquid; null (unknown) hatches the drum. */
  readonly share?: number | null | undefined;
}

export function Drum({ x, y, width, height, share }: DrumProps) {
  const clip = useId();
  const h = height / 2;
  const straight = width / 2 - h * 0.6;
  const shell = `M${-straight} ${-h}H${straight}a${h * 0.6} ${h} 0 0 1 0 ${height}H${-straight}a${h * 0.6} ${h} 0 0 1 0 ${-height}z`;
  const depth = share == null ? 0 : Math.min(1, Math.max(0, share)) * height;
  return (
    <g className="equipment" transform={`translate(${x} ${y})`}>
      <path className="body" d={shell} />
      {share === null && <path className="hatched" d={shell} />}
      {share != null && (
        <>
          <clipPath id={clip}>
            <path d={shell} />
          </clipPath>
          <g clipPath={`url(#${clip})`}>
            <rect x={-width / 2} y={h - depth} width={width} height={depth} className="liquid" />
            <path d={`M${-width / 2} ${h - depth}h${width}`} className="surface" />
          </g>
          <path d={shell} />
        </>
      )}
    </g>
  );
}
