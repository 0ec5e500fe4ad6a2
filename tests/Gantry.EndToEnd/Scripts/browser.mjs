// Somebody who signs in: opens an address, fills in the forms that come, and follows where it is sent.
// browser.mjs FOLDER-OF-MODULES ADDRESS FIELD=VALUE…     the last page is printed
const [, , , address, ...given] = process.argv;
const known = Object.fromEntries(given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
const cookies = new Map();
const plain = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#x2F;', '/').replaceAll('&#x3D;', '=');

async function open(url, form) {
  for (let hops = 0; hops < 20; hops++) {
    // Browsers keep cookies by host, whatever the port.
    const jar = cookies.get(url.hostname) ?? new Map();
    cookies.set(url.hostname, jar);
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET', body: form, redirect: 'manual',
      headers: { accept: 'text/html', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';')[0];
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const to = response.headers.get('location');
    if (!to) return { url, status: response.status, text: await response.text() };
    url = new URL(to, url);
    form = undefined;
  }
  throw new Error('redirects without end');
}

let page = await open(new URL(address));
for (let forms = 0; forms < 8; forms++) {
  const form = /<form([^>]*)>([\s\S]*?)<\/form>/i.exec(page.text);
  if (!form) break;
  const fields = new URLSearchParams();
  for (const [, tag] of form[2].matchAll(/<(?:input|button)([^>]*)>/gi)) {
    const value = (name) => { const found = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag); return found && plain(found[1]); };
    const name = value('name');
    if (name && value('type') !== 'checkbox') fields.set(name, known[name] ?? value('value') ?? '');
  }
  const action = /\baction="([^"]*)"/i.exec(form[1]);
  page = await open(new URL(action ? plain(action[1]) : page.url, page.url), fields);
}
console.log(`${page.status} ${page.url.origin}${page.url.pathname}\n${page.text}`);
