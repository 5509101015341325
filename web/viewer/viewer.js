// SPDX-License-Identifier: GPL-3.0-or-later
// Shows the document beside this page (manifest.json, IIIF Presentation 3): pages, contents, text, and a
// search in its words that needs no server. OpenSeadragon draws the picture; without it a plain one does.
'use strict';

const words = {
  cs: { skip: 'Přeskočit na obraz strany', pages: 'Strany', previous: 'Předchozí', next: 'Další', page: 'Strana', find: 'Hledat v textu',
        search: 'Hledat', results: 'Nalezeno', contents: 'Obsah', about: 'O dokumentu', text: 'Text strany', picture: 'Obraz strany',
        noText: 'Strana je bez textu.', shown: (n, of) => `Strana ${n}, ${of} celkem`, found: (n, q) => `„${q}“: míst ${n}`,
        failed: 'Dokument nelze načíst.', other: 'English', otherCode: 'en', licence: 'Licence' },
  en: { skip: 'Skip to the picture of the page', pages: 'Pages', previous: 'Previous', next: 'Next', page: 'Page', find: 'Find in the text',
        search: 'Search', results: 'Found', contents: 'Contents', about: 'About', text: 'Text of the page', picture: 'Picture of the page',
        noText: 'The page has no text.', shown: (n, of) => `Page ${n} of ${of}`, found: (n, q) => `“${q}”: ${n} places`,
        failed: 'The document cannot be loaded.', other: 'Česky', otherCode: 'cs', licence: 'Licence' },
};
const at = (id) => document.getElementById(id);
let language = (navigator.language || 'en').startsWith('cs') ? 'cs' : 'en';
const t = () => words[language];

// A value of IIIF in the reader's language, or in whatever there is.
function said(value) {
  if (!value) return [];
  return value[language] || value.none || Object.values(value)[0] || [];
}

// ---- the document ------------------------------------------------------------------------------

const doc = { manifest: null, base: '', pages: [], now: 0, marks: [] };

// Addresses of the manifest's own folder become addresses of this one: it may lie anywhere.
const here = (address) => address.startsWith(doc.base) ? new URL(address.slice(doc.base.length), location.href).href : address;
const fetched = new Map();
function load(address) {
  const url = here(address);
  if (!fetched.has(url))
    fetched.set(url, fetch(url).then((r) => { if (!r.ok) throw new Error(`${url}: ${r.status}`); return r.json(); }));
  return fetched.get(url);
}

// ---- the picture -------------------------------------------------------------------------------

// With OpenSeadragon: deep zoom over the tiles.
class ZoomView {
  constructor(stage) {
    this.viewer = OpenSeadragon({ element: stage, showNavigationControl: false, tabIndex: '', gestureSettingsMouse: { clickToZoom: false },
                                  crossOriginPolicy: false, animationTime: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 0.4 });
    stage.viewer = this.viewer;
  }
  async show(canvas) {
    const info = { ...await load(`${canvas.image}/info.json`) };
    info.id = here(canvas.image);
    return new Promise((resolve) => {
      this.viewer.addOnceHandler('open', resolve);
      this.viewer.open(info);
    });
  }
  mark(boxes) {
    this.viewer.clearOverlays();
    for (const box of boxes) {
      const element = document.createElement('div');
      element.className = 'box';
      this.viewer.addOverlay({ element, location: this.viewer.world.getItemAt(0).imageToViewportRectangle(...box) });
    }
  }
}

// Without: the whole picture in the window.
class PlainView {
  constructor(stage) { this.stage = stage; }
  async show(canvas) {
    this.canvas = canvas;
    const frame = document.createElement('div');
    frame.className = 'frame';
    frame.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    const image = new Image();
    image.alt = '';
    image.src = here(`${canvas.image}/full/max/0/default.jpg`);
    frame.append(image);
    this.stage.replaceChildren(frame);
    await image.decode();
  }
  mark(boxes) {
    this.stage.querySelectorAll('.box').forEach((e) => e.remove());
    for (const [x, y, w, h] of boxes) {
      const element = document.createElement('div');
      element.className = 'box';
      const part = (value, of) => `${100 * value / of}%`;
      Object.assign(element.style, { position: 'absolute', left: part(x, this.canvas.width), top: part(y, this.canvas.height),
                                     width: part(w, this.canvas.width), height: part(h, this.canvas.height) });
      this.stage.firstChild.append(element);
    }
  }
}

