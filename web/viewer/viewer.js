// SPDX-License-Identifier: GPL-3.0-or-later
// Shows the document beside this page (manifest.json, IIIF Presentation 3): pages, contents, text, and a
// search in its words that needs no server. Leaflet draws the picture from its tiles.
'use strict';

const words = {
  cs: { skip: 'Přeskočit na obraz strany', pages: 'Strany', previous: 'Předchozí', next: 'Další', page: 'Strana', find: 'Hledat v textu',
        search: 'Hledat', results: 'Nalezeno', closer: 'Zvětšit', farther: 'Zmenšit', contents: 'Obsah', about: 'O dokumentu', text: 'Text strany', picture: 'Obraz strany',
        noText: 'Strana je bez textu.', shown: (n, of) => `Strana ${n}, ${of} celkem`, found: (n, q) => `„${q}“: míst ${n}`,
        failed: 'Dokument nelze načíst.', fromFile: 'Stránka byla otevřena jako soubor, a prohlížeč jí proto nedovolí číst '
          + 'dokument. Otevřete ji z webového serveru; pro vyzkoušení spusťte v této složce „python3 -m http.server“ a otevřete http://localhost:8000/.',
        other: 'English', otherCode: 'en', licence: 'Licence' },
  en: { skip: 'Skip to the picture of the page', pages: 'Pages', previous: 'Previous', next: 'Next', page: 'Page', find: 'Find in the text',
        search: 'Search', results: 'Found', closer: 'Zoom in', farther: 'Zoom out', contents: 'Contents', about: 'About', text: 'Text of the page', picture: 'Picture of the page',
        noText: 'The page has no text.', shown: (n, of) => `Page ${n} of ${of}`, found: (n, q) => `“${q}”: ${n} ${n === 1 ? 'place' : 'places'}`,
        failed: 'The document cannot be loaded.', fromFile: 'This page was opened as a file, so the browser does not let it read the '
          + 'document. Open it from a web server; to try it, run “python3 -m http.server” in this folder and open http://localhost:8000/.',
        other: 'Česky', otherCode: 'cs', licence: 'Licence' },
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

// The tiles of one picture. A square of the grid is 512 px wide at its scale, its picture narrower at the edges.
const Tiles = L.GridLayer.extend({
  createTile(at, done) {
    const { folder, info, full } = this.options, [tile] = info.tiles, scale = 2 ** (full - at.z), step = tile.width * scale;
    const x = at.x * step, y = at.y * step, w = Math.min(step, info.width - x), h = Math.min(step, info.height - y);
    const size = `${Math.ceil(w / scale)},${Math.ceil(h / scale)}`;
    const whole = step >= info.width && step >= info.height;
    const region = whole ? `full/${scale === 1 ? 'max' : size}` : `${x},${y},${w},${h}/${size}`;
    const square = document.createElement('div'), image = new Image();
    image.alt = '';
    image.draggable = false;
    // A pixel more than its place, so that no line shows between it and the next.
    const more = (part) => part === step ? 1 : 0;
    image.style.cssText = `display:block;max-width:none;width:${w / scale + more(w)}px;height:${h / scale + more(h)}px`;
    image.onload = () => done(null, square);
    image.onerror = () => done(new Error(image.src), square);
    image.src = `${folder}/${region}/0/default.jpg`;
    square.append(image);
    return square;
  },
});

// Deep zoom: places are pixels of the picture at zoom `full`, the scale of its largest tiles.
class ZoomView {
  constructor(stage) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.map = L.map(stage, { crs: L.CRS.Simple, attributionControl: false, zoomControl: false, zoomSnap: 0, tap: false,
                              maxBoundsViscosity: 0.7, zoomAnimation: !still, fadeAnimation: false, inertia: !still });
    this.marks = L.layerGroup().addTo(this.map);
    this.map.on('resize', () => this.fit());
    stage.place = (x, y) => {  // of a pixel of the picture, in the window
      const r = stage.getBoundingClientRect(), p = this.map.latLngToContainerPoint(this.at(x, y));
      return [r.left + p.x, r.top + p.y];
    };
    stage.loaded = () => !this.tiles.isLoading();
  }
  say() {
    if (this.control) this.control.remove();
    this.control = L.control.zoom({ zoomInTitle: t().closer, zoomOutTitle: t().farther }).addTo(this.map);
  }
  at(x, y) { return this.map.unproject([x, y], this.full); }
  fit() {
    if (!this.bounds) return;
    this.map.setMinZoom(-9);
    this.map.invalidateSize({ pan: false }).fitBounds(this.bounds, { animate: false });
    this.map.setMinZoom(this.map.getZoom() - 0.5);
  }
  async show(canvas) {
    const info = await load(`${canvas.image}/info.json`);
    if (canvas !== doc.pages[doc.now]) return;  // the reader has turned on meanwhile
    if (this.tiles) this.tiles.remove();
    this.marks.clearLayers();
    this.full = Math.log2(Math.max(...info.tiles[0].scaleFactors));
    this.bounds = L.latLngBounds(this.at(0, 0), this.at(info.width, info.height));
    this.map.setMaxZoom(this.full + 2).setMaxBounds(this.bounds.pad(0.3));
    this.fit();
    this.tiles = new Tiles({ tileSize: info.tiles[0].width, minNativeZoom: 0, maxNativeZoom: this.full, minZoom: -9, maxZoom: this.full + 2,
                             noWrap: true, bounds: this.bounds, folder: here(canvas.image), info, full: this.full });
    await new Promise((resolve) => this.tiles.once('load', resolve).addTo(this.map));
  }
  mark(boxes) {
    this.marks.clearLayers();
    for (const [x, y, w, h] of boxes)
      L.rectangle([this.at(x, y), this.at(x + w, y + h)], { className: 'box', weight: 2, interactive: false }).addTo(this.marks);
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
  showThumb();
  await view.show(canvas);
  if (mine !== turn) return;
  view.mark(doc.marks.filter((m) => m.page === doc.now).flatMap((m) => m.boxes));
  at('status').textContent = t().shown(doc.now + 1, doc.pages.length);
  await showText(canvas, mine);
  document.body.dataset.page = String(doc.now + 1);  // what is shown is whole
}

// Within their own list: the window itself stays where it is.
function showThumb() {
  const list = at('thumbs'), before = list.querySelector('[aria-current]'), now = list.children[doc.now].firstChild;
  if (before) before.removeAttribute('aria-current');
  now.setAttribute('aria-current', 'page');
  const outer = list.getBoundingClientRect(), inner = now.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - outer.height / 3;
  if (inner.left < outer.left || inner.right > outer.right) list.scrollLeft += inner.left - outer.left - outer.width / 3;
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

// Places of every word that begins so, [page, x, y, w, h ...]; of a single letter, where it stands alone.
async function placesOf(word) {
  const index = await load('search/index.json'), shard = shardOf(word);
  if (!(shard in index.shards)) return [];
  const list = await load(`search/${shard}.json`);
  return Object.entries(list).filter(([term]) => term.startsWith(word)).flatMap(([, hits]) => hits);
}

// Pages that have what is searched for, in order: [[page, places], ...].
function pagesFound() {
  const counts = new Map();
  for (const mark of doc.marks) counts.set(mark.page, (counts.get(mark.page) || 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

function listFound() {
  at('results').replaceChildren(...pagesFound().map(([page, count]) => {
    const item = document.createElement('li');
    item.append(button(`${t().page} ${said(doc.pages[page].label).join(' ')} (${count})`, () => show(page)));
    return item;
  }));
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
  const pages = pagesFound().map(([page]) => page);
  at('found').hidden = terms.length === 0;
  listFound();
  if (pages.length) await show(pages.find((page) => page >= doc.now) ?? pages[0]);
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

// Small pictures are fetched when they come near the window.
function thumb(canvas, i) {
  const item = document.createElement('li'), image = new Image(), small = canvas.thumbnail && canvas.thumbnail[0];
  const open = button('', () => show(i));
  image.loading = 'lazy';
  image.alt = '';
  if (small) Object.assign(image, { width: small.width, height: small.height, src: here(small.id) });
  open.append(image, said(canvas.label).join(' '));
  item.append(open);
  return item;
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
  if (!at('thumbs').firstChild) at('thumbs').append(...doc.pages.map(thumb));
  for (const [i, item] of [...at('thumbs').children].entries())
    item.firstChild.setAttribute('aria-label', t().shown(said(doc.pages[i].label).join(' '), doc.pages.length));
  listFound();
  view.say();
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
    view = new ZoomView(at('stage'));
    say();
    listen();
    const asked = /page=(\d+)/.exec(location.hash);
    const first = doc.manifest.start ? doc.pages.findIndex((p) => p.id === doc.manifest.start.id) : 0;
    await show(asked ? Number(asked[1]) - 1 : Math.max(0, first));
  } catch (error) {
    at('status').textContent = location.protocol === 'file:' ? `${t().failed} ${t().fromFile}` : `${t().failed} ${error.message}`;
    document.body.dataset.failed = error.message;
  }
}
start();
