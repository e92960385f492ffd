"use strict";

/* What of the rules behind an outcome has ended, will end soon, or was not looked at for long:
   cakwizard/expiry.py, for the day on which the page is read. */

function noticesOf(used, on) {
  const found = [];
  for (const { subject, record, name } of used) {
    const last = record.valid_until;
    if (last && daysBetween(on, last) <= data.ending_days) {
      found.push({ kind: last < on ? "ended" : "ends", subject, name, day: last, place: record.place });
    }
    if (record.checked && daysBetween(record.checked, on) >= data.unchecked_days) {
      found.push({ kind: "unchecked", subject, name, day: record.checked, place: record.place });
    }
  }
  const rank = (one) => one.place.map((number) => String(number).padStart(9, "0")).join(".") + one.kind;
  return found.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** One warning for all that have the same to say. */
function oldLines(verdict, possible, sources, language, on) {
  const { outcome } = possible;
  const scheme = schemes.get(outcome.scheme);
  const used = [
    ...sources.map((key) => sourcesById.get(key)).map((record) => ({ subject: "source", record, name: record.title })),
    { subject: "scheme", record: scheme, name: scheme.name },
    { subject: "outcome", record: outcome, name: outcome.title },
  ];
  const groups = new Map();
  for (const notice of noticesOf(used, on)) {
    // That a scheme has ended since says nothing against care that was given while it held.
    if (notice.kind === "ended" && notice.subject !== "source" && verdict.careDate <= notice.day) continue;
    const key = `${notice.kind} ${notice.subject} ${notice.day}`;
    groups.set(key, [...(groups.get(key) || []), notice]);
  }
  return [...groups.values()].map((group) => {
    const [{ kind, subject, day }] = group;
    const all = group.map((notice) => notice.name[language]);
    const names = all.join("; ");
    const many = all.length > data.max_names;
    const what = say(language, `expiry.${many ? "many_" : ""}${subject}`, { count: all.length, names });
    const days = Math.abs(daysBetween(day, on));
    const sentence = say(language, `expiry.${kind}`, { what, date: formatDate(day, language), count: days });
    return say(language, "expiry.mind", { sentence });
  });
}
