// Reads a Mermaid flowchart on standard input and writes what Mermaid's own parser makes of it.
// The packages are looked for in the folder that CAKWIZARD_JUDGES_DIR names.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.env.CAKWIZARD_JUDGES_DIR, 'judge.cjs'));
const { JSDOM } = require('jsdom');

// Mermaid looks for a window while it is being loaded, so that has to be there first.
const { window } = new JSDOM('<!doctype html><html><body></body></html>');
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import(pathToFileURL(require.resolve('mermaid')).href);

const text = readFileSync(0, 'utf8');
const show = (label) => label
  .replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)))
  .replace(/ﬂ°(\w+)¶ß/g, '&$1;');
try {
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const vertices = [...db.getVertices().values()];
  process.stdout.write(JSON.stringify({
    title: show(db.getAccTitle()),
    description: show(db.getAccDescription()),
    nodes: vertices.map(({ id, text, type, classes }) => ({ id, text: show(text), type, classes })),
    edges: db.getEdges().map(({ start, end, text, stroke, style }) => ({ start, end, text: show(text), stroke, style })),
    classes: [...db.getClasses().keys()],
  }));
} catch (error) {
  process.stderr.write(`${error.message ?? error}\n`);
  process.exitCode = 1;
}
