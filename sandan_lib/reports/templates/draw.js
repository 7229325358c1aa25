// Draws the charts of a page from the specifications it carries. Fetches nothing.
(function () {
  "use strict";
  // What is wider than its box takes the margins of a large window; what is wider still says so, and can
  // be reached and moved by keys. Tables in closed folds have no width: they are looked at when opened.
  function notice() {
    Array.prototype.forEach.call(document.querySelectorAll(".table, figure.chart"), function (box) {
      box.classList.remove("wide", "broad");
      box.classList.toggle("broad", box.scrollWidth > box.clientWidth + 1);
      var wide = box.scrollWidth > box.clientWidth + 1;
      var words = box.querySelector("caption") || box.querySelector("[aria-label]");
      box.classList.toggle("wide", wide);
      if (wide) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", words ? words.getAttribute("aria-label") || words.textContent : "");
      } else {
        ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      }
    });
  }
  var specs = document.querySelectorAll("script.spec");
  // Vega measures text while it lays a chart out, so the type has to be there first.
  var fonts = ["400 12px 'Sandan Sans KR'", "700 12px 'Sandan Sans KR'"].map(function (font) {
    return document.fonts.load(font, "가A1");
  });
  Promise.all(fonts).then(function () {
    return Promise.all(Array.prototype.map.call(specs, function (script) {
      var place = document.getElementById(script.dataset.for);
      return vegaEmbed(place, JSON.parse(script.textContent), {
        ast: true, actions: false, renderer: "svg", tooltip: { theme: "custom" }
      });
    }));
  }).then(function () {
    notice();
    window.addEventListener("resize", notice);
    document.addEventListener("toggle", notice, true);
    document.documentElement.dataset.charts = "drawn";
  }).catch(function (error) {
    document.documentElement.dataset.charts = "failed";
    console.error(error);
  });
})();
