/** How fast a simulation runs, from a tenth of real time to as fast as it can. */
import { formatSpeed } from "../../lib/format";
import type { Speed } from "../../lib/schemas";

const SPEEDS: readonly Speed[] = [0.1, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, "max"];

interface SpeedChoiceProps {
  readonly id?: string;
  readonly speed: Speed;
  readonly disabled?: boolean;
  readonly change: (speed: Speed) => void;
}

export function SpeedChoice({ id, speed, disabled = false, change }: SpeedChoiceProps) {
  const choices = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS];
  return (
    <select
      {...(id ? { id } : {})}
      aria-label="Speed"
      disabled={disabled}
      value={String(speed)}
      onChange={(event) => change(event.target.value === "max" ? "max" : Number(event.target.value))}
    >
      {choices.map((each) => (
        <option key={each} value={String(each)}>
          {formatSpeed(each)}
        </option>
      ))}
    </select>
  );
}
