/** Chooses the time range of a trend. */
import { RANGES } from "./ranges";

interface RangeSwitchProps {
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

export function RangeSwitch({ chosen, choose }: RangeSwitchProps) {
  return (
    <fieldset className="switch">
      <legend>Time range</legend>
      {RANGES.map((range) => (
        <label key={range.id} className={range.id === chosen ? "chosen" : ""}>
          <input
            type="radio"
            name="trend-range"
            checked={range.id === chosen}
            onChange={() => choose(range.id)}
          />
          {range.label}
        </label>
      ))}
    </fieldset>
  );
}
