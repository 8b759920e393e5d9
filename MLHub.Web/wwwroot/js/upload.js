// Resumable uploads (tus 1.0). The state lives in this module, not in a page: it survives navigation inside the app and a
// lost circuit. After a reload, dropping the same file again goes on where the server's copy ends.

const endpoint = "/api/v1/uploads";
const chunkBytes = 8 * 1024 * 1024;
const retries = 8;
const tus = { "Tus-Resumable": "1.0.0" };

const items = [];
const tickets = new Map();
let panel = null;
let connected = Promise.withResolvers();
let nextId = 1;
let isWorking = false;
let lastTold = 0;
let tellTimer = 0;

/** The upload panel of the layout: told about every change, asked for tickets. */
export function connect(reference) {
  panel = reference;
  connected.resolve();
  tell(true);
}

export function disconnect() {
  panel = null;
  connected = Promise.withResolvers();
}

const checkFirst = "mlhub-check-first";

/** Whether files are looked at before they are imported; each browser keeps its own answer. */
function checksFirst() {
  return localStorage.getItem(checkFirst) === "1";
}

export function showCheckFirst(box) {
  box.checked = checksFirst();
}

// A tick counts at once: the file that is dropped next is meant by it.
document.addEventListener("change", e => {
  if (e.target.matches(".check-first input")) {
    localStorage.setItem(checkFirst, e.target.checked ? "1" : "0");
  }
});

/** Puts files into the queue. target: { workspaceId, datasetId? } */
export function add(files, where) {
  const target = { ...where, hold: checksFirst() };
  for (const file of files) {
    items.push({ id: nextId++, file, target, sent: 0, state: "queued", rate: 0, error: null, result: null, request: null });
  }
  tell(true);
  work();
}

export function pause(id) {
  const item = find(id);
  if (item && (item.state === "sending" || item.state === "queued")) {
    item.state = "paused";
    item.request?.abort();
    tell(true);
  }
}

/** Goes on after a pause or a failure. */
export function resume(id) {
  const item = find(id);
  if (item && (item.state === "paused" || item.state === "failed")) {
    Object.assign(item, { state: "queued", error: null });
    tell(true);
    work();
  }
}

/** Takes an item away; what the server has of an unfinished one is deleted. */
export async function cancel(id) {
  const item = find(id);
  if (!item) {
    return;
  }

  items.splice(items.indexOf(item), 1);
  item.state = "cancelled";
  item.request?.abort();
  tell(true);
  const key = fingerprint(item);
  const url = localStorage.getItem(key);
  if (url && !item.result) {
    localStorage.removeItem(key);
    await fetch(url, { method: "DELETE", headers: await headers(item) }).catch(() => { });
  }
}

/** Files chosen in an input, or dropped anywhere on the page while the element is in it. */
export function attachZone(element, input, target, multiple) {
  const detach = new AbortController();
  const on = (what, type, handler) => what?.addEventListener(type, handler, { signal: detach.signal });
  const take = files => add([...files].slice(0, multiple ? undefined : 1), target);
  let depth = 0;
  // A file that is let go over the row of a dataset becomes its next version.
  const rowOf = e => e.target instanceof Element ? e.target.closest("[data-drop-dataset]") : null;
  const aim = row => {
    element.querySelectorAll(".is-target").forEach(r => r !== row && r.classList.remove("is-target"));
    row?.classList.add("is-target");
  };
  const show = () => element.classList.toggle("is-over", depth > 0);
  const hasFiles = e => e.dataTransfer?.types.includes("Files");

  on(input, "change", () => { take(input.files); input.value = ""; });
  if (element) {
    on(window, "dragenter", e => { if (hasFiles(e)) { depth++; show(); } });
    on(window, "dragleave", e => { if (hasFiles(e)) { depth = Math.max(0, depth - 1); show(); if (depth === 0) { aim(null); } } });
    on(window, "dragover", e => { if (hasFiles(e)) { e.preventDefault(); e.dataTransfer.dropEffect = "copy"; aim(rowOf(e)); } });
    on(window, "drop", e => {
      if (hasFiles(e)) {
        e.preventDefault();
        depth = 0;
        show();
        const row = rowOf(e);
        aim(null);
        if (row) {
          add(filesOf(e.dataTransfer).slice(0, 1), { ...target, datasetId: row.dataset.dropDataset });
        } else {
          take(filesOf(e.dataTransfer));
        }
      }
    });
    // From now on a file that is let go is taken; before, the browser would open it.
    element.dataset.takesFiles = "";
    detach.signal.addEventListener("abort", () => delete element.dataset.takesFiles);
  }
  return { detach: () => detach.abort() };
}

