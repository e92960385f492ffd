/* The conversation. The case is in the address behind the #, which is never sent, so Back, reload and a link keep it.
   Every text is set as text, never as markup; nothing is kept or sent. */
const $ = (id) => document.getElementById(id);
const D = JSON.parse($("data").textContent);
const walker = makeWalker(D);
let state = { language: 0 }; // answers, date (null: today), language (a number), edit (the question being changed)

const today = () => new Date().toLocaleDateString("sv"); // Swedes write 2026-11-24
const isDay = (text) => /^(199|20\d)\d-\d\d-\d\d$/u.test(text) && new Date(Date.parse(text) || 0).toISOString().startsWith(text);
const days = (day) => (Date.parse(today()) - Date.parse(day)) / 86400000; // since then
const shown = (day) => day.split("-").map(Number).reverse().join("-");
const t = (text) => (text ? text[state.language] : "");
const fill = (text, values) => text.replace(/\{(\w+)\}/gu, (hole, name) => values[name] ?? hole);

/** A sentence of the program's own words. */
function say(key, values = {}) {
  const found = D.words[state.language][key];
  return fill(found.other ? found[values.count === 1 ? "one" : "other"] : found, values);
}

/** An element with attributes and children; a child that is a text can never become markup. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value || value === "") element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(Boolean).flatMap(pieces));
  return element;
}
const plain = (tag, properties) => Object.assign(document.createElement(tag), properties);
const link = (href, textContent) => plain("a", { href, target: "_blank", rel: "noopener noreferrer", textContent });
/** In a text a day is not broken over two lines, and an address of the web is a link. */
const SPECIAL = /(\d+-\d+-\d{4}|https:\/\/[^\s“”<>]*[^\s“”<>.,;:)])/u;
const pieces = (child) => (child.split ? child.split(SPECIAL).map((part, at) => (at % 2 === 0 ? part
  : part.startsWith("https:") ? link(part, part) : plain("span", { textContent: part, className: "day" }))) : child);
const button = (onclick, attributes, ...words) => make("button", { type: "button", onclick, ...attributes }, words);
const answer = (onclick, label, explain, kind = "") =>
  button(onclick, { class: `answer ${kind}` }, make("b", {}, label), make("span", {}, explain));
const folded = (label, attributes, ...children) => make("details", attributes, make("summary", {}, label), children);

function readAddress() {
  const found = { answers: new Map(), date: null, language: state.language, edit: null };
  for (const part of location.hash.slice(1).replace(/%2C/giu, ",").split("&")) {
    const [key, value = ""] = part.split("=");
    const all = Object.hasOwn(D.questions, key) && walker.optionsOf(key);
    const options = all && (value === "unknown" ? all : value.split(",").filter((option) => all.includes(option)));
    if (key === "date" && isDay(value)) found.date = value;
    else if (key === "lang" && D.languages.includes(value)) found.language = D.languages.indexOf(value);
    else if (key === "change" && Object.hasOwn(D.questions, value)) found.edit = value;
    else if (all && options.length) found.answers.set(key, new Set(options));
  }
  return found;
}

function address({ answers, date, language, edit }) {
  const given = ([key, options]) => `${key}=${options.size === walker.optionsOf(key).length ? "unknown" : [...options].join(",")}`;
  return `#${[...[...answers].map(given), date && `date=${date}`, language && `lang=${D.languages[language]}`,
    edit && `change=${edit}`].filter(Boolean).join("&")}`;
}

/** Go to a case; the browser's Back returns from it. */
function go(changes) {
  const next = address({ ...state, edit: null, ...changes });
  if (next !== (location.hash || "#")) history.pushState(null, "", next);
  arrive();
}
const give = (question, options) => go({ answers: new Map(state.answers).set(question, new Set(options)) });

function arrive() {
  state = readAddress();
  render();
  $("screen").querySelector("h2").focus();
  scrollTo(0, 0);
}

/** The verdict on all answers, with what the page was made for taken as answered. */
function settle() {
  const answers = new Map(D.only ? [[D.preset, new Set([D.only])]] : []);
  state.answers.forEach((options, question) => answers.set(question, options));
  const care = state.date || D.date || today();
  return walker.decide(answers, care, care > today() ? care : today());
}

