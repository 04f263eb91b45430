/** A closed vertical vessel with dished ends; liquid stands at `share` (0..1); x is its middle, y its top. */
import { useId } from "react";
import type { Place } from "./shape";

interface VesselProps extends Place {
  readonly width: number;
  readonly height: number;
  /** Undefined draws no liquid; null (unknown) hatches the vessel. */
  readonly share?: number | null | undefined;
  readonly agitator?: boolean;
  readonly jacket?: boolean;
}

export function Vessel({ x, y, width, height, share, agitator = false, jacket = false }: VesselProps) {
  const clip = useId();
  const w = width / 2;
  const head = Math.min(26, w * 0.5);
  const shell = `M${-w} ${head}a${w} ${head} 0 0 1 ${width} 0V${height - head}a${w} ${head} 0 0 1 ${-width} 0z`;
  const depth = share == null ? 0 : Math.min(1, Math.max(0, share)) * height;
  return (
    <g transform={`translate(${x} ${y})`} className="equipment">
      {jacket && <path d={jacketPath(w, head, height)} className="solid" />}
      <path d={shell} className="body" />
      {share === null && <path d={shell} className="hatched" />}
      {share != null && (
        <>
          <clipPath id={clip}>
            <path d={shell} />
          </clipPath>
          <g clipPath={`url(#${clip})`}>
            <rect x={-w} y={height - depth} width={width} height={depth} className="liquid" />
            <path d={`M${-w} ${height - depth}h${width}`} className="surface" />
          </g>
          <path d={shell} />
        </>
      )}
      {agitator && <Agitator bottom={height - head} reach={w * 0.5} />}
    </g>
  );
}

const JACKET = 14;

function jacketPath(w: number, head: number, height: number): string {
  const top = height * 0.35;
  const low = height - head;
  return `M${-w - JACKET} ${top}h${JACKET}V${low}a${w} ${head} 0 0 0 ${2 * w} 0V${top}h${JACKET}V${low}a${w + JACKET} ${head + JACKET} 0 0 1 ${-2 * w - 2 * JACKET} 0z`;
}

function Agitator({ bottom, reach }: { bottom: number; reach: number }) {
  return (
    <>
      <rect x="-14" y="-36" width="28" height="24" rx="3" className="solid" />
      <text y="-19" textAnchor="middle" className="motor-letter">
        M
      </text>
      <path d={`M0 -12V${bottom - 14}`} />
      <path d={`M0 ${bottom - 14}l${-reach} -10v20l${2 * reach} -20v20z`} className="solid" />
    </>
  );
}
