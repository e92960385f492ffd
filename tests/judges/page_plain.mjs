// Open the page with scripts switched off and return what can be seen of it. In: {html}.
import { readJob, withPage } from "./page_browser.mjs";

const job = await readJob();
await withPage(job, async (page) => {
  await page.click("#outline > summary");
  await page.click("#picture > summary");
  const visible = (selector) => page.locator(selector).first().isVisible();
  return {
    conversation: await visible("#conversation"),
    card: await visible("#card"),
    note: await visible(".no-script p"),
    outline: await page.locator("#outline h4").allInnerTexts(),
    pictures: await page.locator("#picture img").evaluateAll((all) => all.map((one) => one.naturalWidth > 0 && one.complete)),
  };
}, { javaScriptEnabled: false });
