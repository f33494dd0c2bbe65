"""From the options of a command that reports to its report: what is asked, fetched and made."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import typer

from deepseek_shock.cli import options as opt
from deepseek_shock.cli import parsing
from deepseek_shock.cli.designing import (
    DesignOptions,
    make_design,
    parse_benchmarks,
    parse_factors,
)
from deepseek_shock.cli.journal import Journal, journal_of
from deepseek_shock.cli.options import LAST
from deepseek_shock.cli.progress import Watched, warn
from deepseek_shock.cli.sources import SourceChoice, Sources, make_provider
from deepseek_shock.errors import StoreError, TemplateError, UsageError
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.tables import BESIDE, Cut, Order
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.analysis.estimates import Factors
    from deepseek_shock.market.rate import Rate
    from deepseek_shock.pipeline import Made
    from deepseek_shock.providers.tape import Tape

_One = TypeVar("_One")
_Other = TypeVar("_Other")


class SourceOptions(NamedTuple):
    """Where bars come from."""

    source: opt.SourceOption = SourceChoice.AUTO
    confirm: opt.ConfirmOption = None
    data: opt.DataOption = None
    refresh: opt.RefreshOption = False
    offline: opt.OfflineOption = False
    deadline: opt.DeadlineOption = None
    store: opt.StoreOption = None


class LookOptions(NamedTuple):
    """In which words and figures, and by whose templates."""

    lang: opt.LangOption = Language.EN
    style: opt.StyleOption = None
    decimals: opt.DecimalsOption = None
    rounding: opt.RoundingOption = None
    colors: opt.ColorsOption = None
    template_dir: opt.TemplateDirOption = None


class ReportOptions(NamedTuple):
    """What is reported on, from which source, in which words: the same for every command."""

    date: opt.DateOption = LAST
    event: opt.EventOption = None
    at: opt.AtOption = None
    watchlist: opt.WatchlistOption = None
    tickers: opt.TickersOption = None
    bars: SourceOptions = SourceOptions()
    fx: opt.FxOption = None
    look: LookOptions = LookOptions()
    sort: opt.SortOption = Order.MOVE
    top: opt.TopOption = None
    window: opt.WindowOption = None
    provisional: opt.ProvisionalOption = False
    accept: opt.AcceptOption = None
    min_coverage: opt.MinCoverageOption = 90
    strict: opt.StrictOption = False
    if_move: opt.IfMoveOption = None
    contributions: opt.ContributionsOption = None
    history: opt.HistoryOption = None
    designed: DesignOptions = DesignOptions()


_SHORT_TABLE = 12


def make_style(look: LookOptions, house: House | None = None) -> Style:
    """Return how all is to look. Raises a `ShockError` for a style or folder not found.

    A `house` that is given comes before what the options say of one.
    """
    if look.template_dir is not None and not look.template_dir.is_dir():
        raise TemplateError(
            f"{look.template_dir} is no folder", hint="`shock templates export DIR` makes one"
        )
    house = house or _house(look)
    is_ja = look.lang is Language.JA
    colors = look.colors or house.colors or (Colors.JP if is_ja else Colors.US)
    return Style(Words(look.lang, house), colors, look.template_dir)


def _house(look: LookOptions) -> House:
    """Return the house style, in which what is given for one document alone comes first."""
    house = House() if look.style is None else find_style(look.style)
    decimals, rounding = house.precision
    return house.rounded(
        Precision(decimals if look.decimals is None else look.decimals, look.rounding or rounding)
    )


def find_style(style: str) -> House:
    """Find a house style by its name, or read it. Raises a `ShockError`."""
    from deepseek_shock.cli.surroundings import config_folder
    from deepseek_shock.render.houses import find_house

    name = str(expand(style)) if style.startswith("~") else style
    return find_house(name, config_folder() / "styles")


def make_cut(asked: ReportOptions, *, is_short: bool) -> Cut:
    """Return the cut of a report's tables; `is_short` where they are cut unless --top says how."""
    if asked.top is not None or not is_short:
        return Cut(asked.sort, asked.top)
    return Cut(asked.sort, _SHORT_TABLE, BESIDE)


