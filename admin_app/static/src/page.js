/* The page around the forms and lists. */
(() => {
  "use strict";

  site.on("click", "[data-dismiss]", (_, button) => button.closest(".note")?.remove());
  site.on("click", "[data-print]", () => window.print());

  // What answered a form is no page to come back to: the way back leads to one that can be asked for.
  const settled = document.querySelector("[data-settled-at]");
  if (settled) history.replaceState(history.state, "", settled.dataset.settledAt);

  // Changes the page where it is, so that nothing typed is lost, and lets the server know.
  site.on("click", "[data-theme-toggle]", (event, button) => {
    event.preventDefault();
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    const sent = new FormData(button.form);
    sent.set("theme", root.dataset.bsTheme);
    fetch(button.form.action, { method: "POST", body: sent, redirect: "manual" });
  });

  site.on("click", "[data-copy]", async (_, button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    site.toast(site.text("copied"));
  });

  // No styles and code from fragments: the page's policy would refuse them, and say so.
  Object.assign(htmx.config, {
    includeIndicatorStyles: false, allowEval: false, allowScriptTags: false,
    historyCacheSize: 0, attributesToSettle: ["class", "width", "height"],
  });
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token;
  });

  // Errors of fragments: the server's sentence, or the sign-in page when the session ended
  // and nothing was typed that would be lost by it.
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401 && !document.querySelector("form.form")) location.reload();
    else site.toast(site.sentence(xhr.responseText), true);
  });
  document.addEventListener("htmx:sendError", () => site.toast(site.text("offline"), true));
})();
