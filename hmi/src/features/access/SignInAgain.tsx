/** Asks for the password again over a page whose session is over; the page stays as it is. */
import { useEffect, useRef } from "react";
import { SignInForm } from "./SignInForm";
import { useSignOut } from "./signIn";

export function SignInAgain({ name, reason }: { name: string; reason: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { mutate } = useSignOut();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="panel dialog"
      aria-label="Sign in again"
      onClose={() => dialog.current?.showModal()}
    >
      <header>
        <h2>Sign in again</h2>
        <button type="button" className="command quiet" onClick={() => mutate()}>
          Leave the page
        </button>
      </header>
      <p className="muted">
        The engine says: {reason}. The page stays as it is; its values are not renewed meanwhile.
      </p>
      <SignInForm name={name} />
    </dialog>
  );
}
