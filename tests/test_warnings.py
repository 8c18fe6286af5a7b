"""What our own modules call that will go is an error in the tests; of other libraries among themselves it is not."""

import warnings

import pytest

from core.project import own_packages


def warn_in(module: str) -> None:
    warnings.warn_explicit("will go", DeprecationWarning, f"{module}.py", 1, module=module)


@pytest.mark.parametrize("package", own_packages())
def test_deprecation_in_a_module_of_ours_is_an_error(package: str) -> None:
    with pytest.raises(DeprecationWarning, match="will go"):
        warn_in(f"{package}.module")


@pytest.mark.parametrize("library", ["tensorflow.python.ops", "tensorflow_transform.x", "tfx.utils", "apache_beam.io"])
def test_deprecation_in_a_library_is_not(library: str) -> None:
    warn_in(library)
