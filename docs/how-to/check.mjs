// A second checker of exactnet-certificate/1, written from docs/reference/certificate-format.md.
// Kinds: disjoint, touching, property, violation, and realises-all by the method "penalty".
//
//     node check.mjs FILE ...      exit status 0: all accepted, 1: one is rejected, 2: one is malformed

import { readFileSync } from "node:fs";

class Rejected extends Error {}
class Malformed extends Error {}
const require = (condition, what) => { if (!condition) throw new Rejected(what); };
const demand = (condition, what) => { if (!condition) throw new Malformed(what); };

// Rationals: BigInt over BigInt, in lowest terms ---------------------------------------------------

const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
class Q {
  constructor(n, d = 1n) { const g = gcd(n, d) || 1n; this.n = n / g; this.d = d / g; }
  add(o) { return new Q(this.n * o.d + o.n * this.d, this.d * o.d); }
  sub(o) { return new Q(this.n * o.d - o.n * this.d, this.d * o.d); }
  mul(o) { return new Q(this.n * o.n, this.d * o.d); }
  over(o) { return o.n > 0n ? new Q(this.n * o.d, this.d * o.n) : new Q(-this.n * o.d, -this.d * o.n); }
  neg() { return new Q(-this.n, this.d); }
  abs() { return this.n < 0n ? this.neg() : this; }
  get sign() { return this.n > 0n ? 1 : this.n < 0n ? -1 : 0; }
  equals(o) { return this.n === o.n && this.d === o.d; }
}
const ZERO = new Q(0n), ONE = new Q(1n), TWO = new Q(2n);

function rational(value) {
  if (typeof value === "bigint") return new Q(value);
  demand(typeof value === "string" && /^-?\d{1,4000}(\/\d{1,4000})?$/.test(value), "not a rational");
  const [n, d] = value.split("/").map(BigInt);
  demand(d !== 0n, "a denominator 0");
  return new Q(n, d);
}

// JSON with integers of any size; JSON.parse would make doubles of them, and keep the last of two keys

function parse(text) {
  const token = /[ \t\r\n]*(?:([{}[\],:])|"([ -!#-[\]-~]*)"|(-?(?:0|[1-9]\d{0,3999}))(?![\d.eE])|(null)|($))/y;
  const next = () => {
    const found = token.exec(text);
    demand(found, "not JSON, or a number that is not an exact integer");
    return found;
  };
  const list = (close, item) => {
    const start = token.lastIndex;
    if (next()[1] === close) return;
    token.lastIndex = start;
    for (;;) {
      item();
      const mark = next()[1];
      if (mark === close) return;
      demand(mark === ",", "expected a comma");
    }
  };
  const value = () => {
    const [, mark, string, number, nothing] = next();
    if (string !== undefined) return string;
    if (number !== undefined) return BigInt(number);
    if (nothing) return null;
    if (mark === "[") { const all = []; list("]", () => all.push(value())); return all; }
    demand(mark === "{", "expected a value");
    const all = new Map();
    list("}", () => {
      const key = next()[2];
      demand(key !== undefined && !all.has(key) && next()[1] === ":", "a bad or repeated key");
      all.set(key, value());
    });
    return all;
  };
  const document = value();
  demand(next()[5] !== undefined, "something after the end");
  return document;
}

function record(value, ...keys) {
  const right = value instanceof Map && value.size === keys.length && keys.every((k) => value.has(k));
  demand(right, `expected an object with the keys ${keys}`);
  return keys.map((k) => value.get(k));
}
function array(value, size = value?.length) {
  demand(Array.isArray(value) && value.length === size, "expected a list, or one of another length");
  return value;
}
function index(value, below) {
  demand(typeof value === "bigint" && value >= 0n && value < BigInt(below), "not a number in range");
  return Number(value);
}
const vector = (value, size) => array(value, size).map(rational);
const matrix = (value, columns, rows) => array(value, rows).map((row) => vector(row, columns));

// Linear algebra. A row has its constant last --------------------------------------------------------

