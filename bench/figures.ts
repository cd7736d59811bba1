/** One measured number. Its key is flat and ends in its unit. */
export type Figure = { section: string; key: string; label: string; value: number };

/** Collects what is measured, in the order in which it comes. */
export type Figures = {
  add(section: string, key: string, label: string, value: number): void;
  list(): readonly Figure[];
};

/** Three significant digits say more than the machine does. */
const DIGITS = 3;

export function createFigures(): Figures {
  const figures: Figure[] = [];
  return {
    add(section, key, label, value) {
      if (!Number.isFinite(value)) throw new Error(`the figure ${key} is ${value}`);
      if (figures.some((figure) => figure.key === key)) throw new Error(`the figure ${key} is there twice`);
      figures.push({ section, key, label, value: round(value) });
    },
    list: () => figures,
  };
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(DIGITS));
}
