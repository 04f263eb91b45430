/** The frame of the pages about who may do what and who did what. */
import { NavLink, Outlet } from "react-router";

const PAGES: readonly [path: string, title: string][] = [
  ["users", "Users"],
  ["keys", "API keys"],
  ["certificates", "Certificates"],
  ["audit", "Audit"],
  ["account", "My account"],
];

export function AccessPages() {
  return (
    <div className="column wide">
      <nav className="switch access-tabs" aria-label="Access">
        {PAGES.map(([path, title]) => (
          <NavLink key={path} to={path} className={({ isActive }) => (isActive ? "chosen" : "")}>
            {title}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
