/** A slider over a tag's range: it sends when it is let go, or shortly after the last key. */
import { useEffect, useRef, useState } from "react";
import { formatShort } from "../../lib/format";
import { tagTitle } from "../../tags/model";
import type { TagView } from "../../tags/useTag";

interface TagSliderProps {
  readonly view: TagView;
  readonly pending: number | null;
  readonly disabled: boolean;
  readonly send: (value: number) => void;
}

const STEPS = 200;
const KEY_REST_MS = 500;

export function TagSlider({ view, pending, disabled, send }: TagSliderProps) {
  const { low, high, unit } = view.spec;
  const [staged, setStaged] = useState<number | null>(null);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const step = niceStep((high - low) / STEPS);
  const at = staged ?? pending ?? view.value ?? low;
  const commit = (value: number) => {
    clearTimeout(rest.current);
    setStaged(null);
    send(value);
  };
  useEffect(() => () => clearTimeout(rest.current), []);
  return (
    <span className={`slider ${staged !== null ? "staged" : ""}`}>
      <span className="slider-end" aria-hidden="true">
        {formatShort(low)}
      </span>
      <input
        type="range"
        min={low}
        max={high}
        step={step}
        disabled={disabled}
        value={at}
        aria-label={`${tagTitle(view.tag)} slider`}
        aria-valuetext={`${formatShort(at)} ${unit}`.trim()}
        style={{ "--share": `${(100 * (at - low)) / (high - low)}%` } as React.CSSProperties}
        onChange={(event) => setStaged(Number(event.target.value))}
        onPointerUp={() => staged !== null && commit(staged)}
        onKeyUp={() => {
          clearTimeout(rest.current);
          if (staged !== null) rest.current = setTimeout(() => commit(staged), KEY_REST_MS);
        }}
      />
      <span className="slider-end" aria-hidden="true">
        {formatShort(high)}
      </span>
      {staged !== null && <output>{formatShort(staged)}</output>}
    </span>
  );
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((nice) => nice * power >= raw) ?? 10;
  return Number((factor * power).toPrecision(1));
}
