// What Vega needs to draw where there is nothing but JavaScript itself: run before its scripts.
"use strict";

globalThis.sandan = (() => {
  const idle = () => 0;

  function copied(value) {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(copied);
    if (value instanceof Date) return new Date(value);
    if (value instanceof Set) return new Set([...value].map(copied));
    if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, copied(part)]));
    const copy = {};
    for (const key of Object.keys(value)) copy[key] = copied(value[key]);
    return copy;
  }

  // By weight: what sandan_lib.pictures.letters knows of the type.
  const metrics = {};

  function thousandths(face, text) {
    const letters = [...text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "")];
    const codes = letters.map((letter) => letter.codePointAt(0));
    return codes.reduce((width, code, number) => {
      return width + (face.advances[code] ?? 1000) + kerned(face, code, codes[number + 1]);
    }, 0);
  }

  function kerned(face, left, right) {
    if (right === undefined) return 0;
    const row = face.kerning[face.left[left] ?? -1];
    return face.pairs[`${left},${right}`] ?? row?.[face.right[right] ?? 0] ?? 0;
  }

  // Vega measures as it does in a page, with the pen of a canvas, whose font reads "700 12px Name".
  const pen = {
    font: "",
    measureText(text) {
      const [, weight, size] = /^(?:(\w+) )?([\d.]+)px /.exec(pen.font) ?? [];
      const bold = weight === "bold" || Number(weight) >= 600;
      return { width: (thousandths(metrics[bold ? 700 : 400], text) * Number(size ?? 0)) / 1000 };
    },
  };

  // A chart as SVG; nothing if it asks for something that is not in it.
  function painted(vega, compile, text) {
    const none = {};
    for (const name of ["level", "error", "warn", "info", "debug"]) none[name] = () => none;
    const loader = vega.loader();
    let asked = false;
    loader.load = async () => {
      asked = true;
      throw new Error("a chart is made of its own data and nothing else");
    };
    const { spec } = compile(JSON.parse(text), { logger: none });
    const view = new vega.View(vega.parse(spec), { renderer: "none", loader, logger: none });
    try {
      view.run();
      if (asked) return null;
      const { left, right, top, bottom } = view.padding();
      const [x, y] = view.origin();
      const [width, height] = [view._viewWidth + left + right, view._viewHeight + top + bottom];
      return new vega.SVGStringRenderer(loader)
        .initialize(null, Math.max(0, width), Math.max(0, height), [left + x, top + y], 1)
        .background(view.background())
        .render(view.scenegraph().root)
        .svg();
    } finally {
      view.finalize();
    }
  }

  Object.assign(globalThis, {
    window: globalThis,
    structuredClone: copied,
    setInterval: idle,
    clearInterval: idle,
    console: { log: idle, warn: idle, error: idle, info: idle, debug: idle },
    document: { createElement: () => ({ getContext: () => pen }) }, // until the scripts have found the pen
  });
  return { metrics, painted, thousandths };
})();
