const pause = 40;

// Tells the server how wide the figure is, and where the pointer is: at most 25 times a second, only the last place.
export function attach(root, overlay, figure, hover) {
  let gone = false;
  let width = 0;
  // A figure that has left the page has nobody to tell, and nobody minds.
  const tell = (who, what, ...rest) => who.invokeMethodAsync(what, ...rest).catch(error => {
    if (!gone && root.isConnected) {
      throw error;
    }
  });
  const measure = () => {
    const now = Math.round(root.clientWidth);
    if (now > 0 && Math.abs(now - width) > 4) {
      width = now;
      tell(figure, 'Measured', now);
    }
  };
  let settled;
  const resized = new ResizeObserver(() => {
    clearTimeout(settled);
    settled = setTimeout(measure, width === 0 ? 0 : 150);
  });
  resized.observe(root);

  let place = null;
  let waiting = false;
  const send = () => {
    waiting = false;
    if (place && !gone) {
      const at = place;
      place = null;
      waiting = true;
      const next = () => setTimeout(send, pause);
      hover.invokeMethodAsync('Pointed', at.x, at.y).then(next, next);
    }
  };
  const moved = event => {
    const box = overlay.getBoundingClientRect();
    if (box.width > 0 && box.height > 0) {
      place = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      if (!waiting) {
        send();
      }
    }
  };
  const left = () => {
    place = null;
    if (!gone) {
      tell(hover, 'Left');
    }
  };
  const pressed = event => {
    if (['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) {
      event.preventDefault();
    }
  };
  overlay.addEventListener('pointermove', moved);
  overlay.addEventListener('pointerdown', moved);
  overlay.addEventListener('pointerleave', left);
  overlay.addEventListener('keydown', pressed);
  return {
    detach() {
      gone = true;
      clearTimeout(settled);
      resized.disconnect();
      overlay.removeEventListener('pointermove', moved);
      overlay.removeEventListener('pointerdown', moved);
      overlay.removeEventListener('pointerleave', left);
      overlay.removeEventListener('keydown', pressed);
    }
  };
}

export function open(dialog) {
  if (!dialog.open) {
    dialog.showModal();
  }
}

export function close(dialog) {
  dialog.close();
}

export async function save(name, type, stream) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await stream.arrayBuffer()], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
