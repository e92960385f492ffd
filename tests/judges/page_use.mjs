// Use the page of the small tree as people do, and return what was seen on the way. In: {html, today}.
import { job, withPage } from "./page_browser.mjs";

const seen = (page) => page.evaluate(() => ({
  heading: document.querySelector("#screen h2").innerText,
  trail: [...document.querySelectorAll("#trail li > span")].map((one) => one.innerText.trim()),
  answers: [...document.querySelectorAll("#screen .answer b")].map((one) => one.innerText),
  fragment: location.hash,
  focus: document.activeElement.tagName + (document.activeElement.id ? `#${document.activeElement.id}` : ""),
  wrong: [...document.querySelectorAll("[role=alert]")].map((one) => one.innerText).join(""),
  status: [...document.querySelectorAll("[role=status]")].map((one) => one.innerText).join(""),
}));
const tap = (page, name) => page.getByRole("button", { name }).first().click();

await withPage(async (page) => {
  const found = {};
  const note = async (name) => { found[name] = await seen(page); };
  await note("start");
  await tap(page, /^Niemand/u);
  await note("second question");
  await page.fill("#country", "oekr");
  await note("typed a country");
  await page.keyboard.press("Enter");
  await note("country that fits several");
  await tap(page, /^Gevlucht/u);
  await note("answered by the country");
  await page.goBack();
  await page.waitForTimeout(200);
  await note("browser back");
  await page.fill("#country", "ghan");
  await tap(page, /^Ghana/u);
  await note("one country");
  await page.reload();
  await note("reloaded");
  await tap(page, "Terug");
  await note("back");
  await page.goBack();
  await page.waitForTimeout(200);
  await tap(page, "English");
  await note("in English");
  await tap(page, "Nederlands");
  await tap(page, /^Weet ik niet/u);
  await note("left open");
  await tap(page, "wijzig: Verblijf");
  await note("changing");
  await page.getByText("iets uitsluiten").click();
  for (const box of await page.locator("input[type=checkbox]").all()) await box.uncheck();
  await tap(page, "Verder");
  await note("all ruled out");
  await page.locator("input[type=checkbox]").first().check();
  await page.locator("input[type=checkbox]").nth(2).check();
  await tap(page, "Verder");
  await note("ruled one out");
  await tap(page, "wijzig: Zorg");
  await page.fill("#care", "");
  await tap(page, "Zet de datum");
  await note("no date");
  await page.fill("#care", "2018-01-01");
  await tap(page, "Zet de datum");
  await note("another date");
  await tap(page, /^Verloskundige/u);
  await tap(page, /^Een visum/u);
  await note("answered on the card");
  await page.locator("#part-steps > summary").click();
  await page.locator("#part-steps .mark").first().click();
  await note("a source");
  await page.evaluate(() => { window.pasted = ""; navigator.clipboard.writeText = async (text) => { window.pasted = text; }; });
  await tap(page, "Kopiëren");
  await note("copied");
  found.pasted = await page.evaluate(() => window.pasted);
  found.kept = await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  found.sent = await page.evaluate(() => fetch("https://example.org/").then(() => "sent", (error) => error.name));
  await tap(page, "Opnieuw");
  await note("start again");
  // With the keyboard alone: Tab to the first answer, Enter.
  found.keys = [];
  for (let at = 0; at < 3; at += 1) {
    for (let press = 0; press < 20 && !(await page.evaluate(() => document.activeElement.classList.contains("answer"))); press += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForTimeout(50);
    found.keys.push((await seen(page)).heading);
  }
  return found;
}, { acceptDownloads: false });
