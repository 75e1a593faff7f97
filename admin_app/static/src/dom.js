/* What the behaviours share: delegation, texts in the page's language, new content. */
const site = (() => {
  "use strict";
  let texts;

  /** The sentence of that name with {n} filled in. */
  function text(name, n) {
    texts ??= JSON.parse(document.getElementById("texts").textContent);
    return texts[name].replace("{n}", n);
  }

  /** The sentence of an error page. */
  function sentence(page) {
    const told = new DOMParser().parseFromString(page, "text/html").querySelector("[data-sentence]");
    return told?.textContent.trim() || text("failed");
  }

  /** Calls handler(event, element) for elements present now or swapped in later. */
  function on(type, selector, handler, capture = false) {
    document.addEventListener(type, (event) => {
      const element = event.target instanceof Element && event.target.closest(selector);
      if (element) handler(event, element);
    }, capture);
  }

  /** Calls setUp(root) for the page and again for every fragment htmx brings. */
  function onContent(setUp) {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => setUp(document));
    } else {
      setUp(document);
    }
    document.addEventListener("htmx:load", (event) => {
      if (event.target !== document.body) setUp(event.target);
    });
  }

  /** Elements that match below root, root itself included. */
  function all(root, selector) {
    const found = [...root.querySelectorAll(selector)];
    if (root instanceof Element && root.matches(selector)) found.unshift(root);
    return found;
  }

  /** make("button", {className: "btn"}, "text", child) */
  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  return { text, sentence, on, onContent, all, make };
})();
