/** A profile along equipment: one bar per numbered tag, from the bottom up or from left to right. */
import { extent } from "d3-array";
import { scaleLinear } from "d3-scale";
import { formatShort } from "../../lib/format";
import { type ModelSpec, tagSpec } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { describeTag, type TagView, useTag } from "../../tags/useTag";
import type { Place } from "../process/shape";
import { Pressable } from "./Pressable";

interface ProfileProps extends Place {
  readonly tags: readonly string[];
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** What the axis spans; from the declared values when left out. */
  readonly range?: readonly [low: number, high: number];
  /** From left to right instead of from the bottom up. */
  readonly lying?: boolean;
}

const GAP = 0.25;

export function Profile({ x, y, tags, title, width, height, range, lying = false }: ProfileProps) {
  const { model } = usePlant();
  const { unit } = tagSpec(model, tags[0] ?? "");
  const scale = scaleLinear(range ?? span(model, tags), lying ? [height, 0] : [0, width]);
  const step = (lying ? width : height) / tags.length;
  return (
    <g transform={`translate(${x} ${y})`} className="profile">
      <text y={lying ? -8 : -22} className="instrument-title">
        {title}
        {unit && `, ${unit}`}
      </text>
      <rect width={width} height={height} className="indicator-range" />
      {scale.ticks(3).map((tick) => (
        <g key={tick} transform={lying ? `translate(0 ${scale(tick)})` : `translate(${scale(tick)} 0)`}>
          <path d={lying ? `M0 0H${width}` : `M0 0V${height}`} className="profile-grid" />
          <text
            x={lying ? -5 : 0}
            y={lying ? 4 : -6}
            textAnchor={lying ? "end" : "middle"}
            className="gauge-end"
          >
            {formatShort(tick)}
          </text>
        </g>
      ))}
      {tags.map((tag, index) => (
        <ProfileBar
          key={tag}
          tag={tag}
          x={lying ? index * step : 0}
          y={lying ? 0 : height - (index + 1) * step}
          step={step}
          reach={lying ? height : width}
          lying={lying}
          length={(value) => {
            const at = scale.copy().clamp(true)(value);
            return lying ? height - at : at;
          }}
        />
      ))}
    </g>
  );
}

interface BarProps extends Place {
  readonly tag: string;
  readonly step: number;
  /** From one end of the axis to the other. */
  readonly reach: number;
  readonly lying: boolean;
  readonly length: (value: number) => number;
}

function ProfileBar({ tag, x, y, step, reach, lying, length }: BarProps) {
  const view = useTag(tag);
  const long = view.value === null ? reach : Math.max(1, length(view.value));
  const thick = step * (1 - GAP);
  const aside = (step - thick) / 2;
  const bar = lying
    ? { x: aside, y: reach - long, width: thick, height: long }
    : { x: 0, y: aside, width: long, height: thick };
  return (
    <Pressable x={x} y={y} view={view} label={describeTag(view)}>
      <rect className="hit" width={lying ? step : reach} height={lying ? reach : step} />
      <rect {...bar} className={view.value === null ? "hatched" : barClass(view)} />
    </Pressable>
  );
}

function barClass({ violation, kind, stale }: TagView): string {
  const doubt = kind === "uncertain" || stale ? " doubtful" : "";
  return `profile-bar${violation ? ` p${violation.priority}` : ""}${doubt}`;
}

const ROOM = 0.25;

/** Around the nominal values when these fill a small part of the range, else the range. */
function span(model: ModelSpec, tags: readonly string[]): [number, number] {
  const specs = tags.map((tag) => tagSpec(model, tag));
  const low = Math.min(...specs.map((spec) => spec.low));
  const high = Math.max(...specs.map((spec) => spec.high));
  const [least = low, most = high] = extent(specs.map((spec) => spec.nominal).filter(Number.isFinite));
  if (most - least <= 0 || most - least > 0.5 * (high - low)) return [low, high];
  const room = ROOM * (most - least);
  return [Math.max(low, least - room), Math.min(high, most + room)];
}
