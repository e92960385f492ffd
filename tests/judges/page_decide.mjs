// Let the walker of a page decide many cases. In: {html, cases: [{answers, care, claim}]}. Out: what it says of each.
import { readFileSync } from "node:fs";

const { html, cases } = JSON.parse(readFileSync(0, "utf8"));
const page = readFileSync(html, "utf8");
const data = JSON.parse(page.match(/<script type="application\/json" id="data">(.*?)<\/script>/su)[1]);
const script = page.match(/<script>(.*?)<\/script>/su)[1].split("/* The conversation.")[0];
const walker = new Function(`${script}; return makeWalker;`)()(data);

process.stdout.write(JSON.stringify(cases.map(({ answers, care, claim }) => {
  const given = new Map(Object.entries(answers).map(([question, options]) => [question, new Set(options)]));
  const verdict = walker.decide(given, care, claim);
  const wanted = walker.toAsk(verdict);
  const nearest = verdict.possible.length ? null : walker.nearest(verdict);
  return {
    possible: verdict.possible.map(({ id, certainty, share, date, late, advice, routes }) => ({
      id, certainty, percent: share ? share.value : null, date, late, advice: advice.map((one) => one.id),
      routes: routes.map((route) => [route.node, route.option, route.window.from]) })),
    refused: verdict.refused,
    to_ask: wanted,
    left: walker.questionsLeft(verdict, wanted),
    decide_next: walker.decideNext(verdict),
    nearest: nearest && [nearest.node, nearest.option, nearest.window.from],
    offered: Object.fromEntries(Object.keys(data.questions).map((id) => [id, walker.offered(id, verdict.answers)])),
  };
})));
