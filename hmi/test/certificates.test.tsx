import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CertificateTable, inGroups } from "../src/features/certificates/CertificateTable";
import type { Certificate } from "../src/lib/schemas";
import { type Answer, EngineServer } from "./engineServer";
import { renderPlant } from "./renderPlant";

const STRANGER: Certificate = {
  folder: "rejected",
  thumbprint: "3fa94c21".repeat(8),
  subject: "CN=UaExpert@laptop",
  application_uri: "urn:laptop:UnifiedAutomation:UaExpert",
  valid_from: "2026-01-01T00:00:00Z",
  valid_until: "2031-01-01T00:00:00Z",
};
let answer: Answer;
let engine: EngineServer;

beforeEach(async () => {
  answer = { status: 200, body: STRANGER };
  engine = new EngineServer(() => answer);
  await engine.start();
});
afterEach(() => engine.stop());

const show = (...certificates: Certificate[]) =>
  renderPlant(<CertificateTable title="Certificates" certificates={certificates} />, "wood-berry", null);
const order = (what: string) => ({
  method: "POST",
  path: `/api/certificates/${STRANGER.thumbprint}/${what}`,
  body: {},
});

it("trusts a client that waits in one step, by its whole thumbprint", async () => {
  const { container } = show(STRANGER);
  expect(container.querySelector("code")?.textContent).toBe(inGroups(STRANGER.thumbprint));
  await userEvent.click(screen.getByRole("button", { name: "Trust CN=UaExpert@laptop" }));
  await waitFor(() => expect(engine.requests).toEqual([order("trust")]));
});

it("asks before it rejects a client that is trusted", async () => {
  show({ ...STRANGER, folder: "trusted" });
  await userEvent.click(screen.getByRole("button", { name: "Reject CN=UaExpert@laptop" }));
  expect(screen.getByText("Trust it no longer?")).toBeTruthy();
  expect(engine.requests).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Yes, reject" }));
  await waitFor(() => expect(engine.requests).toEqual([order("reject")]));
});

it("decides nothing about issuers, and shows a refusal in the engine's words", async () => {
  answer = { status: 404, body: { title: "Unknown", detail: "there is no such certificate", status: 404 } };
  show({ ...STRANGER, folder: "issuers", subject: "CN=authority" }, STRANGER);
  expect(screen.getAllByRole("button")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Trust CN=UaExpert@laptop" }));
  expect(await screen.findByText(/there is no such certificate/)).toBeTruthy();
});

it("groups the digits of a thumbprint as they are compared", () => {
  expect(inGroups("0123456789abcdef01")).toBe("01234567 89abcdef 01");
});
