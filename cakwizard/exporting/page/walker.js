"use strict";
/* Which outcomes are still open: the engine's one sweep over the compiled graph D. Nothing here touches the document.
   Answers are a Map of question to a Set of options; days are ISO dates, which compare as texts. */
function makeWalker(D) {
  const within = (day, { window: { from, until } }) => (!from || from <= day) && (!until || day <= until);
  const optionsOf = (question) => Object.keys(D.questions[question].options);
  const isoDay = (year, month, day) => new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

  /** Until when can be claimed, and whether that is over; a month that is too short gives its last day. */
  function due(deadline, care, claim) {
    if (!deadline || deadline.undated) return { date: null, late: null };
    const [year, month, day] = care.split("-").map(Number);
    const quarter = deadline.start === "quarter_end";
    const start = (quarter ? Math.ceil(month / 3) * 3 : month) + deadline.months;
    const last = isoDay(year, start + 1, 0);
    const from = quarter ? Number(isoDay(year, start - deadline.months + 1, 0).slice(8)) : day;
    const date = from < Number(last.slice(8)) ? isoDay(year, start, from) : last;
    return { date, late: claim > date };
  }

  /** What is still possible; answers that no open path offers are left out, and named in `refused`. */
  function decide(answers, care, claim, refused = []) {
    const verdict = sweep(answers, care, claim);
    const wrong = [...verdict.asked].find(([question, options]) => answers.get(question).size < optionsOf(question).length
      && [...answers.get(question)].some((option) => !options.has(option)));
    if (!wrong) return { ...verdict, refused };
    return decide(new Map([...answers].filter(([question]) => question !== wrong[0])), care, claim, [...refused, wrong[0]]);
  }

  function sweep(answers, care, claim) {
    const reached = new Map([[D.start, { certainty: 0, advice: new Set(), depth: 0, via: null }]]);
    const asked = new Map();
    const followed = [];
    const missed = [];
    for (const [id, node] of Object.entries(D.nodes)) {
      const here = reached.get(id);
      if (!here) continue;
      const allowed = answers.get(node.question);
      if (allowed && !asked.has(node.question)) asked.set(node.question, new Set());
      for (const route of node.routes) {
        if (allowed) asked.get(node.question).add(route.option);
        if (allowed && !allowed.has(route.option)) continue;
        (within(care, route) ? followed : missed).push(route);
        if (!within(care, route)) continue;
        const there = reached.get(route.target) || { certainty: 0, advice: new Set(), depth: Infinity, via: null };
        reached.set(route.target, there);
        if (here.depth + 1 < there.depth) Object.assign(there, { depth: here.depth + 1, via: route });
        [...here.advice, ...route.advice].forEach((one) => there.advice.add(one));
        there.certainty = Math.max(there.certainty, here.certainty, route.certainty);
      }
    }
    const alive = new Set(Object.keys(D.outcomes));
    const open = followed.reverse().filter((route) => alive.has(route.target) && alive.add(route.node)).reverse();
    const possible = Object.keys(D.outcomes).filter((id) => reached.has(id)).map((id) => {
      const outcome = D.outcomes[id];
      const there = reached.get(id);
      const own = (one) => one.numbered && outcome.advice.includes(one.id);
      const advice = [...new Set([...outcome.advice, ...there.advice])].map((one) => D.advice[one])
        .filter((one) => within(one.by_claim_date ? claim : care, one))
        .sort((one, other) => one.rank - other.rank || own(one) - own(other));
      const routes = [];
      for (let via = there.via; via; via = reached.get(via.node).via) routes.unshift(via);
      const share = outcome.percent.find((one) => within(care, one));
      const [scheme, contract] = [D.schemes[outcome.scheme], D.contracts[outcome.contract]];
      return { id, outcome, scheme, contract, routes, advice, share, ...due(outcome.deadline, care, claim),
        certainty: Math.max(there.certainty, outcome.certainty, ...advice.map((one) => one.certainty)) };
    });
    return { answers, care, claim, possible, open, missed, asked };
  }

  /** The options of a question at the nodes that the other answers leave open. */
  function offered(question, answers) {
    const found = new Set();
    const reached = new Set([D.start]);
    for (const [id, node] of Object.entries(D.nodes)) {
      if (!reached.has(id)) continue;
      const allowed = node.question === question ? null : answers.get(node.question);
      for (const route of node.routes) {
        if (node.question === question) found.add(route.option);
        if (!allowed || allowed.has(route.option)) reached.add(route.target);
      }
    }
    return optionsOf(question).filter((option) => found.has(option));
  }

  /** The unanswered questions that can still change something: at a node whose options are all alike none is asked. */
  function toAsk({ answers, care, claim, open }) {
    const kinds = new Map();
    const kindOf = (what) => kinds.get(what) || kinds.set(what, `#${kinds.size}`).get(what);
    const ends = new Map(Object.keys(D.outcomes).map((id) => [id, id]));
    const reached = new Set([D.start, ...open.map((route) => route.target)]);
    const matters = [];
    for (const [id, node] of Object.entries(D.nodes).reverse()) {
      if (!reached.has(id)) continue;
      const allowed = answers.get(node.question);
      const seen = new Map();
      for (const route of node.routes) {
        if (allowed && !allowed.has(route.option)) continue;
        if (!seen.has(route.option)) seen.set(route.option, "ended");
        if (!within(care, route) || !ends.has(route.target)) continue;
        const adds = route.advice.filter((one) => within(D.advice[one].by_claim_date ? claim : care, D.advice[one]));
        const plain = ends.get(route.target);
        const alike = route.certainty === 0 && !adds.length;
        seen.set(route.option, alike ? plain : kindOf(JSON.stringify([plain, route.certainty, adds])));
      }
      const found = new Set(seen.values());
      if (found.size > 1) matters.unshift(node.question);
      ends.set(id, found.size === 1 ? [...found][0] : kindOf(JSON.stringify([...seen].sort())));
    }
    return [...new Set(matters)].filter((question) => !answers.has(question));
  }

  /** The largest number of questions still to be asked on any one open path; of all where paths run side by side. */
  function questionsLeft({ answers, open }, wanted) {
    const left = {};
    for (const [id, { question }] of Object.entries(D.nodes).reverse()) {
      const onward = open.filter((route) => route.node === id);
      if (onward.length > 1 && answers.has(question)) return wanted.length;
      left[id] = Math.max(0, ...onward.map((route) => left[route.target] || 0)) + (wanted.includes(question) ? 1 : 0);
    }
    return left[D.start];
  }

  /** What the answers to a question that are still open lead to, those that come to the same together. */
  function branches({ answers, care, claim }, question) {
    const found = new Map();
    for (const option of offered(question, answers)) {
      if (answers.has(question) && !answers.get(question).has(option)) continue;
      const verdict = decide(new Map(answers).set(question, new Set([option])), care, claim);
      const ids = verdict.possible.map((one) => one.id).join();
      if (!found.has(ids)) found.set(ids, { ids, verdict, options: [] });
      found.get(ids).options.push(option);
    }
    return [...found.values()];
  }

  /** The open question that leaves the fewest outcomes on average over its options. */
  function decideNext({ answers, care, claim, possible, open }) {
    let best = { question: null, mean: Infinity, most: Infinity };
    const options = (routes) => new Set(routes.map((route) => route.option));
    const parting = (id) => options(open.filter((route) => route.node === id)).size > 1;
    for (const id of possible.length > 1 ? Object.keys(D.nodes).filter(parting) : []) {
      const { question } = D.nodes[id];
      const sizes = [...options(open.filter((route) => D.nodes[route.node].question === question))]
        .map((option) => sweep(new Map(answers).set(question, new Set([option])), care, claim).possible.length);
      const [mean, most] = [sizes.reduce((sum, size) => sum + size, 0) / sizes.length, Math.max(...sizes)];
      if (mean < best.mean || (mean === best.mean && most < best.most)) best = { question, mean, most };
    }
    return best.question;
  }

  /** When nothing is open: the route nearest in time. */
  function nearest({ missed, care }) {
    const far = ({ window: { from, until } }) => Math.abs(Date.parse(from && care < from ? from : until) - Date.parse(care));
    return missed.reduce((best, route) => (best && far(best) <= far(route) ? best : route), null);
  }

  return { optionsOf, decide, offered, toAsk, questionsLeft, branches, decideNext, nearest };
}
