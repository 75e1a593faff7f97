/* The inbox: kinds ticked apart, and keys for who decides all day. Works without both. */
(() => {
  "use strict";

  const boxes = (form) => [...document.querySelectorAll(`[data-select-row][form="${form.id}"]`)];

  /** A kind's bar is there when one of its rows is ticked, or when it is the only kind. */
  function show(inbox) {
    const bars = [...inbox.querySelectorAll("[data-kind-batch]")];
    for (const bar of bars) {
      const ticked = boxes(bar).filter((box) => box.checked).length;
      bar.hidden = bars.length > 1 && !ticked;
      bar.querySelector("[data-batch-count]").textContent = ticked ? site.text("selected", ticked) : site.text("choose");
      bar.querySelectorAll("[data-batch-button]").forEach((button) => { button.disabled = !ticked; });
    }
    const rows = [...inbox.querySelectorAll("[data-select-row]")];
    rows.forEach((row) => row.closest("tr").classList.toggle("is-selected", row.checked));
    const header = inbox.querySelector("[data-select-all]");
    const count = rows.filter((row) => row.checked).length;
    if (header) {
      header.checked = count > 0 && count === rows.length;
      header.indeterminate = count > 0 && count < rows.length;
    }
  }

  site.on("change", "[data-inbox] [data-select-all]", (_, header) => {
    const inbox = header.closest("[data-inbox]");
    inbox.querySelectorAll("[data-select-row]").forEach((row) => { row.checked = header.checked; });
  });
  site.on("change", "[data-inbox]", (_, inbox) => show(inbox));
  site.onContent((root) => site.all(root, "[data-inbox]").forEach(show));
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-inbox]").forEach(show));

  const links = (inbox) => [...inbox.querySelectorAll("tbody .cell-first a")];
  const current = (inbox) => document.activeElement?.closest("[data-inbox] tbody tr")
    ?? links(inbox)[0]?.closest("tr");

  function step(inbox, by) {
    const all = links(inbox);
    const row = document.activeElement?.closest("[data-inbox] tbody tr");
    const place = row ? all.findIndex((link) => row.contains(link)) + by : 0;
    all[Math.min(Math.max(place, 0), all.length - 1)]?.focus();
  }

  function tick(inbox, row) {
    const box = row?.querySelector("[data-select-row]");
    if (box) { box.checked = !box.checked; show(inbox); }
  }

  /** Sends only this row to the first step of the action, which asks before it acts. */
  function decide(inbox, row, action) {
    const box = row?.querySelector("[data-select-row]");
    const button = box?.form?.querySelector(`[data-batch-button][value="${action}"]`);
    if (!button) return;
    inbox.querySelectorAll("[data-select-row]").forEach((other) => { other.checked = other === box; });
    show(inbox);
    button.click();
  }

  const KEYS = {
    j: (inbox) => step(inbox, 1),
    k: (inbox) => step(inbox, -1),
    x: (inbox) => tick(inbox, current(inbox)),
    a: (inbox) => decide(inbox, current(inbox), "approve"),
    r: (inbox) => decide(inbox, current(inbox), "reject"),
    "?": (inbox) => {
      const keys = inbox.querySelector("[data-keys]");
      if (!keys) return;
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    },
  };

  document.addEventListener("keydown", (event) => {
    const inbox = document.querySelector("[data-inbox]");
    if (!inbox || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // Where one types, a letter is a letter; elsewhere on the page it belongs to others.
    const place = document.activeElement;
    if (place?.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (document.querySelector("dialog[open]") || (place !== document.body && !place?.closest("main"))) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(inbox);
  });
})();
