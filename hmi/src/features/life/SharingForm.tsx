/** Whose a simulation is and what others may do with it; changed by its owner and by engineers. */
import { useState } from "react";
import { useMe } from "../../lib/queries";
import type { Sharing, Simulation } from "../../lib/schemas";
import { decides } from "../access/rights";
import type { LifeOrder } from "./useLife";

const SHARINGS: readonly [Sharing, string][] = [
  ["private", "nobody else sees it"],
  ["shared", "others may look"],
  ["open", "others may do everything"],
];

interface SharingFormProps {
  readonly simulation: Simulation;
  readonly disabled: boolean;
  readonly send: (order: LifeOrder) => void;
}

export function SharingForm({ simulation, disabled, send }: SharingFormProps) {
  const me = useMe();
  const still = disabled || !me || !me.rights.includes("operate") || !decides(me, simulation);
  const told = SHARINGS.find(([sharing]) => sharing === simulation.sharing)?.[1];
  return (
    <>
      <div className="life-order">
        <span>Sharing</span>
        <fieldset className="switch" disabled={still}>
          <legend>Sharing</legend>
          {SHARINGS.map(([sharing, words]) => (
            <label key={sharing} className={sharing === simulation.sharing ? "chosen" : ""} title={words}>
              <input
                type="radio"
                name="sharing"
                checked={sharing === simulation.sharing}
                onChange={() => send({ name: "sharing", sharing })}
              />
              {sharing}
            </label>
          ))}
        </fieldset>
        <span className="muted">{told}</span>
      </div>
      <OwnerForm
        key={simulation.owner}
        owner={simulation.owner ?? null}
        still={still || !me?.supervises}
        give={(owner) => send({ name: "sharing", owner })}
      />
    </>
  );
}

interface OwnerFormProps {
  readonly owner: string | null;
  readonly still: boolean;
  readonly give: (owner: string) => void;
}

function OwnerForm({ owner, still, give }: OwnerFormProps) {
  const [name, setName] = useState(owner ?? "");
  if (still)
    return (
      <div className="life-order">
        <span>Owner</span>
        <b>{owner ?? "nobody in particular"}</b>
      </div>
    );
  return (
    <form
      className="life-order"
      onSubmit={(event) => {
        event.preventDefault();
        give(name.trim());
      }}
    >
      <label>
        <span>Owner</span>
        <input
          placeholder="nobody in particular"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <button type="submit" className="command" disabled={name.trim() === "" || name.trim() === owner}>
        Give
      </button>
    </form>
  );
}
