/** An output on a generic page: its name, value, bar with alarm limits, and a sparkline where there is room. */
import { MovingIndicator } from "../../../components/instrument/MovingIndicator";
import { Sparkline } from "../../../components/instrument/Sparkline";
import { ValueBox } from "../../../components/instrument/ValueBox";
import { tagTitle } from "../../../tags/model";
import { usePlant } from "../../../tags/plant";
import { describeTag, useTag } from "../../../tags/useTag";

interface OutputCardProps {
  readonly tag: string;
  readonly dense: boolean;
  readonly trend: boolean;
}

const LETTERS = { dense: 19, roomy: 30 } as const;

export function OutputCard({ tag, dense, trend }: OutputCardProps) {
  const { model, simId, openFaceplate } = usePlant();
  const view = useTag(tag);
  const setpoint = `${tag}_setpoint` in model.tags ? `${tag}_setpoint` : undefined;
  const analog = view.spec.states.length === 0;
  const title = tagTitle(tag);
  const letters = dense ? LETTERS.dense : LETTERS.roomy;
  return (
    <button
      type="button"
      className="output-card"
      data-tag={tag}
      aria-label={describeTag(view)}
      title={view.spec.description}
      onClick={() => openFaceplate(tag)}
    >
      <svg
        viewBox={dense ? "0 0 300 36" : "0 0 300 68"}
        preserveAspectRatio="xMinYMid meet"
        aria-hidden="true"
      >
        <text x="4" y={dense ? 22 : 13} className="instrument-title">
          {title.length > letters ? `${title.slice(0, letters - 1)}…` : title}
        </text>
        <g transform={dense ? "translate(122 5)" : "translate(4 17)"}>
          <ValueBox view={view} width={dense ? 96 : 128} />
        </g>
        {analog && (
          <g transform={dense ? "translate(226 15)" : "translate(4 48)"}>
            <MovingIndicator view={view} width={dense ? 66 : 128} setpoint={setpoint} />
          </g>
        )}
        {trend && simId && analog && !dense && (
          <g transform="translate(178 8)">
            <Sparkline tag={tag} width={116} height={52} />
          </g>
        )}
      </svg>
    </button>
  );
}
