"""Names for the arrays of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int32]  # codes, days
    Floats: TypeAlias = NDArray[np.float64]
    Marks: TypeAlias = NDArray[np.bool_]
    Places: TypeAlias = NDArray[np.intp]  # indices, rows of calendars
    Whole: TypeAlias = NDArray[np.int64]
    Bytes: TypeAlias = NDArray[np.uint8]
    Words: TypeAlias = NDArray[np.uint64]
    Ranks: TypeAlias = NDArray[np.uint16]
    Codes: TypeAlias = NDArray[np.int8]
    Records: TypeAlias = NDArray[np.void]