function render() {
  const verdict = settle();
  const wanted = walker.toAsk(verdict);
  const question = state.edit || wanted[0];
  const card = [outsideCard, decidedCard, openCard][Math.min(2, verdict.possible.length)];
  document.documentElement.lang = D.languages[state.language];
  document.title = $("title").textContent = t(D.title);
  document.querySelectorAll("[data-say]").forEach((one) => { one.textContent = say(one.dataset.say); });
  document.querySelectorAll("[data-lang]").forEach((one, at) => one.setAttribute("aria-pressed", String(at === state.language)));
  $("status").textContent = $("wrong").textContent = "";
  $("when").hidden = true;
  $("care").value = verdict.care;
  $("back").hidden = !state.edit && !state.answers.size;
  $("restart").hidden = !state.answers.size;
  $("print").hidden = $("copy").hidden = Boolean(question);
  renderAge();
  $("trail").replaceChildren(...trail(verdict));
  $("screen").replaceChildren(...(question ? questionScreen(verdict, question, wanted) : [card(verdict)]).filter(Boolean));
  $("parts").replaceChildren(...(question ? [] : outcomeParts(verdict)));
}

/** How old the rules are on this very day, in colour when it matters. */
function renderAge() {
  const { edition, checked, newest, ends, unread_days: unread, ending_days: ending } = D.ages;
  const ended = ends.filter((one) => days(one.end) >= -ending);
  const level = days(checked) >= 2 * unread ? "late" : days(checked) >= unread || ended.length ? "mind" : "calm";
  $("age").className = level;
  $("age").replaceChildren(make("strong", {}, level !== "calm" && `${say(`age_${level}`)} `), [
    say(days(checked) < 31 ? "age_now" : "age_months", { date: shown(checked), edition, count: Math.floor(days(checked) / 30.4) }),
    level !== "calm" && newest && say("age_newest", { date: shown(newest) }),
    ...ended.map((one) => say(days(one.end) > 0 ? "age_over" : "age_near", { name: t(one.name), date: shown(one.end) })),
  ].filter(Boolean).join(" "));
}

const optionText = (question, option) => t(D.questions[question].options[option].text);
const optionsText = (question, options) => [...options].map((option) => optionText(question, option)).join(" / ");

/** The day of care and every answer, each with a way to change it. */
function trail({ answers, asked, care }) {
  const row = (term, words, onclick) => make("li", {}, make("span", {}, make("b", {}, term), " ", words, " "),
    button(onclick, { "aria-label": `${say("change")}: ${term}` }, say("change")));
  const ask = () => { $("when").hidden = false; $("care").focus(); };
  const given = (question) => (answers.get(question).size === walker.optionsOf(question).length ? say("unknown")
    : optionsText(question, answers.get(question)));
  return [row(say("care"), state.date || D.date ? shown(care) : say("today", { date: shown(care) }), ask),
    ...[...asked.keys()].map((id) => row(t(D.questions[id].short), given(id), () => go({ edit: id })))];
}

function questionScreen(verdict, id, wanted) {
  const question = D.questions[id];
  const options = walker.offered(id, verdict.answers);
  const helps = options.filter((option) => question.options[option].help);
  const help = (option) => [make("dt", {}, optionText(id, option)), make("dd", {}, t(question.options[option].help))];
  const unknown = answer(() => give(id, walker.optionsOf(id)), say("unknown"), "", "unsure");
  return [
    !state.edit && make("p", { class: "dim" }, say("question", { number: verdict.asked.size + 1,
      most: verdict.asked.size + walker.questionsLeft(verdict, wanted) })),
    make("h2", { tabindex: "-1" }, t(question.text)),
    question.help && make("p", { class: "dim" }, t(question.help)),
    question.countries && countryField(id, question, options),
    make("div", { class: "answers", id: "answers" }, options.map((option) =>
      answer(() => give(id, [option]), optionText(id, option), t(question.options[option].explain))), unknown),
    question.find_out && folded(say("find_out"), {}, make("p", {}, t(question.find_out))),
    helps.length > 0 && folded(say("explain"), {}, make("dl", {}, helps.map(help))),
    options.length > 2 && severalField(id, options),
  ];
}

