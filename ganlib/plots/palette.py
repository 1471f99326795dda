"""The project's colours: one meaning each, the same in every chart and picture.

They follow the idea of Okabe and Ito (2008, "Color Universal Design"): blue, vermilion, green and purple stay
apart for people with any of the three colour-vision deficiencies. Each shade is shifted from theirs so that
it also reads on Streamlit's light (#ffffff) and dark (#0e1117) background, at a contrast of at least 3:1
(WCAG 2.2, criterion 1.4.11).
"""

GENERATOR = "#2166dd"
DISCRIMINATOR = "#d1500a"
REAL = "#00a36f"
FAKE = "#b23f9e"

NEUTRAL = "#7f8790"
"""Whatever belongs to no network: reference lines, events, a run that has ended."""

PAUSE = "#85623c"
"""A run that waits: paused or queued."""

RUNS = ("#7046ea", "#2a9191", "#cc7a1a", "#b25fd0", "#65703f")
"""Several runs in one chart, where a colour means a run and not a network."""
