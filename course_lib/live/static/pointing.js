// The pointer on the picture: a click near a place picks an option, dragging in axes sets sliders.
// pointing.py says where places and positions lie, in pixels of the figure.

/** A place is picked from this near, in pixels of the page. */
const REACH = 24;
/** A point this near is picked before a line, which may end in it. */
const POINT_FIRST = 12;
/** A drag may begin this far outside of the axes: what lies on their edge can be grabbed. */
const EDGE = 6;
/** A press that moves less than this is a click. */
const STILL = 4;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Store} store
 * @param {Array<object>} controls those that may follow the pointer, if they have places or drag
 */
export function followPointer(canvas, store, controls) {
  const places = controls.flatMap((control) =>
    (control.places ?? []).map(([index, points]) => ({ control, index, points })));
  const drags = controls.filter((control) => control.drag);
  if (!places.length && !drags.length) return;

  /** The pointer in pixels of the figure, and how many pixels of the page one of those is. */
  const locate = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const scale = width / store.scene.width;
    return { x: (event.clientX - left) / scale, y: (event.clientY - top) / scale, scale };
  };
  const dragsAt = (spot) => drags.filter(({ drag }) => near(drag.box, spot, EDGE / spot.scale));
  const hover = (event) => {
    const spot = locate(event);
    const cursor = placeAt(places, spot) ? "pointer" : dragsAt(spot).length ? "grab" : "";
    canvas.style.cursor = cursor;
  };

  // What is pressed: where it began and the sliders under it; whether it moved, and drags them.
  let press = null;

  const drag = (spot) => {
    press.dragging = true;
    canvas.style.cursor = "grabbing";
    store.moveSome(new Map(press.sliders.map((control) => [control, positionAt(control, spot)])));
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    const spot = locate(event);
    press = { spot, id: event.pointerId, sliders: dragsAt(spot), moved: false, dragging: false };
    canvas.setPointerCapture(event.pointerId);
    // A finger may be about to scroll, and what is pressed at a place may be a click.
    const waits = event.pointerType === "touch" || placeAt(places, spot);
    if (press.sliders.length && !waits) drag(spot);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (press === null || event.pointerId !== press.id) return hover(event);
    const spot = locate(event);
    const way = { x: Math.abs(spot.x - press.spot.x), y: Math.abs(spot.y - press.spot.y) };
    const farthest = Math.max(way.x, way.y);
    if (farthest * spot.scale > STILL) press.moved = true;
    // A finger that goes up where sliders go across is about to scroll.
    const along = press.sliders.some(({ drag }) => way[drag.along] === farthest);
    if (press.dragging || (press.moved && along)) drag(spot);
  });
  canvas.addEventListener("pointerup", (event) => {
    if (press === null || event.pointerId !== press.id) return;
    const spot = locate(event);
    if (!press.dragging && !press.moved) {
      const place = placeAt(places, spot);
      if (place) store.move(place.control, place.index);
      else if (press.sliders.length) drag(spot);
    }
    press = null;
    hover(event);
  });
  canvas.addEventListener("pointercancel", () => (press = null));

  if (!drags.length) return;
  canvas.dataset.drag = "";
  // Dragging selects no text.
  canvas.addEventListener("mousedown", (event) => {
    if (press?.sliders.length) event.preventDefault();
  });
  if (drags.every(({ drag: { along } }) => along === "x")) {
    // The page still scrolls by a finger that moves up or down.
    canvas.style.touchAction = "pan-y pinch-zoom";
  } else {
    // It scrolls from everywhere but these axes.
    const options = { passive: false };
    canvas.addEventListener("touchstart", (event) => {
      const one = event.touches.length === 1;
      if (one && dragsAt(locate(event.touches[0])).length) event.preventDefault();
    }, options);
  }
}

const near = ([x0, y0, x1, y1], { x, y }, margin) =>
  x0 - margin <= x && x <= x1 + margin && y0 - margin <= y && y <= y1 + margin;

/** The place the pointer means, if it is near one. */
function placeAt(places, spot) {
  let nearest, least = REACH / spot.scale;
  for (const place of places) {
    let distance = distanceTo(place.points, spot);
    const first = POINT_FIRST / spot.scale;
    if (place.points.length === 2 && distance < first) distance -= first;
    if (distance < least) [nearest, least] = [place, distance];
  }
  return nearest;
}

/** From a spot to a path of points (x, y in turn). */
function distanceTo(points, { x, y }) {
  const [x0, y0] = points;
  let least = Math.hypot(x - x0, y - y0);
  for (let k = 2; k < points.length; k += 2) {
    const [ax, ay, bx, by] = points.slice(k - 2, k + 2);
    const dx = bx - ax, dy = by - ay;
    const length = dx * dx + dy * dy;
    const along = length ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
    const share = Math.min(Math.max(along, 0), 1);
    least = Math.min(least, Math.hypot(x - ax - share * dx, y - ay - share * dy));
  }
  return least;
}

/** The position of a slider that lies nearest to the pointer. */
function positionAt({ drag: { along, at } }, spot) {
  let nearest = 0;
  at.forEach((pixel, index) => {
    if (Math.abs(pixel - spot[along]) < Math.abs(at[nearest] - spot[along])) nearest = index;
  });
  return nearest;
}
