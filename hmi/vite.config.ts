import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const engine = process.env.PDE_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { target: "es2023", sourcemap: false, chunkSizeWarningLimit: 900 },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/machines"].map((path) => [path, { target: engine, ws: true, changeOrigin: true }]),
    ),
  },
  test: {
    environment: "jsdom",
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    restoreMocks: true,
  },
});
