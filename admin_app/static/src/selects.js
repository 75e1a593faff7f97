/* Searchable selects, with options from the server where there are many. */
(() => {
  "use strict";

  function remote(select) {
    return (query, done) => {
      const address = new URL(select.dataset.remoteUrl, location.href);
      address.searchParams.set("q", query);
      fetch(address, { headers: { Accept: "application/json" } })
        .then(async (answer) => {
          if (answer.ok) return done((await answer.json()).items);
          done();
          site.toast(site.sentence(await answer.text()), true);
        })
        .catch(() => { done(); site.toast(site.text("failed"), true); });
    };
  }

  function option(data, escape) {
    const hint = data.hint ? `<small>${escape(data.hint)}</small>` : "";
    return `<div><span>${escape(data.text)}</span>${hint}</div>`;
  }

  function enhance(select) {
    if (select.tomselect) return;
    const settings = {
      plugins: select.multiple ? { remove_button: { title: site.text("remove") } } : { dropdown_input: {} },
      create: select.hasAttribute("data-create"),
      placeholder: select.dataset.placeholder ?? select.querySelector('option[value=""]')?.textContent,
      maxOptions: 300,
      // Enter right after the last key must choose what was typed, not what was shown before.
      refreshThrottle: 0,
      searchField: ["text", "hint"],
      render: {
        option,
        no_results: () => `<div class="no-results">${site.text("no_results")}</div>`,
        loading: () => `<div class="no-results">${site.text("loading")}</div>`,
      },
      onItemAdd() {
        // The next one is searched for by its own name.
        if (select.multiple) { this.setTextboxValue(""); this.refreshOptions(false); }
      },
      onInitialize() {
        // With the class of a plain select the wrapper would draw a second frame.
        this.wrapper.classList.remove("form-select");
        this.control_input.setAttribute("aria-label", site.text("search"));
        for (const name of ["aria-describedby", "aria-invalid"]) {
          if (select.hasAttribute(name)) this.control_input.setAttribute(name, select.getAttribute(name));
        }
      },
    };
    if (select.dataset.remoteUrl) {
      Object.assign(settings, { load: remote(select), preload: "focus", loadThrottle: 250, sortField: "$order" });
    }
    new TomSelect(select, settings);
  }

  site.onContent((root) => site.all(root, "select[data-tom-select]").forEach(enhance));
})();
