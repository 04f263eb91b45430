/** The lower part of a simulation's page: trend, alarms or faults, one at a time, or folded away. */
import { type ReactNode, useState } from "react";

export interface DockPart {
  readonly id: string;
  readonly title: string;
  /** A number worth seeing while another part is open. */
  readonly count?: number;
  /** Draws the part below or beside the tabs that it is given for its head. */
  readonly show: (tabs: ReactNode) => ReactNode;
}

export function Dock({ parts, folded }: { parts: readonly DockPart[]; folded: boolean }) {
  const [open, setOpen] = useState(folded ? null : (parts[0]?.id ?? null));
  const tabs = (
    <fieldset className="switch dock-tabs">
      <legend>Below the process</legend>
      {parts.map(({ id, title, count = 0 }) => (
        <label key={id} className={id === open ? "chosen" : ""}>
          <input type="radio" name="dock" checked={id === open} onChange={() => setOpen(id)} />
          {title}
          {count > 0 && <b className="dock-count">{count}</b>}
        </label>
      ))}
      <label className={open === null ? "chosen" : ""}>
        <input type="radio" name="dock" checked={open === null} onChange={() => setOpen(null)} />
        Hide
      </label>
    </fieldset>
  );
  const shown = parts.find((part) => part.id === open);
  return (
    <div className={shown ? "dock" : "dock folded"}>
      {shown ? shown.show(tabs) : <div className="panel">{tabs}</div>}
    </div>
  );
}
