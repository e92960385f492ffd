// A headless Chromium with one page of ours, and a note of everything the page asks for or complains of.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.CAKWIZARD_JUDGES_DIR, "package.json"));
const { chromium } = require("playwright-core");

export const axe = () => readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const job = JSON.parse(readFileSync(0, "utf8"));
export const address = (fragment = "") => `${pathToFileURL(job.html).href}${fragment}`;

/** Call `use(page, notes)` and write what it returns to standard output as JSON. */
export async function withPage(use, options = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CAKWIZARD_CHROMIUM || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const notes = { requests: [], faults: [] };
    const context = await browser.newContext({ locale: "en-US", viewport: { width: 375, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10000);
    page.on("request", (request) => notes.requests.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") notes.faults.push(message.text());
    });
    page.on("pageerror", (error) => notes.faults.push(String(error)));
    if (job.today) await page.clock.setFixedTime(new Date(`${job.today}T12:00:00`));
    await page.goto(address());
    process.stdout.write(JSON.stringify({ result: await use(page), ...notes }));
  } finally {
    await browser.close();
  }
}
