// A small stand-in for the server, for work on the page without a Rust build: `npm run dev:mock`, `PATNAV_MOCK=1`.
//
// Serves `dist/` under the content security policy of the real server, and a made-up corpus of 96 documents under
// `/api/v1`. It searches by plain substring: good for looks and states, never a reference for what the engine answers.
// Queries that begin with `!` bring states about: `!slow`, `!error`, `!none`; `--empty` starts without a snapshot.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONCEPTS, DOCUMENTS } from './mock-corpus.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const port = Number(option('port', '8080'));
const empty = process.argv.includes('--empty');

const CSP = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "style-src-attr 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

const countBy = (items, keys) => {
  const counts = new Map();
  for (const item of items) for (const key of new Set(keys(item))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([value, n]) => ({ value, n })).sort((a, b) => b.n - a.n || a.value.localeCompare(b.value));
};
const offices = countBy(DOCUMENTS, (d) => [d.number.slice(0, 2)]).map(({ value, n }) => ({ code: value, n }));
const SNAPSHOT = { id: '000003', as_of: '2025-11-20', n_documents: DOCUMENTS.length, offices, last_complete_year: 2023 };
const byKey = new Map(DOCUMENTS.map((d) => [d.number, d]));
const n_families = new Set(DOCUMENTS.map((d) => d.family.simple)).size;

const text = (list, lang) => list.find((item) => item.lang === lang)?.text;
const titles = (d) => ({ zh: text(d.titles, 'zh'), en: text(d.titles, 'en') });
const applicants = (d) => d.parties.filter((p) => p.role === 'applicant').map((p) => p.name);
const reference = (d) => ({ key: d.number, number: d.number, title: titles(d) });
const zones = (d) => [
  ...d.titles.map((x) => ['title', x.lang, x.text]),
  ...d.abstracts.map((x) => ['abstract', x.lang, x.text]),
  ...d.claims.map((x) => ['claims', x.lang, x.claims[0].text]),
];