let view = null;
let turn = 0;  // of the last call of show(); an older one stops
async function show(page) {
  const mine = ++turn;
  doc.now = Math.max(0, Math.min(page, doc.pages.length - 1));
  const canvas = doc.pages[doc.now];
  at('pages').value = String(doc.now);
  at('previous').disabled = doc.now === 0;
  at('next').disabled = doc.now === doc.pages.length - 1;
  history.replaceState(null, '', `#page=${doc.now + 1}`);
  await view.show(canvas);
  if (mine !== turn) return;
  view.mark(doc.marks.filter((m) => m.page === doc.now).flatMap((m) => m.boxes));
  at('status').textContent = t().shown(doc.now + 1, doc.pages.length);
  await showText(canvas, mine);
  document.body.dataset.page = String(doc.now + 1);  // what is shown is whole
}

async function showText(canvas, mine) {
  const page = (canvas.annotations || []).find((a) => a.id.endsWith('-lines.json'));
  const list = page ? (await load(page.id)).items : [];
  if (mine !== turn) return;
  at('text').replaceChildren(...(list.length ? list.map((a) => a.body.value) : [t().noText]).map((line) => {
    const p = document.createElement('p');
    p.textContent = line;
    if (list.length && list[0].body.language) p.lang = list[0].body.language;
    return p;
  }));
}

// ---- search ------------------------------------------------------------------------------------

// As the index has its words: no case, no accents, letters and digits alone.
const plain = (text) => text.toUpperCase().toLowerCase().normalize('NFD').replace(/[^\p{L}\p{Nd}]/gu, '');
const shardOf = (word) => [...word].slice(0, 2).map((c) => /[a-z0-9]/.test(c) ? c : `_${c.codePointAt(0).toString(16)}`).join('');

// Places of every word that begins so: [page, x, y, w, h ...].
async function placesOf(word) {
  const index = await load('search/index.json');
  const shard = shardOf(word);
  const names = Object.keys(index.shards).filter((name) => [...word].length < 2 ? name.startsWith(shard) : name === shard);
  const places = [];
  for (const list of await Promise.all(names.map((name) => load(`search/${name}.json`))))
    for (const [term, hits] of Object.entries(list)) if (term.startsWith(word)) places.push(...hits);
  return places;
}

async function search(query) {
  const terms = query.split(/\s+/).map(plain).filter(Boolean);
  const lists = await Promise.all(terms.map(placesOf));
  const everywhere = lists.map((list) => new Set(list.map((hit) => hit[0])));
  doc.marks = lists.flat().filter((hit) => everywhere.every((pages) => pages.has(hit[0]))).map((hit) => {
    const boxes = [];
    for (let i = 1; i + 4 <= hit.length; i += 4) boxes.push(hit.slice(i, i + 4));
    return { page: hit[0], boxes };
  });
  const pages = [...new Set(doc.marks.map((m) => m.page))].sort((a, b) => a - b);
  at('found').hidden = terms.length === 0;
  at('results').replaceChildren(...pages.map((page) => {
    const item = document.createElement('li');
    const count = doc.marks.filter((m) => m.page === page).length;
    item.append(button(`${t().page} ${said(doc.pages[page].label).join(' ')} (${count})`, () => show(page)));
    return item;
  }));
  if (pages.length) await show(pages.includes(doc.now) ? doc.now : pages[0]);
  else view.mark([]);
  at('status').textContent = t().found(doc.marks.length, query);
  document.body.dataset.found = String(doc.marks.length);
}

