/* Dialogs: one <dialog> per purpose; the browser keeps focus inside and handles Esc. */
(() => {
  "use strict";

  /** Opens a modal dialog with a title and a close button; removed when closed. */
  site.openDialog = (title, content, className = "") => {
    const opener = document.activeElement;
    const close = site.make("button", { type: "button", className: "btn-close" });
    close.setAttribute("aria-label", site.text("close"));
    const heading = site.make("h2", { className: "dialog-title", id: "dialog-title" }, title);
    const dialog = site.make("dialog", { className: `dialog ${className}` },
      site.make("header", { className: "dialog-header" }, heading, close), content);
    dialog.setAttribute("aria-labelledby", "dialog-title");
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); opener?.focus?.(); });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };

  /** A short message at the foot of the page, announced by screen readers. */
  site.toast = (sentence, isError = false) => {
    document.getElementById("toast")?.remove();
    const toast = site.make("div", { id: "toast", className: isError ? "toast-line is-error" : "toast-line" }, sentence);
    toast.setAttribute("role", isError ? "alert" : "status");
    document.body.append(toast);
    setTimeout(() => toast.remove(), 6000);
  };

  function confirmed(element) {
    return new Promise((resolve) => {
      const danger = element.dataset.confirmStyle === "danger";
      const yes = site.make("button", { type: "button", className: `btn btn-${danger ? "danger" : "primary"}` },
        element.dataset.confirmLabel || site.text("ok"));
      const no = site.make("button", { type: "button", className: "btn btn-quiet" }, site.text("cancel"));
      const body = site.make("div", { className: "dialog-body" },
        site.make("p", {}, element.dataset.confirm), site.make("div", { className: "dialog-buttons" }, no, yes));
      const dialog = site.openDialog(element.dataset.confirmTitle || site.text("confirm"), body, "dialog-small");
      let answer = false;
      yes.addEventListener("click", () => { answer = true; dialog.close(); });
      no.addEventListener("click", () => dialog.close());
      dialog.addEventListener("close", () => resolve(answer));
      no.focus();
    });
  }

  const agreed = new WeakSet();

  async function ask(event, element) {
    if (agreed.delete(element)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await confirmed(element)) {
      agreed.add(element);
      if (element instanceof HTMLFormElement) element.requestSubmit(event.submitter ?? undefined);
      else element.click();
    }
  }

  // Captured, so that nothing else acts on the click before the person has agreed.
  site.on("click", "a[data-confirm], button[data-confirm]", ask, true);
  site.on("submit", "form[data-confirm]", ask, true);

  site.on("click", "[data-lightbox]", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    const inner = link.querySelector("img");
    const picture = site.make("img", { src: link.href, alt: inner?.alt ?? "" });
    site.openDialog(picture.alt, site.make("div", { className: "dialog-picture" }, picture), "dialog-wide");
  });
})();
