"""Where templates are found: the user's folder first, then the built-in ones.

Templates run in the immutable sandbox. It keeps a template from reaching the machine; it does not
bound time or memory, so strangers' templates still need a boundary of their own.
"""

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple, TypeAlias, cast

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

BUILTIN = "builtin/"
"""What a name begins with that means the built-in template, whatever the user's folder holds."""

_Source: TypeAlias = tuple[str, str, Callable[[], bool]]

_PACKAGE = Path(__file__).parent.parent
_MOST_POWER, _MOST_REPEATED = 1000, 1_000_000
_ESCAPED = (".html", ".htm", ".xml", ".svg")


def builtin_folder() -> Path:
    """Return the folder of the built-in templates: inside the installed package, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def format_of(name: str) -> str:
    """Return the ending that says what a template writes: `.html` of `page.HTML.j2`."""
    return Path(name.lower().removesuffix(".j2")).suffix


def _is_escaped(name: str | None) -> bool:
    return name is not None and format_of(name) in _ESCAPED


class _Environment(ImmutableSandboxedEnvironment):
    """A template that extends its own name gets the built-in one, not itself without end."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{BUILTIN}{template}" if template == parent else template

    intercepted_binops = frozenset(("*", "**"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 -- a template's values
        """Bound what one sign could make: a text of gigabytes, a number without end."""
        if operator == "**" and isinstance(right, int) and abs(right) > _MOST_POWER:
            raise SecurityError(f"powers beyond {_MOST_POWER} are not reckoned")
        if operator == "*" and max(_length(left, right), _length(right, left)) > _MOST_REPEATED:
            raise SecurityError(f"no more than {_MOST_REPEATED:,} are made by *")
        return super().call_binop(context, operator, left, right)


def _length(repeated: object, times: object) -> int:
    """Return how long something repeated would be; 0 where nothing is."""
    if isinstance(repeated, str | list | tuple) and isinstance(times, int):
        return len(cast("Sequence[object]", repeated)) * times
    return 0


def is_outside(folder: Path, name: str) -> bool:
    """Tell whether a name leads out of a folder of templates, by a link or by itself."""
    inner = Path(folder, *(one for one in name.split("/") if one))
    return not inner.resolve().is_relative_to(folder.resolve())


class _Folder(FileSystemLoader):
    """A folder of templates, where a file that cannot be read is told as any other mistake."""

    def get_source(self, environment: Environment, template: str) -> _Source:
        file = str(Path(self.searchpath[0], template))
        try:
            source = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise TemplateSyntaxError("is not UTF-8", line, template, file) from error
        except TemplateNotFound:  # an OSError too
            raise
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            raise TemplateSyntaxError(what, 1, template, file) from error
        if is_outside(Path(self.searchpath[0]), template):
            raise TemplateSyntaxError("is a link that leads out of its folder", 1, template, file)
        return source


class _Compiled(BytecodeCache):
    """What this process has compiled, by file and text: a site's pages share their templates.

    Every environment has the same settings and filters of the same names, so that the code is the
    same too, as long as no filter is called while it is made (`pass_context` sees to that).
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def make_environment(template_dir: Path | None) -> Environment:
    """Make the environment: the user's folder first, HTML escaped, no silent holes."""
    builtin = _Folder(builtin_folder())
    loaders: list[BaseLoader] = [builtin, PrefixLoader({BUILTIN.rstrip("/"): builtin})]
    if template_dir is not None:
        loaders.insert(0, _Folder(template_dir))
    return _Environment(
        loader=ChoiceLoader(loaders),
        autoescape=_is_escaped,
        bytecode_cache=_COMPILED,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class _Parsed(NamedTuple):
    name: str
    file: str | None
    tree: nodes.Template

    def blocks(self) -> set[str]:
        return {block.name for block in self.tree.find_all(nodes.Block)}


def check_blocks(environment: Environment, name: str) -> None:
    """Raise `TemplateSyntaxError` where a template fills a block that what it extends has not.

    Jinja leaves such a block out and says nothing.
    """
    known: set[str] = set()
    for parsed in reversed(_lineage(environment, name)):
        if parsed.tree.find(nodes.Extends) is not None:
            _check_filled(parsed, known)
        known |= parsed.blocks()


def _check_filled(parsed: _Parsed, known: Container[str]) -> None:
    for block in parsed.tree.body:
        if isinstance(block, nodes.Block) and block.name not in known:
            what = f"what this extends has no block {block.name!r}"
            raise TemplateSyntaxError(what, block.lineno, parsed.name, parsed.file)


def _lineage(environment: Environment, name: str) -> list[_Parsed]:
    """Return a template, the one it extends, and so on; nothing where that cannot be told yet."""
    found: dict[str, _Parsed] = {}
    while environment.loader is not None and name not in found:
        try:
            source, file, _ = environment.loader.get_source(environment, name)
        except TemplateNotFound:
            break
        found[name] = _Parsed(name, file, environment.parse(source, name, file))
        extends = found[name].tree.find(nodes.Extends)
        if extends is None:
            return list(found.values())
        if not isinstance(extends.template, nodes.Const):
            break
        name = environment.join_path(extends.template.value, name)
    return []