const dot = (a, b) => a.reduce((sum, v, i) => (v.sign && b[i].sign ? sum.add(v.mul(b[i])) : sum), ZERO);
const scaled = (c, row) => row.map((v) => c.mul(v));
const plus = (a, b) => a.map((v, i) => v.add(b[i]));
const minus = (a, b) => a.map((v, i) => v.sub(b[i]));
const unit = (size, k, value = ONE) => Array.from({ length: size }, (_, i) => (i === k ? value : ZERO));

function inverse([A, b]) {
  const d = b.length;
  const rows = A.map((row, i) => [...row, ...unit(d, i)]);
  for (let c = 0; c < d; c++) {
    const pivot = rows.findIndex((row, i) => i >= c && row[c].sign);
    require(pivot >= 0, "a map is not invertible");
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    rows[c] = rows[c].map((v) => v.over(rows[c][c]));
    rows.forEach((row, i) => { if (i !== c) rows[i] = minus(row, scaled(row[c], rows[c])); });
  }
  const B = rows.map((row) => row.slice(d));
  return [B, B.map((row) => dot(row, b).neg())];
}

// Objects: an IFS in normalised coordinates, and a network -------------------------------------------

function readIfs(value) {
  const [base, maps] = record(value, "base", "maps");
  const sides = matrix(base, 2);
  const d = sides.length;
  demand(d >= 1 && sides.every(([low, high]) => high.sub(low).sign > 0), "base: expected lo < hi");
  const half = sides.map(([low, high]) => high.sub(low).over(TWO));
  const centre = sides.map(([low, high]) => high.add(low).over(TWO));
  demand(array(maps).length >= 1, "no map");
  const normalised = maps.map((map) => {
    const [A, b] = record(map, "matrix", "translation");
    const rows = matrix(A, d, d), shift = vector(b, d);
    return [
      rows.map((row, i) => row.map((v, j) => v.mul(half[j]).over(half[i]))),
      shift.map((v, i) => dot(rows[i], centre).add(v).sub(centre[i]).over(half[i])),
    ];
  });
  return { d, half, centre, maps: normalised, inverses: normalised.map(inverse) };
}

function requireNested(ifs) {
  for (const [A, b] of ifs.maps)
    A.forEach((row, i) => {
      const reach = row.reduce((sum, v) => sum.add(v.abs()), b[i].abs());
      require(reach.sub(ONE).sign <= 0, "an image leaves the base");
    });
}

function slope(kind) {
  if (kind === "relu") return ZERO;
  if (kind === "identity") return ONE;
  if (kind === "abs") return ONE.neg();
  return rational(record(kind, "leaky")[0]);
}

function readNetwork(value, inputs, outputs) {
  demand(array(value).length >= 1 && value.every((l) => l instanceof Map), "expected layers");
  let size = inputs ?? array(array(value[0].get("weight"))[0]).length;
  const layers = value.map((layer, l) => {
    const named = layer.has("activation"), last = l === value.length - 1;
    const [W, b, names] = record(layer, "weight", "bias", ...(named ? ["activation"] : []));
    const bias = vector(b), weight = matrix(W, size, bias.length);
    demand(size > 0 && bias.length > 0, "a layer without inputs or units");
    size = bias.length;
    const slopes = named ? array(names, size).map(slope) : bias.map(() => (last ? ONE : ZERO));
    demand(!last || slopes.every((a) => a.equals(ONE)), "the last layer is affine");
    return { weight, bias, slopes };
  });
  demand(outputs === undefined || size === outputs, "a network of another shape");
  return { inputs: layers[0].weight[0].length, outputs: size, hidden: layers.slice(0, -1), last: layers.at(-1) };
}

const affine = (layer, x) => layer.weight.map((row, i) => dot(row, x).add(layer.bias[i]));
const bend = (z, a) => (z.sign < 0 ? a.mul(z) : z);
const evaluate = (net, x) =>
  affine(net.last, net.hidden.reduce((v, l) => affine(l, v).map((z, i) => bend(z, l.slopes[i])), x));

