// Comfort for pages that work without a script.
"use strict";

// "/" goes to the search, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.getElementById("find").focus();
});

// Moments in the reader's own zone.
function ownZone(within) {
  for (const moment of within.querySelectorAll("time[datetime]")) {
    const when = new Date(moment.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    const two = (number) => String(number).padStart(2, "0");
    const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
    const seconds = moment.textContent.split(":").length > 2 ? `:${two(when.getSeconds())}` : "";
    moment.textContent = `${day} ${two(when.getHours())}:${two(when.getMinutes())}${seconds}`;
  }
}
ownZone(document);

// Forms leave what is empty out of the address.
document.addEventListener("submit", (event) => {
  for (const field of event.target.elements) {
    if (field.name && field.value === "" && field.type !== "search") field.disabled = true;
  }
});
// Coming back, everything can be filled in again.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form :disabled")) field.disabled = false;
});
