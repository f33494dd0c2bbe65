"""Work in another thread: things come in the order they were made, and errors come too."""

from collections.abc import Iterator

import pytest

from deepseek_shock.scan.ahead import work_ahead
from deepseek_shock.scan.reading import StoppedError


def count(error: BaseException | None = None) -> Iterator[int]:
    yield from range(5)
    if error is not None:
        raise error


def test_things_come_in_order() -> None:
    assert list(work_ahead(count())) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [ValueError("of the worker"), StoppedError()])
def test_an_error_comes_behind_what_was_made_before_it(error: Exception) -> None:
    found: list[int] = []
    with pytest.raises(type(error)):
        found.extend(work_ahead(count(error)))
    assert found == [0, 1, 2, 3, 4]


def test_who_takes_no_more_ends_the_work() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    for number in work_ahead(make()):
        if number == 3:
            break
    assert len(made) < 10
