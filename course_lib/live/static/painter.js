// Draws the display lists that recorder.py writes. Its docstring says what each entry holds.

const POLYLINE = 1, PATH = 2, SHAPE = 3, MARKERS = 4, GLYPHS = 5, IMAGE = 6;
const SNAP = 1, CLOSED = 2;
const MOVETO = 1, LINETO = 2, CURVE3 = 3, CURVE4 = 4, CLOSEPOLY = 79;

/**
 * What frames share: colours, pen styles, shapes. It only grows.
 */
export class Shared {
  constructor() {
    this.colors = { light: [], dark: [] };
    this.styles = [];
    this.shapes = [];
  }

  /**
   * Take in what `Shared.since` of shared.py describes; being told twice does no harm.
   * @param {object} added
   * @param {DataView} bytes the new shapes, 32-bit floats
   */
  add(added, bytes) {
    const [colors, styles, shapes] = added.from;
    added.colors.forEach((c, i) => {
      this.colors.light[colors + i] = css(c, 0);
      this.colors.dark[colors + i] = css(c, 4);
    });
    added.styles.forEach((style, i) => (this.styles[styles + i] = style));
    const floats = asFloats(bytes);
    let start = 0;
    added.shapes.forEach((rows, i) => {
      this.shapes[shapes + i] = { rows: floats.subarray(start, start + 3 * rows), path: null };
      start += 3 * rows;
    });
  }
}

const css = (c, i) => `rgba(${c[i]},${c[i + 1]},${c[i + 2]},${c[i + 3] / 255})`;

