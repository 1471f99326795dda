// Plays the frames of a GAN in the plane on a canvas. New frames may come at any time; nothing is asked of the server
// to show another one.

const CELLS = 48, LATTICE = 21, UNIT = 8000, EXTENT = 1.5   // as ui/lab/plane.py packs them
const NEAR = 16, RING = 11                                  // pixels: of a click to a point, and of a ring's radius
const LONGEST = 3, ARROW = 0.12, HEAD = 0.35                // of an arrow: times the usual, its length, its head's share
const stores = new WeakMap()

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const points = (text) => Float32Array.from(new Int16Array(bytes(text).buffer), (value) => value / UNIT)

function decoded(frame) {
  return {...frame, surface: bytes(frame.surface), points: points(frame.points), lattice: points(frame.lattice),
          pushes: points(frame.pushes)}
}

function begin(root) {
  const find = (name) => root.querySelector(`[data-part=${name}]`)
  const store = {frames: new Map(), steps: [], place: 0, playing: true, shownAt: 0, find}
  const surface = document.createElement("canvas")
  surface.width = surface.height = CELLS
  store.surface = surface
  find("play").onclick = () => { store.playing = !store.playing
    if (store.playing && store.place >= store.steps.length - 1 && !store.data.live) store.place = 0 }
  find("back").onclick = () => move(store, -1)
  find("on").onclick = () => move(store, 1)
  find("time").oninput = (event) => { store.playing = false; store.place = Number(event.target.value); draw(store) }
  find("time").onchange = () => follow(store)
  find("canvas").onclick = (event) => choose(store, event)
  store.tick = (now) => {
    if (!root.isConnected && !root.host?.isConnected) { stores.delete(root); return }
    const wait = 1000 / Number(find("speed").value)
    if (store.playing && now - store.shownAt >= wait && store.place < store.steps.length - 1) {
      store.place += 1
      store.shownAt = now
      draw(store)
    }
    requestAnimationFrame(store.tick)
  }
  requestAnimationFrame(store.tick)
  return store
}

function move(store, by) {
  store.playing = false
  store.place = Math.max(0, Math.min(store.steps.length - 1, store.place + by))
  draw(store)
  follow(store)
}

// A click chooses the generated point that is nearest; one far from all of them lets go of it.
function choose(store, event) {
  const frame = store.frames.get(store.steps[store.place]), box = store.find("canvas").getBoundingClientRect()
  if (!frame) return
  const away = (index) => Math.hypot((frame.points[index] / EXTENT + 1) / 2 * box.width - (event.clientX - box.left),
                                     (1 - frame.points[index + 1] / EXTENT) / 2 * box.height - (event.clientY - box.top))
  let nearest = 0
  for (let index = 2; index < frame.points.length; index += 2) if (away(index) < away(nearest)) nearest = index
  store.playing = false
  store.chosen = away(nearest) <= NEAR ? nearest / 2 + 1 : 0
  store.say(store.chosen, frame.step)
  draw(store)
}

function follow(store) { if (store.chosen) store.say(store.chosen, store.steps[store.place]) }