/** For who does not know, but can rule something out. */
function severalField(id, options) {
  const boxes = options.map((option) => make("input", { type: "checkbox", checked: true, value: option }));
  const fault = make("p", { role: "alert" });
  const field = make("fieldset", {}, make("legend", {}, say("rule_out")),
    boxes.map((box) => make("label", { class: "box" }, box, optionText(id, box.value))));
  return folded(say("several"), {}, field, fault, button(() => {
    const left = boxes.filter((box) => box.checked).map((box) => box.value);
    if (left.length) return give(id, left.length === options.length ? walker.optionsOf(id) : left);
    fault.textContent = say("choose_one");
    return boxes[0].focus();
  }, {}, say("next")));
}

/** A field in which typing narrows the countries; one tap answers, or leaves the answers that fit that country. */
function countryField(id, question, options) {
  const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const list = make("div", { class: "answers" });
  const status = make("p", { class: "dim", role: "status" });
  const take = (country) => {
    const fit = country.options.filter((option) => options.includes(option));
    if (fit.length === 1) return give(id, fit);
    status.textContent = say(fit.length ? "country_several" : "country_elsewhere", { name: t(country.name) });
    list.replaceChildren(...fit.map((option) => answer(() => give(id, [option]), optionText(id, option))));
    return (list.firstChild || field).focus();
  };
  const narrow = () => {
    const typed = plain(field.value);
    const starts = (country) => plain(t(country.name)).startsWith(typed);
    const found = typed ? question.countries.filter((one) => ` ${one.words}`.includes(` ${typed}`)) : [];
    found.sort((one, other) => starts(other) - starts(one));
    list.replaceChildren(...found.slice(0, 6).map((one) => answer(() => take(one), t(one.name), optionsText(id, one.options))));
    status.textContent = typed ? say("countries", { count: found.length }) : "";
    $("answers").hidden = found.length > 0;
  };
  // Not prevented, the key would also press the button that gets the focus.
  const enter = (event) => { if (event.key === "Enter") { event.preventDefault(); list.firstChild?.click(); } };
  const field = make("input", { id: "country", type: "search", autocomplete: "off", oninput: narrow, onkeydown: enter });
  return make("div", {}, make("label", { for: "country" }, say("country")), field, status, list);
}

/* The outcome: what Python wrote, picked by what was walked. */
const percent = (share) => share && share.value.toLocaleString(D.languages[state.language]);
const worded = (one, text) => fill(t(text), { percent: percent(one.share) });
const headline = (one) => `${t(one.scheme.short)} · ${worded(one, one.outcome.title)}`;
const advised = (one, section) => one.advice.filter((item) => item.section === section).sort((a, b) => a.place - b.place);

function ends({ possible }) {
  const paid = ({ share, outcome }) => share && say(outcome.maximum ? "card.at_most" : "percent", { percent: `${percent(share)}%` });
  const shares = [...new Set(possible.map(paid))];
  const names = [...new Set(possible.map((one) => t(one.scheme.short)))];
  const then = possible.length === 1 ? headline(possible[0]) : names.length > 3 ? say("card.still", { count: possible.length })
    : names.join(say("or")) || say("card.no_rule");
  return shares.length === 1 && shares[0] ? `${then} (${shares[0]})` : then;
}

/** A fact of the card with its first sentences, and how many more there are behind it. */
function fact(label, texts, { most = 2, hidden = texts.length - most, late = false } = {}) {
  const [first, ...others] = texts.slice(0, most);
  const more = hidden > 0 && make("span", { class: "dim" }, ` +${hidden}`);
  const list = others.length ? make(most > 2 ? "ol" : "ul", {}, make("li", {}, first), others.map((one, at) =>
    make("li", {}, one, at === others.length - 1 && more))) : [first, more];
  return first ? [make("dt", {}, label), make("dd", { class: late && "late" }, list)] : [];
}

