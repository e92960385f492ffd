"use strict";

/* The conversation. Every text is set as text, never as markup; nothing is kept or sent. */

const today = () => {
  const now = new Date();
  return isoDate(now.getFullYear(), now.getMonth() + 1, now.getDate());
};

const state = {
  language: data.language,
  screen: "start", // or "question", "outcome"
  question: null, // the question on the screen
  editing: false, // whether it was answered before
  narrowed: null, // the options left by a country that fits several
  careDate: today(),
  assumed: true,
  preset: null,
  answers: new Map(),
  draft: new Map(), // what was last filled in at each question, to show it again
};

const text = (key, values) => say(state.language, `page.${key}`, values);
const inLanguage = (words) => words[state.language];

/** An element with attributes and children; a child that is a text can never become markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const button = (key, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, text(key));

/** The verdict on all answers that still apply; those that no longer do are forgotten. */
function settle() {
  const claimDate = state.careDate > today() ? state.careDate : today();
  const known = state.preset ? [[tree.preset, new Set([state.preset])]] : [];
  const answers = new Map([...known, ...state.answers]);
  for (;;) {
    try {
      const verdict = decide(answers, state.careDate, claimDate);
      verdict.unused.forEach((question) => state.answers.delete(question));
      return verdict;
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      answers.delete(error.question);
      state.answers.delete(error.question);
    }
  }
}

/** Go to the next question that matters, or to the outcome. */
function goOn() {
  const [next] = questionsToAsk(settle());
  show(next ? "question" : "outcome", next);
}

function show(screen, question = null, { editing = false, narrowed = null } = {}) {
  Object.assign(state, { screen, question, editing, narrowed });
  render();
  const heading = $("screen").querySelector("h2");
  heading.focus();
  heading.scrollIntoView({ block: "start" });
  $("status").textContent = screen === "outcome" ? text("found") : "";
}

function back() {
  if (state.editing || state.narrowed) goOn();
  else if (!state.answers.size) show("start");
  else {
    state.answers.delete([...state.answers.keys()].pop());
    goOn();
  }
}

function restart() {
  Object.assign(state, { careDate: today(), assumed: true, preset: null, answers: new Map(), draft: new Map() });
  show("start");
}

function render() {
  const screens = { start: startScreen, question: questionScreen, outcome: outcomeScreen };
  $("screen").replaceChildren(...screens[state.screen]().filter(Boolean));
}

const screenHeading = (words) => make("h2", { tabindex: "-1" }, words);

/** A form whose fault is said beside it and read out; `read` returns the fault or null. */
function makeForm(read, ...children) {
  const fault = make("p", { id: "fault", role: "alert" });
  const form = make("form", { novalidate: true }, fault, ...children);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = read(form);
    if (!found) return;
    fault.textContent = found;
    const first = form.querySelector("[aria-describedby~=fault]") || form.querySelector("input, select");
    if (first) first.focus();
  });
  return form;
}

function startScreen() {
  const read = (form) => {
    const day = form.elements.care_date.value;
    if (!form.elements.care_date.checkValidity()) return text("date_wrong");
    if (day !== state.careDate) Object.assign(state, { careDate: day, assumed: false });
    if (tree.preset) {
      const preset = form.elements.preset.value || null;
      if (preset) state.answers.delete(tree.preset);
      state.preset = preset;
    }
    goOn();
    return null;
  };
  const preset = tree.preset && questions.get(tree.preset);
  const date = { id: "care_date", name: "care_date", type: "date", min: "1900-01-01", max: "2999-12-31" };
  return [
    screenHeading(text("conversation")),
    make("p", {}, inLanguage(tree.origin)),
    make("p", {}, text("private")),
    makeForm(
      read,
      make("p", { class: "field" }, [
        make("label", { for: "care_date" }, text("care_date")),
        make("span", { class: "hint", id: "care_date_hint" }, text("care_date_hint")),
        make("input", { ...date, required: true, value: state.careDate, "aria-describedby": "care_date_hint fault" }),
      ]),
      preset && make("p", { class: "field" }, [
        make("label", { for: "preset" }, inLanguage(preset.text)),
        presetSelect("preset", state.preset, text("preset_later")),
      ]),
      make("p", { class: "buttons" }, make("button", { class: "main" }, text(state.answers.size ? "next" : "start"))),
    ),
  ];
}

