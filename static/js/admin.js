/* Select2 draws its own fields and gives them no name: a screen reader hears the label again. */
"use strict";

const DRAWN_FIELDS = "[role=combobox], [role=textbox], .select2-search__field";

function nameOf(select) {
  const text = select.labels.length ? select.labels[0].textContent : select.getAttribute("aria-label");
  return (text || "").replace(/\s*:\s*$/, "").trim();
}

function nameDrawnFields() {
  document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
    const drawn = select.parentElement.querySelector(".select2-container");
    if (!drawn || !nameOf(select)) {
      return;
    }
    drawn.querySelectorAll(DRAWN_FIELDS).forEach((field) => {
      field.setAttribute("aria-label", nameOf(select));
      const value = field.getAttribute("aria-labelledby");
      if (value && !field.id) {
        // The name, then the value that is shown.
        field.id = `${select.id}_combobox`;
        field.setAttribute("aria-labelledby", `${field.id} ${value}`);
      }
    });
  });
}

// After jQuery’s own « ready », which draws the fields in a timer.
window.addEventListener("load", () => window.setTimeout(nameDrawnFields));
document.addEventListener("formset:added", () => window.setTimeout(nameDrawnFields));
