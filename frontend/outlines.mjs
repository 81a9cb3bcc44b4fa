// Project the outlines of world-atlas (Natural Earth, 1:50 000 000), in Mercator's projection as the
// map page has it: outlines.svg with the land, outlines.json with the path of each country and the
// bounds of its largest part. Run by bundle.py, in the folder where the packages are installed.
import { readFileSync, writeFileSync } from "node:fs";
import { geoMercator, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const RADIUS = 5000; // units of the sheet in one radian of longitude at the equator
const projection = geoMercator().scale(RADIUS).translate([0, 0]);

// A context of a path that writes whole numbers, each as the step from the one before: half the size.
function steps() {
  let text = "", x = 0, y = 0;
  const go = (letter, toX, toY) => {
    const [right, down] = [Math.round(toX) - x, Math.round(toY) - y];
    if (letter === "l" && !right && !down) return;
    text += `${letter}${right} ${down}`;
    [x, y] = [x + right, y + down];
  };
  let startX = 0, startY = 0;
  return {
    moveTo: (toX, toY) => { go("m", toX, toY); [startX, startY] = [x, y]; },
    lineTo: (toX, toY) => go("l", toX, toY),
    closePath: () => { text += "z"; [x, y] = [startX, startY]; },
    toString: () => text.replaceAll(" -", "-"),
  };
}

function path(shape) {
  const context = steps();
  geoPath(projection, context)(shape);
  return String(context);
}

// What is largest on the sheet is where a country is looked for: not its islands far away.
function bounds(country) {
  const { type, coordinates } = country.geometry;
  const parts = type === "Polygon" ? [coordinates] : coordinates;
  const boxes = parts.map((part) => geoPath(projection).bounds({ type: "Polygon", coordinates: part }));
  const area = ([[left, top], [right, bottom]]) => (right - left) * (bottom - top);
  return boxes.reduce((one, other) => (area(other) > area(one) ? other : one)).flat().map(Math.round);
}

const world = JSON.parse(readFileSync("node_modules/world-atlas/countries-50m.json", "utf8"));
const countries = feature(world, world.objects.countries).features.filter((one) => one.geometry);
const shapes = countries.map((one) => [one.properties.name, { path: path(one), bounds: bounds(one) }]);
writeFileSync("outlines.json", JSON.stringify(Object.fromEntries(shapes)));
const land = path(feature(world, world.objects.land));
writeFileSync("outlines.svg", `<svg xmlns="http://www.w3.org/2000/svg"><path id="land" vector-effect="non-scaling-stroke" d="${land}"/></svg>\n`);
