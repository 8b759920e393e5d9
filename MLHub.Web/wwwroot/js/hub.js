// Keyboard, focus, files: the little that cannot be said in C#.
const typing = target => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
let pending = '', pendingTimer = 0;

/** Listens for the given key sequences ("g d", "ctrl+k", "/") and reports those alone: other keys never reach the server. */
export function listen(dotnet, sequences) {
  // The circuit has drawn the page: what is pressed from now on is heard.
  document.documentElement.dataset.live = '';
  const known = new Set(sequences);
  const onKey = e => {
    if (e.isComposing) return;
    const combined = (e.ctrlKey || e.metaKey ? 'ctrl+' : '') + (e.key.length === 1 ? e.key.toLowerCase() : e.key);
    if (e.altKey || (typing(e.target) && !combined.startsWith('ctrl+'))) return;
    const sequence = pending ? `${pending} ${combined}` : combined;
    clearTimeout(pendingTimer);
    pending = '';
    const hit = known.has(sequence) ? sequence : known.has(combined) ? combined : null;
    if (hit) {
      e.preventDefault();
      dotnet.invokeMethodAsync('PressAsync', hit);
    } else if ([...known].some(k => k.startsWith(combined + ' '))) {
      pending = combined;
      pendingTimer = setTimeout(() => { pending = ''; }, 1200);
    }
  };
  document.addEventListener('keydown', onKey);
  return { stop: () => document.removeEventListener('keydown', onKey) };
}

export function reveal(id) { document.getElementById(id)?.scrollIntoView({ block: 'center', inline: 'center', behavior: 'smooth' }); }

export function focus(selector) { document.querySelector(selector)?.focus(); }

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* no permission, or plain http */ }
  const area = Object.assign(document.createElement('textarea'), { value: text });
  area.style.cssText = 'position:fixed;opacity:0';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

export function download(name, type, text, base64) {
  const bytes = base64 ? Uint8Array.from(atob(text), c => c.charCodeAt(0)) : text;
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([bytes], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The workspace that the front door leads to next time. */
export function remember(workspace) { document.cookie = `mlhub-workspace=${encodeURIComponent(workspace)}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`; }