// A dropped folder comes along as an unreadable file; it is left out.
function filesOf(transfer) {
  return [...transfer.items].filter(i => i.kind === "file" && !i.webkitGetAsEntry?.()?.isDirectory).map(i => i.getAsFile()).filter(Boolean);
}

async function work() {
  if (isWorking) {
    return;
  }

  isWorking = true;
  addEventListener("beforeunload", warn);
  for (let item; (item = items.find(i => i.state === "queued"));) {
    item.state = "sending";
    tell(true);
    try {
      item.result = await send(item);
      item.state = "sent";
      localStorage.removeItem(fingerprint(item));
    } catch (problem) {
      // Paused, resumed or cancelled in the meantime: then its end says nothing.
      if (item.state === "sending") {
        item.state = "failed";
        item.error = problem.message;
      }
    }
    tell(true);
  }
  isWorking = false;
  removeEventListener("beforeunload", warn);
}

function warn(e) {
  e.preventDefault();
}

async function send(item) {
  if (item.file.size === 0) {
    throw new Error("The file is empty. Choose one with a header and at least one row.");
  }

  let answer = await open(item);
  let failures = 0;
  while (!answer.result) {
    try {
      answer = await patch(item, answer);
      failures = 0;
    } catch (problem) {
      if (item.state !== "sending" || !problem.mayRetry || ++failures > retries) {
        throw problem;
      }
      await waitBefore(failures, item, problem);
      answer = await head(item, answer.url) ?? await create(item);
    }
    item.sent = answer.offset;
    tell();
  }
  return answer.result;
}

async function open(item) {
  for (let failures = 0; ;) {
    try {
      const known = localStorage.getItem(fingerprint(item));
      const answer = (known && await head(item, known)) || await create(item);
      item.sent = answer.offset;
      return answer;
    } catch (problem) {
      if (item.state !== "sending" || !problem.mayRetry || ++failures > retries) {
        throw problem;
      }
      await waitBefore(failures, item, problem);
    }
  }
}

async function create(item) {
  const { target, file } = item;
  const metadata = { workspaceId: target.workspaceId, filename: file.name };
  if (target.datasetId) {
    metadata.datasetId = target.datasetId;
  }
  if (target.hold) {
    metadata.hold = "1";
  }
  const response = await call(item, endpoint, "POST", {
    "Upload-Length": file.size,
    "Upload-Metadata": Object.entries(metadata).map(([key, value]) => `${key} ${base64(value)}`).join(","),
  });
  const url = new URL(response.headers.get("Location"), location.href).pathname;
  localStorage.setItem(fingerprint(item), url);
  return { url, offset: 0, result: null };
}

/** How far the server is; null when it knows the upload no longer. */
async function head(item, url) {
  try {
    const response = await call(item, url, "HEAD", {});
    return { url, offset: Number(response.headers.get("Upload-Offset")), result: resultOf(item, url, name => response.headers.get(name)) };
  } catch (problem) {
    if ([400, 403, 404, 410].includes(problem.status)) {
      localStorage.removeItem(fingerprint(item));
      return null;
    }
    throw problem;
  }
}

async function call(item, url, method, more) {
  let response;
  try {
    response = await fetch(url, { method, headers: { ...await headers(item), ...more }, cache: "no-store" });
  } catch {
    throw unreachable();
  }
  if (!response.ok) {
    throw refused(item, response.status, await response.text());
  }
  return response;
}

