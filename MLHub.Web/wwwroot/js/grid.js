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

  const cells = head.rows[0].cells;
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
