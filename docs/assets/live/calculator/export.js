/** Hands out what the calculator shows: as a link, as CSV, as JSON; all of it made in the browser. */
import { the } from "../core/elements.js";
import { scenarioOf } from "../core/scenario.js";
import { address } from "../core/state.js";
import { say } from "../page/announcements.js";
import { columns } from "./kept-scenarios.js";

const COLUMNS = ["scenario", "quantity", "reference", "value", "unit", "text", "formula"];

function link() {
  const url = new URL(address(), location.href);
  url.hash = "";
  return url.href;
}

/** The figures of the table as plain data; a speed that there is not has no value. */
function data() {
  return columns().map(({ axes, figures }) => ({
    scenario: axes,
    figures: figures.map(({ dataset, value, textContent, title }) => {
      const { quantity = "", unit, memory, fits } = dataset;
      const number = fits === "no" ? NaN : Number(value);
      return {
        quantity,
        reference: scenarioOf(memory ? { ...axes, memory } : axes).reference(quantity),
        value: Number.isFinite(number) ? number : null,
        unit,
        text: textContent,
        formula: title,
      };
    }),
  }));
}

/** @type {(value: unknown) => string} */
const cell = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));

function csv() {
  const rows = data().flatMap(({ figures }, place) => figures.map((figure) => [place ? `kept ${place}` : "now", ...Object.values(figure)]));
  return [COLUMNS, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

const json = () => JSON.stringify({ link: link(), scenarios: data() }, null, 1) + "\n";

/** @type {(name: string, text: string) => Promise<void>} */
async function copy(name, text) {
  const place = the(HTMLElement, "[data-handed]");
  place.hidden = false;
  try {
    await navigator.clipboard.writeText(text);
    place.textContent = `${name} copied.`;
    say(place.textContent);
  } catch {
    // Not every page may write to the clipboard: then the text is shown, and selected.
    const label = document.createElement("label");
    const area = document.createElement("textarea");
    area.readOnly = true;
    area.rows = 4;
    area.value = text;
    label.append(`${name}, to copy by hand`, area);
    place.replaceChildren(label);
    area.focus();
    area.select();
  }
}

/** @type {(type: string, extension: string, text: string) => void} */
function save(type, extension, text) {
  const { model, gpu, precision } = columns()[0].axes;
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob([text], { type }));
  anchor.download = `decode-${model}-${gpu}-${precision}.${extension}`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
  say(`Saved as ${anchor.download}.`);
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  link: () => copy("Link", link()),
  csv: () => copy("CSV", csv()),
  json: () => copy("JSON", json()),
  "save-csv": () => save("text/csv", "csv", csv()),
  "save-json": () => save("application/json", "json", json()),
};

export function start() {
  for (const [name, act] of Object.entries(ACTIONS)) {
    the(HTMLElement, `[data-action=${name}]`).addEventListener("click", act);
  }
}
