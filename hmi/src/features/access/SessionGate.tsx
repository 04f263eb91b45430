/** Lets through to the pages whom the engine knows; asks all others for a name and a password. */
import { onlineManager } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useLocation } from "react-router";
import { useSession } from "../../lib/queries";
import { live } from "../../tags/live";
import { SignInAgain } from "./SignInAgain";
import { SignInPage } from "./SignInPage";

/** Pages that need no name. */
const OPEN = new Set(["/set-up", "/sign-in"]);

export function SessionGate({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const { data, isPending } = useSession();
  const refused = data?.refused ?? null;
  const nobody = refused !== null;
  useEffect(() => {
    onlineManager.setOnline(!nobody);
    if (nobody) live.hold();
    else live.release();
  }, [nobody]);
  if (OPEN.has(pathname)) return children;
  if (isPending) return <p className="waiting">Asking the engine who you are …</p>;
  if (nobody && !data?.me) return <SignInPage />;
  return (
    <>
      {children}
      {nobody && <SignInAgain name={data?.me?.name ?? ""} reason={refused} />}
    </>
  );
}
