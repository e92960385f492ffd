// Hold each state of the page against axe-core, also in English and in the dark, and at 320 pixels against its own width.
// In: {html, today, whole, care, answers: [[question, options], …]}: the answers lead to an outcome; `whole` keeps the outline.
import { readFileSync } from "node:fs";
import { modulePath, readJob, withPage } from "./page_browser.mjs";

const job = await readJob();
const axe = readFileSync(modulePath("axe-core/axe.min.js"), "utf8");

const found = [];

async function judge(page, state) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  found.push({
    state,
    rules: passes.length,
    wide,
    language: await page.getAttribute("html", "lang"),
    violations: violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ").slice(0, 400)}`),
  });
}

async function answer(page, option) {
  await page.check(`#screen [name=answer][value="${option}"]`);
}

async function reload(page) {
  await page.reload();
  // The outline of a large tree holds axe up in every state, although it is the same in all.
  if (!job.whole) await page.evaluate(() => document.querySelectorAll("#outline [data-language]").forEach((one) => one.remove()));
}

const goOn = (page) => page.click("#screen button.main");

await withPage(job, async (page) => {
  for (const [scheme, language] of [["light", "nl"], ["light", "en"], ["dark", "nl"]]) {
    const name = (state) => `${state}, ${language}, ${scheme}`;
    const full = scheme === "light" && language === "nl";
    await page.emulateMedia({ colorScheme: scheme });
    await reload(page);
    await page.click(`[data-choose=${language}]`);
    if (language === "nl") await judge(page, name("start"));
    await page.fill("#care_date", job.care);
    await goOn(page);
    await goOn(page);
    await answer(page, "unknown");
    await judge(page, name("question with a fault, and not known"));
    for (const [, [option]] of job.answers) {
      await answer(page, option);
      await goOn(page);
    }
    await judge(page, name("outcome"));
    if (full && job.whole) {
      await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
      await judge(page, name("all parts open"));
    }
    if (language === "en") continue;
    await reload(page);
    await goOn(page);
    for (let question = 0; question < 30 && (await page.$("#screen [name=answer]")); question += 1) {
      await answer(page, "unknown");
      await goOn(page);
    }
    await judge(page, name("outcomes still possible"));
  }
  return found;
}, { viewport: { width: 320, height: 640 } });
