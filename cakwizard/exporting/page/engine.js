"use strict";

/* Which outcomes are still open, given what has been answered: the same function as
   cakwizard/walking.py, over the tree in this page. Answers are a Map of question id to a
   Set of option ids; days are texts such as 2026-01-31, which sort as they follow each
   other. Nothing here touches the page or reads a clock. */

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const tree = data.tree;

const CERTAINTIES = ["settled", "likely", "unsettled"];
// Weighing every question against every other is quadratic; a larger tree weighs the first ones.
const WEIGHING_BUDGET = 400000;

const byId = (records) => new Map(records.map((record) => [record.id, record]));
const questions = byId(data.questions);
const outcomes = byId(data.outcomes);
const adviceById = byId(data.advice);
const schemes = byId(data.schemes);
const contracts = byId(data.contracts);
const sourcesById = byId(data.sources);
const nodes = byId(data.nodes);
for (const node of data.nodes) {
  for (const [option, routes] of node.options) {
    for (const route of routes) Object.assign(route, { node: node.id, option });
  }
}

/** An answer that the tree does not know, or does not offer on any open path. */
class AnswerError extends Error {
  constructor(question, given, offered) {
    super(`'${given}' is not an answer to '${question}'; the answers are: ${[...offered].join(", ")}`);
    Object.assign(this, { question, given, offered: [...offered] });
  }
}

const optionIds = (question) => questions.get(question).options.map((option) => option.id);
const isWithin = (day, window) => (!window.start || window.start <= day) && (!window.end || day <= window.end);
const daysBetween = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / 86400000);

function distance(day, window) {
  if (window.start && day < window.start) return daysBetween(day, window.start);
  if (window.end && day > window.end) return daysBetween(window.end, day);
  return 0;
}

function decide(answers, careDate, claimDate = careDate) {
  refuseUnknown(answers);
  const reached = new Map([[tree.start, { certainty: 0, advice: new Set(), depth: 0, via: null }]]);
  const followed = [];
  const missed = [];
  const asked = new Map();
  for (const node of data.nodes) {
    const here = reached.get(node.id);
    if (!here) continue;
    const allowed = answers.get(node.question);
    if (allowed) {
      if (!asked.has(node.question)) asked.set(node.question, new Set());
      for (const [option] of node.options) asked.get(node.question).add(option);
    }
    for (const [option, routes] of node.options) {
      if (allowed && !allowed.has(option)) continue;
      for (const route of routes) {
        if (isWithin(careDate, route)) {
          followed.push(route);
          follow(route, here, reached);
        } else {
          missed.push(route);
        }
      }
    }
  }
  for (const [question, options] of asked) {
    const known = optionIds(question);
    const given = answers.get(question);
    const absent = known.filter((option) => given.has(option) && !options.has(option));
    // "I do not know" names no option, so it cannot name one that is not offered here.
    if (absent.length && given.size < known.length) {
      throw new AnswerError(question, absent[0], known.filter((option) => options.has(option)));
    }
  }
  const openRoutes = leadingToOutcomes(followed);
  const possible = data.outcomes
    .filter((outcome) => reached.has(outcome.id))
    .map((outcome) => possibleOutcome(outcome, reached, careDate, claimDate));
  const status = possible.length === 1 ? "decided" : possible.length ? "open" : "out_of_range";
  let nearest = null;
  if (!possible.length) {
    for (const route of missed) {
      if (!nearest || distance(careDate, route) < distance(careDate, nearest)) nearest = route;
    }
  }
  return {
    answers, careDate, claimDate, status, possible, nearest, openRoutes,
    path: status === "decided" ? possible[0].path : sharedPath(openRoutes.length ? openRoutes : followed, answers),
    unused: [...answers.keys()].filter((question) => !asked.has(question)),
  };
}

function refuseUnknown(answers) {
  for (const [question, options] of answers) {
    if (!questions.has(question)) throw new AnswerError(question, null, questions.keys());
    const known = optionIds(question);
    for (const option of [...options].sort()) {
      if (!known.includes(option)) throw new AnswerError(question, option, known);
    }
  }
}

/** Carry what is known at the start of a route to its target. */
function follow(route, here, reached) {
  const depth = here.depth + 1;
  const there = reached.get(route.target) || { certainty: 0, advice: new Set(), depth: Infinity, via: null };
  reached.set(route.target, there);
  if (depth < there.depth) Object.assign(there, { depth, via: route });
  there.advice = new Set([...there.advice, ...here.advice, ...route.advice]);
  there.certainty = Math.max(there.certainty, here.certainty, route.certainty);
}

