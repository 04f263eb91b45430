/** What is left when a page breaks: the frame stays, the reason is told. */
import { useRouteError } from "react-router";
import { ProblemPage } from "./ProblemPage";

export function RouteProblem() {
  const error = useRouteError();
  return <ProblemPage error={error instanceof Error ? error : new Error("There is no such page.")} />;
}
