"""The nouns: exchanges, instruments, sessions, bars, events. Pure.

Plain values are `NamedTuple`s: as frozen as dataclasses, and defined in a tenth of the time, which
every start of the command would pay. `Bars`, which checks itself when made, is a dataclass.
"""
