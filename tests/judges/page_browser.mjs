// A headless Chromium with one page of ours, and a note of everything the page asks for or complains of.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.CAKWIZARD_JUDGES_DIR, "package.json"));
const { chromium } = require("playwright-core");

export const modulePath = (name) => require.resolve(name);

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Call `use(page, notes)` and write what it returns to standard output as JSON. */
export async function withPage(job, use, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "cakwizard-page-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CAKWIZARD_CHROMIUM || "/usr/bin/chromium",
    args: FLAGS,
    locale: "en-US",
    viewport: { width: 375, height: 800 },
    ...options,
  });
  try {
    const notes = { requests: [], faults: [] };
    const page = await context.newPage();
    page.on("request", (request) => notes.requests.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") notes.faults.push(message.text());
    });
    page.on("pageerror", (error) => notes.faults.push(String(error)));
    if (job.today) await page.clock.setFixedTime(new Date(`${job.today}T12:00:00`));
    await page.goto(pathToFileURL(job.html).href);
    const result = await use(page, notes);
    process.stdout.write(JSON.stringify({ result, ...notes }));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

export async function readJob() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}
