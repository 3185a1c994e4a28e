// A run that is still going is looked at again by and by: what is new takes the place of what was there, what is
// unfolded stays so, and who reads with the keyboard stays where they are. Without a script the page is loaded anew.
"use strict";

{
  const STOPS = "a[href], button, input, select, summary";
  const all = (within, selector) => [...within.querySelectorAll(selector)];

  const again = async () => {
    // Who marks a text is not disturbed.
    if (document.hidden || !getSelection().isCollapsed) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [before, after] = [document.querySelector("main"), there.querySelector("main")];
    const open = all(before, "details").map((each) => each.open);
    const held = document.activeElement;
    const alike = (each) => each.tagName === held.tagName && each.textContent === held.textContent;
    const focus = all(before, STOPS).filter(alike).indexOf(held);
    all(after, "details").forEach((each, place) => (each.open ||= open[place] ?? false));
    before.replaceWith(document.adoptNode(after));
    ownZone(after);
    if (focus >= 0) all(after, STOPS).filter(alike)[focus]?.focus({ preventScroll: true });
    if (!there.querySelector("script[data-seconds]")) clearInterval(waiting);
  };
  const waiting = setInterval(again, Number(document.currentScript.dataset.seconds) * 1000);
}
