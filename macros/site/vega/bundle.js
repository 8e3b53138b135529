/** Bundle vega.js with all that it imports into a folder, and the licences of that beside it. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const folder = process.argv[2];

/**
 * Vega's own compiler turns expressions into code, which a strict policy forbids. With its runtime
 * taken from source, the interpreter can stand in the compiler's place.
 */
const interpreted = {
  name: "interpreted",
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^\.\/expression\.js$/ }, ({ importer, kind, resolveDir }) =>
      importer.includes("vega-runtime") ? resolve("./interpreter.js", { kind, resolveDir: process.cwd() }) : undefined,
    ),
};

const { metafile } = await build({
  entryPoints: ["vega.js"],
  outfile: `${folder}/vega.js`,
  alias: {
    "vega-runtime": "./node_modules/vega-runtime/index.js",
    "d3-dsv": "./absent.cjs",
    "topojson-client": "./absent.cjs",
  },
  plugins: [interpreted],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  metafile: true,
  logLevel: "error",
});

const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(/^node_modules\/[^/]+/) ?? []));
const licences = await Promise.all(
  [...packages].sort().map(async (path) => {
    const name = (await readdir(path)).find((file) => /^licen[cs]e/i.test(file));
    return `${path.split("/")[1]}\n\n${name ? await readFile(`${path}/${name}`, "utf8") : "see its package.json"}`;
  }),
);
await writeFile(`${folder}/vega.LICENSE.txt`, licences.join("\n\n---\n\n"));
