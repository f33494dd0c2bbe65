"""What all drawings have in common: how a chart is said to those who do not see it, its scales."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from deepseek_shock.render.scales import Tick

SCALE_TOP = 18
"""Where the lines of a scale across begin, below its labels."""


def write_chart(
    name: str, height: int, said: tuple[str, str], marks: Iterable[str], mark: str = ""
) -> Markup:
    """Write a chart; `mark` begins its ids where a page has several of its kind."""
    title, words = said
    mark = mark or name
    return Markup(  # noqa: S704 -- all that is foreign was escaped where it was placed
        f'<svg class="chart {name}-chart" height="{height}" role="img" '
        f'aria-labelledby="{mark}-t {mark}-d">\n'
        f'<title id="{mark}-t">{escape(title)}</title><desc id="{mark}-d">{escape(words)}</desc>\n'
        + "\n".join(marks)
        + "\n</svg>"
    )


def write_scale(ticks: Iterable[Tick], zero: float, foot: int) -> Iterator[str]:
    """Write the lines of a scale across, its labels above them, and zero."""
    for tick in ticks:
        yield f'<line class="grid" x1="{tick.at}%" x2="{tick.at}%" y1="{SCALE_TOP}" y2="{foot}"/>'
        yield write_tick(tick, 11)
    yield f'<line class="zero" x1="{zero}%" x2="{zero}%" y1="{SCALE_TOP}" y2="{foot}"/>'


def write_tick(tick: Tick, y: int) -> str:
    """Write the label of a tick of a scale across."""
    minor = " minor" if tick.is_minor else ""
    return f'<text class="tick{minor}" x="{tick.at}%" y="{y}">{tick.text}</text>'
