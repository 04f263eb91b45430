/** A value as a number in a box: `---` when bad, `?` and hatch when uncertain or stale, dashed when nominal. */
import type { TagView } from "../../tags/useTag";
import { AlarmMark } from "./AlarmMark";

export const BOX = { width: 116, height: 26 } as const;

export function ValueBox({ view, width = BOX.width }: { view: TagView; width?: number }) {
  const { violation, kind, stale, text, spec } = view;
  const doubtful = kind === "uncertain" || kind === "bad" || stale;
  const mark = kind === "uncertain" || (stale && kind !== "bad") ? "?" : "";
  const unit = spec.states.length > 0 ? "" : spec.unit;
  const size = squeeze(mark + text, unit, width);
  return (
    <g className={`value-box ${kind}${stale ? " stale" : ""}${violation ? ` p${violation.priority}` : ""}`}>
      <rect width={width} height={BOX.height} rx="2" className="box" />
      {doubtful && <rect width={width} height={BOX.height} rx="2" className="hatched" />}
      <text
        x={unit ? width - 8 - size.share * unitWidth(unit) : width - 8}
        y="18"
        textAnchor="end"
        className="value"
        style={size.value}
      >
        {mark}
        {text}
      </text>
      {unit && (
        <text x={width - 6} y="17.5" textAnchor="end" className="unit" style={size.unit}>
          {unit}
        </text>
      )}
      {violation && <AlarmMark violation={violation} x={width + 13} y={BOX.height / 2} />}
    </g>
  );
}

const LETTER = 10.8;

/** Both texts smaller by the same share where they would not fit side by side. */
function squeeze(text: string, unit: string, width: number) {
  const needed = LETTER * text.length + (unit ? unitWidth(unit) : 0) + 12;
  const share = Math.min(1, width / needed);
  const style = (size: number) => (share < 1 ? { fontSize: size * share } : undefined);
  return { share, value: style(17), unit: style(12) };
}

function unitWidth(unit: string): number {
  return 6.4 * unit.length + 3.6 * unit.replace(/[^A-Z%]/g, "").length + 8;
}