// Trees ------------------------------------------------------------------------------------------------

function symbolic(net) {
  // Forms over the inputs and the values h of all hidden units: z of every unit, and the outputs.
  const total = net.inputs + net.hidden.reduce((sum, layer) => sum + layer.bias.length, 0);
  const variable = (k) => unit(total + 1, k);
  const forms = (layer, before) => layer.weight.map((row, i) =>
    row.reduce((sum, w, j) => (w.sign ? plus(sum, scaled(w, before[j])) : sum), unit(total + 1, total, layer.bias[i])));
  const inputs = Array.from({ length: net.inputs }, (_, k) => variable(k));
  let before = inputs, next = net.inputs;
  const units = [];
  for (const layer of net.hidden) {
    const z = forms(layer, before);
    before = z.map(() => variable(next++));
    z.forEach((form, i) => units.push({ z: form, h: before[i], a: layer.slopes[i] }));
  }
  const all = [...inputs, ...forms(net.last, before)];
  const lift = (row) => row.slice(0, -1).reduce(
    (sum, w, k) => plus(sum, scaled(w, all[k])), unit(total + 1, total, row.at(-1)));
  return { units, lift };
}

function phaseFact({ z, h, a }, phase) {
  const bound = phase ? z : scaled(a, z);
  return [a.sub(ONE).sign > 0 ? minus(h, bound) : minus(bound, h), false];
}

function combined(multipliers, facts, start) {
  let strict = false;
  const sum = array(multipliers).reduce((form, pair) => {
    const [number, text] = array(pair, 2);
    const fact = facts[index(number, facts.length)], factor = rational(text);
    require(factor.sign >= 0, "a negative multiplier");
    strict ||= fact[1] && factor.sign > 0;
    return minus(form, scaled(factor, fact[0]));
  }, start);
  require(sum.slice(0, -1).every((v) => !v.sign), "multipliers that leave a variable");
  return { constant: sum.at(-1), strict };
}

function requireProved(form, strict, multipliers, facts) {
  const rest = combined(multipliers, facts, form);
  require(rest.constant.sign > 0 || (!rest.constant.sign && (!strict || rest.strict)), "not proved");
}

function requireTree(net, { inside = [], outside = [], alternatives = [] }, tree) {
  const { units, lift } = symbolic(net);
  const none = unit(units.length + net.inputs + 1, -1);
  const outer = (row) => lift([...row.slice(0, -1), ...unit(net.outputs, -1), row.at(-1)]);
  const start = inside.map((row) => [outer(row), false]);
  for (const { z, h, a } of units) {
    const kind = a.sub(ONE).sign, bent = scaled(a, z);
    if (kind < 0) start.push([minus(h, z), false], [minus(h, bent), false]);
    if (kind === 0) start.push([minus(h, z), false], [minus(z, h), false]);
    if (kind > 0) start.push([minus(z, h), false], [minus(bent, h), false]);
  }
  const walk = (node, above) => {
    const [steps, end] = record(node, "steps", "end");
    const facts = [...above];
    for (const step of array(steps)) {
      const [k, phase, multipliers] = array(step, 3);
      const one = units[index(k, units.length)], on = index(phase, 2);
      requireProved(on ? one.z : scaled(ONE.neg(), one.z), false, multipliers, facts);
      facts.push(phaseFact(one, on));
    }
    demand(end instanceof Map, "expected an end");
    if (end.has("split")) {
      const [k, off, on] = record(end, "split", "off", "on");
      const one = units[index(k, units.length)];
      walk(off, [...facts, [scaled(ONE.neg(), one.z), false], phaseFact(one, 0)]);
      walk(on, [...facts, [one.z, false], phaseFact(one, 1)]);
    } else if (end.has("beyond")) {
      const [i, cases] = record(end, "beyond", "cases");
      const rows = outside[index(i, outside.length)];
      array(cases, rows.length).forEach((branch, k) =>
        walk(branch, [...facts, [scaled(ONE.neg(), outer(rows[k])), true]]));
    } else if (end.has("contradiction")) {
      const { constant, strict } = combined(record(end, "contradiction")[0], facts, none);
      require(constant.sign > 0 || (!constant.sign && strict), "no contradiction");  // constant = -sum
    } else {
      const [j, because] = record(end, "alternative", "because");
      const goals = alternatives[index(j, alternatives.length)];
      array(because, goals.length).forEach((multipliers, k) =>
        requireProved(lift(goals[k][0]), goals[k][1], multipliers, facts));
    }
  };
  walk(tree, start);
}