// fetch cannot tell how much of a body has gone; XMLHttpRequest can.
async function patch(item, { url, offset }) {
  const part = item.file.slice(offset, offset + chunkBytes);
  const all = await headers(item);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = item.request = new XMLHttpRequest();
    request.open("PATCH", url);
    for (const [name, value] of Object.entries({ ...all, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" })) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = e => {
      item.sent = offset + e.loaded;
      measure(item, e.loaded, started);
      tell();
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        measure(item, part.size, started);
        resolve({ url, offset: Number(request.getResponseHeader("Upload-Offset")), result: resultOf(item, url, name => request.getResponseHeader(name)) });
      } else {
        reject(refused(item, request.status, request.responseText));
      }
    };
    request.onerror = request.onabort = () => reject(unreachable());
    request.send(part);
  }).finally(() => item.request = null);
}

function measure(item, bytes, started) {
  const now = bytes / Math.max(0.05, (performance.now() - started) / 1000);
  item.rate = item.rate ? item.rate * 0.8 + now * 0.2 : now;
}

// An upload that is held has a page of its own and becomes nothing by itself.
function resultOf(item, url, header) {
  const datasetId = header("X-Dataset-Id");
  if (!datasetId && item.target.hold && Number(header("Upload-Offset")) === item.file.size) {
    return { uploadId: url.split("/").pop() };
  }
  return datasetId ? { datasetId, version: Number(header("X-Dataset-Version")), jobId: header("X-Job-Id") } : null;
}

async function headers(item) {
  const { workspaceId, datasetId } = item.target;
  const place = placeOf(item);
  if (!tickets.has(place)) {
    await connected.promise;
    const answer = await panel.invokeMethodAsync("TicketAsync", workspaceId, datasetId ?? null);
    if (answer.error) {
      throw new Error(answer.error);
    }
    tickets.set(place, answer.ticket);
  }
  return { ...tus, "X-Upload-Ticket": tickets.get(place) };
}

// Some may send to one dataset of a workspace and nowhere else in it.
function placeOf({ target }) {
  return `${target.workspaceId}:${target.datasetId ?? ""}`;
}

function unreachable() {
  return Object.assign(new Error("The server cannot be reached. What has arrived is kept: try again when the network is back."), { mayRetry: true });
}

function refused(item, status, body) {
  let problem = {};
  try {
    problem = JSON.parse(body);
  } catch {
    // A proxy may answer in its own words.
  }
  if (status === 401) {
    tickets.delete(placeOf(item));
  }
  const text = problem.detail ?? `The server refused the upload (${status}).`;
  const isOutOfStep = problem.code === "UPLOAD_OFFSET" || problem.code === "UPLOAD_BUSY";
  return Object.assign(new Error(text), { status, mayRetry: isOutOfStep || [401, 429].includes(status) || (status >= 500 && status !== 507) });
}

async function waitBefore(failures, item, problem) {
  item.rate = 0;
  tell(true);
  await new Promise(resolve => setTimeout(resolve, Math.min(30_000, 500 * 2 ** failures)));
  if (item.state !== "sending") {
    throw problem;
  }
}

function fingerprint({ file, target }) {
  return `mlhub-upload${target.hold ? "-held" : ""}:${target.workspaceId}:${target.datasetId ?? ""}:${file.name}:${file.size}:${file.lastModified}`;
}

function base64(text) {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}

function find(id) {
  return items.find(i => i.id === id);
}

/** At most four times a second, except for changes of state. */
function tell(now = false) {
  clearTimeout(tellTimer);
  const wait = now ? 0 : lastTold + 250 - Date.now();
  if (wait > 0) {
    tellTimer = setTimeout(tell, wait);
    return;
  }

  lastTold = Date.now();
  panel?.invokeMethodAsync("ShowAsync", items.map(i => ({
    id: i.id, name: i.file.name, size: i.file.size, sent: i.sent, state: i.state, rate: i.rate, error: i.error,
    workspaceId: i.target.workspaceId, datasetId: i.result?.datasetId ?? null, version: i.result?.version ?? 0, jobId: i.result?.jobId ?? null,
    uploadId: i.result?.uploadId ?? null,
  }))).catch(() => { });
}
