// Completion in the text of a formula. The list is filled here: a round trip per keystroke would be felt.

const shown = 12;

/** Completes words in the textarea of a frame; the list beside it is ours to fill. */
export function attach(frame) {
  const area = frame.querySelector("textarea");
  const list = frame.querySelector("[role=listbox]");
  let words = [];
  let found = [];
  let chosen = 0;
  let from = 0;

  const close = () => {
    list.hidden = true;
    found = [];
    area.removeAttribute("aria-activedescendant");
  };

  const put = (text, start) => {
    area.setRangeText(text, start, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    close();
  };

  const draw = () => {
    list.replaceChildren(...found.map((word, place) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${place}`;
      item.role = "option";
      item.ariaSelected = String(place === chosen);
      const hint = document.createElement("span");
      hint.textContent = word.hint;
      item.append(document.createTextNode(word.text), hint);
      item.addEventListener("mousedown", e => { e.preventDefault(); put(word.text, from); });
      return item;
    }));
    list.style.top = `${area.offsetTop + area.offsetHeight + 2}px`;
    list.hidden = false;
    area.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const look = () => {
    const before = area.value.slice(0, area.selectionStart);
    // Inside of 'text' nothing is completed.
    const inText = (before.match(/'/g) ?? []).length % 2 === 1;
    const typed = inText || area.selectionStart !== area.selectionEnd ? null : before.match(/"?[\p{L}_][\p{L}\p{N}_.]*$/u);
    if (!typed) {
      close();
      return;
    }

    from = before.length - typed[0].length;
    const key = typed[0].replace(/^"/, "").toLowerCase();
    const names = words.filter(w => (w.find ?? w.text).toLowerCase().includes(key) && w.text !== typed[0]);
    found = names.sort((a, b) => Number((b.find ?? b.text).toLowerCase().startsWith(key)) - Number((a.find ?? a.text).toLowerCase().startsWith(key))).slice(0, shown);
    chosen = 0;
    if (found.length === 0) {
      close();
    } else {
      draw();
    }
  };

  area.addEventListener("input", e => { if (e.isTrusted) look(); });
  area.addEventListener("blur", close);
  area.addEventListener("keydown", e => {
    if (list.hidden) {
      return;
    }

    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      chosen = (chosen + (e.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (e.key === "Enter" || e.key === "Tab") {
      put(found[chosen].text, from);
    } else if (e.key === "Escape") {
      close();
    } else {
      return;
    }

    e.preventDefault();
    e.stopPropagation();
  });

  return {
    learn: known => { words = known; },
    insert: text => put(text, area.selectionStart),
  };
}
