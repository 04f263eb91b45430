/** One measurement on the sheet: bubble, value, moving indicator and sparkline; a click opens its faceplate. */
import { usePlant } from "../../tags/plant";
import { describeTag, useTag } from "../../tags/useTag";
import type { Place } from "../process/shape";
import { Bubble } from "./Bubble";
import { MovingIndicator } from "./MovingIndicator";
import { Sparkline } from "./Sparkline";
import { BOX, ValueBox } from "./ValueBox";

export interface InstrumentProps extends Place {
  readonly tag: string;
  readonly title: string;
  /** The tag's home is a control panel; here it is shown once more where it acts. */
  readonly repeated?: boolean;
  readonly computed?: boolean;
  readonly setpoint?: string;
  readonly trend?: boolean;
}

const LEFT = 24;

/** x, y name the middle of the bubble. */
export function Instrument({ x, y, tag, title, repeated, computed, setpoint, trend }: InstrumentProps) {
  const { openFaceplate, simId } = usePlant();
  const view = useTag(tag);
  const bubble = view.spec.label.includes("_");

  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button element in SVG
    <g
      transform={`translate(${x} ${y})`}
      className="instrument"
      role="button"
      tabIndex={0}
      aria-label={describeTag(view)}
      {...(repeated ? { "data-repeat": tag } : { "data-tag": tag })}
      onClick={() => openFaceplate(tag)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          openFaceplate(tag);
        }
      }}
    >
      <rect className="hit" x="-22" y="-33" width={LEFT + BOX.width + 26} height="64" rx="3" />
      {bubble && <Bubble label={view.spec.label} {...(computed ? { computed } : {})} />}
      <g transform={`translate(${LEFT} -16)`}>
        <text y="-4" className="instrument-title">
          {title}
        </text>
        <ValueBox view={view} />
        <g transform={`translate(0 ${BOX.height + 7})`}>
          <MovingIndicator view={view} width={BOX.width} setpoint={setpoint} />
        </g>
        {trend && simId && (
          <g transform={`translate(0 ${BOX.height + 34})`}>
            <Sparkline tag={tag} width={BOX.width} height={34} />
          </g>
        )}
      </g>
    </g>
  );
}
