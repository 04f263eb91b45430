/** One own model in the list, with the command that takes it away after asking. */
import { useState } from "react";
import { Link } from "react-router";
import type { ModelSpec } from "../../tags/model";
import { useRefusal } from "../access/rights";
import { useRemoveModel } from "./useOwnModels";

export function OwnModelRow({ model }: { model: ModelSpec }) {
  const [asked, setAsked] = useState(false);
  const denied = useRefusal("engineer");
  const { mutate, error, isPending } = useRemoveModel();
  return (
    <li data-own={model.id}>
      <span>
        <Link to={`/models/${model.id}`}>{model.name}</Link> <code>{model.id}</code>{" "}
        <span className="muted">{Object.keys(model.tags).length} tags</span>
      </span>
      {asked ? (
        <fieldset className="confirm">
          <legend>Delete it?</legend>
          <button
            type="button"
            className="command strong"
            disabled={isPending}
            onClick={() => {
              mutate(model.id);
              setAsked(false);
            }}
          >
            Yes, delete
          </button>
          <button type="button" className="command" onClick={() => setAsked(false)}>
            No
          </button>
        </fieldset>
      ) : (
        <button
          type="button"
          className="command quiet"
          disabled={isPending || denied !== null}
          onClick={() => setAsked(true)}
          aria-label={`Delete ${model.name}`}
        >
          Delete
        </button>
      )}
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
    </li>
  );
}