function presetSelect(id, chosen, otherwise) {
  const choices = questions.get(tree.preset).options.map((option) =>
    make("option", { value: option.id, selected: option.id === chosen }, inLanguage(option.text)));
  return make("select", { id, name: id }, make("option", { value: "" }, otherwise), choices);
}

function questionScreen() {
  const question = questions.get(state.question);
  const verdict = settle();
  const options = state.narrowed || offered(question.id, verdict.answers);
  const draft = state.draft.get(question.id) || {};
  const choice = (value, words, help, checked) =>
    make("div", { class: "choice" }, [
      make("input", { type: "radio", name: "answer", id: `answer-${value}`, value, checked,
        "aria-describedby": help ? `help-${value}` : null }),
      make("label", { for: `answer-${value}` }, words),
      help && make("p", { id: `help-${value}`, class: "hint" }, help),
    ]);
  const record = (option) => question.options.find((one) => one.id === option);
  const fieldset = make("fieldset", { "aria-describedby": question.help ? "question-help fault" : "fault" }, [
    make("legend", {}, screenHeading(inLanguage(question.text))),
    question.help && make("p", { id: "question-help" }, inLanguage(question.help)),
    options.map((option) => choice(option, inLanguage(record(option).text),
      record(option).help && inLanguage(record(option).help), draft.answer === option)),
    choice("unknown", text("unknown"), null, draft.answer === "unknown"),
  ]);
  const unknown = unknownPart(question, options, draft);
  const country = question.countries && !state.narrowed ? countryField(draft) : null;
  const findOut = question.find_out && make("details", {}, make("summary", {}, text("find_out")),
    make("p", {}, inLanguage(question.find_out)));
  const form = makeForm((filled) => readAnswer(filled, question, options), fieldset, findOut, unknown, country,
    make("p", { class: "buttons" }, make("button", { class: "main" }, text("next")), button("back", back),
      button("restart", restart)));
  const keep = (event) => {
    const elements = form.elements;
    if (event && event.target.name === "answer" && country) elements.country.value = "";
    if (event && event.target.name === "country" && event.target.value) {
      form.querySelectorAll("[name=answer]").forEach((radio) => { radio.checked = false; });
    }
    const answer = (form.querySelector("[name=answer]:checked") || {}).value;
    const ruledOut = [...form.querySelectorAll("[name=open]:not(:checked)")].map((box) => box.value);
    state.draft.set(question.id, { answer, ruledOut, country: country ? elements.country.value : "" });
    unknown.hidden = answer !== "unknown";
    if (findOut && answer === "unknown") findOut.open = true;
  };
  form.addEventListener("input", keep);
  keep();
  const left = questionsLeft(verdict);
  return [
    form,
    left && !state.editing ? make("p", { class: "hint" }, text("questions_left", { count: left })) : null,
    verdict.possible.length > 1 && make("details", {}, [
      make("summary", {}, say(state.language, "outcome.still_possible", { count: verdict.possible.length })),
      make("ul", {}, verdict.possible.map((one) => make("li", {}, headline(one, state.language)))),
    ]),
  ];
}

/** For who does not know: what may still be the case; all of it unless something is ruled out. */
function unknownPart(question, options, draft) {
  const boxes = options.map((option) => {
    const id = `open-${option}`;
    const checked = !(draft.ruledOut || []).includes(option);
    return make("div", { class: "choice" }, make("input", { type: "checkbox", name: "open", id, value: option, checked }),
      make("label", { for: id }, optionText(question.id, option, state.language)));
  });
  return make("fieldset", { class: "unknown" }, make("legend", {}, text("rule_out")), boxes);
}

function countryField(draft) {
  const names = data.countries.map((country) => make("option", { value: inLanguage(country) }));
  return make("p", { class: "field" }, [
    make("label", { for: "country" }, text("country")),
    make("input", { id: "country", name: "country", list: "countries", autocomplete: "off", value: draft.country || "" }),
    make("datalist", { id: "countries" }, names),
  ]);
}

