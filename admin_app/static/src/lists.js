/* Lists: ticking rows, batch buttons, filters that apply themselves. */
(() => {
  "use strict";

  function show(batch) {
    const rows = [...batch.querySelectorAll("[data-select-row]")];
    const ticked = rows.filter((row) => row.checked);
    const everything = batch.querySelector("[data-select-everything]");
    const header = batch.querySelector("[data-select-all]");
    if (header) {
      header.checked = rows.length > 0 && ticked.length === rows.length;
      header.indeterminate = ticked.length > 0 && ticked.length < rows.length;
    }
    const whole = Boolean(everything?.checked);
    rows.forEach((row) => row.closest("tr")?.classList.toggle("is-selected", row.checked || whole));
    const count = batch.querySelector("[data-batch-count]");
    if (count) {
      count.textContent = whole ? site.text("selected_all", everything.dataset.total)
        : ticked.length ? site.text("selected", ticked.length) : site.text("choose");
    }
    batch.querySelectorAll("[data-batch-button]").forEach((button) => { button.disabled = !whole && !ticked.length; });
    batch.classList.toggle("has-selection", whole || ticked.length > 0);
  }

  site.on("change", "[data-batch] [data-select-all]", (_, header) => {
    const batch = header.closest("[data-batch]");
    batch.querySelectorAll("[data-select-row]").forEach((row) => { row.checked = header.checked; });
  });
  site.on("change", "[data-batch]", (_, batch) => show(batch));
  site.onContent((root) => site.all(root, "[data-batch]").forEach(show));
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-batch]").forEach(show));

  // On a phone the head of a table is out of sight: each cell is told apart by its name.
  site.onContent((root) => site.all(root, ".list-table.is-dense").forEach((table) => {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent.trim());
    const cells = [...table.tBodies].flatMap((body) => [...body.rows]).flatMap((row) => [...row.cells]);
    cells.forEach((cell) => {
      if (!("label" in cell.dataset) && !cell.matches(".cell-select")) cell.dataset.label = names[cell.cellIndex] ?? "";
    });
  }));
  // What was cut to one line is told whole to who points at it.
  site.on("mouseover", ".list-table :is(.cell-clip, .cell-short)", (_, cell) => {
    if (cell.scrollWidth > cell.clientWidth) cell.title ||= cell.textContent.trim();
  });

  // Of tabs that do not fit beside each other, the present one is seen.
  site.onContent((root) => site.all(root, "[data-tabs] [aria-current]").forEach((tab) => {
    const bar = tab.closest("[data-tabs]");
    const { left, width } = tab.getBoundingClientRect();
    bar.scrollLeft += left + width / 2 - bar.getBoundingClientRect().left - bar.clientWidth / 2;
  }));

  let waiting;
  function apply(form, delay) {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.isConnected && form.requestSubmit(), delay);
  }
  site.on("change", "form[data-autosubmit] :is(select, input:not([type=search], [type=text]))", (_, input) => apply(input.form, 0));
  site.on("input", "form[data-autosubmit] :is([type=search], [type=text])", (event, input) => {
    if (!event.isComposing) apply(input.form, 400);
  });
  // Chinese input is complete only when the candidate has been chosen.
  site.on("compositionend", "form[data-autosubmit] input", (_, input) => apply(input.form, 400));

  // On a phone the filters begin folded, unless one of them is at work.
  const narrow = window.matchMedia("(max-width: 767.98px)");
  site.onContent((root) => site.all(root, "[data-fold]").forEach((fold) => {
    fold.open = !narrow.matches || fold.querySelector("[data-in-use]") !== null;
  }));
  narrow.addEventListener?.("change", () => document.querySelectorAll("[data-fold]").forEach((fold) => {
    if (!narrow.matches) fold.open = true;
  }));

  // A branch of a tree comes when it is first opened; then it is only shown and hidden.
  site.on("click", "[data-tree-toggle]", (event, toggle) => {
    event.preventDefault();
    const branch = document.getElementById(toggle.getAttribute("aria-controls"));
    branch.hidden = !branch.hidden;
    toggle.setAttribute("aria-expanded", String(!branch.hidden));
    if (!branch.hidden && !branch.childElementCount) {
      htmx.ajax("GET", toggle.href, { target: branch, swap: "innerHTML" });
    }
  });

  // Empty filters would only make the address long.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.matches?.("form[data-autosubmit]")) return;
    for (const [name, value] of [...event.detail.formData.entries()]) {
      if (value === "") event.detail.formData.delete(name);
    }
  });
})();
