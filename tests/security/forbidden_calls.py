"""Finds, in Python source, what would run code out of loaded data, or weaken a protection, by a look at the tree.

It reads names as they stand: it keeps honest authors from a slip, and is no sandbox against others.
"""

import ast
from collections.abc import Callable, Iterator

_LOADERS_OF_CODE = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "shelve"}
_ALWAYS = {
    "builtins.compile": "compiles code",
    "builtins.eval": "runs code",
    "builtins.exec": "runs code",
    "eval": "runs code",
    "exec": "runs code",
    "compile": "compiles code",
    "jinja2.Template": "a template without escaping",
    "jinja2.Markup": "text that is not escaped",
    "markupsafe.Markup": "text that is not escaped",
    "os.popen": "runs a shell",
    "os.system": "runs a shell",
    "pandas.read_pickle": "unpickles",
    "shutil.unpack_archive": "unpacks to wherever the archive says",
    "ssl._create_unverified_context": "trusts any server",
    "subprocess.getoutput": "runs a shell",
    "subprocess.getstatusoutput": "runs a shell",
    "tempfile.mktemp": "a name that somebody else may take first",
    "yaml.full_load": "loads YAML without SafeLoader",
    "yaml.full_load_all": "loads YAML without SafeLoader",
    "yaml.unsafe_load": "loads YAML without SafeLoader",
    "yaml.unsafe_load_all": "loads YAML without SafeLoader",
}
# Keywords that must be the one constant wherever they are given.
_KEYWORDS = {"allow_pickle": False, "safe_mode": True, "shell": False, "verify": True}
_SAFE_LOADERS = {"SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader"}


def forbidden(source: str) -> list[tuple[int, str]]:
    """Returns line and reason of everything forbidden in a module's source."""
    tree = ast.parse(source)
    aliases = dict(_aliases(tree))
    found = []
    for node in ast.walk(tree):
        for check in _CHECKS:
            found += [(node.lineno, reason) for reason in check(node, aliases)]
    return sorted(set(found))


def _aliases(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yields what each imported name stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield (name.asname, name.name) if name.asname else (name.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, aliases)}.{node.attr}"
    return aliases.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _imports(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [name.name for name in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    elif isinstance(node, ast.Call) and _dotted(node.func, aliases) in {"__import__", "importlib.import_module"}:
        names = [str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant)]
    yield from (f"imports {name}" for name in names if name.partition(".")[0] in _LOADERS_OF_CODE)


def _calls(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    name = _dotted(node.func, aliases)
    if name in _ALWAYS:
        yield f"{name} {_ALWAYS[name]}"
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    for key, wanted in _KEYWORDS.items():
        value = keywords.get(key)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is wanted):
            yield f"{key} is not {wanted}"
    if name in {"yaml.load", "yaml.load_all"}:
        loader = keywords.get("Loader") or next(iter(node.args[1:]), None)
        if loader is None or _dotted(loader, aliases).rpartition(".")[2] not in _SAFE_LOADERS:
            yield f"{name} without SafeLoader"
    if name in {"jinja2.Environment", "jinja2.sandbox.SandboxedEnvironment"}:
        escape = keywords.get("autoescape")
        if not (isinstance(escape, ast.Constant) and escape.value is True):
            yield "a jinja2 Environment without autoescape"
    if name.rpartition(".")[2] == "extractall" and "filter" not in keywords:
        yield "extractall without a filter"


def _attributes(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if not isinstance(node, ast.Attribute | ast.Name):
        return
    name = _dotted(node, aliases)
    last = name.rpartition(".")[2]
    if last == "enable_unsafe_deserialization":
        yield "lets Keras load code"
    if last == "CERT_NONE":
        yield "trusts any server"
    if last == "Lambda" and "keras" in name:
        yield "a Lambda layer is stored as code"


_CHECKS: tuple[Callable[[ast.AST, dict[str, str]], Iterator[str]], ...] = (_imports, _calls, _attributes)
