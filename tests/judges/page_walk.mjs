// Walk through the page with the keyboard alone and return what it decided.
// In: {html, today, walks: [{care, answers: [[question, options], …]}]}; `options` are those left open.
import { readJob, withPage } from "./page_browser.mjs";

const focused = (page) => page.evaluate(() => {
  const { name, value, type, tagName, textContent } = document.activeElement;
  const values = [...document.querySelectorAll("#screen [name=answer]")].map((radio) => radio.value);
  return { name, value, type, tag: tagName, text: textContent.trim(), values };
});

/** Press Tab until `wanted` holds for what has the focus. */
async function tabTo(page, what, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (wanted(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${what}`);
}

async function start(page, care) {
  await tabTo(page, "the date of care", (here) => here.name === "care_date");
  const [year, month, day] = care.split("-");
  await page.keyboard.type(`${month}${day}${year}`);
  await page.keyboard.press("Enter");
}

async function answer(page, options) {
  const heading = await focused(page);
  const { values } = heading;
  if (heading.tag !== "H2") throw new Error(`the focus is on ${JSON.stringify(heading)}, not on the question`);
  const wanted = options.length === 1 ? options[0] : "unknown";
  await tabTo(page, "the answers", (here) => here.name === "answer");
  await page.keyboard.press("Space");
  for (let at = 0; at < values.indexOf(wanted); at += 1) await page.keyboard.press("ArrowDown");
  if (wanted === "unknown") {
    for (const value of values.slice(0, -1)) {
      if (options.includes(value)) continue;
      await tabTo(page, `the box of ${value}`, (here) => here.name === "open" && here.value === value);
      await page.keyboard.press("Space");
    }
  }
  await page.keyboard.press("Enter");
  return heading.text;
}

const job = await readJob();
await withPage(job, async (page) => {
  const walked = [];
  for (const walk of job.walks) {
    const restart = page.getByRole("button", { name: "Opnieuw beginnen" });
    if (await restart.count()) await restart.click();
    await start(page, walk.care);
    const asked = [];
    for (const [, options] of walk.answers) asked.push(await answer(page, options));
    walked.push(await page.evaluate(() => ({
      verdict: window.cakwizard.verdict(),
      heading: document.activeElement.textContent,
      status: document.getElementById("status").textContent,
    })));
    walked[walked.length - 1].asked = asked;
  }
  return walked;
});
