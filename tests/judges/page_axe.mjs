// Hold states of the page against axe-core and against the width of the window. In: {html, today, states: [[name, fragment, scheme, width]]}.
import { address, axe, job, withPage } from "./page_browser.mjs";

await withPage(async (page) => {
  const found = [];
  for (const [name, fragment, scheme, width] of job.states) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await page.goto("about:blank");
    await page.goto(address(fragment));
    if (name.includes("open")) await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    if (name.includes("fault")) {
      await page.locator("#trail button").first().click();
      await page.fill("#care", "");
      await page.click("#when button");
    }
    if (name.includes("country")) await page.fill("#country", "ver");
    await page.evaluate(axe());
    const { violations, passes } = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }));
    found.push({
      name,
      rules: passes.length,
      wide: await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      language: await page.getAttribute("html", "lang"),
      violations: violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ").slice(0, 400)}`),
    });
  }
  return found;
});