/** Take an answer from the form and go on, or return what is wrong with it. */
function readAnswer(form, question, options) {
  const word = form.elements.country ? form.elements.country.value.trim() : "";
  const chosen = form.querySelector("[name=answer]:checked");
  let found;
  if (word) {
    const fits = optionsOfCountry(question, word);
    if (!fits) return text("country_unknown", { word });
    found = fits.filter((option) => options.includes(option));
    if (!found.length) return text("country_elsewhere", { word });
    if (found.length > 1) {
      show("question", question.id, { editing: state.editing, narrowed: optionIds(question.id).filter((id) => found.includes(id)) });
      $("fault").textContent = text("country_several", { word });
      return null;
    }
  } else if (!chosen) {
    return text("choose");
  } else if (chosen.value !== "unknown") {
    found = [chosen.value];
  } else {
    found = [...form.querySelectorAll("[name=open]:checked")].map((box) => box.value);
    if (!found.length) return text("choose_one");
    // Nothing ruled out is the answer "I do not know", which stays right when other answers change.
    if (found.length === options.length && !state.narrowed) found = optionIds(question.id);
  }
  state.answers.set(question.id, new Set(found));
  goOn();
  return null;
}

function outcomeScreen() {
  const verdict = settle();
  const ways = { decided: decidedParts, open: openParts, out_of_range: outOfRangeParts };
  return [
    ...ways[verdict.status](verdict),
    make("p", { class: "buttons" }, button("print", () => print()), button("back", back), button("restart", restart)),
    make("h3", { class: "screen-only" }, text("answers")),
    review(verdict),
  ];
}

function decidedParts(verdict) {
  const [one] = verdict.possible;
  const scheme = schemes.get(one.outcome.scheme);
  return [make("div", { class: "outcome", "data-scheme": scheme.id }, screenHeading(headline(one, state.language)),
    sectionParts(verdict, one, "s"))];
}

function sectionParts(verdict, possible, prefix) {
  const found = sections(verdict, possible, state.language, { assumed: state.assumed, today: today() });
  const numbers = new Map(found.find((section) => section.id === "sources").items.map((item, at) => [item.sources[0], at + 1]));
  return found.map((section) => {
    const items = section.items.map((item) => {
      if (section.id === "sources") return make("li", { id: `${prefix}-${item.sources[0]}` }, sourceParts(item));
      const marks = item.sources.map((source) => make("a", { class: "mark", href: `#${prefix}-${source}`,
        "aria-label": text("source", { number: numbers.get(source) }) }, `[${numbers.get(source)}]`));
      return make("li", { class: item.note ? "note" : null }, item.text, marks.map((mark) => [" ", mark]));
    });
    const list = make(section.numbered || section.id === "sources" ? "ol" : "ul",
      { class: section.checklist ? "checklist" : null }, items);
    return make("section", { "data-section": section.id }, section.heading && make("h3", {}, section.heading), list,
      section.id === "sources" && make("p", { class: "hint screen-only" }, text("new_tab")));
  });
}

