// The living picture: pan, zoom, search, ways and details of a lineage that is drawn as SVG.
// One script for the pages and for files that stand alone. Without it the picture is still there, scrolls, and its
// nodes are links. All that it needs is in the document: nodes (.gm-node) and edges (.gm-edge) say what they are.
"use strict";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MOMENTS = new Set(["started", "ended"]); // what the recorder writes in milliseconds
const KEYS = { "+": "larger", "=": "larger", "-": "smaller", 0: "fit" };
const filled = (address, key) => address.replaceAll("__key__", key);
const anchor = (kind, key) => `${kind}-${key.replace("/", "-")}`;
// An element: what is in it are texts, which nothing can leave, and other elements.
const make = (name, more, ...inside) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
};

class Picture {
  constructor(place) {
    const part = (selector) => place.querySelector(selector);
    Object.assign(this, { place, view: part(".gm-view"), panel: part(".gm-details"), found: part(".gm-found") });
    this.field = part(".gm-find input");
    this.other = part("template"); // the other drawing of a file: folded, or whole
    place.classList.add("gm-alive");
    part(".gm-bar").hidden = false;
    this.read();
    this.listen();
  }

  // What is drawn: nodes by key, and what lies before and after each along the data.
  read() {
    this.svg = this.view.querySelector("svg");
    this.size = this.svg.viewBox.baseVal;
    Object.assign(this, { before: new Map(), after: new Map(), lit: [], hits: [], texts: null });
    this.nodes = new Map([...this.svg.querySelectorAll(".gm-node")].map((node) => [node.dataset.key, node]));
    this.edges = [...this.svg.querySelectorAll(".gm-edge")];
    const note = (map, key, other) => map.set(key, [...(map.get(key) ?? []), other]);
    for (const { dataset } of this.edges) {
      note(this.after, dataset.from, dataset.to);
      note(this.before, dataset.to, dataset.from);
    }
    this.start = this.svg.querySelector(".gm-start") ?? this.nodes.values().next().value;
    this.stop(this.start);
    this.begin();
  }

  listen() {
    const { view, field } = this;
    const node = (event) => event.target.closest?.(".gm-node");
    this.drag();
    const soon = (lit) => [clearTimeout(this.waiting), (this.waiting = setTimeout(() => this.light(lit), 60))];
    view.addEventListener("pointerover", (event) => event.pointerType === "mouse" && soon(node(event)));
    view.addEventListener("pointerleave", () => soon(null));
    view.addEventListener("focusin", (event) => this.light(node(event)));
    view.addEventListener("focusout", () => this.light(null));
    view.addEventListener("keydown", (event) => this.key(event));
    view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    view.addEventListener("click", (event) => {
      if (!node(event) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.show(node(event));
    });
    field.addEventListener("input", () => this.search());
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
      if (event.key !== "Escape") return;
      field.value = "";
      this.search();
    });
    this.place.addEventListener("click", (event) => this.press(event));
    this.place.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  // ---------------------------------------------------------------- where one looks

  drag() {
    const { view } = this;
    let from = null;
    view.addEventListener("dragstart", (event) => event.preventDefault());
    view.addEventListener("pointerdown", ({ pointerType, button, clientX, clientY }) => {
      // (Fingers scroll by themselves.)
      from = pointerType === "mouse" && !button ? [clientX + view.scrollLeft, clientY + view.scrollTop] : null;
    });
    view.addEventListener("pointermove", ({ clientX, clientY, pointerId, buttons }) => {
      if (!from || !buttons) return;
      const [left, top] = [from[0] - clientX, from[1] - clientY];
      if (!view.hasPointerCapture(pointerId)) {
        if (Math.hypot(left - view.scrollLeft, top - view.scrollTop) < 5) return;
        view.setPointerCapture(pointerId); // so that what is below is not clicked at the end
        view.classList.add("gm-held");
      }
      view.scrollTo(left, top);
    });
    view.addEventListener("lostpointercapture", () => view.classList.remove("gm-held"));
    view.addEventListener("pointerup", () => (from = null));
  }

  // The whole where it can be read so, else as much as can, around the start or what the address names.
  begin() {
    this.zoom(Math.min(1, Math.max(0.45, this.fitting())));
    const named = document.getElementById(location.hash.slice(1));
    this.centre(this.svg.contains(named) ? named : this.start);
  }

  fitting() {
    return Math.min(this.view.clientWidth / this.size.width, this.view.clientHeight / this.size.height);
  }

  // What is at x and y of the window stays there.
  zoom(scale, x = this.view.clientWidth / 2, y = this.view.clientHeight / 2) {
    const { view, svg, size, scale: before = 1 } = this;
    const [left, top] = [(view.scrollLeft + x) / before, (view.scrollTop + y) / before];
    this.scale = Math.min(4, Math.max(Math.min(0.1, this.fitting()), scale));
    svg.setAttribute("width", size.width * this.scale);
    svg.setAttribute("height", size.height * this.scale);
    view.scrollTo(left * this.scale - x, top * this.scale - y);
  }

