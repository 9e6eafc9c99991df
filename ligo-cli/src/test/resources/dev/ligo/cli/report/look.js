// What is wrong with the text of a page as it is shown now, a sentence each.
(() => {
  const faults = [];
  const quoted = (text) => "'" + text.trim().replace(/\s+/g, " ").slice(0, 60) + "'";
  const crossing = (a, b) => ({
    width: Math.min(a.right, b.right) - Math.max(a.left, b.left),
    height: Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top),
  });
  const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;

  const wide = document.documentElement.scrollWidth;
  if (wide > document.documentElement.clientWidth) {
    faults.push("the page is " + wide + " pixels wide, the window " + document.documentElement.clientWidth);
  }

  // A sheet of A4 is 297 mm high, its margins 14 mm each; 96 pixels are 25.4 mm.
  if (matchMedia("print").matches) {
    const heading = document.querySelector("h1").getBoundingClientRect();
    if (heading.height === 0 || heading.top < 0 || heading.bottom > ((297 - 28) / 25.4) * 96) {
      faults.push("the heading is not on the first sheet");
    }
  }

  /** What hides what is outside of it: an element that clips, or the clip path of a drawing. */
  function limits(element) {
    const all = [];
    for (let e = element; e !== null && e !== document.body; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.overflowX !== "visible" && style.display !== "inline") {
        all.push(e.getBoundingClientRect());
      }
      if (e.hasAttribute("clip-path")) {
        all.push(e.ownerSVGElement.querySelector(".frame").getBoundingClientRect());
      }
    }
    return all;
  }

  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === "" || element.closest("script, style, noscript, title")) {
      continue;
    }
    const style = getComputedStyle(element);
    if (style.visibility !== "visible" || style.opacity === "0") {
      continue;
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) {
        continue;
      }
      const clips = limits(element);
      if (clips.some((c) => crossing(rect, c).width <= 0 || crossing(rect, c).height <= 0)) {
        if (!element.closest("[clip-path]")) {
          faults.push("hidden: " + quoted(node.data)); // drawings may leave out what is not in view
        }
        continue;
      }
      if (clips.some((c) => !within(rect, c)) || rect.left < -1 || rect.right > innerWidth + 1) {
        faults.push("cut: " + quoted(node.data));
      }
      pieces.push({ rect, node });
    }
  }

  pieces.sort((a, b) => a.rect.top - b.rect.top);
  pieces.forEach((a, i) => {
    for (let j = i + 1; j < pieces.length && pieces[j].rect.top < a.rect.bottom; j++) {
      const b = pieces[j];
      const shared = crossing(a.rect, b.rect);
      if (a.node !== b.node && shared.width > 2 && shared.height > 3) {
        faults.push("overlap: " + quoted(a.node.data) + " and " + quoted(b.node.data));
      }
    }
  });

  document.querySelectorAll(".methods td[data-label]").forEach((cell) => {
    if (cell.getClientRects().length === 0) {
      faults.push("hidden: " + cell.dataset.label + " of " + quoted(cell.parentElement.firstChild.textContent));
    }
  });
  return faults;
})();
