/** A command that asks before it acts; the answer that changes nothing takes the place of the pressed button. */
import { useState } from "react";

interface ConfirmButtonProps {
  readonly title: string;
  /** Names it where several look alike. */
  readonly label: string;
  readonly question: string;
  readonly disabled?: boolean;
  readonly reason?: string | null;
  readonly act: () => void;
}

export function ConfirmButton({
  title,
  label,
  question,
  disabled = false,
  reason = null,
  act,
}: ConfirmButtonProps) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <button
        type="button"
        className="command quiet"
        disabled={disabled || reason !== null}
        title={reason ?? undefined}
        aria-label={label}
        onClick={() => setAsked(true)}
      >
        {title}
      </button>
    );
  return (
    <fieldset className="confirm">
      <legend>{question}</legend>
      <button
        type="button"
        className="command strong"
        onClick={() => {
          setAsked(false);
          act();
        }}
      >
        Yes, {title.toLowerCase()}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the keyboard stays where the pressed button was */}
      <button type="button" className="command" autoFocus onClick={() => setAsked(false)}>
        No
      </button>
    </fieldset>
  );
}
