/** One loop: measured value, setpoint, mode, output and tuning. */

import { tagTitle } from "../../tags/model";
import { useTag } from "../../tags/useTag";
import type { LoopSpec } from "../graphics/pageSpec";
import { ModeSwitch } from "./ModeSwitch";
import { TagControl } from "./TagControl";

export function LoopPanel({ loop }: { loop: LoopSpec }) {
  const { controlled, manipulated } = loop;
  return (
    <section className="loop" aria-label={`Loop of ${controlled.replaceAll("_", " ")}`}>
      <header>
        <h3>{tagTitle(controlled)}</h3>
        <ModeSwitch tag={`${controlled}_mode`} />
      </header>
      <dl className="loop-values">
        <Shown tag={controlled} name="PV" />
        <Shown tag={manipulated} name="OUT" />
      </dl>
      <TagControl tag={`${controlled}_setpoint`} title="Setpoint" />
      <details>
        <summary>Tuning</summary>
        <TagControl tag={`${controlled}_gain`} title="Gain" slider={false} />
        <TagControl tag={`${controlled}_integral_time`} title="Integral time" slider={false} />
        <TagControl tag={`${controlled}_derivative_time`} title="Derivative time" slider={false} />
      </details>
    </section>
  );
}

function Shown({ tag, name }: { tag: string; name: string }) {
  const view = useTag(tag);
  return (
    <div className={view.stale ? "stale" : ""}>
      <dt title={view.spec.description}>
        {name} <span className="muted">{tagTitle(tag)}</span>
      </dt>
      <dd>
        {(view.kind === "uncertain" || view.stale) && "? "}
        {view.text} <span className="muted">{view.spec.unit}</span>
      </dd>
    </div>
  );
}
