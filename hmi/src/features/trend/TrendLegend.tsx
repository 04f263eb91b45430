/** One pen of the trend of several simulations: its line, where it is from, its present value. */
import { Link } from "react-router";
import { splitName } from "../../tags/liveStore";
import { type TagSpec, tagTitle } from "../../tags/model";
import { qualityKind } from "../../tags/quality";
import { useLive } from "../../tags/useLive";
import { isStale, valueText } from "../../tags/useTag";
import { pen } from "./pens";

interface TrendLegendProps {
  readonly name: string;
  readonly spec: TagSpec;
  readonly index: number;
  readonly remove: () => void;
}

export function TrendLegend({ name, spec, index, remove }: TrendLegendProps) {
  const [simId, tag] = splitName(name);
  const value = useLive((state) => state.values[name]);
  const stale = useLive((state) => isStale(state, simId));
  const { dash, light, dark } = pen(index);
  const doubtful = value !== undefined && (stale || qualityKind(value.quality) === "uncertain");
  return (
    <span className="pen" data-pen={name}>
      <svg
        width="26"
        height="8"
        aria-hidden="true"
        style={{ "--light": light, "--dark": dark } as React.CSSProperties}
      >
        <path d="M0 4H26" strokeDasharray={dash.join(" ")} />
      </svg>
      <Link to={`/sims/${simId}`}>{simId}</Link>
      {tagTitle(tag)}
      <b>
        {doubtful && "? "}
        {valueText(value?.value ?? null, spec)}
      </b>
      <span className="muted">{spec.unit}</span>
      <button
        type="button"
        onClick={remove}
        aria-label={`Remove ${tagTitle(tag)} of ${simId} from the trend`}
      >
        ×
      </button>
    </span>
  );
}