/** A source as a link on its title; only addresses of the web become links. */
function sourceParts(item) {
  const source = sourcesById.get(item.sources[0]);
  const title = inLanguage(source.title);
  if (!/^https?:\/\//i.test(source.url) || !item.text.startsWith(title)) return item.text;
  const link = make("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, title);
  const rest = item.text.slice(title.length);
  return [link, rest.endsWith(source.url) ? rest.slice(0, -source.url.length) : rest,
    make("span", { class: "print-only" }, source.url)];
}

function openParts(verdict) {
  const { language } = state;
  const next = decideNext(verdict);
  const question = next && questions.get(next);
  const isCertain = (step) => (verdict.answers.get(step.question) || []).size === 1;
  const possible = verdict.possible.map((one, number) => {
    const part = make("details", {}, make("summary", {}, headline(one, language)));
    // Filled when it is opened: with many outcomes left a telephone would be busy for long.
    part.addEventListener("toggle", () => part.append(...sectionParts(verdict, one, `s${number}`)), { once: true });
    const steps = stepsInWords(one.path.filter((step) => !isCertain(step)), language).join("; ");
    return make("li", {}, part, steps && make("p", { class: "hint" }, say(language, "outcome.because", { answers: steps })));
  });
  const asks = new Set(verdict.possible.filter((one) => one.outcome.ask).map((one) => inLanguage(one.outcome.ask)));
  const care = formatDate(state.careDate, language);
  return [
    screenHeading(say(language, "outcome.still_possible", { count: verdict.possible.length })),
    question && make("h3", {}, say(language, "outcome.find_out_first", { question: inLanguage(question.text) })),
    question && question.find_out && make("p", {}, inLanguage(question.find_out)),
    question && make("p", { class: "screen-only" }, button("answer_now", () => show("question", next, { editing: true }))),
    make("h3", {}, say(language, "outcome.still_possible_heading")),
    make("ol", { class: "possible" }, possible),
    asks.size && make("h3", {}, say(language, "outcome.ask", { authority: inLanguage(tree.authority) })),
    asks.size && make("ul", {}, [...asks].map((ask) => make("li", {}, ask))),
    make("p", {}, say(language, "outcome.dates", { care_date: care })),
  ];
}

function outOfRangeParts(verdict) {
  const lines = outOfRangeLines(verdict, state.language).map((line) => make("p", {}, line));
  return [make("div", { class: "outcome" }, screenHeading(say(state.language, "outcome.out_of_range")), lines)];
}

/** All answers with a button to change each. */
function review(verdict) {
  const row = (term, words, onclick) => [
    make("dt", {}, term),
    make("dd", {}, words, " ", button("change", onclick, { "aria-label": `${text("change")}: ${term}` })),
  ];
  const given = [...verdict.answers].filter(([question]) => !verdict.unused.includes(question));
  return make("dl", { class: "answers" },
    row(text("care_date"), formatDate(state.careDate, state.language), () => show("start")),
    given.map(([question, options]) => {
      const all = optionIds(question);
      const found = all.filter((option) => options.has(option)).map((option) => optionText(question, option, state.language));
      const words = options.size === all.length ? text("unknown") : found.join(text("or"));
      return row(inLanguage(questions.get(question).text), words, () => show("question", question, { editing: true }));
    }));
}

/** Everything outside the conversation, in the language chosen. */
function setLanguage(language) {
  state.language = language;
  document.documentElement.lang = language;
  document.title = inLanguage(tree.title);
  document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = text(element.dataset.say); });
  document.querySelectorAll("[data-title]").forEach((element) => { element.textContent = inLanguage(tree.title); });
  document.querySelectorAll("[data-language]").forEach((element) => { element.hidden = element.dataset.language !== language; });
  document.querySelectorAll("[data-choose]").forEach((element) =>
    element.setAttribute("aria-pressed", String(element.dataset.choose === language)));
  render();
  renderCard();
}

document.querySelectorAll("[data-choose]").forEach((element) =>
  element.addEventListener("click", () => setLanguage(element.dataset.choose)));
document.querySelectorAll(".script-only").forEach((element) => { element.hidden = false; });
document.querySelectorAll(".no-script").forEach((element) => { element.hidden = true; });
setLanguage(state.language);

/* For scripts and tests: answers as in an answers file, out comes the JSON of `cakwizard walk --json`. */
const asAnswers = (answers) =>
  new Map(Object.entries(answers).map(([question, given]) => [question, parseAnswer(question, [].concat(given))]));
window.cakwizard = Object.freeze({
  decide: (answers, careDate, claimDate = careDate, language = state.language) =>
    verdictJson(decide(asAnswers(answers), careDate, claimDate), language),
  sections(answers, careDate, claimDate, language, options) {
    const verdict = decide(asAnswers(answers), careDate, claimDate);
    return verdict.possible.map((one) => ({
      headline: headline(one, language), sections: sections(verdict, one, language, options) }));
  },
  next(answers, careDate, claimDate = careDate) {
    const verdict = decide(asAnswers(answers), careDate, claimDate);
    return { to_ask: questionsToAsk(verdict), questions_left: questionsLeft(verdict),
      offered: Object.fromEntries([...questions.keys()].map((question) => [question, offered(question, verdict.answers)])) };
  },
  verdict: () => verdictJson(settle(), state.language),
});
