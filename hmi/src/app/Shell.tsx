/** The frame of every page: name, navigation, state of the connection. */
import { useRef } from "react";
import { NavLink, Outlet } from "react-router";
import { SheetPatterns } from "../components/process/SheetPatterns";
import { SessionGate } from "../features/access/SessionGate";
import { SessionMenu } from "../features/access/SessionMenu";
import { AlarmBanner } from "../features/alarms/AlarmBanner";
import { useMe } from "../lib/queries";
import { LinkState } from "./LinkState";
import { SchemeSwitch } from "./SchemeSwitch";

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const me = useMe();
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header className="app-head">
        <span className="brand">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M2 24h6c5 0 5-15 10-15s3 10 6 10h6" />
          </svg>
          Process Dynamics Engine
        </span>
        <nav aria-label="Pages">
          <NavLink to="/" end>
            Models
          </NavLink>
          <NavLink to="/fleet">Fleet</NavLink>
          <NavLink to="/alarms">Alarms</NavLink>
          <NavLink to="/trends">Trends</NavLink>
          <NavLink to="/access">Access</NavLink>
          <NavLink to="/about">About</NavLink>
        </nav>
        {me && <AlarmBanner />}
        <LinkState />
        <SessionMenu />
        <SchemeSwitch />
      </header>
      <main ref={main} tabIndex={-1}>
        <SessionGate>
          <Outlet />
        </SessionGate>
      </main>
      <SheetPatterns />
    </>
  );
}
