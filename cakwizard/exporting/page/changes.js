"use strict";

/* What would change an outcome: another answer or another date of care, as cakwizard/changes.py
   finds them, and in words, as cakwizard/outlook.py says them. All of it is `decide` asked again. */

const MAX_CHANGES = 40;
const MAX_SPELLS = 40;
const SMALL = 20000;

const addDays = (day, count) => new Date(Date.parse(day) + count * 86400000).toISOString().slice(0, 10);
const outcomesOf = (verdict) => JSON.stringify(verdict.possible.map((one) => one.outcome.id));
const isToBeDone = (advice) => {
  const kind = data.advice_kinds.find((one) => one.id === advice.kind);
  return !advice.by_claim_date && !advice.note && (kind.numbered || kind.checklist);
};
const advisedBy = (verdict) =>
  JSON.stringify(verdict.possible.map((one) => one.advice.filter(isToBeDone).map((advice) => advice.id)));
const isBetter = (one, other) => one.kept > other.kept || (one.kept === other.kept && one.fewer > other.fewer);

/** For each answer on the path the nearest other one that gives another outcome. */
function nearestChanges(verdict) {
  if (verdict.status !== "decided") return [];
  const [found] = verdict.possible;
  const completions = completionsOf(verdict, found.outcome.id);
  const changes = [];
  for (const [number, taken] of found.routes.entries()) {
    const { question, options } = nodes.get(taken.node);
    const given = verdict.answers.get(question);
    if (!given) continue;
    let best = null;
    for (const [option, routes] of options) {
      if (given.has(option)) continue;
      for (const route of routes) {
        const after = completions.get(route.target);
        if (!after || !isWithin(verdict.careDate, route)) continue;
        if (!best || isBetter(after, completions.get(best.target))) best = route;
      }
    }
    if (best) changes.push(changeBy(verdict, number, question, best, completions));
    if (changes.length === MAX_CHANGES) break;
  }
  return changes;
}

/** How a walk goes on from every node to another outcome, so that most answers given are kept. */
function completionsOf(verdict, unwanted) {
  const found = new Map();
  for (const key of outcomes.keys()) if (key !== unwanted) found.set(key, { kept: 0, fewer: 0, onward: null });
  for (const node of [...data.nodes].reverse()) {
    const given = verdict.answers.get(node.question) || new Set();
    const onThisDay = node.options.flatMap(([, routes]) => routes).filter((route) => isWithin(verdict.careDate, route));
    // An answer given stands wherever it is offered: only then is it the one other answer that changes the outcome.
    const kept = onThisDay.filter((route) => given.has(route.option));
    let best = null;
    for (const route of kept.length ? kept : onThisDay) {
      const after = found.get(route.target);
      if (!after) continue;
      const keeps = given.size === 1 && given.has(route.option) ? 1 : 0;
      const one = { kept: after.kept + keeps, fewer: after.fewer - (1 - keeps), onward: route };
      if (!best || isBetter(one, best)) best = one;
    }
    if (best) found.set(node.id, best);
  }
  return found;
}

/** What taking a route at a step of the path brings: the question, the option, what else must be answered, the verdict. */
function changeBy(verdict, number, question, route, completions) {
  const answers = verdict.answers;
  const earlier = verdict.path.slice(0, number);
  let pinned = new Map([...earlier, { question, option: route.option }].map((step) => [step.question, new Set([step.option])]));
  let also = earlier.filter((step) => !answers.has(step.question) || answers.get(step.question).size > 1);
  let { onward } = completions.get(route.target);
  while (onward) {
    const step = stepOf(onward);
    pinned.set(step.question, new Set([step.option]));
    const given = answers.get(step.question);
    if (!(given && given.size === 1 && given.has(step.option))) also.push(step);
    ({ onward } = completions.get(onward.target));
  }
  let decided = decide(pinned, verdict.careDate, verdict.claimDate);
  if (data.nodes.reduce((sum, node) => sum + node.options.reduce((all, [, routes]) => all + routes.length, 0), 0) <= SMALL) {
    for (const step of [...also]) {
      // What the first answers left open may well stay open.
      const opened = new Map([...pinned].filter(([key]) => key !== step.question));
      const given = answers.get(step.question);
      if (given && given.has(step.option)) opened.set(step.question, given);
      const looser = decideOrNull(opened, verdict.careDate, verdict.claimDate);
      // Where one of several options left open is not offered, the question must be answered anew.
      if (looser && outcomesOf(looser) === outcomesOf(decided)) {
        [pinned, decided] = [opened, looser];
        also = also.filter((one) => one !== step);
      }
    }
  }
  return { question, option: route.option, also, verdict: decided };
}

