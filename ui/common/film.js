// Plays a training in the browser: sample grids fade into each other while two curves draw themselves.

const SECONDS = 14, REST = 3   // of the film, and on its last picture
const stores = new WeakMap()

function begin(root) {
  const find = (name) => root.querySelector(`[data-part=${name}]`)
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
  const store = {find, share: calm ? 1 : 0, playing: !calm, last: 0}
  find("play").onclick = () => { store.playing = !store.playing; if (store.share >= 1) store.share = 0; draw(store) }
  find("time").oninput = (event) => { store.playing = false; store.share = event.target.value / 1000; draw(store) }
  store.tick = (now) => {
    if (!root.isConnected && !root.host?.isConnected) { stores.delete(root); return }
    const passed = Math.min(now - store.last, 100) / 1000
    store.last = now
    if (store.playing) {
      store.share += passed / SECONDS
      if (store.share > 1 + REST / SECONDS) store.share = 0
      draw(store)
    }
    requestAnimationFrame(store.tick)
  }
  requestAnimationFrame(store.tick)
  new ResizeObserver(() => draw(store)).observe(find("curves"))
  return store
}

function draw(store) {
  if (!store.pictures) return
  const {grids, curves, colours} = store.data, share = Math.min(1, store.share)
  // As many seconds for each picture: the early ones lie close together, and there most happens.
  const at = share * (grids.length - 1), index = Math.min(Math.floor(at), grids.length - 2), part = at - index
  const step = grids[index].step + part * (grids[index + 1].step - grids[index].step)
  paintGrid(store, index, part)
  paintCurves(store, curves, colours, step, grids[grids.length - 1].step)
  store.find("time").value = Math.round(share * 1000)
  store.find("step").textContent = `step ${Math.round(step).toLocaleString("en")}`
  store.find("play").textContent = store.playing ? "❚❚" : "▶"
  store.find("grid").dataset.step = Math.round(step)
  store.find("play").setAttribute("aria-label", store.playing ? "Pause" : "Play")
}

function fitted(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio))
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height})
  return [canvas.getContext("2d"), width, height]
}

function paintGrid(store, index, part) {
  const [pen, width, height] = fitted(store.find("grid"))
  pen.imageSmoothingEnabled = false
  pen.globalAlpha = 1
  pen.drawImage(store.pictures[index], 0, 0, width, height)
  pen.globalAlpha = part
  pen.drawImage(store.pictures[index + 1], 0, 0, width, height)
}

function paintCurves(store, curves, colours, step, end) {
  const canvas = store.find("curves"), [pen, width, height] = fitted(canvas), edge = 6 * devicePixelRatio
  const all = [...curves.g_loss, ...curves.d_loss].sort((one, other) => one - other)
  const low = Math.min(0, all[0]), high = all[Math.floor(all.length * 0.99)] * 1.1   // a spike flattens nothing
  const x = (value) => edge + value / end * (width - 2 * edge)
  const y = (value) => height - edge - (Math.min(value, high) - low) / (high - low) * (height - 2 * edge)
  pen.clearRect(0, 0, width, height)
  pen.lineWidth = 2 * devicePixelRatio
  for (const [name, colour] of [["g_loss", colours.g], ["d_loss", colours.d]]) {
    pen.strokeStyle = colour
    pen.beginPath()
    curves.step.forEach((each, place) => { if (each <= step) pen.lineTo(x(each), y(curves[name][place])) })
    pen.stroke()
  }
}

export default function ({data, parentElement}) {
  const store = stores.get(parentElement) ?? begin(parentElement)
  stores.set(parentElement, store)
  if (store.data?.run === data.run) return
  store.data = data
  for (const name of ["g", "d"]) store.find(name).style.setProperty("--line", data.colours[name])
  Promise.all(data.grids.map(async ({png}) => {
    const picture = new Image()
    picture.src = `data:image/png;base64,${png}`
    await picture.decode()
    return picture
  })).then((pictures) => { store.pictures = pictures; draw(store) })
}
