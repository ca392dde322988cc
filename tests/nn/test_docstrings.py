"""Every public name of nn and data explains itself, and every example in a docstring is true."""

import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import typing

import pytest

import course_lib.data
import course_lib.nn

PACKAGES = [course_lib.nn, course_lib.data]
MODULES = [
    module.name
    for package in PACKAGES
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
]
PUBLIC = {
    f"{package.__name__}.{name}": getattr(package, name)
    for package in PACKAGES
    for name in package.__all__
}
CALLABLES = {name: thing for name, thing in PUBLIC.items() if callable(thing)}
FUNCTIONS = {name: thing for name, thing in CALLABLES.items() if inspect.isfunction(thing)}
CLASSES = {name: thing for name, thing in CALLABLES.items() if inspect.isclass(thing)}
# Value is held to one page, and its methods are operations of arithmetic.
METHODS = {
    f"{name}.{attribute}": method
    for name, thing in CLASSES.items()
    for attribute, method in vars(thing).items()
    if not attribute.startswith("_")
    and inspect.isfunction(method)
    and thing is not course_lib.nn.Value
}


def docstring_of(name):
    """Its own or, for a method that overrides one, the inherited one."""
    owner, _, attribute = name.rpartition(".")
    if name in METHODS:
        return inspect.getdoc(getattr(CLASSES[owner], attribute))
    return inspect.getdoc(CALLABLES[name])


def parameters_of(function):
    names = [*inspect.signature(function).parameters]
    return [name for name in names if name not in ("self", "cls")]


def section(docstring, title):
    """The lines of a section of a NumPy docstring, or nothing."""
    lines = docstring.splitlines()
    heads = [i for i, line in enumerate(lines[1:]) if line and set(line) == {"-"}]
    for number, head in enumerate(heads):
        if lines[head] == title:
            end = heads[number + 1] if number + 1 < len(heads) else len(lines)
            return "\n".join(lines[head + 2 : end])
    return ""


def test_every_example_in_a_docstring_is_true():
    examples = 0
    for name in MODULES:
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        examples += result.attempted
    assert examples > 20


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_every_name_a_module_exports_exists_once(package):
    assert len(set(package.__all__)) == len(package.__all__)
    for name in MODULES:
        module = importlib.import_module(name)
        if name.startswith(package.__name__ + ".") and hasattr(module, "__all__"):
            for exported in module.__all__:
                assert hasattr(module, exported), f"{name}.{exported}"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    assert importlib.import_module(name).__doc__.strip().endswith((".", "`."))


@pytest.mark.parametrize("name", [*CALLABLES, *METHODS])
def test_every_docstring_opens_with_a_sentence(name):
    docstring = docstring_of(name)
    assert docstring, f"{name} has no docstring"
    assert docstring.split("\n\n")[0].rstrip().endswith((".", "`.")), docstring.split("\n\n")[0]


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_every_function_documents_its_parameters_and_what_it_returns(name):
    function = {**FUNCTIONS, **METHODS}[name]
    docstring = docstring_of(name)
    elsewhere = any(words in docstring for words in ("as for `", "as there", "; see `"))
    for parameter in parameters_of(function):
        assert parameter in section(docstring, "Parameters") or elsewhere, f"{name}({parameter})"
    source = inspect.getsource(function)
    gives = " yield " in source or any(
        line.strip().startswith("return ") and line.strip() != "return None"
        for line in source.splitlines()
    )
    told = any(section(docstring, title) for title in ("Returns", "Yields"))
    assert told or elsewhere or not gives, f"{name} does not say what it returns"


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_documents_the_parameters_it_is_made_with(name):
    thing = CLASSES[name]
    docstring = inspect.getdoc(thing)
    if issubclass(thing, BaseException) or thing is course_lib.nn.Layer:
        return
    if hasattr(thing, "_fields"):  # a record that functions make, and learners read
        made_with = thing._fields
    elif dataclasses.is_dataclass(thing):
        made_with = [field.name for field in dataclasses.fields(thing)]
    else:
        made_with = [n for n in parameters_of(thing.__init__) if n not in ("args", "kwargs")]
    for parameter in made_with:
        assert parameter in docstring, f"{name}({parameter})"


@pytest.mark.parametrize("name", [*FUNCTIONS, *METHODS])
def test_every_function_has_type_hints(name):
    function = {**FUNCTIONS, **METHODS}[name]
    assert {*parameters_of(function), "return"} <= set(typing.get_type_hints(function))


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_type_hints(name):
    init = CLASSES[name].__init__
    if inspect.isfunction(init):
        assert set(parameters_of(init)) <= set(typing.get_type_hints(init))
