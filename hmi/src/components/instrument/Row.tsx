/** A measurement in one line of a table on the sheet: name, value and unit; a click opens its faceplate. */
import { describeTag, useTag } from "../../tags/useTag";
import type { Place } from "../process/shape";
import { AlarmMark } from "./AlarmMark";
import { Pressable } from "./Pressable";

interface RowProps extends Place {
  readonly tag: string;
  readonly title: string;
  readonly width: number;
}

export const ROW = 20;

export function Row({ x, y, tag, title, width }: RowProps) {
  const view = useTag(tag);
  const { kind, stale, violation, spec, text } = view;
  const doubtful = kind === "uncertain" || (stale && kind !== "bad");
  return (
    <Pressable x={x} y={y} view={view} label={describeTag(view)}>
      <rect className="hit" y="-14" width={width} height={ROW} rx="2" />
      <text className="row-title" x="4">
        {title}
      </text>
      <g
        className={`value-box row ${kind}${stale ? " stale" : ""}${violation ? ` p${violation.priority}` : ""}`}
      >
        <text x={width - 46} textAnchor="end" className="value">
          {doubtful ? "?" : ""}
          {text}
        </text>
        <text x={width - 42} className="unit">
          {spec.states.length > 0 ? "" : spec.unit}
        </text>
      </g>
      {violation && <AlarmMark violation={violation} x={width + 8} y={-5} />}
    </Pressable>
  );
}