  // Like a map: the wheel is the page's until somebody is in the picture.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !this.view.contains(document.activeElement)) return;
    event.preventDefault();
    const { left, top } = this.view.getBoundingClientRect();
    this.zoom(this.scale * Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
  }

  centre(node) {
    if (!node) return;
    const [one, all] = [node.getBoundingClientRect(), this.view.getBoundingClientRect()];
    this.view.scrollBy(one.x - all.x + (one.width - all.width) / 2, one.y - all.y + (one.height - all.height) / 2);
  }

  // ---------------------------------------------------------------- keys and buttons

  key(event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = event.target.closest(".gm-node");
    if (key in ARROWS && node) this.go(this.beside(node, ...ARROWS[key]));
    else if (key in KEYS) this.act(KEYS[key]);
    else return; // arrows outside of nodes scroll, as everywhere
    event.preventDefault();
  }

  // The node to go to: left and right along an edge, up and down to the nearest in the same column.
  beside(node, right, down) {
    const here = node.getBBox();
    const away = (other) => Math.abs(other.getBBox().y - here.y);
    const inColumn = (other) => {
      const box = other.getBBox();
      return (box.y - here.y) * down > 1 && box.x < here.x + here.width && here.x < box.x + box.width;
    };
    const along = (right < 0 ? this.before : this.after).get(node.dataset.key) ?? [];
    const others = down ? [...this.nodes.values()].filter(inColumn) : along.map((key) => this.nodes.get(key));
    return others.filter((other) => other && other !== node).sort((one, two) => away(one) - away(two))[0];
  }

  // One stop of the tab key for the whole picture: arrows lead on from there.
  stop(node) {
    for (const each of this.nodes.values()) each.setAttribute("tabindex", each === node ? "0" : "-1");
  }

