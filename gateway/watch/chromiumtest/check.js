// What a page must have for people who cannot see it well, or at all. Returns a
// list of sentences; an empty one is a page that passes. The numbers are those
// of WCAG 2.1.
(() => {
  const wrong = [];
  const say = (what, el) => wrong.push(what + (el ? ': ' + el.outerHTML.slice(0, 120).replace(/\s+/g, ' ') : ''));
  const shown = el => {
    const r = el.getBoundingClientRect(), s = getComputedStyle(el);
    return r.width > 0 && r.height > 0 && s.visibility !== 'hidden' && s.display !== 'none';
  };

  // 3.1.1, 2.4.2
  if (!/^zh/.test(document.documentElement.lang)) say('no language of the page');
  if (!document.title.trim()) say('no title');

  // 1.1.1
  for (const img of document.querySelectorAll('img')) if (!img.hasAttribute('alt')) say('picture without alt', img);
  for (const svg of document.querySelectorAll('svg')) if (svg.getAttribute('role') !== 'img' || !svg.getAttribute('aria-label')) say('drawing without a name', svg);

  // 1.3.1, 2.4.6: headings go down one at a time and are not empty; a page (not
  // a mail, which is laid out by tables for Outlook's sake) has one h1 and main.
  let level = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const n = +h.tagName[1];
    if (n > level + 1) say('heading skips a level', h);
    if (!h.textContent.trim()) say('empty heading', h);
    level = n;
  }
  if (document.documentElement.dataset.kind !== 'mail') {
    if (document.querySelectorAll('h1').length !== 1) say('not one h1');
    if (document.querySelectorAll('main').length !== 1) say('not one main');
  }

  // 1.3.1: tables of data have heads that say what they head.
  for (const table of document.querySelectorAll('table')) {
    if (table.getAttribute('role') === 'presentation') continue;
    const heads = table.querySelectorAll('th');
    if (heads.length === 0) say('table without heads', table);
    for (const th of heads) if (!th.getAttribute('scope') || !th.textContent.trim()) say('head without scope or text', th);
  }

  // 2.4.4, 4.1.1, 2.2.1
  for (const a of document.querySelectorAll('a')) if (!a.textContent.trim()) say('link without words', a);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) say('an id is used twice');
  if (document.querySelector('meta[http-equiv=refresh i]')) say('reloads by itself');
  const viewport = document.querySelector('meta[name=viewport]');
  if (viewport && /user-scalable\s*=\s*no|maximum-scale/.test(viewport.content)) say('cannot be enlarged');

  // 1.4.10: nothing wider than the window.
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth + 1) say('wider than the window, ' + root.scrollWidth + ' > ' + window.innerWidth);

  // 1.4.3: contrast of text against the nearest background that is not
  // transparent; 4.5:1, or 3:1 for 24 px, or 18.66 px in bold.
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = c => {
    const f = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
  };
  const background = el => {
    for (; el; el = el.parentElement) {
      const c = parse(getComputedStyle(el).backgroundColor);
      if (c[3] > 0.99) return c;
    }
    return [255, 255, 255, 1];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = 99;
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), el = walk.currentNode.parentElement;
    if (!text || text === '■' || !shown(el) || ['SCRIPT', 'STYLE', 'TITLE'].includes(el.tagName)) continue;
    const s = getComputedStyle(el), svg = el.closest('svg');
    const fore = parse(svg ? s.fill : s.color), back = background(svg ? svg.parentElement : el);
    const a = light(fore), b = light(back), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || size >= 18.66 && +s.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) say('contrast ' + ratio.toFixed(2) + ' of “' + text.slice(0, 20) + '”', el);
    if (!svg) smallest = Math.min(smallest, size);
  }
  if (smallest < 12) say('text of ' + smallest + ' px');
  return wrong;
})()
