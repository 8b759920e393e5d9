// Scrolling and clicks of DataGridView. Everything else of the grid is decided on the server.

const keys = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Enter", " "]);

/** Lets the grid move its own cursor by keys, and tells it which cell was clicked. */
export function attach(scroll, grid) {
  scroll.addEventListener("keydown", e => {
    if (e.target === scroll && keys.has(e.key)) {
      e.preventDefault();
    }
  });

  const point = (e, open) => {
    const cell = e.target.closest("tbody td, tbody th");
    const row = cell?.parentElement?.dataset.row;
    if (row !== undefined && getSelection().isCollapsed) {
      grid.invokeMethodAsync("PointAsync", Number(row), cell.cellIndex, open || cell.cellIndex === 0);
    }
  };
  resizing(scroll, grid);
  bars(scroll, grid);
  scroll.addEventListener("click", e => point(e, false));
  scroll.addEventListener("dblclick", e => { getSelection().removeAllRanges(); point(e, true); });
}

/** Scrolls as little as needed to bring a row, and a column unless it is 0, out from under the sticky header and row numbers. */
export function reveal(scroll, row, rowHeight, column) {
  const head = scroll.querySelector("thead");
  const top = row * rowHeight;
  const room = scroll.clientHeight - head.offsetHeight - rowHeight;
  if (top < scroll.scrollTop) {
    scroll.scrollTop = top;
  } else if (top > scroll.scrollTop + room) {
    scroll.scrollTop = top - room;
  }

  revealColumn(scroll, column);
}

/** Scrolls as little as needed to bring a column out from under the row numbers. */
export function revealColumn(scroll, column) {
  const cells = scroll.querySelector("thead").rows[0].cells;
  const cell = cells[column];
  if (column > 0 && cell) {
    const left = cell.offsetLeft - cells[0].offsetWidth;
    const right = cell.offsetLeft + cell.offsetWidth - scroll.clientWidth;
    if (left < scroll.scrollLeft) {
      scroll.scrollLeft = left;
    } else if (right > scroll.scrollLeft) {
      scroll.scrollLeft = right;
    }
  }
}

export function focus(scroll) {
  scroll.focus({ preventScroll: true });
}

/** The right edge of a header draws its column wider; a double click fits it. */
function resizing(scroll, grid) {
  scroll.addEventListener("dblclick", e => {
    const header = e.target.closest(".resize")?.closest("th");
    if (header) {
      grid.invokeMethodAsync("FittedAsync", Number(header.dataset.column));
    }
  });
  scroll.addEventListener("pointerdown", e => {
    const header = e.target.closest(".resize")?.closest("th");
    if (!header || e.button !== 0) {
      return;
    }

    e.preventDefault();
    const col = scroll.querySelectorAll("colgroup col")[header.cellIndex];
    const [start, from] = [e.clientX, header.offsetWidth];
    let width = from;
    const move = m => {
      width = Math.max(48, Math.round(from + m.clientX - start));
      col.style.width = `${width}px`;
    };
    const up = () => {
      removeEventListener("pointermove", move);
      if (width !== from) {
        grid.invokeMethodAsync("ResizedAsync", Number(header.dataset.column), width);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up, { once: true });
    addEventListener("pointercancel", up, { once: true });
  });
}

/** Bars of a strip: a click chooses one, drawing over them or a click with Shift a range. */
function bars(scroll, grid) {
  let last = null;
  const barAt = (strip, x) => {
    const box = strip.getBoundingClientRect();
    const slots = Math.max(Number(strip.dataset.slots), 1);
    return Math.min(Number(strip.dataset.bars) - 1, Math.max(0, Math.floor((x - box.left) / box.width * slots)));
  };
  scroll.addEventListener("pointerdown", e => {
    const strip = e.target.closest("[data-bars]");
    if (!strip || e.button !== 0) {
      return;
    }

    e.preventDefault();
    const column = Number(strip.closest("th").dataset.column);
    const from = barAt(strip, e.clientX);
    addEventListener("pointerup", u => {
      const to = barAt(strip, u.clientX);
      const start = u.shiftKey && from === to && last?.column === column ? last.bar : from;
      last = { column, bar: to };
      grid.invokeMethodAsync("BarsAsync", column, start, to);
    }, { once: true });
  });
}

/** Shows the menu of a column below its button, within the window. */
export function openMenu(buttonId, menu) {
  const button = document.getElementById(buttonId);
  if (!button) {
    return;
  }

  menu.showPopover();
  const at = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
  menu.querySelector("button, a")?.focus();
}

export function closeMenu(menu) {
  if (menu.matches(":popover-open")) {
    menu.hidePopover();
  }
}