// ---- around it ---------------------------------------------------------------------------------

function button(label, action) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.addEventListener('click', action);
  return element;
}

function partsOf(ranges) {
  return ranges.map((range) => {
    const item = document.createElement('li');
    const first = range.items.find((i) => i.type === 'Canvas');
    const page = first ? doc.pages.findIndex((p) => p.id === first.id) : -1;
    item.append(button(said(range.label).join(' '), () => { if (page >= 0) show(page); }));
    const inner = range.items.filter((i) => i.type === 'Range');
    if (inner.length) {
      const list = document.createElement('ul');
      list.append(...partsOf(inner));
      item.append(list);
    }
    return item;
  });
}

function aboutRows() {
  const rows = [...(doc.manifest.metadata || [])];
  if (doc.manifest.requiredStatement) rows.push(doc.manifest.requiredStatement);
  const out = rows.flatMap(({ label, value }) => {
    const dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = said(label).join(' ');
    dd.textContent = said(value).join('; ');
    return [dt, dd];
  });
  if (doc.manifest.rights) {
    const dt = document.createElement('dt'), dd = document.createElement('dd'), a = document.createElement('a');
    dt.textContent = t().licence;
    a.href = a.textContent = doc.manifest.rights;
    dd.append(a);
    out.push(dt, dd);
  }
  return out;
}

function say() {
  document.documentElement.lang = language;
  document.querySelectorAll('[data-say]').forEach((e) => { e.textContent = t()[e.dataset.say]; });
  document.querySelectorAll('[data-label]').forEach((e) => e.setAttribute('aria-label', t()[e.dataset.label]));
  at('language').textContent = t().other;
  at('language').lang = t().otherCode;
  if (!doc.manifest) return;
  document.title = at('title').textContent = said(doc.manifest.label).join(' ');
  at('pages').replaceChildren(...doc.pages.map((canvas, i) => new Option(`${said(canvas.label).join(' ')} (${i + 1}/${doc.pages.length})`, String(i))));
  at('pages').value = String(doc.now);
  const ranges = doc.manifest.structures || [];
  at('contents').hidden = ranges.length === 0;
  at('parts').replaceChildren(...partsOf(ranges));
  at('about').replaceChildren(...aboutRows());
}

function listen() {
  at('previous').addEventListener('click', () => show(doc.now - 1));
  at('next').addEventListener('click', () => show(doc.now + 1));
  at('pages').addEventListener('change', () => show(Number(at('pages').value)));
  at('search').addEventListener('submit', (event) => { event.preventDefault(); search(at('query').value); });
  at('language').addEventListener('click', () => { language = t().otherCode; say(); show(doc.now); });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === '/' && !typing) { event.preventDefault(); at('query').focus(); }
    if (event.key === 'PageDown' && !typing) { event.preventDefault(); show(doc.now + 1); }
    if (event.key === 'PageUp' && !typing) { event.preventDefault(); show(doc.now - 1); }
    if (event.key === 'Home' && !typing) { event.preventDefault(); show(0); }
    if (event.key === 'End' && !typing) { event.preventDefault(); show(doc.pages.length - 1); }
  });
}

async function start() {
  say();
  try {
    doc.manifest = await load('manifest.json');
    doc.base = doc.manifest.id.replace(/manifest\.json$/, '');
    doc.pages = doc.manifest.items.map((canvas) => ({ ...canvas, image: canvas.items[0].items[0].body.service[0].id }));
    view = window.OpenSeadragon ? new ZoomView(at('stage')) : new PlainView(at('stage'));
    say();
    listen();
    const asked = /page=(\d+)/.exec(location.hash);
    const first = doc.manifest.start ? doc.pages.findIndex((p) => p.id === doc.manifest.start.id) : 0;
    await show(asked ? Number(asked[1]) - 1 : Math.max(0, first));
  } catch (error) {
    at('status').textContent = `${t().failed} ${error.message}`;
    document.body.dataset.failed = error.message;
  }
}
start();
