/* The page around the forms and lists. */
(() => {
  "use strict";

  site.on("click", "[data-dismiss]", (_, button) => button.closest(".note")?.remove());
  site.on("click", "[data-print]", () => window.print());

  site.on("click", "[data-theme-toggle]", () => {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
  });

  site.on("click", "[data-copy]", async (_, button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    site.toast(site.text("copied"));
  });

  // Errors of fragments: the server's sentence, or the sign-in page when the session ended.
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 401) { location.reload(); return; }
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    site.toast(page.querySelector("[data-sentence]")?.textContent.trim() || site.text("failed"), true);
  });
  document.addEventListener("htmx:sendError", () => site.toast(site.text("offline"), true));
})();