/** The spells of days on which the same answers give something else, earliest first. */
function otherDates(verdict) {
  const mark = (one) => [outcomesOf(one), advisedBy(one)];
  const here = mark(verdict);
  const spells = spellsOf(verdict)
    .map((window) => ({ window, away: distance(verdict.careDate, window) }))
    .sort((one, other) => one.away - other.away)
    .slice(0, MAX_SPELLS)
    .map(({ window }) => window)
    .sort((one, other) => ((one.start || "") < (other.start || "") ? -1 : 1));
  const found = [];
  let last = null;
  for (const window of spells) {
    const then = verdictOn(verdict, window);
    const what = then && mark(then);
    if (last && JSON.stringify(last.what) === JSON.stringify(what)) {
      last.window = { start: last.window.start, end: window.end };
    } else {
      last = { window, verdict: then, what };
      found.push(last);
    }
  }
  return found
    .filter((one) => one.what && one.verdict.possible.length && JSON.stringify(one.what) !== JSON.stringify(here))
    .map((one) => ({ ...one, differs: one.what[0] !== here[0] ? "outcome" : "advice" }));
}

/** The spells of days during which nothing that the answers can use changes. */
function spellsOf(verdict) {
  const reached = new Set([tree.start]);
  const advice = new Set();
  const windows = [];
  for (const node of data.nodes) {
    const given = verdict.answers.get(node.question);
    if (!reached.has(node.id)) continue;
    for (const [option, routes] of node.options) {
      if (given && !given.has(option)) continue;
      for (const route of routes) {
        reached.add(route.target);
        route.advice.forEach((key) => advice.add(key));
        windows.push(route);
      }
    }
  }
  for (const [key, outcome] of outcomes) if (reached.has(key)) outcome.advice.forEach((one) => advice.add(one));
  for (const key of advice) if (!adviceById.get(key).by_claim_date) windows.push(adviceById.get(key));
  const starts = new Set();
  for (const { start, end } of windows) {
    if (start && start > "0001-01-01") starts.add(start);
    if (end && end < "9999-12-31") starts.add(addDays(end, 1));
  }
  if (!starts.size) return [];
  const sorted = [...starts].sort();
  const spells = sorted.map((start, at) => ({ start, end: at + 1 < sorted.length ? addDays(sorted[at + 1], -1) : null }));
  return [{ start: null, end: addDays(sorted[0], -1) }, ...spells];
}

/** What the same answers give on the days of a window; null where one is not offered then. */
function verdictOn(verdict, window) {
  if (isWithin(verdict.careDate, window)) return verdict;
  const day = window.start || window.end;
  return decideOrNull(verdict.answers, day, day > verdict.claimDate ? day : verdict.claimDate);
}

function decideOrNull(answers, careDate, claimDate) {
  try {
    return decide(answers, careDate, claimDate);
  } catch (error) {
    if (error instanceof AnswerError) return null;
    throw error;
  }
}

function changeLines(verdict, language) {
  const asked = ({ question, option }) =>
    ({ question: questions.get(question).text[language], answer: optionText(question, option, language) });
  return nearestChanges(verdict).filter((change) => change.verdict.status === "decided").map((change) =>
    say(language, "change.answer", {
      ...asked(change),
      also: change.also.map((step) => say(language, "change.also", asked(step))).join(""),
      outcome: headline(change.verdict.possible[0], language),
    }));
}

/** At most one sentence on earlier and one on later care that gives something else. */
function otherDateLines(verdict, language) {
  const found = otherDates(verdict);
  const isEarlier = (one) => one.window.end && one.window.end < verdict.careDate;
  const spells = [found.filter(isEarlier).reverse(), found.filter((one) => !isEarlier(one))];
  // Another outcome matters more than other advice that lies nearer.
  const nearest = spells.map((some) => some.find((one) => one.differs === "outcome") || some[0]).filter(Boolean);
  return nearest.map(({ window: { start, end }, verdict: then, differs }) => {
    const when = say(language, `change.${start && end ? "between" : start ? "from" : "before"}`, {
      start: start && formatDate(start, language),
      end: end && formatDate(start ? end : addDays(end, 1), language),
    });
    if (differs === "advice") return say(language, "change.date_advice", { when });
    if (then.status !== "decided") return say(language, "change.date_open", { when });
    return say(language, "change.date", { when, outcome: headline(then.possible[0], language) });
  });
}

/** A warning for each answer about time that the two dates contradict; the answer decides all the same. */
function contradictionLines(verdict, possible, language, assumed) {
  const lines = [];
  for (const step of possible.path) {
    const option = questions.get(step.question).options.find((one) => one.id === step.option);
    const given = verdict.answers.get(step.question);
    if (!given || given.size !== 1 || !given.has(step.option)) continue;
    for (const [months, late] of [[option.within_months, true], [option.after_months, false]]) {
      if (months === null || verdict.claimDate > monthsAfter(verdict.careDate, months) !== late) continue;
      const line = say(language, late ? "change.more_months" : "change.fewer_months", {
        answer: option.text[language],
        months,
        care_date: formatDate(verdict.careDate, language),
        claim_date: formatDate(verdict.claimDate, language),
      });
      lines.push(`${line} ${say(language, assumed ? "change.give_date" : "change.check_dates")}`);
    }
  }
  return lines;
}
