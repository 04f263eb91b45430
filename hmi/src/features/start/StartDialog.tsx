/** The start form in a dialog, for pages that show many models. */
import { useEffect, useRef } from "react";
import type { ModelSpec } from "../../tags/model";
import { StartForm } from "./StartForm";

export function StartDialog({ model, close }: { model: ModelSpec; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="panel dialog" onClose={close} aria-label={`Start ${model.name}`}>
      <header>
        <h2>Start {model.name}</h2>
        <button type="button" className="command quiet" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </header>
      <StartForm model={model} />
    </dialog>
  );
}