// A concept of the query: a known synonym group where one holds the word, else the word itself.
function conceptsOf(query) {
  const words = query
    .replace(/\b(AND|OR|NOT)\b|[()"“”]/g, '\n')
    .split(/[\n,，;；]+/)
    .map((word) => word.trim())
    .filter(Boolean);
  return words.map((word) => {
    const group = CONCEPTS.find((forms) => forms.some((form) => form.toLowerCase() === word.toLowerCase()));
    return { text: word, forms: group ?? [word] };
  });
}

function marks(value, concepts) {
  const lower = value.toLowerCase();
  const found = [];
  concepts.forEach(({ forms }, concept) => {
    for (const form of forms) {
      for (let at = lower.indexOf(form.toLowerCase()); at >= 0; at = lower.indexOf(form.toLowerCase(), at + 1)) {
        found.push({ start: at, end: at + form.length, concept });
      }
    }
  });
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function hitOf(d, concepts, score) {
  const snippets = [];
  for (const [zone, lang, value] of zones(d)) {
    if (zone === 'title') {
      const highlights = marks(value, concepts);
      if (highlights.length) snippets.push({ zone, lang, text: value, highlights, before_cut: false });
      continue;
    }
    const sentence = value.split(/(?<=[。；;.])\s*/).find((part) => marks(part, concepts).length);
    if (sentence) snippets.push({ zone, lang, text: sentence, highlights: marks(sentence, concepts), before_cut: !value.startsWith(sentence) });
  }
  const words = snippets.length > 0;
  return {
    key: d.number,
    number: d.number,
    application: d.application,
    family: d.family.simple,
    n_members: d.family.members.length,
    title: titles(d),
    applicants: applicants(d),
    publication_date: d.publication_date,
    priority_date: d.priorities[0]?.date ?? d.filing_date,
    classes: d.classes.map((c) => c.symbol),
    country: d.number.slice(0, 2),
    score,
    in_match_set: words,
    matched_by: words ? (score > 2 ? ['words', 'phrase', 'vector'] : ['words', 'vector']) : ['vector'],
    snippets: words ? snippets : [{ zone: 'abstract', lang: 'zh', text: text(d.abstracts, 'zh').split('。')[0] + '。', highlights: [], before_cut: false }],
  };
}

function search(body) {
  const concepts = conceptsOf(body.query);
  const known = /^[A-Z]{2}\d{6,}[A-Z]?\d?$/.test(body.query.trim());
  const { country, class: classes, applicant, from, to } = body.filters ?? {};
  const passes = (d) =>
    (!country || country.includes(d.number.slice(0, 2))) &&
    (!classes || d.classes.some((c) => classes.some((x) => c.symbol.startsWith(x)))) &&
    (!applicant || applicants(d).some((a) => applicant.includes(a))) &&
    (!from || d.publication_date >= from) &&
    (!to || d.publication_date <= to);
  const matches = (d, concept) => known ? d.number === body.query.trim() : zones(d).some(([, , value]) => marks(value, [concept]).length);
  const scored = DOCUMENTS.filter(passes)
    .map((d) => ({ d, score: concepts.filter((c) => matches(d, c)).length + (d.seed % 10) / 10 }))
    .filter(({ score }) => score >= (/\bAND\b|,/.test(body.query) ? concepts.length : 1));
  const key = { newest: (x) => -Number(x.d.publication_date.replaceAll('-', '')), oldest: (x) => Number(x.d.publication_date.replaceAll('-', '')) }[body.sort] ?? ((x) => -x.score);
  scored.sort((a, b) => key(a) - key(b) || a.d.number.localeCompare(b.d.number));
  const seen = new Set();
  const families = scored.filter(({ d }) => body.collapse === 'none' || (!seen.has(d.family.simple) && seen.add(d.family.simple)));
  if (families.length && !known) {
    const near = DOCUMENTS.filter((d) => passes(d) && families[0].d.topic % 2 === d.topic % 2 && !scored.some((x) => x.d === d));
    families.push(...near.slice(0, 3).map((d) => ({ d, score: 0.2 })));
  }
  const at = Number(body.cursor ?? 0);
  const page = families.slice(at, at + body.limit);
  const found = scored.map(({ d }) => d);
  return {
    snapshot: SNAPSHOT,
    query: {
      canonical: known ? `pn=${body.query.trim()}` : concepts.map((c) => (c.forms.length > 1 ? `(${c.forms.map((f) => (/\s/.test(f) ? `"${f}"` : f)).join(' OR ')})` : c.text)).join(' AND '),
      dialect: 'patnav',
      reading: known ? 'number' : / (AND|OR|NOT) /.test(body.query) ? 'boolean' : 'text',
      concepts: known ? [] : concepts.map((c) => ({ text: c.text })),
      clauses: concepts.map((c) => ({ text: c.text, n: DOCUMENTS.filter((d) => matches(d, c)).length })),
    },
    total: { families: new Set(scored.map((x) => x.d.family.simple)).size, publications: scored.length, exact: true },
    by_meaning: families.length && !known ? { value: DOCUMENTS.length - scored.length, limit: 1000 } : { value: 0, limit: 1000 },
    hits: page.map(({ d, score }) => hitOf(d, concepts, score)),
    facets: body.facets && {
      country: countBy(found, (d) => [d.number.slice(0, 2)]),
      year: countBy(found, (d) => [d.publication_date.slice(0, 4)]),
      applicant: countBy(found, applicants).slice(0, 8),
      ipc_subclass: countBy(found, (d) => d.classes.map((c) => c.symbol.slice(0, 4))).slice(0, 8),
    },
    next_cursor: at + body.limit < families.length ? String(at + body.limit) : undefined,
    took_ms: 4,
  };
}

const jobs = [
  {
    id: 'j1', kind: 'import', state: 'done', created: '2025-11-20T08:12:00Z', updated: '2025-11-20T08:12:31Z',
    progress: { done: 3021, total: 3021, unit: 'documents', rate_per_s: 98, seconds_left: 0, stage: 'commit' },
    result: { snapshot: '000003', records: 3040, publications: 3021, by_format: { 'patnav-jsonl': 2800, 'lens-csv': 240 }, diagnostics: { date: 14, classification: 9, truncated: 1 } },
  },
];
setInterval(() => {
  for (const job of jobs.filter((j) => j.state === 'running')) {
    job.progress.done = Math.min(job.progress.done + 410, job.progress.total);
    job.progress.seconds_left = Math.ceil((job.progress.total - job.progress.done) / 410);
    job.progress.stage = job.progress.done > job.progress.total * 0.7 ? 'vectors' : 'indexing';
    job.updated = new Date().toISOString();
    if (job.progress.done === job.progress.total) {
      Object.assign(job, { state: 'done', result: { snapshot: '000004', records: job.progress.total, publications: job.progress.total, by_format: { 'cnipa-xml': job.progress.total }, diagnostics: {} } });
    }
  }
}, 1000).unref();

const fail = (status, code, message, details) => ({ status, body: { error: { code, message, details } } });

async function answer(method, path, body) {
  if (path === '/health') return { status: 200, body: { ok: true } };
  if (path === '/jobs') return { status: 200, body: { jobs } };
  if (path === '/imports' && method === 'POST') {
    if (!body.paths.every((p) => p.startsWith('/'))) return fail(400, 'invalid_input', '`paths` must be absolute');
    const now = new Date().toISOString();
    jobs.unshift({ id: `j${jobs.length + 1}`, kind: 'import', state: 'running', created: now, updated: now, progress: { done: 0, total: 12_400, unit: 'documents', rate_per_s: 410, seconds_left: 30, stage: 'reading' } });
    return { status: 202, body: { job: jobs[0].id } };
  }
  const cancel = /^\/jobs\/([^/]+)\/cancel$/.exec(path);
  if (cancel) {
    const job = jobs.find((j) => j.id === cancel[1]);
    if (!job) return fail(404, 'not_found', 'no such job');
    if (job.state === 'running') job.state = 'cancelled';
    return { status: 200, body: job };
  }
  if (empty) return fail(404, 'no_snapshot', 'nothing is indexed; run `patnav index PATH`');
  if (path === '/snapshot') return { status: 200, body: { ...SNAPSHOT, n_families, by_kind: { patent: DOCUMENTS.length }, created: '2025-11-20T08:12:31Z' } };
  if (path === '/search') {
    if (body.query.startsWith('!slow')) await new Promise((done) => setTimeout(done, 30_000));
    if (body.query.startsWith('!error')) return fail(503, 'unavailable', 'the queue is full');
    if (body.query.startsWith('!query')) return fail(400, 'invalid_input', 'unexpected `)`', { start: 6, end: 8 });
    return { status: 200, body: search(body) };
  }
  if (path === '/similar') {
    const d = byKey.get(body.number);
    if (!d) return fail(404, 'not_found', 'no such document');
    const near = DOCUMENTS.filter((x) => x.topic === d.topic && x.family.simple !== d.family.simple);
    return { status: 200, body: { snapshot: SNAPSHOT, hits: near.slice(0, body.limit).map((x, i) => hitOf(x, [], 0.93 - i * 0.04)) } };
  }
  const document = /^\/documents\/(.+)$/.exec(path);
  if (document) {
    const d = byKey.get(decodeURIComponent(document[1]));
    if (!d) return fail(404, 'not_found', 'no such document');
    const { seed, topic, ...publication } = d;
    return {
      status: 200,
      body: {
        snapshot: SNAPSHOT,
        key: d.number,
        document: publication,
        claims_info: d.claims.map((set) => ({ lang: set.lang, independent: [1, 5], depends: { 2: [1], 3: [1], 4: [3], 6: [5] } })),
        family: { id: d.family.simple, members: DOCUMENTS.filter((x) => x.family.simple === d.family.simple).map(reference) },
        cited_by: DOCUMENTS.filter((x) => x.citations.some((c) => c.cited.patent?.number === d.number)).map(reference),
        key_phrases: { zh: CONCEPTS[topic].filter((w) => /\p{Script=Han}/u.test(w)), en: CONCEPTS[topic].filter((w) => !/\p{Script=Han}/u.test(w)) },
      },
    };
  }
  return fail(404, 'not_found', 'no such operation');
}

function sendFile(response, path) {
  const file = join(DIST, normalize(path));
  const found = file.startsWith(DIST) && extname(file) && existsSync(file) ? file : undefined;
  if (!found && path.startsWith('/assets/')) return response.writeHead(404).end();
  const name = found ?? join(DIST, 'index.html');
  response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': CSP });
  createReadStream(name).pipe(response);
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (!pathname.startsWith('/api/v1')) return sendFile(response, pathname);
  let raw = '';
  for await (const chunk of request) raw += chunk;
  const { status, body } = await answer(request.method, pathname.slice('/api/v1'.length), raw ? JSON.parse(raw) : {});
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}).listen(port, '127.0.0.1', () => console.error(`mock on http://127.0.0.1:${port}`));
