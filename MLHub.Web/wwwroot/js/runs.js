// Where the run table is scrolled to. Everything else of it is decided on the server.

/** Tells the table when it leaves its top, and when it comes back there. */
export function watch(grid, table) {
  let below = null;
  const tell = () => {
    const now = grid.scrollTop > 4;
    if (now !== below) {
      below = now;
      table.invokeMethodAsync("ScrolledAsync", below);
    }
  };
  grid.addEventListener("scroll", tell, { passive: true });
  tell();
}

export function scrollTo(grid, top) {
  grid.scrollTop = top;
}
