// Open the page with scripts switched off and return what can be seen of it. In: {html}.
import { withPage } from "./page_browser.mjs";

await withPage(async (page) => ({
  conversation: await page.locator("#conversation").isVisible(),
  outline: await page.locator("noscript pre").innerText(),
  note: await page.locator("noscript p").innerText(),
}), { javaScriptEnabled: false });
