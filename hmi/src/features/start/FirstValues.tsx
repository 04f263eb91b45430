/** Values that are in effect from the start, for tags that may be written. */
import { type ModelSpec, tagSpec, tagTitle } from "../../tags/model";

interface FirstValuesProps {
  readonly model: ModelSpec;
  readonly values: Readonly<Record<string, string>>;
  readonly change: (values: Record<string, string>) => void;
}

export function FirstValues({ model, values, change }: FirstValuesProps) {
  const free = Object.keys(model.tags).filter((tag) => model.tags[tag]?.writable && !(tag in values));
  return (
    <>
      {Object.entries(values).map(([tag, text]) => (
        <span key={tag} className="first-value">
          <label>
            {tagTitle(tag)}
            <input
              inputMode="decimal"
              value={text}
              onChange={(event) => change({ ...values, [tag]: event.target.value })}
            />
          </label>
          <span className="muted">{tagSpec(model, tag).unit}</span>
          <button
            type="button"
            className="command quiet"
            aria-label={`Leave ${tagTitle(tag)} as usual`}
            onClick={() =>
              change(Object.fromEntries(Object.entries(values).filter(([name]) => name !== tag)))
            }
          >
            ×
          </button>
        </span>
      ))}
      <select
        aria-label="Add a first value"
        value=""
        onChange={(event) =>
          change({ ...values, [event.target.value]: String(tagSpec(model, event.target.value).nominal) })
        }
      >
        <option value="">Add a first value …</option>
        {free.map((tag) => (
          <option key={tag} value={tag}>
            {tagTitle(tag)}
          </option>
        ))}
      </select>
    </>
  );
}
