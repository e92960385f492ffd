// Open cases by their address and return what is there. In: {html, today, cases: [{fragment, print, today}]}.
import { address, job, withPage } from "./page_browser.mjs";

await withPage(async (page) => {
  const found = [];
  for (const { fragment, print, today } of job.cases) {
    if (today) await page.clock.setFixedTime(new Date(`${today}T12:00:00`));
    await page.goto("about:blank");
    await page.goto(address(fragment));
    const one = await page.evaluate(() => {
      const texts = (selector, within = document) => [...within.querySelectorAll(selector)].map((part) => part.innerText.trim());
      const own = (item) => [...item.childNodes].filter((node) => node.nodeType === 3 || node.className === "day" || node.tagName === "A")
        .map((node) => node.textContent).join("").replace(/\s+/gu, " ").trim();
      document.querySelectorAll("details").forEach((part) => { part.open = true; });
      return {
        heading: document.querySelector("#screen h2")?.innerText,
        kind: document.querySelector(".card")?.className,
        card: texts(".card dt").map((label, at) => [label, texts(".card dd")[at].split("\n").map((line) => line.replace(/ \+\d+$/u, ""))]),
        whole: document.querySelector(".card")?.innerText,
        age: [document.getElementById("age").className, document.getElementById("age").innerText],
        trail: texts("#trail li > span"),
        answers: texts("#screen .answer b"),
        sections: Object.fromEntries([...document.querySelectorAll("#parts details")].map((part) =>
          [part.id.replace("part-", ""), [...part.querySelectorAll("li")].map((item) =>
            [own(item) || item.innerText, item.querySelector("p")?.innerText ?? "", texts(".mark", item).join("")])])),
        links: [...document.querySelectorAll("#parts a")].map((link) => link.getAttribute("href")),
        markup: document.querySelectorAll("main script, main img, main iframe").length,
        text: document.body.innerText,
      };
    });
    if (print) {
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
      one.sheets = (pdf.match(/\/Type\s*\/Page\b/gu) || []).length;
    }
    found.push(one);
  }
  return found;
});