def make(
    context: typer.Context,
    asked: ReportOptions,
    options: Iterable[str],
    *,
    is_short: bool,
    tape: "Tape | None" = None,
) -> "Made":
    """Fetch, and make the report; `is_short` where its tables are cut unless --top says how.

    `options` are those that make the same report again. What sources give is put on the `tape`.
    Raises a `ShockError`.
    """
    from deepseek_shock import pipeline
    from deepseek_shock.cli.surroundings import make_registry, read_clock

    parsing.check_share(asked.min_coverage)
    parsing.check_move(asked.if_move)
    watchlist, tickers = nearer(context, ("watchlist", asked.watchlist), ("tickers", asked.tickers))
    request = pipeline.Request(
        now=read_clock(),
        day=None if asked.event and asked.date == LAST else parsing.parse_date(asked.date),
        event=asked.event,
        watchlist=watchlist,
        tickers=parsing.parse_tickers(tickers),
        window=parsing.parse_window(asked.window),
        cut=make_cut(asked, is_short=is_short),
        takes_provisional=asked.provisional,
        accepted=parsing.parse_accepted(asked.accept),
        least_coverage=asked.min_coverage,
        is_strict=asked.strict,
        options=tuple(options),
        contributions=parsing.parse_contributions(asked.contributions),
        rates=_rates(asked),
        at=parsing.parse_instant(asked.at),
        design=make_design(asked.designed),
        benchmarks=parse_benchmarks(asked.designed.benchmark),
        factors=_factors(asked.designed),
        history=None if asked.history is None else expand(asked.history),
        least_move=asked.if_move,
    )
    journal = journal_of(context)
    if request.day is not None:
        journal.note(date=request.day.isoformat())
    with watch(asked.bars, request.now, journal, tape) as watched:
        return pipeline.make(request, make_registry(), watched, journal.note_findings)


@contextmanager
def watch(
    bars: SourceOptions,
    now: datetime,
    journal: Journal | None = None,
    tape: "Tape | None" = None,
) -> Generator[Watched]:
    """Make the provider that is asked for, whose progress is shown. Raises a `ShockError`."""
    with Watched(journal) as watched:
        watched.provider = make_provider(
            Sources(
                bars.source,
                now,
                confirm=bars.confirm,
                data=bars.data,
                is_refreshed=bars.refresh,
                is_offline=bars.offline,
                seconds=bars.deadline,
                store=bars.store,
                listen=watched.listen,
                on_trouble=_warn_of_store,
                tape=tape,
            )
        )
        yield watched


def _rates(asked: ReportOptions) -> "tuple[Rate, ...]":
    if asked.fx is None:
        return ()
    from deepseek_shock.providers.rates import read_rates

    return read_rates(expand(asked.fx))


def _factors(asked: DesignOptions) -> "tuple[tuple[str | None, Mapping[date, Factors]], ...]":
    files = parse_factors(asked.factors)
    if not files:
        return ()
    from deepseek_shock.studyfiles.factors import read_factors

    return tuple((calendar, read_factors(path).factors) for calendar, path in files)


def nearer(
    context: typer.Context, one: tuple[str, _One | None], other: tuple[str, _Other | None]
) -> tuple[_One | None, _Other | None]:
    """Of two options that exclude each other, keep the value given nearer to the user."""
    if one[1] is None or other[1] is None:
        return one[1], other[1]
    order = ["COMMANDLINE", "ENVIRONMENT", "DEFAULT_MAP"]
    sources = [context.get_parameter_source(name) for name, _ in (one, other)]
    places = [order.index(source.name) if source else len(order) for source in sources]
    if places[0] == places[1]:
        flags = " and ".join(f"--{name.replace('_', '-')}" for name, _ in (one, other))
        raise UsageError(f"{flags} exclude each other", hint="give one of them")
    is_one = places[0] < places[1]
    context.params[other[0] if is_one else one[0]] = None
    return (one[1], None) if is_one else (None, other[1])


def is_typed(context: typer.Context, name: str) -> bool:
    """Tell whether an option stands on the command line, and not in a file or a variable."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _warn_of_store(trouble: StoreError) -> None:
    warn(f"{trouble.message}; what came is not kept ({trouble.hint})")
