// Draws a specification, tells which mark was clicked, and hands files to the reader. Fetches nothing:
// the drawing engine and the type come from the kernel, once a page.
const ENGINE = "sandanEngine";
const LOADED = "sandanEngineLoaded";

function install(buffers) {
  const [bundle, regular, bold] = buffers.map((buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
  const kept = ["vegaEmbed", "vega", "vegaLite"].map((name) => [name, window[name]]);
  const address = URL.createObjectURL(new Blob([bundle], { type: "text/javascript" }));
  const faces = [new FontFace("Sandan Sans KR", regular, { weight: "400" }), new FontFace("Sandan Sans KR", bold, { weight: "700" })];
  return Promise.all([import(/* webpackIgnore: true */ address), ...faces.map((face) => face.load())]).then(([, ...loaded]) => {
    loaded.forEach((face) => document.fonts.add(face));
    const embed = window.vegaEmbed;
    // Whoever else draws on this page keeps his own.
    kept.forEach(([name, value]) => (value === undefined ? delete window[name] : (window[name] = value)));
    URL.revokeObjectURL(address);
    return embed;
  });
}

function engine() {
  if (!window[ENGINE]) {
    window[ENGINE] = new Promise((resolve) => (window[LOADED] = resolve));
  }
  return window[ENGINE];
}

function download(message, buffers) {
  const address = URL.createObjectURL(new Blob(buffers, { type: message.mime }));
  const link = document.createElement("a");
  link.href = address;
  link.download = message.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function initialize({ model }) {
  model.on("msg:custom", (message, buffers) => {
    if (message.kind === "engine") engine() && window[LOADED](install(buffers));
    if (message.kind === "download") download(message, buffers);
  });
  if (!window[ENGINE]) {
    engine();
    model.send({ kind: "engine" });
  }
}

function render({ model, el }) {
  el.classList.add("sandan-chart");
  const place = document.createElement("div");
  const words = document.createElement("p");
  el.append(place, words);
  let view = null;
  let running = false;
  let stale = false;

  async function draw() {
    if (running) {
      stale = true; // the newest is drawn when this one is done; what lies between is not
      return;
    }
    running = true;
    do {
      stale = false;
      const spec = model.get("spec");
      words.textContent = model.get("words");
      el.dataset.drawn = "";
      if (view) view.finalize();
      view = null;
      if (!Object.keys(spec).length) {
        place.replaceChildren();
      } else {
        const embed = await engine();
        view = await embed(place, structuredClone(spec), { ast: true, actions: false, renderer: "svg" });
        place.setAttribute("role", "img");
        place.setAttribute("aria-label", spec.description || "");
        view.view.addEventListener("click", (_, item) => {
          if (item && item.datum) model.send({ kind: "picked", datum: plain(item.datum) });
        });
      }
      el.dataset.drawn = String(model.get("number"));
    } while (stale);
    running = false;
  }

  const start = () =>
    draw().catch((error) => {
      running = false;
      words.textContent = error.message;
      model.send({ kind: "failed", words: String(error.message) });
    });
  model.on("change:number", start);
  start();
  return () => view && view.finalize();
}

function plain(datum) {
  return Object.fromEntries(Object.entries(datum).filter(([, value]) => ["string", "number"].includes(typeof value)));
}

export default { initialize, render };