/** A view's bytes as 32-bit floats, copied only if they do not lie on a 4-byte boundary. */
export function asFloats(view) {
  const { buffer, byteOffset, byteLength } = view;
  if (byteOffset % 4 === 0) return new Float32Array(buffer, byteOffset, byteLength >> 2);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/**
 * Draws the entries of display lists on a canvas.
 *
 * Coordinates are scaled here, number by number, and not by the canvas: what Agg moves to whole
 * pixels has to be moved to whole pixels of the screen.
 */
export class Painter {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Shared} shared
   * @param {number} scale device pixels for one pixel of the figure
   * @param {"light"|"dark"} theme
   */
  constructor(context, shared, scale, theme) {
    this.context = context;
    this.shared = shared;
    this.scale = scale;
    this.colors = shared.colors[theme];
  }

  /** The display lists of a frame, one for each gap between the layers. */
  static lists(frame) {
    const lists = [];
    let start = 1 + frame[0];
    for (let k = 0; k < frame[0]; k++) {
      lists.push(frame.subarray(start, start + frame[1 + k]));
      start += frame[1 + k];
    }
    return lists;
  }

  /** @param {Float32Array} ops one display list */
  paint(ops) {
    this.clipped = undefined;
    this.penned = undefined;
    this.context.save();
    for (let i = 0; i < ops.length; ) {
      switch (ops[i]) {
        case POLYLINE: i = this.polyline(ops, i); break;
        case PATH: i = this.path(ops, i); break;
        case SHAPE: i = this.shape(ops, i); break;
        case MARKERS: i = this.markers(ops, i); break;
        case GLYPHS: i = this.glyphs(ops, i); break;
        case IMAGE: i = this.image(ops, i); break;
        default: throw new Error(`LiveFigure: display list has no entry of kind ${ops[i]}`);
      }
    }
    this.context.restore();
  }

  // ---------------------------------------------------------------- entries

  polyline(ops, i) {
    const { context: c, scale: s } = this;
    const flags = ops[i + 4], n = ops[i + 5], end = i + 6 + 2 * n;
    const style = this.use(ops[i + 1]);
    const snap = this.snapping(flags, style, ops[i + 2]);
    c.beginPath();
    for (let k = i + 6, first = true; k < end; k += 2, first = false) {
      let x = ops[k] * s, y = ops[k + 1] * s;
      if (snap !== null) { x = Math.floor(x + 0.5) + snap; y = Math.floor(y + 0.5) + snap; }
      if (first) c.moveTo(x, y); else c.lineTo(x, y);
    }
    if (flags & CLOSED) c.closePath();
    this.ink(ops[i + 2], ops[i + 3], style, flags);
    return end;
  }

  path(ops, i) {
    const flags = ops[i + 4], end = i + 6 + 3 * ops[i + 5];
    const style = this.use(ops[i + 1]);
    this.context.beginPath();
    this.trace(this.context, ops, i + 6, end, [1, 0, 0, 1, 0, 0],
      this.snapping(flags, style, ops[i + 2]));
    this.ink(ops[i + 2], ops[i + 3], style, flags);
    return end;
  }

  shape(ops, i) {
    const flags = ops[i + 4];
    const style = this.use(ops[i + 1]);
    const rows = this.shared.shapes[ops[i + 5]].rows;
    this.context.beginPath();
    this.trace(this.context, rows, 0, rows.length, ops.subarray(i + 6, i + 12),
      this.snapping(flags, style, ops[i + 2]));
    this.ink(ops[i + 2], ops[i + 3], style, flags);
    return i + 12;
  }

  /** One outline at many places. As in Agg, its middle goes to the middle of a pixel. */
  markers(ops, i) {
    const { context: c, scale: s } = this;
    const stroke = ops[i + 2], fill = ops[i + 3], flags = ops[i + 4];
    const style = this.use(ops[i + 1]);
    const rows = this.shared.shapes[ops[i + 5]].rows;
    const snap = this.snapping(flags, style, stroke);
    const outline = new Path2D();
    this.trace(outline, rows, 0, rows.length, ops.subarray(i + 6, i + 12), snap);
    // A snapped outline lies on whole pixels by itself.
    const middle = snap === null ? 0.5 : 0;
    const start = i + 13, end = start + 2 * ops[i + 12];
    if (fill >= 0) c.fillStyle = this.colors[fill];
    if (stroke >= 0) this.pen(style, stroke);
    for (let k = start; k < end; k += 2) {
      const x = Math.floor(ops[k] * s + 0.5) + middle, y = Math.floor(ops[k + 1] * s + 0.5) + middle;
      c.setTransform(1, 0, 0, 1, x, y);
      if (fill >= 0) c.fill(outline);
      if (stroke >= 0) c.stroke(outline);
    }
    c.setTransform(1, 0, 0, 1, 0, 0);
    return end;
  }

  glyphs(ops, i) {
    const { context: c, scale: s } = this;
    this.use(ops[i + 1]);
    c.fillStyle = this.colors[ops[i + 2]];
    const start = i + 4, end = start + 7 * ops[i + 3];
    for (let k = start; k < end; k += 7) {
      const shape = this.shared.shapes[ops[k]];
      if (!shape.path) {
        shape.path = new Path2D();
        const size = this.scale;
        this.scale = 1;
        this.trace(shape.path, shape.rows, 0, shape.rows.length, [1, 0, 0, 1, 0, 0], null);
        this.scale = size;
      }
      c.setTransform(s * ops[k + 1], s * ops[k + 2], s * ops[k + 3], s * ops[k + 4],
        s * ops[k + 5], s * ops[k + 6]);
      c.fill(shape.path);
    }
    c.setTransform(1, 0, 0, 1, 0, 0);
    return end;
  }

  image(ops, i) {
    const { context: c, scale: s } = this;
    this.use(ops[i + 1]);
    const width = ops[i + 10], height = ops[i + 11], start = i + 12, end = start + width * height;
    const pixels = new Uint8ClampedArray(ops.buffer, ops.byteOffset + 4 * start, 4 * width * height);
    const source = new OffscreenCanvas(width, height);
    source.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0);
    c.save();
    c.globalAlpha = ops[i + 2];
    c.imageSmoothingEnabled = ops[i + 3] === 1;
    c.imageSmoothingQuality = "high";
    const [a, b, skewX, d, e, f] = ops.subarray(i + 4, i + 10);
    if (b === 0 && skewX === 0) {
      // Whole pixels at the edges, as matplotlib has them.
      const round = (v) => Math.floor(v * s + 0.5);
      const [x0, x1] = [round(e), round(e + a * width)];
      const [y0, y1] = [round(f), round(f + d * height)];
      c.beginPath();
      c.rect(x0, y0, x1 - x0, y1 - y0);
      c.clip();
    }
    c.setTransform(s * a, s * b, s * skewX, s * d, s * e, s * f);
    c.drawImage(source, 0, 0);
    c.restore();
    return end;
  }

  // ---------------------------------------------------------------- paths

  /** Add rows of (path code, x, y) to a path, through a matrix, in device pixels. */
  trace(path, rows, start, end, [a, b, c, d, e, f], snap) {
    const s = this.scale;
    const X = (k) => place((a * rows[k + 1] + c * rows[k + 2] + e) * s, snap);
    const Y = (k) => place((b * rows[k + 1] + d * rows[k + 2] + f) * s, snap);
    for (let k = start; k < end; k += 3) {
      switch (rows[k]) {
        case MOVETO: path.moveTo(X(k), Y(k)); break;
        case LINETO: path.lineTo(X(k), Y(k)); break;
        case CURVE3: path.quadraticCurveTo(X(k), Y(k), X(k + 3), Y(k + 3)); k += 3; break;
        case CURVE4:
          path.bezierCurveTo(X(k), Y(k), X(k + 3), Y(k + 3), X(k + 6), Y(k + 6));
          k += 6;
          break;
        case CLOSEPOLY: path.closePath(); break;
      }
    }
  }

  /** Where snapped vertices go within a pixel: a line of odd width to its middle. Else null. */
  snapping(flags, style, stroke) {
    if (!(flags & SNAP)) return null;
    const width = stroke >= 0 ? Math.round(style.width * this.scale) : 0;
    return width % 2 ? 0.5 : 0;
  }

  /** Fill and stroke the current path. */
  ink(stroke, fill, style, flags) {
    const c = this.context;
    if (fill >= 0) {
      c.fillStyle = this.colors[fill];
      c.fill();
      if (style.smooth === false && stroke < 0 && !(flags & SNAP)) {
        // Cells that were drawn without antialiasing meet without a seam.
        c.strokeStyle = this.colors[fill];
        c.lineWidth = 0.7;
        c.setLineDash([]);
        this.penned = undefined;
        c.stroke();
      }
    }
    if (stroke >= 0) {
      this.pen(style, stroke);
      c.stroke();
    }
  }

  // ---------------------------------------------------------------- state

  /** Put the clipping of a style in force and return the style. */
  use(number) {
    const style = this.shared.styles[number];
    const key = style.clipKey ??= JSON.stringify([style.clip, style.clipPath, style.mask]);
    if (this.clipped === key) return style;
    const { context: c, scale: s } = this;
    c.restore();
    c.save();
    this.clipped = key;
    this.penned = undefined;
    if (style.clip) {
      const [x0, y0, x1, y1] = style.clip.map((v) => Math.floor(v * s + 0.5));
      c.beginPath();
      c.rect(x0, y0, Math.max(0, x1 - x0), Math.max(0, y1 - y0));
      c.clip();
    }
    if (style.clipPath) this.clipTo(style.clipPath[0], style.clipPath.slice(1));
    if (style.mask !== undefined) this.clipTo(style.mask, [1, 0, 0, 1, 0, 0]);
    return style;
  }

  clipTo(number, matrix) {
    const rows = this.shared.shapes[number].rows;
    this.context.beginPath();
    this.trace(this.context, rows, 0, rows.length, matrix, null);
    this.context.clip();
  }

  pen(style, stroke) {
    const { context: c, scale: s } = this;
    c.strokeStyle = this.colors[stroke];
    if (this.penned === style) return;
    this.penned = style;
    c.lineWidth = style.width * s;
    c.lineCap = style.cap;
    c.lineJoin = style.join;
    c.miterLimit = 4; // Agg's
    c.setLineDash((style.dashes ?? []).map((d) => d * s));
    c.lineDashOffset = (style.dashOffset ?? 0) * s;
  }
}

const place = (v, snap) => (snap === null ? v : Math.floor(v + 0.5) + snap);
