"use strict";
(() => {
  const box = document.getElementById("search");
  const said = document.getElementById("found");
  const rows = [...document.querySelectorAll("[data-words]")];
  const plain = (text) => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  // A complex is found by the short names that papers use: 여수산단 for 여수국가산업단지.
  const short = (text) => text.replace(/(국가|일반|도시첨단)?산업단지|(국가|일반)산단/g, "산단");
  const words = rows.map((row) => plain(row.dataset.words + " " + row.textContent));
  const shorter = words.map(short);
  const look = () => {
    const wanted = plain(box.value).split(" ").filter(Boolean);
    let count = 0;
    rows.forEach((row, number) => {
      const fits = wanted.every((word) => words[number].includes(word) || shorter[number].includes(short(word)));
      row.hidden = !fits;
      count += fits;
    });
    document.querySelectorAll("[data-group]").forEach((group) => {
      group.hidden = wanted.length > 0 && !group.querySelector("[data-words]:not([hidden])");
    });
    said.textContent = wanted.length ? said.dataset.said.replace("#", String(count)) : "";
  };
  box.closest("form").addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", look);
  document.getElementById("searching").hidden = false;
  look();
})();