  go(node) {
    if (!node) return;
    this.stop(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  act(name) {
    if (name === "larger") this.zoom(this.scale * 1.25);
    if (name === "smaller") this.zoom(this.scale / 1.25);
    if (name === "fit") this.zoom(this.fitting());
    if (name === "start") this.centre(this.start);
    if (name === "next") this.next();
    if (name === "other") this.swap();
    if (name === "close") this.close();
  }

  press(event) {
    const pressed = event.target.closest("button[data-do], .gm-details a[href^='#about-']");
    if (!pressed) return;
    if (pressed.dataset.do) return void this.act(pressed.dataset.do);
    // A link to another node's details: they are shown here, and the node in the picture.
    event.preventDefault();
    const node = this.nodes.get(pressed.hash.slice("#about-".length).replace("-", "/"));
    this.go(node);
    if (node) this.show(node);
    else this.fill(document.querySelector(pressed.hash));
  }

  // The file's other drawing takes the place of this one.
  swap() {
    const [drawn, shown] = [this.svg, this.shown];
    drawn.replaceWith(this.other.content.firstElementChild);
    this.other.content.append(drawn);
    const button = this.place.querySelector(".gm-bar [data-do=other]");
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    this.close();
    this.read();
    this.search();
    this.centre(this.nodes.get(shown));
  }

  // ---------------------------------------------------------------- ways

  reach(key, steps) {
    const seen = new Set([key]);
    for (const each of seen) for (const next of steps.get(each) ?? []) seen.add(next); // grows while it is walked
    return seen;
  }

  // Everything on ways between a node and the start stays bright, the rest fades.
  light(node) {
    for (const each of this.lit) each.classList.remove("gm-on");
    this.svg.classList.toggle("gm-lit", Boolean(node && node !== this.start));
    this.lit = [];
    if (!node || node === this.start) return;
    const [key, start] = [node.dataset.key, this.start.dataset.key];
    const on = new Set([key]);
    for (const [low, high] of [[key, start], [start, key]]) {
      const above = this.reach(low, this.before);
      if (above.has(high)) for (const each of this.reach(high, this.after)) if (above.has(each)) on.add(each);
    }
    const edges = this.edges.filter(({ dataset }) => on.has(dataset.from) && on.has(dataset.to));
    this.lit = [...[...on].map((each) => this.nodes.get(each)).filter(Boolean), ...edges];
    for (const each of this.lit) each.classList.add("gm-on");
  }

  // ---------------------------------------------------------------- search

  // What can be found of each node: what is written on it, and its properties, from the file or from the page's JSON.
  async words() {
    const texts = new Map([...this.nodes].map(([key, node]) => [key, [node.textContent, key]]));
    const twin = this.place.dataset.json && document.querySelector("link[rel=alternate][type='application/json']");
    const data = twin ? await fetch(twin.href).then((got) => got.json()).catch(() => ({})) : {};
    const folds = new Map((data.folds ?? []).flatMap((fold) => fold.members.map((member) => [member, fold.key])));
    for (const node of data.nodes ?? []) {
      const key = `${node.kind}/${node.id}`;
      texts.get(folds.get(key) ?? key)?.push(JSON.stringify(node));
    }
    const own = "h3, dl"; // not the names of its neighbours
    for (const [key, said] of texts) {
      const parts = this.sections(key).flatMap((section) => [...section.querySelectorAll(own)]);
      said.push(...parts.map((part) => part.textContent));
    }
    return new Map([...texts].map(([key, said]) => [key, said.join("\n").toLowerCase()]));
  }

  async search() {
    const asked = this.field.value;
    const texts = asked.trim() ? await (this.texts ??= this.words()) : null;
    if (asked !== this.field.value) return; // more was written meanwhile
    const words = asked.toLowerCase().split(/\s+/);
    const fits = (node) => texts && words.every((word) => texts.get(node.dataset.key).includes(word));
    this.hits = [...this.nodes.values()].filter(fits);
    for (const node of this.nodes.values()) node.classList.remove("gm-hit", "gm-here");
    for (const node of this.hits) node.classList.add("gm-hit");
    this.svg.classList.toggle("gm-searched", texts !== null);
    this.at = -1;
    this.found.textContent = texts ? `${this.hits.length} of ${this.nodes.size}` : "";
  }

  next(by = 1) {
    if (!this.hits.length) return;
    this.hits[this.at]?.classList.remove("gm-here");
    this.at = (Math.max(this.at, by < 0 ? 0 : -1) + by + this.hits.length) % this.hits.length;
    this.hits[this.at].classList.add("gm-here");
    this.centre(this.hits[this.at]);
    this.found.textContent = `${this.at + 1} of ${this.hits.length}`;
  }

  // ---------------------------------------------------------------- details

  // What the file says of a node: of a folded one also of all that it stands for.
  sections(key) {
    const named = (id) => document.getElementById(id) ?? [];
    if (!this.nodes.get(key)?.dataset.members) return [named(anchor("about", key))].flat();
    const fold = named(anchor("fold", key));
    return [fold, ...[...(fold.querySelectorAll?.("a") ?? [])].map((link) => named(link.hash.slice(1)))].flat();
  }

  // Beside the picture: a file has a section for each node, a page asks for its JSON.
  async show(node) {
    const { key, members } = node.dataset;
    const { json } = this.place.dataset;
    this.shown = key;
    const held = json && !members ? await fetch(filled(json, key)).then((got) => got.json()).catch(() => ({})) : {};
    if (this.shown !== key) return; // another was clicked meanwhile
    this.fill(json ? this.about(node, held.node ?? {}) : this.sections(key)[0]);
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  fill(section) {
    if (!section) return;
    const close = make("button", { type: "button" }, "Close");
    close.dataset.do = "close";
    this.panel.replaceChildren(close, ...section.cloneNode(true).childNodes);
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
  }

  close() {
    this.shown = null;
    if (this.panel.contains(document.activeElement)) this.view.focus({ preventScroll: true });
    this.panel.hidden = true;
  }

  about(node, held) {
    const { key, members } = node.dataset;
    const { centre, path } = this.place.dataset;
    const name = (each) => this.nodes.get(each)?.getAttribute("aria-label") ?? each;
    const open = members ? `Show all ${members}` : "Open";
    const goals = [[open, node.href.baseVal], ["Centre here", centre], ["Path to here", path]];
    const actions = goals.filter(([, href]) => href).map(([text, href]) =>
      make("a", { href: filled(href, key), className: "button" }, text));
    const beside = (title, keys = []) => (keys.length ? [make("h3", {}, title), make("ul", {}, ...keys.map((each) =>
      make("li", {}, make("a", { href: `#${anchor("about", each)}` }, name(each)))))] : []);
    const titles = key.startsWith("artifact/") ? ["Made by", "Used by"] : ["Used", "Made"];
    return make("section", {}, make("h2", {}, held.title ?? name(key)), make("p", { className: "actions" }, ...actions),
      this.facts(key, held), ...beside(titles[0], this.before.get(key)), ...beside(titles[1], this.after.get(key)));
  }

  facts(key, held) {
    const { type: Type, name: Name, uri: URI, created, updated } = held;
    const moment = (time) => (time ? new Date(time).toLocaleString("sv") : null); // as the pages write it
    const [Created, Updated, State] = [moment(created), moment(updated), held.state?.toLowerCase().replaceAll("_", " ")];
    const own = Object.entries({ Node: key, Type, Name, State, URI, Created, Updated });
    const all = [...own, ...Object.entries(held.properties ?? {}), ...Object.entries(held.custom_properties ?? {})];
    const text = (value, name) => (typeof value === "object" ? JSON.stringify(value, null, 2)
      : MOMENTS.has(name) && Number.isInteger(value) ? moment(value) : `${value}`);
    const told = all.filter(([, value]) => (value ?? "") !== "");
    return make("dl", { className: "facts" },
      ...told.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, text(value, name))]));
  }
}

for (const place of document.querySelectorAll(".gm-living")) new Picture(place);
