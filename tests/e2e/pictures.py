"""What a page shows of a training, kept in the page itself and so without a gap."""

from itertools import pairwise

from playwright.sync_api import Page

RECORD = """() => {
  const all = (what) => document.querySelectorAll(`[data-testid=stMain] ${what}`)
  window.seen = {grids: 0, titles: 0, times: [], from: Date.now() / 1000}
  window.recorder = setInterval(() => {
    const grids = [...all("[data-testid=stImage] img")].filter((image) => image.alt.startsWith("Grid of 64 generated"))
    seen.grids = Math.max(seen.grids, grids.length)
    seen.titles = Math.max(seen.titles, all("h1, h2").length)
    const step = grids.length && Number(/step ([\\d,]+)/.exec(grids[0].alt)[1].replaceAll(",", ""))
    if (grids.length && seen.times.at(-1)?.[1] !== step) seen.times.push([Date.now() / 1000, step])
  }, 30)
}"""
"""Keeps the most sample grids and titles at once, and when each grid came."""


def gaps(page: Page) -> list[float]:
    """Return the seconds between one new picture and the next since `RECORD`, until now."""
    seen = page.evaluate("({...seen, now: Date.now() / 1000})")
    moments = [seen["from"], *(moment for moment, _ in seen["times"]), seen["now"]]
    return [later - earlier for earlier, later in pairwise(moments)]