function draw(store) {
  const frame = store.frames.get(store.steps[store.place])
  const canvas = store.find("canvas"), {layers, colours} = store.data
  const size = canvas.clientWidth * devicePixelRatio
  if (canvas.width !== size) canvas.width = canvas.height = size
  const pen = canvas.getContext("2d")
  pen.clearRect(0, 0, size, size)
  store.find("play").textContent = store.playing ? "Pause film" : "Play film"
  const slider = store.find("time")
  slider.max = Math.max(0, store.steps.length - 1)
  slider.value = store.place
  const at = (x, y) => [(x / EXTENT + 1) / 2 * size, (1 - y / EXTENT) / 2 * size]
  if (!frame) return drawNothingYet(store, pen, at)
  if (layers.includes("surface")) paintSurface(store, pen, frame, size)
  if (layers.includes("contour")) paintContour(pen, frame, at, colours.discriminator)
  if (layers.includes("real")) paintPoints(pen, store.real, at, colours.real, 2.0, 0.5)
  if (layers.includes("lattice")) paintLattice(pen, frame.lattice, at, colours.generator)
  if (layers.includes("fake")) paintPoints(pen, frame.points, at, colours.fake, 2.5, 0.9)
  if (layers.includes("pushes")) paintPushes(pen, frame, at, colours.discriminator)
  const ink = getComputedStyle(canvas).color, lost = store.lost.filter((each) => each.step <= frame.step).at(-1)
  if (lost && layers.includes("lost")) paintRings(pen, lost.places, at, ink, RING)
  const chosen = frame.points.slice(2 * store.chosen - 2, 2 * store.chosen)
  if (store.chosen) paintRings(pen, chosen, at, ink, RING / 2)
  const step = Number(frame.step).toLocaleString("en")
  store.find("step").textContent = `step ${step}`
  canvas.setAttribute("aria-label", `Plane at step ${step}: ${layers.join(", ")}`)
  canvas.dataset.step = frame.step
  canvas.dataset.chosen = store.chosen
  canvas.dataset.lost = lost ? lost.places.length / 2 : 0
  canvas.dataset.drawn = Number(canvas.dataset.drawn || 0) + 1
}

// What is known before the first frame: the real points, and that others will come.
function drawNothingYet({data, real, find}, pen, at) {
  if (data.layers.includes("real")) paintPoints(pen, real, at, data.colours.real, 2.0, 0.5)
  pen.fillStyle = getComputedStyle(find("canvas")).color
  pen.font = `${15 * devicePixelRatio}px ${getComputedStyle(find("step")).fontFamily}`
  pen.textAlign = "center"
  pen.fillText(data.live || data.steps.length ? "Getting ready…" : "No frames of this run", ...at(0, 0))
  find("step").textContent = ""
  find("canvas").setAttribute("aria-label", "Plane")
  delete find("canvas").dataset.step
}

function paintSurface(store, pen, frame, size) {
  const small = store.surface.getContext("2d"), image = small.createImageData(CELLS, CELLS)
  const {fakeRgb, realRgb, middleRgb} = store.data.colours
  for (let row = 0; row < CELLS; row++) for (let column = 0; column < CELLS; column++) {
    const share = frame.surface[(CELLS - 1 - row) * CELLS + column] / 255, target = share < 0.5 ? fakeRgb : realRgb
    const weight = Math.abs(share - 0.5) * 2, place = 4 * (row * CELLS + column)
    for (let part = 0; part < 3; part++) image.data[place + part] = middleRgb[part] + (target[part] - middleRgb[part]) * weight
    image.data[place + 3] = 160
  }
  small.putImageData(image, 0, 0)
  pen.imageSmoothingEnabled = true
  pen.drawImage(store.surface, 0, 0, size, size)
}

// Marching squares: in each square of four neighbours, a line between the sides that D's opinion crosses the level on.
function paintContour(pen, frame, at, colour) {
  const value = (row, column) => frame.surface[row * CELLS + column] - 127.5
  const place = (index) => ((index + 0.5) / CELLS * 2 - 1) * EXTENT, side = 2 * EXTENT / CELLS
  pen.beginPath()
  for (let row = 0; row < CELLS - 1; row++) for (let column = 0; column < CELLS - 1; column++) {
    const [a, b, c, d] = [value(row, column), value(row, column + 1), value(row + 1, column + 1), value(row + 1, column)]
    const x = place(column), y = place(row), cuts = []
    if (a * b < 0) cuts.push([x + side * a / (a - b), y])
    if (b * c < 0) cuts.push([x + side, y + side * b / (b - c)])
    if (c * d < 0) cuts.push([x + side * d / (d - c), y + side])
    if (d * a < 0) cuts.push([x, y + side * a / (a - d)])
    for (let index = 0; index + 1 < cuts.length; index += 2) {
      pen.moveTo(...at(...cuts[index]))
      pen.lineTo(...at(...cuts[index + 1]))
    }
  }
  stroke(pen, colour, 2, 1)
}

