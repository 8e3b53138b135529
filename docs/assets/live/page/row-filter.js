/** Filters rows that stand folded by source: each word must occur somewhere in a row. */

/** @type {NodeListOf<HTMLInputElement>} */
const inputs = document.querySelectorAll("input[data-filter]");

for (const input of inputs) {
  const place = document.getElementById(input.dataset.filter ?? "");
  const says = input.closest(".filter")?.querySelector("output");
  if (!place || !says) continue;
  const groups = [...place.querySelectorAll("details")].map(group => ({
    group,
    // A source is found by its title, and by what all of its rows have in common.
    title: [...group.querySelectorAll("summary, p")].map(part => part.textContent).join(" ").toLowerCase(),
    rows: [.../** @type {NodeListOf<HTMLTableRowElement>} */ (group.querySelectorAll("tbody tr"))].map(row => ({
      row,
      text: [...row.cells].map(cell => cell.textContent).join(" ").toLowerCase(),
    })),
  }));

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { group, title, rows } of groups) {
      let here = 0;
      for (const { row, text } of rows) {
        const held = words.every(word => text.includes(word) || title.includes(word));
        row.hidden = !held;
        if (held) here += 1;
      }
      group.hidden = !here;
      group.open = words.length > 0 && here > 0;
      found += here;
    }
    says.textContent = words.length ? `${found} of ${rowCount} rows` : "";
  };
  const rowCount = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  input.addEventListener("input", show);
  if (input.value) show(); // what the browser kept from before
}

/** A link to a row opens the fold that it stands in. */
function openTarget() {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  /** @type {HTMLDetailsElement | null | undefined} */
  const fold = row?.closest("details.entry");
  if (!row || !fold) return;
  for (const input of inputs) {
    if (!input.value || !row.hidden) continue;
    input.value = "";
    input.dispatchEvent(new Event("input"));
  }
  fold.open = true;
  row.scrollIntoView();
}

addEventListener("hashchange", openTarget);
openTarget();