// The kinds ---------------------------------------------------------------------------------------------

const cube = ([A, b]) =>
  A.flatMap((row, k) => [[...scaled(ONE.neg(), row), ONE.sub(b[k])], [...row, ONE.add(b[k])]]);

function disjoint(claim, evidence) {
  const ifs = readIfs(record(claim, "kind", "ifs")[1]);
  const pairs = array(record(evidence, "rule", "pairs")[1]);
  requireNested(ifs);
  const r = ifs.maps.length, seen = new Set();
  for (const pair of pairs) {
    const [first, second, multipliers] = array(pair, 3);
    const i = index(first, r), j = index(second, r);
    const facts = [...cube(ifs.inverses[i]), ...cube(ifs.inverses[j])].map((row) => [row, false]);
    require(i < j, "a pair that is not i < j");
    require(combined(multipliers, facts, unit(ifs.d + 1, -1)).constant.sign > 0, "no contradiction");
    seen.add(i * r + j);
  }
  require(seen.size === (r * (r - 1)) / 2, "a pair is missing");
  return `the ${r} images are pairwise disjoint and lie in K_0`;
}

function touching(claim, evidence) {
  const [, document, maps] = record(claim, "kind", "ifs", "maps");
  const ifs = readIfs(document);
  const [i, j] = array(maps, 2).map((k) => index(k, ifs.maps.length));
  const point = vector(record(evidence, "rule", "point")[1], ifs.d);
  require(i !== j, "one map twice");
  const u = point.map((v, k) => v.sub(ifs.centre[k]).over(ifs.half[k]));
  for (const k of [i, j])
    require(cube(ifs.inverses[k]).every((row) => dot(row, [...u, ONE]).sign >= 0), "the point is not in both");
  return `F_${i + 1}(K_0) and F_${j + 1}(K_0) share a point`;
}

function property(claim, evidence) {
  const [, network, ...rows] = record(claim, "kind", "network", "inside", "then");
  const net = readNetwork(network);
  const inside = matrix(rows[0], net.inputs + 1), then = matrix(rows[1], net.inputs + net.outputs + 1);
  if (claim.get("kind") === "property") {
    const tree = record(evidence, "rule", "tree")[1];
    requireTree(net, { inside, alternatives: [then.map((row) => [row, false])] }, tree);
    return "the network maps the polyhedron into the halfspaces";
  }
  const v = vector(record(evidence, "rule", "point")[1], net.inputs);
  require(inside.every((row) => dot(row, [...v, ONE]).sign >= 0), "the point is outside");
  const whole = [...v, ...evaluate(net, v), ONE];
  require(then.some((row) => dot(row, whole).sign < 0), "all rows hold at the point");
  return "at a point of the polyhedron the network leaves the halfspaces";
}

