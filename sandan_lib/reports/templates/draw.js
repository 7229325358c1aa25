// Draws the charts of a page from the specifications it carries. Fetches nothing.
(function () {
  "use strict";
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
    document.dispatchEvent(new Event("drawn"));
    document.documentElement.dataset.charts = "drawn";
  }).catch(function (error) {
    document.documentElement.dataset.charts = "failed";
    console.error(error);
  });
})();
