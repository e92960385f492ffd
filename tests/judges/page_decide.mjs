// Ask the page to decide many cases at once and return those whose answer is not the one expected.
// In: {html, shown, cases: [{answers, care, claim, today, language, assumed, sha256}]}; sha256 is of the JSON with sorted keys.
import { readJob, withPage } from "./page_browser.mjs";

const job = await readJob();
await withPage(job, (page) => page.evaluate(async ({ cases, shown }) => {
  const sorted = (value) => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
  };
  const answer = ({ answers, care, claim, today, language, assumed }) => {
    try {
      return {
        verdict: window.cakwizard.decide(answers, care, claim, language),
        next: window.cakwizard.next(answers, care, claim),
        shown: window.cakwizard.sections(answers, care, claim, language, { assumed, today }).slice(0, shown),
      };
    } catch (error) {
      if (!error.offered) throw error;
      return { question: error.question, given: error.given, offered: error.offered };
    }
  };
  const hash = async (text) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const differing = [];
  for (const [number, one] of cases.entries()) {
    const got = sorted(answer(one));
    if ((await hash(JSON.stringify(got))) !== one.sha256) differing.push({ number, got: differing.length < 3 ? got : null });
  }
  return { asked: cases.length, differing };
}, job));
