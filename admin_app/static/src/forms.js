/* Forms: messages beside the fields, one submission per click, focus on the first error. */
(() => {
  "use strict";

  function complaint(input) {
    const { validity } = input;
    const start = input.closest(".period")?.querySelector("input") ?? input;
    if (start !== input) input.min = (start.validity.valid && start.value) || start.min;
    if (validity.valid) return "";
    if (validity.valueMissing) return site.text("required");
    if (validity.tooShort) return site.text("too_short");
    // Of limits the browser tells which they are.
    return validity.typeMismatch || validity.patternMismatch ? site.text("invalid") : input.validationMessage;
  }

  /** Shows or removes the message of one field; the server's wording is replaced too. */
  function mark(control, sentence) {
    const field = control.closest(".field");
    if (!field) return;
    let note = field.querySelector(".field-error");
    const group = field.tagName === "FIELDSET" ? field : control;
    group.classList.toggle("is-invalid", Boolean(sentence));
    control.tomselect?.wrapper.classList.toggle("is-invalid", Boolean(sentence));
    field.querySelector(".picker-box")?.classList.toggle("is-invalid", Boolean(sentence));
    if (!sentence) {
      group.removeAttribute("aria-invalid");
      note?.remove();
      return;
    }
    if (!note) {
      note = site.make("div", { className: "field-error", id: `${control.id || control.name}-error` });
      field.append(note);
    }
    note.textContent = sentence;
    group.setAttribute("aria-invalid", "true");
    group.setAttribute("aria-describedby", note.id);
  }

  function focus(control) {
    // A list that opens by itself would cover what is said of the field.
    (control.tomselect?.focus_node ?? control).focus();
  }

  function faults(form) {
    const found = [];
    const seen = new Set();
    for (const control of form.elements) {
      let sentence = "";
      if (control.dataset.required) {
        sentence = document.getElementById(control.dataset.required)?.value ? "" : site.text("required");
      } else if (control.willValidate && !control.matches("button, [data-skip-check]")) {
        if (control.type === "radio" && seen.has(control.name)) continue;
        seen.add(control.name);
        sentence = complaint(control);
      } else {
        continue;
      }
      if (sentence) { mark(control, sentence); found.push(control); }
    }
    return found;
  }

  site.on("submit", "form[data-validate]", (event, form) => {
    if (event.submitter?.formNoValidate) return;
    const [first] = faults(form);
    if (!first) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    focus(first);
  }, true);

  // Many a keyboard for Chinese types digits at full width.
  site.on("change", "input[inputmode=numeric]", (_, input) => {
    input.value = input.value.normalize("NFKC").trim();
  });

  // While one types, not on leaving: the note that vanishes then would move the button
  // from under the pointer that presses it.
  site.on("input", "form[data-validate] :is(input, select, textarea)", (_, control) => {
    if (!complaint(control)) mark(control, "");
  });

  // Who leaves what they have filled in, but by one of the form's own ways, is asked first.
  let isUnsaved = false;
  for (const type of ["input", "change"]) {
    site.on(type, "form[data-unsaved]", () => { isUnsaved = true; });
  }
  site.on("submit", "form[data-unsaved]", () => { isUnsaved = false; });
  site.on("click", "form[data-unsaved] .submit-row a", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => isUnsaved && event.preventDefault());

  // A second press while the first is under way would file the record twice.
  site.on("submit", "form[data-submit-once]", (event, form) => {
    if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    event.submitter?.classList.add("is-busy");
  });

  function release(root) {
    for (const form of site.all(root, "form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy"));
    }
  }
  window.addEventListener("pageshow", (event) => event.persisted && release(document));
  document.addEventListener("htmx:afterRequest", (event) => release(event.target));

  // A form that had to wait for the own password goes on as soon as its page is back.
  site.onContent((root) => {
    for (const note of site.all(root, "[data-sends]")) {
      document.getElementById(note.dataset.sends)?.submit();
    }
  });

  site.onContent((root) => {
    const summary = site.all(root, "[data-error-summary]")[0];
    const first = site.all(root, "[aria-invalid=true]")[0];
    if (first) focus(first);
    else summary?.focus();
  });

  site.on("click", "[data-error-summary] a", (event, link) => {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    focus(target);
    target.closest(".field")?.scrollIntoView({ block: "center" });
  });

  site.on("click", "[data-toggle-password]", (_, button) => {
    const input = document.querySelector(button.dataset.togglePassword);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.setAttribute("aria-label", site.text(shown ? "show_password" : "hide_password"));
  });

  site.on("click", "[data-captcha]", (_, button) => {
    const image = document.querySelector(button.dataset.captcha);
    const address = new URL(image.src, location.href);
    address.searchParams.set("r", String(Date.now()));
    image.src = address;
    const input = button.closest(".captcha").querySelector("input");
    input.value = "";
    input.focus();
  });

  // A click on a usual reason writes it down; further ones follow it.
  site.on("click", "[data-fill]", (_, button) => {
    const field = document.querySelector(button.dataset.fill);
    const text = button.textContent.trim();
    if (field.value.includes(text)) return;
    field.value = field.value.trim() ? `${field.value.trim()}；${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
