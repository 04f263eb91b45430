/** Chooses the tags that a trend shows; the chosen ones are its legend with their present values. */
import { tagTitle } from "../../tags/model";
import { useTag } from "../../tags/useTag";
import { pen } from "./pens";

interface PenPickerProps {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly most: number;
  readonly change: (chosen: string[]) => void;
}

export function PenPicker({ all, chosen, most, change }: PenPickerProps) {
  const free = all.filter((tag) => !chosen.includes(tag));
  return (
    <div className="pens">
      {chosen.map((tag, index) => (
        <Legend
          key={tag}
          tag={tag}
          index={index}
          remove={() => change(chosen.filter((other) => other !== tag))}
        />
      ))}
      <select
        aria-label="Add a tag to the trend"
        value=""
        disabled={chosen.length >= most}
        onChange={(event) => change([...chosen, event.target.value])}
      >
        <option value="">Add a tag …</option>
        {free.map((tag) => (
          <option key={tag} value={tag}>
            {tagTitle(tag)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Legend({ tag, index, remove }: { tag: string; index: number; remove: () => void }) {
  const view = useTag(tag);
  const { dash, light, dark } = pen(index);
  return (
    <span className="pen">
      <svg
        width="26"
        height="8"
        aria-hidden="true"
        style={{ "--light": light, "--dark": dark } as React.CSSProperties}
      >
        <path d="M0 4H26" strokeDasharray={dash.join(" ")} />
      </svg>
      {tagTitle(tag)}
      <b>{view.text}</b>
      <span className="muted">{view.spec.unit}</span>
      <button type="button" onClick={remove} aria-label={`Remove ${tagTitle(tag)} from the trend`}>
        ×
      </button>
    </span>
  );
}
