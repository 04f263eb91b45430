/** The setpoint on an indicator: a filled diamond while its loop is in auto, an outline in manual. */
import { useTag } from "../../tags/useTag";
import { BAR_HEIGHT } from "./MovingIndicator";

interface SetpointMarkProps {
  readonly tag: string;
  readonly scale: (value: number) => number;
}

export function SetpointMark({ tag, scale }: SetpointMarkProps) {
  const { value } = useTag(tag);
  const mode = useTag(tag.replace(/_setpoint$/, "_mode"));
  if (value === null) return null;
  return (
    <path
      className={mode.text === "manual" ? "setpoint" : "setpoint in-force"}
      transform={`translate(${scale(value)} ${BAR_HEIGHT + 6})`}
      d="M0 -6 5 0 0 6 -5 0z"
    >
      <title>{`setpoint ${value}`}</title>
    </path>
  );
}
