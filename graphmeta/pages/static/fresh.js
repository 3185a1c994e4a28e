// A run that is still going is looked at again by and by. Without a script the page says so itself.
"use strict";

{
  const seconds = Number(document.currentScript.dataset.seconds);
  const busy = () =>
    document.hidden || document.activeElement?.closest("main") || !getSelection().isCollapsed;
  // Whoever reads with the keyboard, or marks a text, is not disturbed.
  setInterval(() => { if (!busy()) location.reload(); }, seconds * 1000);
}
