/**
 * The part of Vega that live charts use: specs arrive compiled, expressions are interpreted rather
 * than turned into code, and marks are drawn as SVG.
 */
import { parse } from "vega-parser";
import { transforms } from "vega-dataflow";
import { View } from "vega-view";
import { aggregate, collect, compare, expression, extent, facet, field, filter, formula, joinaggregate, key, multiextent, multivalues, params, prefacet, proxy, relay, sequence, sieve, subflow, tupleindex, values, window } from "vega-transforms";
import { bound, mark, overlap, render, viewlayout } from "vega-view-transforms";
import { axisticks, datajoin, encode, legendentries, scale, sortitems, stack } from "vega-encode";

Object.assign(transforms, {
  aggregate, collect, compare, expression, extent, facet, field, filter, formula, joinaggregate, key, multiextent, multivalues, params, prefacet, proxy, relay, sequence, sieve, subflow, tupleindex, values, window,
  bound, mark, overlap, render, viewlayout,
  axisticks, datajoin, encode, legendentries, scale, sortitems, stack,
});

/**
 * A chart drawn into an element.
 * @param {object} spec a Vega spec
 * @param {Element} container
 */
export const draw = (spec, container) => new View(parse(spec, null, { ast: true }), { renderer: "svg", container });
