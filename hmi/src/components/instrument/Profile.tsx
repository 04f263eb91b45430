/** A profile along equipment: one bar per numbered tag, the first at the bottom; each opens its faceplate. */
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
}

const GAP = 0.25;

export function Profile({ x, y, tags, title, width, height, range }: ProfileProps) {
  const { model } = usePlant();
  const domain = range ?? span(model, tags);
  const step = height / tags.length;
  const first = tagSpec(model, tags[0] ?? "");
  return (
    <g transform={`translate(${x} ${y})`} className="profile">
      <text y="-22" className="instrument-title">
        {title}
        {first.unit && `, ${first.unit}`}
      </text>
      <rect width={width} height={height} className="indicator-range" />
      {scaleLinear(domain, [0, width])
        .ticks(3)
        .map((tick) => (
          <g key={tick} transform={`translate(${scaleLinear(domain, [0, width])(tick)} 0)`}>
            <path d={`M0 0V${height}`} className="profile-grid" />
            <text y="-6" textAnchor="middle" className="gauge-end">
              {formatShort(tick)}
            </text>
          </g>
        ))}
      {tags.map((tag, index) => (
        <ProfileBar
          key={tag}
          tag={tag}
          at={height - (index + 1) * step}
          step={step}
          width={width}
          domain={domain}
        />
      ))}
    </g>
  );
}

interface BarProps {
  readonly tag: string;
  readonly at: number;
  readonly step: number;
  readonly width: number;
  readonly domain: readonly [number, number];
}

function ProfileBar({ tag, at, step, width, domain }: BarProps) {
  const view = useTag(tag);
  const length = view.value === null ? null : scaleLinear(domain, [0, width]).clamp(true)(view.value);
  const thick = step * (1 - GAP);
  return (
    <Pressable y={at} view={view} label={describeTag(view)}>
      <rect className="hit" width={width} height={step} />
      {length === null ? (
        <rect y={(step - thick) / 2} width={width} height={thick} className="hatched" />
      ) : (
        <rect y={(step - thick) / 2} width={Math.max(1, length)} height={thick} className={barClass(view)} />
      )}
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
