// Lets a density be painted, cell by cell; the server is told of a stroke once it ends.

const SIDE = 24, LEVELS = 4, EACH = 3, PREFIX = "drawn-"       // as ganlib/catalog/drawing.py has them
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const stores = new WeakMap()

function read(name) {
  const values = [...name.slice(PREFIX.length)].map((letter) => LETTERS.indexOf(letter))
  return values.flatMap((value) => [value >> 4, (value >> 2) % LEVELS, value % LEVELS])
}

function write(levels) {
  let letters = ""
  for (let place = 0; place < levels.length; place += EACH)
    letters += LETTERS[levels[place] * 16 + levels[place + 1] * 4 + levels[place + 2]]
  return PREFIX + letters
}

function begin(canvas) {
  const store = {levels: [], name: "", pen: null, last: null, cursor: null, say: () => {}}
  const under = (event) => {
    const box = canvas.getBoundingClientRect()
    const cell = (share) => Math.max(0, Math.min(SIDE - 1, Math.floor(share * SIDE)))
    return [cell((event.clientX - box.left) / box.width), cell((event.clientY - box.top) / box.height)]
  }
  const told = () => { store.name = write(store.levels); store.say(store.name) }
  const opposite = ([column, row]) => store.levels[row * SIDE + column] ? 0 : LEVELS - 1
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId)
    store.cursor = null
    store.last = under(event)
    store.pen = opposite(store.last)  // a stroke that begins on a full cell clears
    stroke(store, store.last, store.last)
    draw(canvas, store)
  }
  canvas.onpointermove = (event) => {
    if (store.pen === null) return
    const place = under(event)
    stroke(store, store.last, place)
    store.last = place
    draw(canvas, store)
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (store.pen === null) return
    store.pen = null
    told()
  }
  canvas.onkeydown = (event) => {
    const [column, row] = store.cursor ?? [SIDE / 2, SIDE / 2]
    const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], " ": [0, 0]}
    if (!(event.key in moves)) return
    event.preventDefault()
    const [across, down] = moves[event.key], inside = (value) => Math.max(0, Math.min(SIDE - 1, value))
    store.cursor = [inside(column + across), inside(row + down)]
    if (event.key === " ") {
      store.levels[row * SIDE + column] = opposite(store.cursor)
      told()
    }
    draw(canvas, store)
  }
  return store
}

// A fast pointer skips cells: the straight line between two of its places is painted.
function stroke(store, from, to) {
  const steps = Math.max(1, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))
  for (let step = 0; step <= steps; step++) {
    const [column, row] = [0, 1].map((axis) => Math.round(from[axis] + (to[axis] - from[axis]) * step / steps))
    store.levels[row * SIDE + column] = store.pen
  }
}

function draw(canvas, store) {
  const size = canvas.clientWidth * devicePixelRatio
  if (canvas.width !== size) canvas.width = canvas.height = size
  const pen = canvas.getContext("2d"), cell = size / SIDE, {full, line} = store.colours
  pen.clearRect(0, 0, size, size)
  for (let place = 0; place < SIDE * SIDE; place++) {
    const [column, row] = [place % SIDE, Math.floor(place / SIDE)]
    pen.globalAlpha = store.levels[place] ? store.levels[place] / (LEVELS - 1) : 0.35
    pen.fillStyle = store.levels[place] ? full : line
    const inset = store.levels[place] ? cell / 20 : cell * 0.4
    pen.fillRect(column * cell + inset, row * cell + inset, cell - 2 * inset, cell - 2 * inset)
  }
  pen.globalAlpha = 1
  if (store.cursor) {
    pen.strokeStyle = line
    pen.lineWidth = 2 * devicePixelRatio
    pen.strokeRect(store.cursor[0] * cell, store.cursor[1] * cell, cell, cell)
  }
  canvas.dataset.cells = store.levels.filter(Boolean).length
}

export default function ({data, parentElement, setTriggerValue}) {
  const canvas = parentElement.querySelector("[data-part=cells]")
  if (!stores.has(canvas)) stores.set(canvas, begin(canvas))
  const store = stores.get(canvas)
  store.colours = data.colours
  store.say = (name) => setTriggerValue("painted", name)
  // What the server says of an earlier stroke must not undo the one at hand.
  if (store.pen === null && data.name !== store.name) Object.assign(store, {levels: read(data.name), name: data.name})
  draw(canvas, store)
}