function frame(kind, title, lead, facts, { care }, { certainty, seen } = {}) {
  const day = say(care === today() ? "card.care_today" : "card.care", { date: shown(care) });
  const sure = make("strong", { class: `c${certainty}` }, t(D.certainty[certainty]));
  const head = make("header", {}, make("h2", { tabindex: "-1" }, title), sure);
  return make("article", { class: `card ${kind}` }, head, lead && make("p", { class: "lead" }, lead),
    make("dl", {}, facts), make("p", { class: "dim" }, [day, seen].filter(Boolean).join(" · ")));
}

const meanwhile = (said = []) => fact(say("card.meanwhile"),
  D.meanwhile.map((id) => D.advice[id]).filter((one) => !said.includes(one)).map((one) => t(one.text)));

function decidedCard(verdict) {
  const [one] = verdict.possible;
  const { outcome, scheme, contract, certainty } = one;
  // Where not even the scheme is known, what to do meanwhile comes first, and the sentence of the outcome says why.
  const asking = certainty === 2 && !scheme.claimable;
  const lead = worded(one, outcome.pays);
  const asks = advised(one, "ask").slice(0, 1).map(({ text, more }) => {
    const question = [t(more), t(text)].find((words) => words.endsWith("?"));
    return question ? say("card.ask", { authority: t(D.authority), question }) : t(text);
  });
  const steps = advised(one, "steps").filter((step) => !asking || !D.meanwhile.includes(step.id));
  const first = [...steps.slice(0, 3 - asks.length).map((step) => t(step.text)), ...asks];
  const [mind, terms] = [advised(one, "mind"), one.late || !outcome.deadline ? [] : one.advice.filter((item) => item.kind === "deadline")];
  const warnings = mind.filter((item) => !["contract", "deadline"].includes(item.kind)).map((item) => t(item.text));
  const term = fill(t(one.late ? outcome.term.late : outcome.term.due), { date: one.date && shown(one.date) });
  const kind = one.late ? "late" : certainty === 2 ? "unsettled" : scheme.group === "patient" ? "unpaid" : "decided";
  return frame(kind, headline(one), !asking && lead, [
    asking && meanwhile(advised(one, "referral")),
    fact(say("card.contract"), contract ? [t(contract.text)] : []),
    fact(say("card.steps"), first, { most: 3, hidden: steps.length + asks.length - first.length }),
    fact(say("card.referral"), advised(one, "referral").map((item) => t(item.text))),
    fact(say("card.deadline"), [term, ...terms.map((item) => t(item.text))], { late: one.late, hidden: 0 }),
    asking && fact(say("card.why"), [lead]),
    fact(say("card.mind"), warnings, { hidden: mind.length - Math.min(2, warnings.length) }),
  ], verdict, { certainty, seen: days(outcome.checked) < D.ages.unread_days ? t(outcome.seen)
    : [say("card.unread", { date: shown(outcome.checked) }), t(outcome.seen)].filter(Boolean).join(", ") });
}

function openCard(verdict) {
  const id = walker.decideNext(verdict);
  const question = D.questions[id];
  const card = frame("open", say("card.open", { count: verdict.possible.length }), "", [meanwhile(),
    question && fact(say("card.find_out"), [t(question.text), t(question.find_out)])], verdict);
  card.lastChild.before(make("div", { class: "answers" }, question && walker.branches(verdict, id).map((one) =>
    answer(() => give(id, one.options), optionsText(id, one.options), `→ ${ends(one.verdict)}`))));
  return card;
}

function outsideCard(verdict) {
  const { window: { from, until } = {}, node, option } = walker.nearest(verdict) || {};
  const when = from && verdict.care < from ? ["card.nearest_from", from] : ["card.nearest_until", until];
  const nearest = node ? [`${say(when[0], { date: shown(when[1]) })}.`, t(D.nodes[node].outside[option])] : [];
  return frame("outside", say("card.out_of_range"), say("card.out_of_range_lead", { date: shown(verdict.care) }),
    [meanwhile(), fact(say("card.nearest"), nearest.filter(Boolean))], verdict);
}

