"""What our own code never does: read pickles, run text as code or in a shell, read XML with the standard library.

Held by reading the code, so that it holds for a line that no test reaches too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "config", "corpus", "retrieval")
MODULES = {
    *("pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"),
    *("xml.etree", "xml.dom", "xml.sax", "xmlrpc", "pty", "telnetlib", "ftplib"),
}
CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp"),
    *("torch.load", "yaml.load"),
}
KEYWORDS = {  # and the value that is safe
    "allow_pickle": False,
    "trust_remote_code": False,
    "shell": False,
    "verify": True,
    "resolve_entities": False,
}


def called(node: ast.expr) -> str:
    """The dotted name of what is called."""
    if isinstance(node, ast.Attribute):
        return f"{called(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            yield from (name for name in names if any(name == m or name.startswith(f"{m}.") for m in MODULES))
        elif isinstance(node, ast.Call):
            yield from faults_of(node)
        elif isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            yield from ["a secret compared in time that depends on it"] * ("secret" in ast.unparse(node).lower())


def faults_of(call: ast.Call) -> Iterator[str]:
    if called(call.func) in CALLS:
        yield called(call.func)
    for each in call.keywords:
        safe = KEYWORDS.get(each.arg or "")
        if safe is not None and not (isinstance(each.value, ast.Constant) and each.value.value is safe):
            yield f"{each.arg}="


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_forbidden_is_called(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    found = {str(path.relative_to(ROOT)): list(faults(ast.parse(path.read_text("utf-8")))) for path in files}
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from pickle import loads", "import xml.etree.ElementTree as ET", "eval(text)", "exec(text)",
        "os.system(x)", "torch.load(x)", "np.load(x, allow_pickle=True)", "run(x, shell=True)", "run(x, shell=flag)",
        "SentenceTransformer(x, trust_remote_code=True)", "httpx.get(x, verify=False)", "given == self._secret",
    ],
)  # fmt: skip
def test_each_fault_is_seen(code: str) -> None:
    assert list(faults(ast.parse(code)))
