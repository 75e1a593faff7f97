/* Pictures chosen for upload: shown before they are sent, counted and weighed. */
(() => {
  "use strict";
  const SHOWN = ["image/jpeg", "image/png", "image/webp", "image/gif"];

  function complaint(input) {
    const files = [...input.files];
    const most = Number(input.dataset.maxFiles ?? Infinity);
    const heaviest = Number(input.dataset.maxBytes ?? Infinity);
    if (files.length > most) return site.text("too_many", most);
    if (files.some((file) => file.size > heaviest)) return site.text("too_large", Math.floor(heaviest / 2 ** 20));
    return "";
  }

  function without(input, index) {
    const kept = new DataTransfer();
    [...input.files].forEach((file, place) => place !== index && kept.items.add(file));
    input.files = kept.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function preview(input, file, index) {
    const name = site.make("span", { className: "preview-name", title: file.name }, file.name);
    const remove = site.make("button", { type: "button", className: "btn-close" });
    remove.setAttribute("aria-label", `${site.text("remove")} ${file.name}`);
    remove.addEventListener("click", () => without(input, index));
    const item = site.make("div", { className: "preview" });
    if (SHOWN.includes(file.type)) {
      const picture = site.make("img", { alt: file.name });
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; });
      reader.readAsDataURL(file);
      item.append(picture);
    } else {
      item.append(site.make("span", { className: "preview-kind" }, file.name.split(".").pop().toUpperCase()));
    }
    item.append(name, site.make("span", { className: "preview-tools" }, remove));
    return item;
  }

  site.on("change", "input[type=file][data-preview]", (_, input) => {
    input.setCustomValidity(complaint(input));
    const box = document.querySelector(`[data-preview-for="${CSS.escape(input.id)}"]`);
    box?.replaceChildren(...[...input.files].map((file, index) => preview(input, file, index)));
    const field = input.closest(".field");
    let note = field?.querySelector(".field-error");
    if (!input.validationMessage) { note?.remove(); input.classList.remove("is-invalid"); return; }
    if (!note) field?.append(note = site.make("div", { className: "field-error" }));
    note.textContent = input.validationMessage;
    input.classList.add("is-invalid");
  });
})();
