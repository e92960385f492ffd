// Draws Mermaid flowcharts in a headless Chromium, as a forge does, and writes the words that can be read in them.
// In: {sources: [text, …]}. Out: for each the texts of nodes and of edges, the accessible title and description, and
// the pairs of labels or nodes that lie on one another.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(join(process.env.CAKWIZARD_JUDGES_DIR, "package.json"));
const { chromium } = require("playwright-core");
const library = readFileSync(join(process.env.CAKWIZARD_JUDGES_DIR, "node_modules/mermaid/dist/mermaid.min.js"), "utf8");
const { sources } = JSON.parse(readFileSync(0, "utf8"));

const profile = mkdtempSync(join(tmpdir(), "cakwizard-mermaid-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CAKWIZARD_CHROMIUM || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
});
try {
  const page = await context.newPage();
  await page.setContent("<!doctype html><meta charset=utf-8><main></main>");
  await page.addScriptTag({ content: library });
  const found = await page.evaluate(async (texts) => {
    const { mermaid } = window;
    mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
    const drawn = [];
    for (const [number, text] of texts.entries()) {
      const { svg } = await mermaid.render(`drawn${number}`, text);
      document.querySelector("main").innerHTML = svg;
      const words = (selector) => [...document.querySelectorAll(selector)]
        .map((label) => label.innerText ?? label.textContent)
        .map((one) => one.replace(/\s+/g, " ").trim());
      const boxes = [...document.querySelectorAll("main .nodes .node, main .edgeLabels .edgeLabel .label, main .cluster-label")]
        .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 1 && box.height > 1);
      const share = (from, to, from2, to2) => Math.min(to, to2) - Math.max(from, from2) > 1;
      const overlaps = boxes.flatMap(([text, one], number) => boxes.slice(0, number)
        .filter(([, other]) => share(one.left, one.right, other.left, other.right)
          && share(one.top, one.bottom, other.top, other.bottom))
        .map(([other]) => [text, other]));
      drawn.push({
        overlaps,
        nodes: words("main .nodes .nodeLabel"),
        edges: words("main .edgeLabels .edgeLabel .edgeLabel, main .edgeLabels .edgeLabel:not(:has(.edgeLabel))"),
        title: document.querySelector("main svg > title")?.textContent,
        description: document.querySelector("main svg > desc")?.textContent,
        scripts: document.querySelectorAll("main script").length,
      });
    }
    return drawn;
  }, sources);
  process.stdout.write(JSON.stringify(found));
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
