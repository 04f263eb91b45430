/** An order that takes a time, in the unit that its reader thinks in. */
import { useState } from "react";
import { parseEntry } from "../controls/parseEntry";

interface TimeFormProps {
  readonly title: string;
  readonly order: string;
  readonly unit: string;
  readonly usual: string;
  /** Seconds in the unit. */
  readonly factor: number;
  readonly disabled: boolean;
  /** Why it can't be ordered now, though it may. */
  readonly reason?: string | null;
  readonly send: (seconds: number) => void;
}

export function TimeForm(props: TimeFormProps) {
  const { title, order, unit, factor, reason = null, send } = props;
  const [text, setText] = useState(props.usual);
  const value = parseEntry(text);
  const still = props.disabled || reason !== null;
  return (
    <form
      className="life-order"
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== null && !still) send(value * factor);
      }}
    >
      <label>
        <span>{title}</span>
        <input
          inputMode="decimal"
          disabled={still}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="muted">{unit}</span>
      </label>
      <button type="submit" className="command" disabled={still || value === null || value <= 0}>
        {order}
      </button>
      {reason && <span className="muted">{reason}</span>}
    </form>
  );
}