function paintPoints(pen, list, at, colour, radius, opacity) {
  pen.fillStyle = colour
  pen.globalAlpha = opacity
  pen.beginPath()
  for (let index = 0; index < list.length; index += 2) {
    const [x, y] = at(list[index], list[index + 1])
    pen.moveTo(x, y)
    pen.arc(x, y, radius * devicePixelRatio, 0, 2 * Math.PI)
  }
  pen.fill()
  pen.globalAlpha = 1
}

function paintRings(pen, list, at, colour, radius) {
  pen.beginPath()
  for (let index = 0; index < list.length; index += 2) {
    const [x, y] = at(list[index], list[index + 1]), size = radius * devicePixelRatio
    pen.moveTo(x + size, y)
    pen.arc(x, y, size, 0, 2 * Math.PI)
  }
  stroke(pen, colour, 2, 1)
}

function paintLattice(pen, list, at, colour) {
  const rows = list.length / (2 * LATTICE), point = (row, column) => 2 * (row * LATTICE + column)
  const line = (from, to) => { pen.moveTo(...at(list[from], list[from + 1])); pen.lineTo(...at(list[to], list[to + 1])) }
  pen.beginPath()
  for (let row = 0; row < rows; row++) for (let column = 0; column < LATTICE; column++) {
    if (column + 1 < LATTICE) line(point(row, column), point(row, column + 1))
    if (row + 1 < rows) line(point(row, column), point(row + 1, column))
  }
  stroke(pen, colour, 1, 0.5)
}

function paintPushes(pen, frame, at, colour) {
  pen.beginPath()
  for (let index = 0; index < frame.pushes.length; index += 2) {
    const [x, y] = [frame.points[index], frame.points[index + 1]]
    const length = Math.hypot(frame.pushes[index], frame.pushes[index + 1]) || 1
    const scale = ARROW * Math.min(length, LONGEST) / length
    const [u, v] = [frame.pushes[index] * scale, frame.pushes[index + 1] * scale]
    pen.moveTo(...at(x, y))
    pen.lineTo(...at(x + u, y + v))
    for (const turn of [1, -1]) {
      pen.moveTo(...at(x + u, y + v))
      pen.lineTo(...at(x + u - HEAD * (u + turn * v / 2), y + v - HEAD * (v - turn * u / 2)))
    }
  }
  stroke(pen, colour, 1.5, 0.9)
}

function stroke(pen, colour, width, opacity) {
  pen.strokeStyle = colour
  pen.lineWidth = width * devicePixelRatio
  pen.globalAlpha = opacity
  pen.stroke()
  pen.globalAlpha = 1
}

export default function ({data, parentElement, setTriggerValue}) {
  let store = stores.get(parentElement)
  if (!store || store.data?.run !== data.run) {
    const was = store
    store = was ? Object.assign(was, {frames: new Map(), steps: [], place: 0, playing: true, goneTo: null}) : begin(parentElement)
    stores.set(parentElement, store)
  }
  store.data = data
  store.real = points(data.real)
  store.lost = data.lost.map((each) => ({step: each.step, places: points(each.places)}))
  store.chosen = data.chosen
  store.say = (point, step) => setTriggerValue("chosen", {point, step})
  for (const frame of data.frames) if (!store.frames.has(frame.step)) store.frames.set(frame.step, decoded(frame))
  const shown = store.steps[store.place]
  store.steps = [...store.frames.keys()].sort((one, other) => one - other)
  store.place = Math.max(0, store.steps.indexOf(shown))
  if (data.first && !data.live) { store.place = store.steps.length - 1; store.playing = false }
  if (data.at !== store.goneTo && store.frames.has(data.at)) {
    Object.assign(store, {place: store.steps.indexOf(data.at), playing: false})
    store.goneTo = data.at
  }
  if (data.steps.some((step) => !store.frames.has(step)) && !store.asked) {
    store.asked = true
    setTriggerValue("missing", true)
  } else store.asked = false
  draw(store)
}
