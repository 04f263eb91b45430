/** A text to copy with one press. */
import { useClipboard } from "@mantine/hooks";

export function CopyText({ text, what }: { text: string; what: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <span className="copy">
      <code>{text}</code>
      <button type="button" onClick={() => clipboard.copy(text)} aria-label={`Copy the ${what}`}>
        {clipboard.copied ? "Copied" : "Copy"}
      </button>
    </span>
  );
}
