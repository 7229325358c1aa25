// Says of each box what it holds beyond its edge. Fetches nothing.
(function () {
  "use strict";
  // What is wider than its box takes the margins of a large window; what is wider still says so, and can
  // be reached and moved by keys. Tables in closed folds have no width: they are looked at when opened.
  function heading(box) {
    for (var near = box; near && near.tagName !== "H2";) near = near.previousElementSibling;
    return near;
  }
  function notice() {
    Array.prototype.forEach.call(document.querySelectorAll(".table, figure.chart"), function (box) {
      box.classList.remove("wide", "broad");
      box.classList.toggle("broad", box.scrollWidth > box.clientWidth + 1);
      var wide = box.scrollWidth > box.clientWidth + 1;
      var words = box.querySelector("caption") || box.querySelector("[aria-label]") || heading(box);
      box.classList.toggle("wide", wide);
      // Where one has to scroll anyway, a column of names need not be a tower of single words.
      Array.prototype.forEach.call(box.querySelectorAll("td:not(.number):not(.short)"), function (cell) {
        cell.classList.toggle("long", wide && cell.textContent.length > 30);
      });
      if (wide) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", words ? words.getAttribute("aria-label") || words.textContent : "");
      } else {
        ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
      }
    });
  }
  notice();
  document.fonts.ready.then(notice);
  window.addEventListener("resize", notice);
  document.addEventListener("toggle", notice, true);
  document.addEventListener("drawn", notice);
})();
