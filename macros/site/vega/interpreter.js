export { expressionInterpreter as default } from "vega-interpreter";