function realisesAll(claim, evidence) {
  const keys = ["kind", "ifs", "prepare", "step", "output", "labelling"];
  const [, system, prepare, step, output, labelling] = record(claim, ...keys);
  const ifs = readIfs(system), d = ifs.d;
  demand(evidence.get("method") === "penalty", "this checker knows the method penalty only");
  const names = ["undone", "penalised", "accepts", "rejects"];
  const [, , undone, penalised, accepts, rejects] = record(evidence, "rule", "method", ...names);
  const [margin, threshold] = record(labelling, "margin", "threshold");
  demand(margin === null && !rational(threshold).sign, "this method needs margin null and threshold 0");
  requireNested(ifs);
  requirePrepared(ifs, readNetwork(prepare, d, d + 1));
  const level = readNetwork(step, d + 1, d + 1), last = readNetwork(output, d + 1, 1);
  // Rows over (u, p, 1), then over (u, p, u', p', 1).
  const inCube = (map) => cube(map).map((row) => [...row.slice(0, d), ZERO, row[d]]);
  const wide = (terms, constant = ZERO) => terms.reduce(
    (row, [k, c]) => plus(row, unit(2 * d + 3, k, c)), unit(2 * d + 3, 2 * d + 2, constant));
  const both = (row) => [[row, false], [scaled(ONE.neg(), row), false]];
  const p = unit(d + 2, d), minusP = scaled(ONE.neg(), p);
  const gain = wide([[2 * d + 1, ONE], [d, ONE.neg()]]);
  const follows = ([A, b]) => A.flatMap((row, k) =>
    both(wide([[d + 1 + k, ONE], ...row.map((v, j) => [j, v.neg()])], b[k].neg())));
  array(undone, ifs.maps.length).forEach((tree, i) => requireTree(level, {
    inside: [...inCube(ifs.inverses[i]), p], alternatives: [[...follows(ifs.inverses[i]), ...both(gain)]],
  }, tree));
  const images = ifs.inverses.map(inCube);
  requireTree(level, { inside: [p], outside: images, alternatives: [[[gain, true]]] }, penalised);
  const identity = [Array.from({ length: d }, (_, k) => unit(d, k)), unit(d, -1)];
  const live = [...inCube(identity), minusP], f = unit(d + 3, d + 1), minusF = scaled(ONE.neg(), f);
  requireTree(last, { inside: [...live, p], alternatives: [[[f, false]]] }, accepts);
  requireTree(last, { inside: [p], outside: [live], alternatives: [[[minusF, true]]] }, rejects);
  return "for every n >= 0: f >= 0 on K_n and f < 0 everywhere off K_n, on all of R^d";
}

function requirePrepared(ifs, net) {
  require(!net.hidden.length, "prepare: expected an affine map");
  for (let k = 0; k <= ifs.d; k++) {
    const row = k < ifs.d ? unit(ifs.d, k, ONE.over(ifs.half[k])) : unit(ifs.d, -1);
    const shift = k < ifs.d ? ifs.centre[k].over(ifs.half[k]).neg() : ZERO;
    const same = net.last.weight[k].every((v, j) => v.equals(row[j])) && net.last.bias[k].equals(shift);
    require(same, "prepare: not the normalised coordinates");
  }
}

const KINDS = {
  disjoint: [disjoint, "farkas"], touching: [touching, "point"], property: [property, "tree"],
  violation: [property, "point"], "realises-all": [realisesAll, "levels"],
};

function check(bytes) {
  demand(bytes.length <= 64 * 2 ** 20 && bytes.every((b) => b < 128 && b !== 92), "not ASCII, or too large");
  const [format, claim, evidence] = record(parse(bytes.toString("latin1")), "format", "claim", "evidence");
  demand(format === "exactnet-certificate/1", "another format");
  demand(claim instanceof Map && evidence instanceof Map, "expected objects");
  const name = claim.get("kind");
  demand(typeof name === "string" && Object.hasOwn(KINDS, name), "a kind that this checker does not know");
  const kind = KINDS[name];
  demand(evidence.get("rule") === kind[1], `expected the rule ${kind[1]}`);
  return kind[0](claim, evidence);
}

let status = 0;
for (const file of process.argv.slice(2)) {
  try {
    console.log(`accepted: ${check(readFileSync(file))}`);
  } catch (error) {
    const malformed = !(error instanceof Rejected) && !(error instanceof RangeError);
    status = Math.max(status, malformed ? 2 : 1);
    console.log(`${malformed ? "malformed" : "rejected"}: ${error.message}`);
  }
}
process.exitCode = status;