/** Everything behind the card, folded: sections with their sentences, and the sources that carry them. */
function outcomeParts(verdict) {
  const [one] = verdict.possible;
  const sections = verdict.possible.length === 1 ? sectionsOf(one, verdict) : {
    possible: verdict.possible.map((each) => ({ text: `${headline(each)} (${t(D.certainty[each.certainty])})` })),
    ask: [...new Set(verdict.possible.flatMap((each) => advised(each, "ask")))].map(told),
  };
  const items = Object.values(sections).flat();
  const used = [...new Set([...items, ...(sections.change ? one.routes : [])].flatMap((item) => item.sources || []))];
  const look = (key) => { $("part-sources").open = true; $(`source-${key}`).focus(); };
  const mark = (key, number = used.indexOf(key) + 1) =>
    button(() => look(key), { class: "mark", "aria-label": say("source", { number }) }, `[${number}]`);
  const sentence = (item) => make("li", { class: item.note && "note" }, item.text, " ", item.ours && make("i", {}, `(${say("ours")}) `),
    (item.sources || []).map((key) => mark(key)), item.more && make("p", {}, item.more));
  const source = (key) => make("li", { id: `source-${key}`, tabindex: "-1" }, link(D.sources[key].link, t(D.sources[key].text)),
    make("span", { class: "dim" }, ` ${t(D.sources[key].more)}.`));
  const part = (id, entries) => folded(`${t(D.sections[id].heading)} (${entries.length})`, { id: `part-${id}` },
    make(D.sections[id].numbered ? "ol" : "ul", { class: D.sections[id].checklist && "checklist" }, entries));
  return [...Object.entries(sections).filter(([, found]) => found.length).map(([id, found]) => part(id, found.map(sentence))),
    used.length > 0 && part("sources", used.map(source))].filter(Boolean);
}

const told = (item) => ({ ...item, text: t(item.text), more: t(item.more) });
function sectionsOf(one, verdict) {
  const { contract, outcome: { pays, more, referrals, sources } } = one;
  const parts = Object.fromEntries(["steps", "ask", "referral", "documents", "mind"].map((id) => [id, advised(one, id).map(told)]));
  parts.referral.push(...referrals.map((id) => told(D.referrals[id])));
  const answers = [{ text: worded(one, pays), more: worded(one, more), sources }, { text: t(D.certain[one.certainty]) },
    ...(contract ? [{ text: `${say("card.contract")}: ${t(contract.text)}`, more: t(contract.more), sources }] : [])];
  return { answer: answers, ...parts, change: changes(verdict, one) };
}

/** Per answer on the way: which other one would give something else, the surest of them. */
function changes(verdict, one) {
  return one.routes.map((route) => D.nodes[route.node].question).filter((id) => verdict.answers.has(id)).flatMap((id) => {
    const answers = new Map([...verdict.answers].filter(([key]) => key !== id));
    return walker.branches({ ...verdict, answers }, id).filter((other) => other.ids && other.ids !== one.id)
      .sort((first, second) => first.verdict.possible.length - second.verdict.possible.length).slice(0, 1)
      .map((other) => ({ text: `${t(D.questions[id].short)}: ${optionsText(id, other.options)}`,
        more: say("change_then", { outcome: ends(other.verdict) }) }));
  });
}

$("when").addEventListener("submit", (event) => {
  event.preventDefault();
  const day = $("care").value;
  if (isDay(day)) return go({ date: day === today() && !D.date ? null : day, edit: state.edit });
  $("wrong").textContent = say("date_wrong");
  return $("care").focus();
});
$("print").addEventListener("click", print);
$("restart").addEventListener("click", () => go({ answers: new Map(), date: null }));
$("back").addEventListener("click", () => go({ answers: new Map([...state.answers].slice(0, state.edit ? undefined : -1)) }));
$("copy").addEventListener("click", async () => {
  const text = `${$("screen").innerText}\n${say("disclaimer")}`;
  $("status").textContent = say(await navigator.clipboard.writeText(text).then(() => "copied", () => "not_copied"));
});
document.querySelectorAll("[data-lang]").forEach((one, language) => one.addEventListener("click", () => {
  state.language = language;
  history.replaceState(null, "", address(state));
  render();
}));
addEventListener("popstate", arrive);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
state = readAddress();
$("conversation").hidden = false;
render();
