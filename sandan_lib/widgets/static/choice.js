// One choice: a native control with its label; what cannot be chosen is grey and says why.
let count = 0;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  });
  children.forEach((child) => made.append(child));
  return made;
}

function said(option) {
  return option.reason ? `${option.label} – ${option.reason}` : option.label;
}

function send(model, value) {
  if (model.get("value") === value) return;
  model.set("value", value);
  model.save_changes();
}

function one(model, id) {
  const select = element("select", { id });
  model.get("options").forEach((option) => {
    const shown = element("option", { value: option.value, disabled: Boolean(option.reason) }, said(option));
    shown.selected = option.value === model.get("value");
    select.append(shown);
  });
  select.addEventListener("change", () => send(model, select.value));
  return [element("label", { for: id }, model.get("label")), select];
}

function several(model, id) {
  const chosen = new Set(model.get("value").split(", ").filter(Boolean));
  const options = model.get("options");
  const names = options.filter((option) => chosen.has(option.value)).map((option) => option.label);
  const summary = element("summary", {}, `${model.get("label")}: ${names.join(", ") || model.get("none")}`);
  const boxes = options.map((option, place) => {
    const box = element("input", { type: "checkbox", id: `${id}-${place}`, value: option.value });
    box.checked = chosen.has(option.value);
    box.addEventListener("change", () => {
      box.checked ? chosen.add(option.value) : chosen.delete(option.value);
      send(model, options.map((o) => o.value).filter((value) => chosen.has(value)).join(", "));
    });
    return element("span", {}, box, element("label", { for: box.id }, option.label));
  });
  return [element("details", { id }, summary, element("fieldset", {}, ...boxes))];
}

function slider(model, id) {
  const options = model.get("options");
  const place = Math.max(0, options.findIndex((option) => option.value === model.get("value")));
  const input = element("input", { type: "range", id, min: 0, max: Math.max(options.length - 1, 0), step: 1 });
  const shown = element("output", { for: id });
  const tell = () => {
    const option = options[Number(input.value)];
    shown.textContent = option ? option.label : "";
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.value = place;
  tell();
  input.addEventListener("input", () => {
    tell();
    const option = options[Number(input.value)];
    if (option) send(model, option.value);
  });
  return [element("label", { for: id }, model.get("label")), input, shown];
}

function number(model, id) {
  const [low, high] = model.get("bounds");
  const input = element("input", { type: "range", id, min: low, max: high, step: 1 });
  const shown = element("output", { for: id }, model.get("value"));
  input.value = model.get("value");
  input.addEventListener("input", () => {
    shown.textContent = input.value;
    send(model, input.value);
  });
  return [element("label", { for: id }, model.get("label")), input, shown];
}

const KINDS = { one, several, slider, number };

function render({ model, el }) {
  const id = `sandan-choice-${(count += 1)}-${Math.random().toString(36).slice(2, 8)}`;
  el.classList.add("sandan-choice");
  const draw = () => {
    const old = el.querySelector("details");
    const open = old !== null && old.open;
    const focused = el.contains(document.activeElement) ? document.activeElement.id : "";
    el.dataset.name = model.get("name");
    el.replaceChildren(...KINDS[model.get("kind")](model, id));
    if (open) el.querySelector("details").open = true;
    // A control that is redrawn under somebody's fingers keeps the keyboard.
    if (focused) document.getElementById(focused)?.focus();
  };
  // A slider that is being dragged is right, whatever the kernel echoes of a moment ago; once it has
  // come to rest, the kernel is.
  let resting = null;
  el.addEventListener("input", (event) => {
    if (event.target.type !== "range") return;
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      draw();
    }, 1500);
  });
  const changed = () => resting === null && draw();
  draw();
  model.on("change:label change:options change:none", draw);
  model.on("change:value", changed);
}

export default { render };
