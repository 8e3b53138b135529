/** What the bundled runtime gives to the scripts of docs/assets/live: of Vega's view, what they use. */

export interface View {
  signal(name: string, value: unknown): View;
  data(name: string, rows: object[]): View;
  runAsync(): Promise<View>;
  addEventListener(type: string, handler: (event: MouseEvent, item?: { datum?: { account?: string } }) => void): View;
}

export const draw: (spec: object, container: Element) => View;
