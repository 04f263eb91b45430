/** One measurement on the sheet: bubble, value, moving indicator and sparkline; a click opens its faceplate. */
import { usePlant } from "../../tags/plant";
import { describeTag, useTag } from "../../tags/useTag";
import type { Place } from "../process/shape";
import { Bubble } from "./Bubble";
import { MovingIndicator } from "./MovingIndicator";
import { Pressable } from "./Pressable";
import { Sparkline } from "./Sparkline";
import { BOX, ValueBox } from "./ValueBox";

export interface InstrumentProps extends Place {
  readonly tag: string;
  readonly title: string;
  readonly computed?: boolean;
  readonly trend?: boolean;
}

const LEFT = 24;

/** x, y name the middle of the bubble. */
export function Instrument({ x, y, tag, title, computed, trend }: InstrumentProps) {
  const { model, simId } = usePlant();
  const view = useTag(tag);
  const bubble = /^[A-Z]{1,4}_/.test(view.spec.label);
  const setpoint = `${tag}_setpoint` in model.tags ? `${tag}_setpoint` : undefined;
  return (
    <Pressable x={x} y={y} view={view} label={describeTag(view)}>
      <rect className="hit" x="-22" y="-33" width={LEFT + BOX.width + 26} height="64" rx="3" />
      {bubble && <Bubble label={view.spec.label} {...(computed ? { computed } : {})} />}
      <g transform={`translate(${LEFT} -16)`}>
        <text y="-4" className="instrument-title">
          {title}
        </text>
        <ValueBox view={view} />
        {view.spec.states.length === 0 && (
          <g transform={`translate(0 ${BOX.height + 7})`}>
            <MovingIndicator view={view} width={BOX.width} setpoint={setpoint} />
          </g>
        )}
        {trend && simId && (
          <g transform={`translate(0 ${BOX.height + 34})`}>
            <Sparkline tag={tag} width={BOX.width} height={34} />
          </g>
        )}
      </g>
    </Pressable>
  );
}
