/** Starts the pages and their one live connection. */
import "@mantine/core/styles/baseline.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/global.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/CloseButton.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/ScrollArea.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Drawer.css";
import "./app/ground.css";
import "./app/chrome.css";
import "./app/controls.css";
import "./app/sheet.css";
import "./app/generic.css";
import "./app/gallery.css";
import "./app/alarms.css";
import "./app/access.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { live } from "./tags/live";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element #root");
live.open();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
