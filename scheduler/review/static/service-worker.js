// Keeps the list of today readable without a network, and nothing else of what people see: one page and our own files.
// What is kept goes as soon as a login is asked for: at logout, after a session, before another person comes in.
const KEPT = "futurewatch-today";
const LATER = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>断线了</title><h1>断线了</h1><p>这一页没有存下。<a href="/">看存下的今日</a></p></html>`;

const isToday = (url) => url.origin === location.origin && url.pathname === "/" && !url.search;
const isFile = (url) => url.origin === location.origin && url.pathname.startsWith("/static/");
const forget = () => caches.delete(KEPT);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname === "/-/logout") event.waitUntil(forget());
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (isFile(url) && url.search) event.respondWith(file(event.request));
});

async function page(request, url) {
  try {
    const answer = await fetch(request);
    if (new URL(answer.url || request.url).pathname.startsWith("/-/log") || url.pathname.startsWith("/-/log")) await forget();
    else if (isToday(url) && answer.ok && !answer.redirected && answer.type === "basic") {
      const kept = await caches.open(KEPT);
      await kept.put("/", answer.clone());
    }
    return answer;
  } catch {
    const known = isToday(url) && await caches.match("/", { cacheName: KEPT });
    return known || new Response(LATER, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  }
}

// A file's address changes with the file, so that what is kept is what was asked for.
async function file(request) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) {
    const name = new URL(request.url).pathname;
    for (const old of await kept.keys()) if (new URL(old.url).pathname === name) await kept.delete(old);
    await kept.put(request, answer.clone());
  }
  return answer;
}
