"use strict";

/* The pocket card: what can still be met by one provider on one day, on one sheet to print. */

/** The numbered questions of the card; options that lead to one place share a line. */
function cardEntries(preset, careDate, language) {
  const skip = (key) => {
    const node = nodes.get(key);
    if (!preset || !node || node.question !== tree.preset) return { key, certainty: 0 };
    const routes = (node.options.find(([option]) => option === preset) || [null, []])[1];
    const route = routes.find((one) => isWithin(careDate, one));
    if (!route) return { key: null, certainty: 0 };
    const further = skip(route.target);
    return { key: further.key, certainty: Math.max(route.certainty, further.certainty) };
  };
  const start = skip(tree.start).key;
  const wanted = new Set([start]);
  const entries = [];
  for (const node of data.nodes) {
    if (!wanted.has(node.id)) continue;
    const lines = new Map();
    for (const [option, routes] of node.options) {
      const route = routes.find((one) => isWithin(careDate, one));
      const { key, certainty } = route ? skip(route.target) : { key: null, certainty: 0 };
      const doubt = Math.max(certainty, route ? route.certainty : 0);
      const mark = `${key} ${nodes.has(key) ? doubt : ""}`;
      if (!lines.has(mark)) lines.set(mark, { answers: [], key, doubt });
      lines.get(mark).answers.push(optionText(node.question, option, language));
      if (nodes.has(key)) wanted.add(key);
    }
    entries.push({ node, lines: [...lines.values()] });
  }
  return entries;
}

const doubtSign = (certainty) => ["", " (~)", " (?)"][certainty];

let cardPreset = null; // whom the card is for, once that was chosen here

/** The card with its buttons; it is for whom the conversation is about until another is chosen. */
function renderCard() {
  const chosen = cardPreset === null ? presetNow() : cardPreset;
  const controls = make("p", { class: "buttons" }, tree.preset && [
    make("label", { for: "card-preset" }, inLanguage(questions.get(tree.preset).text)),
    presetSelect("card-preset", chosen, text("card_all")),
  ], button("card_print", printCard, { class: "main" }));
  controls.addEventListener("change", () => {
    cardPreset = $("card-preset").value;
    renderSheet();
  });
  const sheet = { id: "card-sheet", class: "scroll", tabindex: "0", "aria-label": text("card") };
  $("card-part").replaceChildren(controls, make("section", sheet));
  renderSheet();
}

/** The option of the preset question that the conversation has settled on, if it has. */
function presetNow() {
  const given = state.answers.get(tree.preset);
  return given && given.size === 1 ? [...given][0] : state.preset;
}

function renderSheet() {
  const language = state.language;
  const chosen = ($("card-preset") && $("card-preset").value) || null;
  const entries = cardEntries(chosen, state.careDate, language);
  const numbers = new Map(entries.map((entry, at) => [entry.node.id, at + 1]));
  const target = ({ key, doubt }) => {
    if (key === null) return text("card_no_rule");
    if (numbers.has(key)) return text("card_goto", { number: numbers.get(key) }) + doubtSign(doubt);
    const outcome = outcomes.get(key);
    const sign = doubtSign(Math.max(doubt, outcome.certainty));
    return [make("b", {}, schemes.get(outcome.scheme).name[language]), `: ${outcome.title[language]}${sign}`];
  };
  const body = make("div", { class: "card-body" }, entries.map((entry, at) =>
    make("section", {}, make("h4", {}, `${at + 1}. ${questions.get(entry.node.question).text[language]}`),
      make("ul", {}, entry.lines.map((line) => make("li", {}, `${line.answers.join(" / ")} → `, target(line)))))));
  const edition = { checked_until: formatDate(tree.checked_until, language), edition: tree.edition };
  const foot = [say(language, "outcome.checked", edition), `sha256 ${tree.sha256.slice(0, 12)}.`, inLanguage(tree.origin)];
  const head = [text("card_date", { date: formatDate(state.careDate, language) }),
    text("card_marks", { authority: inLanguage(tree.authority) })];
  if (chosen) head.unshift(`${inLanguage(questions.get(tree.preset).text)} ${optionText(tree.preset, chosen, language)}`);
  $("card-sheet").replaceChildren(make("article", { class: "card" }, make("h3", {}, inLanguage(tree.title)),
    make("p", {}, head.join(" · ")), body, make("p", {}, foot.join(" "))));
  fitCard();
}

/** Take the largest letters with which the whole card is on one sheet; below 6 points it takes more sheets. */
function fitCard() {
  const body = document.querySelector(".card-body");
  body.classList.remove("long");
  for (let size = 10; size >= 6; size -= 0.25) {
    body.style.fontSize = `${size}pt`;
    if (body.scrollWidth <= body.clientWidth + 1 && body.scrollHeight <= body.clientHeight + 1) return;
  }
  body.classList.add("long");
  body.style.fontSize = "8pt";
}

function printCard() {
  document.body.dataset.print = "card";
  print();
}

// A card in a closed part of the page has no size, so it is fitted when the part is opened.
$("card-part").closest("details").addEventListener("toggle", renderCard);
window.addEventListener("afterprint", () => { delete document.body.dataset.print; });
