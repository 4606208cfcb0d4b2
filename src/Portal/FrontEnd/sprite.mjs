// Makes one small SVG sprite of the icons named in icons.txt: the whole set would be a megabyte on every first visit.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2];
const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map(name => name.trim()).filter(name => name !== "");

const symbols = names.map(name => {
  const file = readFileSync(join(here, "node_modules/bootstrap-icons/icons", `${name}.svg`), "utf8");
  const viewBox = /viewBox="([^"]+)"/.exec(file)[1];
  const inner = file.slice(file.indexOf(">") + 1, file.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="${viewBox}">${inner}</symbol>`;
});

mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
