"use strict";

/* A verdict in words, and as the JSON of `cakwizard walk --json`: what cakwizard/presenting.py says. */

/** The words of the program itself, by dotted key; a sentence with `one` and `other` takes a count. */
function say(language, key, values = {}) {
  let found = key.split(".").reduce((table, part) => table[part], data.words[language]);
  if (typeof found === "object") found = values.count === 1 ? found.one : found.other;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function formatDate(day, language) {
  const [year, month, date] = day.split("-").map(Number);
  return `${date} ${data.months[language][month - 1]} ${year}`;
}

const headline = (possible, language) =>
  `${schemes.get(possible.outcome.scheme).name[language]}: ${possible.outcome.title[language]}`;

const item = (text, sources = [], note = false) => ({ text, sources, note });

/** Everything an outcome shows, most urgent first, as {id, heading, numbered, checklist, items: [{text, sources, note}]}. */
function sections(verdict, possible, language, { assumed = false, today = verdict.claimDate } = {}) {
  const outcome = possible.outcome;
  const authority = tree.authority[language];
  const result = [];
  const isDecided = verdict.status === "decided";
  const add = (id, heading, items, { numbered = false, checklist = false } = {}) =>
    result.push({ id, heading, items, numbered, checklist });
  add("pays", say(language, "outcome.pays"), [item(outcome.pays[language], outcome.sources)]);
  const certainty = say(language, `outcome.${CERTAINTIES[possible.certainty]}`, { authority });
  add("certainty", say(language, "outcome.certainty"), [item(certainty)]);
  if (outcome.ask) add("ask", say(language, "outcome.ask", { authority }), [item(outcome.ask[language])]);
  for (const kind of data.advice_kinds) {
    const items = [];
    if (kind.holds === "contract" && outcome.contract) {
      items.push(item(contracts.get(outcome.contract).text[language], outcome.sources));
    }
    if (kind.holds === "deadline") {
      items.push(...deadlineItems(verdict, outcome, language));
      items.push(...contradictionLines(verdict, possible, language, assumed).map((line) => item(line)));
    }
    for (const one of possible.advice) {
      if (one.kind === kind.id) items.push(item(one.text[language], one.sources, one.note));
    }
    if (items.length) add(kind.id, kind.heading[language], items, kind);
  }
  const changes = isDecided ? changeLines(verdict, language).map((line) => item(line)) : [];
  if (changes.length) add("change", say(language, "change.heading"), changes);
  const used = new Set(result.flatMap((section) => section.items.flatMap((one) => one.sources)));
  possible.routes.forEach((route) => route.sources.forEach((source) => used.add(source)));
  const lines = [...used].map((source) => item(sourcesById.get(source).line[language], [source]));
  add("sources", say(language, "outcome.sources"), lines);
  add("dates", "", dateLines(verdict, possible, [...used], language, assumed, today).map((text) => item(text)));
  return result;
}

function deadlineItems(verdict, outcome, language) {
  if (!outcome.deadline) {
    const claimable = schemes.get(outcome.scheme).claimable;
    return claimable ? [item(say(language, "outcome.no_deadline"))] : [];
  }
  const last = deadlineDate(outcome, verdict.careDate);
  const text = say(language, "outcome.deadline", {
    months: outcome.deadline.months,
    start: outcome.deadline.start_text[language],
    date: formatDate(last, language),
    day: formatDate(verdict.careDate, language),
  });
  const items = [item(text, outcome.deadline.sources.length ? outcome.deadline.sources : outcome.sources)];
  const count = daysBetween(last, verdict.claimDate);
  if (count > 0) {
    const claimDate = formatDate(verdict.claimDate, language);
    items.push(item(say(language, "outcome.deadline_over", { count, claim_date: claimDate })));
  }
  return items;
}

function dateLines(verdict, possible, sources, language, assumed, today) {
  const care = { care_date: formatDate(verdict.careDate, language) };
  const checked = { checked_until: formatDate(tree.checked_until, language), edition: tree.edition };
  const lines = [say(language, assumed ? "outcome.dates_assumed" : "outcome.dates", care)];
  if (verdict.claimDate !== verdict.careDate) {
    lines.push(say(language, "outcome.claim_date", { claim_date: formatDate(verdict.claimDate, language) }));
  }
  if (verdict.status === "decided") lines.push(...otherDateLines(verdict, language));
  lines.push(say(language, "outcome.checked", checked));
  return [...lines, ...oldLines(verdict, possible, sources, language, today), tree.origin[language]];
}

/** Why there is no outcome on this date, and which rule is nearest in time. */
function outOfRangeLines(verdict, language) {
  const care = { care_date: formatDate(verdict.careDate, language) };
  const lines = [say(language, "outcome.dates", care)];
  const nearest = verdict.nearest;
  if (!nearest) return lines;
  const outside = new Map(nodes.get(nearest.node).outside).get(nearest.option);
  if (outside) lines.push(outside[language]);
  const start = nearest.start && formatDate(nearest.start, language);
  const end = nearest.end && formatDate(nearest.end, language);
  const key = start && end ? "nearest_between" : start ? "nearest_from" : "nearest_until";
  return [...lines, say(language, `outcome.${key}`, { start, end })];
}

const optionText = (question, option, language) =>
  questions.get(question).options.find((one) => one.id === option).text[language];

/** The steps of an outcome that set it apart from the others that are possible. */
const stepsInWords = (steps, language) =>
  steps.map((step) => `${questions.get(step.question).text[language]} ${optionText(step.question, step.option, language)}`);

function outcomeJson(verdict, possible, language) {
  const { outcome, advice, certainty } = possible;
  const deadline = outcome.deadline && {
    months: outcome.deadline.months,
    from: outcome.deadline.start,
    date: deadlineDate(outcome, verdict.careDate),
  };
  return {
    id: outcome.id, scheme: outcome.scheme, percent: outcome.percent, maximum: outcome.maximum,
    certainty: CERTAINTIES[certainty], contract: outcome.contract, deadline, title: outcome.title[language],
    advice: advice.map((one) => ({ id: one.id, kind: one.kind, text: one.text[language], sources: one.sources })),
  };
}

function verdictJson(verdict, language) {
  const { nearest, possible } = verdict;
  const answers = {};
  for (const [question, given] of verdict.answers) {
    const options = optionIds(question).filter((option) => given.has(option));
    answers[question] = options.length === 1 ? options[0] : options;
  }
  return {
    format: 1,
    tree: { edition: tree.edition, checked_until: tree.checked_until, sha256: tree.sha256 },
    status: verdict.status,
    care_date: verdict.careDate,
    claim_date: verdict.claimDate,
    path: verdict.path,
    outcome: verdict.status === "decided" ? outcomeJson(verdict, possible[0], language) : null,
    possible: possible.map((one) => ({ ...outcomeJson(verdict, one, language), path: one.path })),
    decide_next: decideNext(verdict),
    nearest: nearest && {
      question: nodes.get(nearest.node).question, option: nearest.option, from: nearest.start, until: nearest.end,
    },
    unused: verdict.unused,
    answers,
  };
}
