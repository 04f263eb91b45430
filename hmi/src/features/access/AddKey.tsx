/** Makes an API key, and shows its secret this once. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { parseEntry } from "../controls/parseEntry";
import { CopyText } from "../faceplate/CopyText";
import type { Right } from "./rights";
import { useAddKey } from "./useKeys";

const USUAL = { label: "", scopes: ["read"] as readonly Right[], days: "90" };

export function AddKey({ rights }: { rights: readonly Right[] }) {
  const [asked, setAsked] = useState(USUAL);
  const { mutate, data, error, isPending } = useAddKey();
  const days = parseEntry(asked.days);
  const toggle = (right: Right, chosen: boolean) =>
    setAsked({
      ...asked,
      scopes: chosen ? [...asked.scopes, right] : asked.scopes.filter((each) => each !== right),
    });
  return (
    <form
      className="panel row-form"
      aria-label="Make an API key"
      onSubmit={(event) => {
        event.preventDefault();
        if (days !== null)
          mutate(
            { label: asked.label.trim(), scopes: asked.scopes, days },
            { onSuccess: () => setAsked(USUAL) },
          );
      }}
    >
      <label>
        Label
        <input
          maxLength={100}
          placeholder="historian"
          value={asked.label}
          onChange={(event) => setAsked({ ...asked, label: event.target.value })}
        />
      </label>
      <fieldset className="scopes">
        <legend>Scopes</legend>
        {rights.map((right) => (
          <label key={right} className="check">
            <input
              type="checkbox"
              checked={asked.scopes.includes(right)}
              onChange={(event) => toggle(right, event.target.checked)}
            />
            {right}
          </label>
        ))}
      </fieldset>
      <label>
        Days
        <input
          className="short"
          inputMode="decimal"
          value={asked.days}
          onChange={(event) => setAsked({ ...asked, days: event.target.value })}
        />
      </label>
      <button
        type="submit"
        className="command strong"
        disabled={isPending || asked.label.trim() === "" || asked.scopes.length === 0 || days === null}
      >
        Make the key
      </button>
      <ErrorNote error={error} />
      {data && (
        <div className="new-key" role="status">
          <p>
            <b>{data.label}</b>: copy the key now, it is not shown again.
          </p>
          <CopyText text={data.key} what="API key" />
        </div>
      )}
    </form>
  );
}