/** The followed routes from which an outcome is reached; the others end on a date. */
function leadingToOutcomes(followed) {
  const alive = new Set(outcomes.keys());
  const kept = [];
  for (const route of [...followed].reverse()) {
    if (alive.has(route.target)) {
      alive.add(route.node);
      kept.unshift(route);
    }
  }
  return kept;
}

const stepOf = (route) => ({ question: nodes.get(route.node).question, option: route.option });

/** The routes that leave each node, of those given. */
function onwardFrom(routes) {
  const onward = new Map();
  for (const route of routes) onward.set(route.node, [...(onward.get(route.node) || []), route]);
  return onward;
}

/** The steps from the start up to where the open paths part or an answer is missing. */
function sharedPath(routes, answers) {
  const onward = onwardFrom(routes);
  const steps = [];
  let key = tree.start;
  while (nodes.has(key) && (onward.get(key) || []).length === 1 && answers.has(nodes.get(key).question)) {
    const [route] = onward.get(key);
    steps.push(stepOf(route));
    key = route.target;
  }
  return steps;
}

function possibleOutcome(outcome, reached, careDate, claimDate) {
  const there = reached.get(outcome.id);
  const routes = [];
  for (let via = there.via; via; via = reached.get(via.node).via) routes.unshift(via);
  const order = new Map(data.advice_kinds.map((kind, number) => [kind.id, number]));
  const advice = [...new Set([...there.advice, ...outcome.advice])]
    .map((key) => adviceById.get(key))
    .filter((one) => isWithin(one.by_claim_date ? claimDate : careDate, one))
    .sort((one, other) => order.get(one.kind) - order.get(other.kind));
  return { outcome, advice, routes, path: routes.map(stepOf), certainty: Math.max(there.certainty, outcome.certainty) };
}

/** The options of a question at the nodes that the other answers leave open, in the order of the file. */
function offered(question, answers) {
  const reached = new Set([tree.start]);
  const found = new Set();
  for (const node of data.nodes) {
    if (!reached.has(node.id)) continue;
    const allowed = node.question === question ? undefined : answers.get(node.question);
    for (const [option, routes] of node.options) {
      if (node.question === question) found.add(option);
      if (!allowed || allowed.has(option)) routes.forEach((route) => reached.add(route.target));
    }
  }
  return optionIds(question).filter((option) => found.has(option));
}

/** The unanswered questions that can still change something, in walking order. Two routes are alike
    when they lead to places that are alike and add the same doubt and advice. */
function questionsToAsk(verdict) {
  const kinds = new Map();
  const kindFor = (mark) => {
    const key = JSON.stringify(mark);
    if (!kinds.has(key)) kinds.set(key, kinds.size);
    return kinds.get(key);
  };
  const kindOf = new Map([...outcomes.keys()].map((key) => [key, kindFor(["outcome", key])]));
  const ended = kindFor(["no route on this date"]);
  const openNodes = new Set([tree.start, ...verdict.openRoutes.map((route) => route.target)]);
  const dayFor = (one) => (one.by_claim_date ? verdict.claimDate : verdict.careDate);
  const matters = new Set();
  for (const node of [...data.nodes].reverse()) {
    if (!openNodes.has(node.id)) continue;
    const allowed = verdict.answers.get(node.question);
    const seen = [];
    for (const [option, routes] of node.options) {
      if (allowed && !allowed.has(option)) continue;
      const route = routes.find((one) => isWithin(verdict.careDate, one));
      let kind = ended;
      if (route && kindOf.has(route.target)) {
        kind = kindOf.get(route.target);
        const advice = route.advice.filter((key) => isWithin(dayFor(adviceById.get(key)), adviceById.get(key)));
        if (route.certainty || advice.length) kind = kindFor(["adds", kind, route.certainty, advice]);
      }
      seen.push([option, kind]);
    }
    if (new Set(seen.map(([, kind]) => kind)).size === 1) {
      kindOf.set(node.id, seen[0][1]);
    } else {
      kindOf.set(node.id, kindFor(["node", seen]));
      matters.add(node.id);
    }
  }
  const found = new Set(data.nodes.filter((node) => matters.has(node.id)).map((node) => node.question));
  return [...found].filter((question) => !verdict.answers.has(question));
}

