/* The picker: a dialog filled by the server, whose choice goes into a hidden input. */
(() => {
  "use strict";

  function address(button) {
    const target = new URL(button.dataset.picker, location.href);
    if (button.dataset.pickerParams) {
      for (const input of document.querySelectorAll(button.dataset.pickerParams)) {
        if (input.value) target.searchParams.set(input.name, input.value);
      }
    }
    return target.pathname + target.search;
  }

  function choose(field, value, label) {
    const hidden = field.querySelector("[data-picker-value]");
    const display = field.querySelector("[data-picker-display]");
    const isChanged = hidden.value !== value;
    hidden.value = value;
    display.textContent = label || display.dataset.empty;
    display.classList.toggle("is-empty", !label);
    field.querySelector(".picker-box").classList.remove("is-invalid");
    field.querySelector(".field-error")?.remove();
    field.querySelector("[data-picker]").removeAttribute("aria-invalid");
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    if (isChanged) emptyWhatDependsOn(hidden);
  }

  // Units are offered for a region and departments for a unit: another one makes them void.
  function emptyWhatDependsOn(hidden) {
    for (const button of document.querySelectorAll("[data-picker-params]")) {
      if (hidden.matches(button.dataset.pickerParams)) choose(button.closest("[data-picker-field]"), "", "");
    }
  }

  site.on("click", "[data-picker]", (event, button) => {
    event.preventDefault();
    event.stopPropagation();
    const place = site.make("div", { className: "picker-fragment", id: "picker-fragment" });
    const dialog = site.openDialog(button.dataset.pickerTitle, site.make("div", { className: "dialog-body" }, place), "dialog-picker");
    dialog.addEventListener("click", (inner) => {
      const row = inner.target.closest("[data-pick]");
      if (!row) return;
      choose(button.closest("[data-picker-field]"), row.dataset.pick, row.dataset.pickLabel);
      dialog.close();
    });
    htmx.ajax("GET", address(button), { target: place, swap: "outerHTML" })
      .then(() => dialog.querySelector("[type=search]")?.focus());
  }, true);

  // The fragment is replaced while one types: the caret stays where it was.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "picker-fragment") return;
    const typed = document.activeElement?.id === "picker-query" ? document.activeElement.value : null;
    if (typed === null) return;
    document.addEventListener("htmx:afterSettle", () => {
      const input = document.getElementById("picker-query");
      if (!input) return;
      input.value = typed;
      input.focus();
      input.setSelectionRange(typed.length, typed.length);
    }, { once: true });
  });

  // Arrow keys walk through the rows.
  site.on("keydown", ".picker-fragment", (event, fragment) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [fragment.querySelector("[type=search]"), ...fragment.querySelectorAll("[data-pick]")];
    const here = stops.indexOf(document.activeElement);
    const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  });
})();
