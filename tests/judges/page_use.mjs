// Use the page as people do, and return what was seen on the way.
// In: {html, today, preset, before, several, wrong, country, after, changing, changed}: what to answer before a question
// that takes a country, a country that fits several answers, an answer not meant, a country that fits one, what to answer
// after it, and the question to change with its other answer.
import { readJob, withPage } from "./page_browser.mjs";

const job = await readJob();

const seen = (page) => page.evaluate(() => ({
  heading: document.querySelector("#screen h2").textContent,
  options: [...document.querySelectorAll("#screen [name=answer]")].map((radio) => radio.value),
  chosen: (document.querySelector("#screen [name=answer]:checked") || {}).value || null,
  fault: (document.getElementById("fault") || {}).textContent || "",
  focus: document.activeElement.tagName,
  answers: window.cakwizard.verdict().answers,
  status: window.cakwizard.verdict().status,
  care: window.cakwizard.verdict().care_date,
}));
const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

async function answer(page, option) {
  await page.check(`#screen [name=answer][value="${option}"]`);
  await press(page, "Verder");
}

await withPage(job, async (page) => {
  const found = {};
  const note = async (name) => { found[name] = await seen(page); };
  await page.fill("#care_date", "");
  await press(page, "Begin");
  await note("no date");
  await page.fill("#care_date", "2022-05-01");
  await page.selectOption("#preset", job.preset);
  await press(page, "Begin");
  await note("first question");
  await press(page, "Verder");
  await note("nothing chosen");
  for (const option of job.before) await answer(page, option);
  await page.fill("#country", "Atlantis");
  await press(page, "Verder");
  await note("no such country");
  await page.fill("#country", job.several);
  await press(page, "Verder");
  await note("country that fits several");
  await press(page, "Terug");
  await note("back from several");
  await page.check(`#screen [name=answer][value="${job.wrong}"]`);
  await page.fill("#country", job.country);
  await note("country instead of an answer");
  await press(page, "Verder");
  await note("after the country");
  await press(page, "Terug");
  await note("back");
  await page.click("[data-choose=en]");
  await note("in English");
  await page.click("[data-choose=nl]");
  for (const option of job.after) await answer(page, option);
  await note("outcome");
  await page.getByRole("button", { name: `Wijzig: ${job.changing}`, exact: true }).click();
  await note("change");
  await answer(page, job.changed);
  await note("changed");
  await page.getByRole("button", { name: "Wijzig: Datum van de zorg", exact: true }).click();
  await page.fill("#care_date", "2005-01-01");
  await press(page, "Verder");
  await note("other date");
  await page.getByRole("button", { name: `Wijzig: ${job.changing}`, exact: true }).click();
  await page.check("#screen [name=answer][value=unknown]");
  await page.locator("#screen [name=open]:visible").evaluateAll((boxes) => boxes.forEach((box) => box.click()));
  await press(page, "Verder");
  await note("all ruled out");
  await press(page, "Opnieuw beginnen");
  await note("start again");

  await page.click("#card > summary");
  await page.selectOption("#card-preset", job.preset);
  await page.evaluate(() => { document.body.dataset.print = "card"; });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  found.card = {
    sheets: (pdf.match(/\/Type\s*\/Page\b/gu) || []).length,
    text: await page.evaluate(() => document.querySelector(".card").textContent),
  };
  found.kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  const tried = await page.evaluate(() => fetch("https://example.org/").then(() => "sent", (error) => error.name));
  found.fetch = tried;
  return found;
});