/** How many questions are still asked at most; all that matter where open paths run side by side. */
function questionsLeft(verdict) {
  const toAsk = new Set(questionsToAsk(verdict));
  const onward = onwardFrom(verdict.openRoutes);
  const left = new Map();
  let sideBySide = false;
  for (const node of [...data.nodes].reverse()) {
    const routes = onward.get(node.id);
    if (!routes) continue;
    const further = routes.map((route) => left.get(route.target) || 0);
    left.set(node.id, Math.max(...further) + (toAsk.has(node.question) ? 1 : 0));
    sideBySide = sideBySide || (verdict.answers.has(node.question) && routes.length > 1);
  }
  return sideBySide ? toAsk.size : left.get(tree.start) || 0;
}

/** The open question that leaves the fewest outcomes on average over its options; null when decided. */
function decideNext(verdict) {
  if (verdict.status !== "open") return null;
  const onward = onwardFrom(verdict.openRoutes);
  const order = data.nodes.filter((node) => onward.has(node.id));
  const below = new Map(verdict.possible.map((one) => [one.outcome.id, new Set([one.outcome.id])]));
  for (const node of [...order].reverse()) {
    below.set(node.id, new Set(onward.get(node.id).flatMap((route) => [...below.get(route.target)])));
  }
  const parting = order.filter((node) => new Set(onward.get(node.id).map((route) => route.option)).size > 1);
  const limit = Math.max(1, Math.floor(WEIGHING_BUDGET / Math.max(1, verdict.openRoutes.length)));
  let best = null;
  for (const question of [...new Set(parting.map((node) => node.question))].slice(0, limit)) {
    const around = new Set([tree.start]);
    const elsewhere = new Set();
    const byOption = new Map();
    for (const node of order) {
      if (!around.has(node.id)) continue;
      for (const route of onward.get(node.id)) {
        if (node.question === question) {
          byOption.set(route.option, new Set([...(byOption.get(route.option) || []), ...below.get(route.target)]));
        } else {
          around.add(route.target);
          if (outcomes.has(route.target)) elsewhere.add(route.target);
        }
      }
    }
    const sizes = [...byOption.values()].map((found) => new Set([...found, ...elsewhere]).size);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const most = Math.max(...sizes);
    if (!best || mean < best.mean || (mean === best.mean && most < best.most)) best = { mean, most, question };
  }
  return best && best.question;
}

/** The last day to claim, or null when no term is known. */
const deadlineDate = (outcome, day) => outcome.deadline && monthsAfter(day, outcome.deadline.months);

/** Twelve months after 29 February is 28 February; past the year 9999 there are no days. */
function monthsAfter(day, count) {
  const [year, month, date] = day.split("-").map(Number);
  const months = year * 12 + month - 1 + count;
  const [lastYear, lastMonth] = [Math.floor(months / 12), (months % 12) + 1];
  if (lastYear > 9999) return "9999-12-31";
  // The calendar repeats every 400 years; years below 100 mean something else to Date.
  const length = new Date(Date.UTC(2000 + (lastYear % 400), lastMonth, 0)).getUTCDate();
  return isoDate(lastYear, lastMonth, Math.min(date, length));
}

const isoDate = (year, month, day) =>
  [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");

/** Only the letters and digits, without accents and capitals: what people type is compared so. */
const fold = (text) => text.toUpperCase().toLowerCase();
const sameWords = (text) => fold(text).normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "");
const countryCodes = new Map([
  ...data.countries.flatMap((country) => ["nl", "en"].map((language) => [sameWords(country[language]), country.id])),
  ...data.countries.map((country) => [country.id.toLowerCase(), country.id]),
]);

/** The options that a country leaves open at a question, or null when the word names none. */
function optionsOfCountry(question, word) {
  if (!question.countries) return null;
  const alias = new Map(question.names).get(fold(word.trim()));
  if (alias && question.options.some((option) => option.id === alias)) return [alias];
  const code = alias || countryCodes.get(sameWords(word));
  if (!code) return null;
  return new Map(question.countries).get(code) || (question.otherwise ? [question.otherwise] : null);
}

/** The options that words (option, country, or "unknown") leave open at a question. */
function parseAnswer(question, words) {
  const record = questions.get(question);
  if (!record) throw new AnswerError(question, null, questions.keys());
  const known = optionIds(question);
  const found = new Set();
  for (const word of words) {
    const options = word === "unknown" ? known : known.includes(word) ? [word] : optionsOfCountry(record, word);
    if (!options) throw new AnswerError(question, word, [...known, "unknown"]);
    options.forEach((option) => found.add(option));
  }
  if (!found.size) throw new AnswerError(question, "", [...known, "unknown"]);
  return found;
}
