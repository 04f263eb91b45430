/** The page's name in the browser's title. */
import { useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Process Dynamics Engine`;
  }, [title]);
}
