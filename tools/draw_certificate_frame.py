"""Draw frame.pdf, the vector border of the shipped certificate layout.

A developer's tool, not needed to run the product.
"""

import math
import sys
from itertools import pairwise
from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

LAYOUTS = Path(__file__).parents[1] / "admin_app" / "documents" / "layouts"
TARGET = LAYOUTS / "hours_certificate" / "frame.pdf"
GOLD, RED, PAPER = HexColor("#b89b5e"), HexColor("#9c1c1c"), HexColor("#fffdf7")
WIDTH, HEIGHT = landscape(A4)
# Guilloche band: strands of one wave, each shifted a little.
STRANDS = 8
WAVE_MM = 11.0
PIECES_PER_WAVE = 4


def draw_band(canvas: Canvas, length: float, half_width: float) -> None:
    """A guilloche band along the x axis, made of whole waves."""
    waves = max(1, round(length / (WAVE_MM * mm)))
    for strand in range(STRANDS):
        shift = math.pi * strand / STRANDS
        draw_wave(canvas, length, waves, half_width * math.cos(shift * 0.7), shift)


def draw_wave(
    canvas: Canvas, length: float, waves: int, height: float, shift: float
) -> None:
    """A sine line as a few curves a wave: every page drawn on the frame pays for it."""
    pieces = waves * PIECES_PER_WAVE
    step = length / pieces
    turns = [2 * math.pi * waves * n / pieces + shift for n in range(pieces + 1)]
    third = 2 * math.pi / PIECES_PER_WAVE / 3 * height
    path = canvas.beginPath()
    path.moveTo(0, height * math.sin(turns[0]))
    for n, (begin, end) in enumerate(pairwise(turns)):
        y0, y1 = height * math.sin(begin), height * math.sin(end)
        path.curveTo(
            *(step * (n + 1 / 3), y0 + third * math.cos(begin)),
            *(step * (n + 2 / 3), y1 - third * math.cos(end)),
            *(step * (n + 1), y1),
        )
    canvas.drawPath(path)


def draw_bands(canvas: Canvas, inset: float, half_width: float) -> None:
    """The band on all four sides, its middle `inset` from the edge."""
    canvas.setLineWidth(0.35)
    canvas.setStrokeColor(GOLD)
    sides = [
        (inset, inset, 0, WIDTH - 2 * inset),
        (inset, HEIGHT - inset, 0, WIDTH - 2 * inset),
        (inset, inset, 90, HEIGHT - 2 * inset),
        (WIDTH - inset, inset, 90, HEIGHT - 2 * inset),
    ]
    for x, y, angle, length in sides:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        draw_band(canvas, length, half_width)
        canvas.restoreState()


def draw_rosette(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A corner rosette that covers where two bands meet."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setFillColor(PAPER)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.6)
    canvas.circle(0, 0, radius, stroke=1, fill=1)
    canvas.setLineWidth(0.35)
    for petal in range(12):
        canvas.saveState()
        canvas.rotate(30 * petal)
        canvas.ellipse(0, -radius * 0.22, radius * 0.92, radius * 0.22)
        canvas.restoreState()
    canvas.setFillColor(RED)
    canvas.circle(0, 0, radius * 0.16, stroke=0, fill=1)
    canvas.restoreState()


def frame_rectangle(canvas: Canvas, inset: float, width: float) -> None:
    """One line round the page."""
    canvas.setLineWidth(width)
    canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)


def draw_ground(canvas: Canvas) -> None:
    """A faint rose of circles in the middle of the sheet."""
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.setStrokeColor(Color(0.72, 0.61, 0.37, alpha=0.13))
    canvas.setLineWidth(0.4)
    for turn in range(36):
        canvas.saveState()
        canvas.rotate(10 * turn)
        canvas.circle(36 * mm, 0, 26 * mm)
        canvas.restoreState()
    canvas.restoreState()


def main() -> int:
    """Write the frame, the same bytes each time."""
    size = (WIDTH, HEIGHT)
    canvas = Canvas(str(TARGET), pagesize=size, invariant=1, pageCompression=1)
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    draw_ground(canvas)
    canvas.setStrokeColor(RED)
    frame_rectangle(canvas, 8 * mm, 1.4)
    canvas.setStrokeColor(GOLD)
    frame_rectangle(canvas, 9.3 * mm, 0.5)
    frame_rectangle(canvas, 16.7 * mm, 0.5)
    draw_bands(canvas, 13 * mm, 3 * mm)
    for x in (13 * mm, WIDTH - 13 * mm):
        for y in (13 * mm, HEIGHT - 13 * mm):
            draw_rosette(canvas, x, y, 6 * mm)
    canvas.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
