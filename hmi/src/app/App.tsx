/** The application: theme, data, pages. The pages' addresses lie behind `#`, so that any path prefix will do. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createHashRouter, Navigate, RouterProvider } from "react-router";
import { AboutPage } from "../features/about/AboutPage";
import { AccessPages } from "../features/access/AccessPages";
import { AccountPage } from "../features/access/AccountPage";
import { KeysPage } from "../features/access/KeysPage";
import { SetUpPage } from "../features/access/SetUpPage";
import { SignInRoute } from "../features/access/SignInPage";
import { UsersPage } from "../features/access/UsersPage";
import { AlarmsPage } from "../features/alarms/AlarmsPage";
import { AuditPage } from "../features/audit/AuditPage";
import { CertificatesPage } from "../features/certificates/CertificatesPage";
import { FleetPage } from "../features/fleet/FleetPage";
import { ModelPage } from "../features/model/ModelPage";
import { OwnModelsPage } from "../features/own/OwnModelsPage";
import { SimulationPage } from "../features/simulation/SimulationPage";
import { TrendsPage } from "../features/trend/TrendsPage";
import { WelcomePage } from "../features/welcome/WelcomePage";
import { queryClient } from "../lib/queries";
import { RouteProblem } from "./RouteProblem";
import { Shell } from "./Shell";
import { theme } from "./theme";

const router = createHashRouter([
  {
    element: <Shell />,
    children: [
      {
        errorElement: <RouteProblem />,
        children: [
          { path: "/", element: <WelcomePage /> },
          { path: "/models/:modelId", element: <ModelPage /> },
          { path: "/sims/:simId", element: <SimulationPage /> },
          { path: "/fleet", element: <FleetPage /> },
          { path: "/alarms", element: <AlarmsPage /> },
          { path: "/trends", element: <TrendsPage /> },
          { path: "/own-models", element: <OwnModelsPage /> },
          { path: "/sign-in", element: <SignInRoute /> },
          { path: "/set-up", element: <SetUpPage /> },
          {
            path: "/access",
            element: <AccessPages />,
            children: [
              { index: true, element: <Navigate to="account" replace /> },
              { path: "users", element: <UsersPage /> },
              { path: "keys", element: <KeysPage /> },
              { path: "certificates", element: <CertificatesPage /> },
              { path: "audit", element: <AuditPage /> },
              { path: "account", element: <AccountPage /> },
            ],
          },
          { path: "/about", element: <AboutPage /> },
          { path: "*", element: <RouteProblem /> },
        ],
      },
    ],
  },
]);

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
