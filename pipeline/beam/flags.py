"""The flags of Beam's engine, for both runners."""

import argparse
from collections.abc import Sequence
from typing import get_args

from components.settings import BeamSettings
from pipeline.config import Config

_ENGINES = get_args(BeamSettings.model_fields["engine"].annotation)


def add_beam_flags(parser: argparse._ActionsContainer) -> None:
    """Adds `--beam` and `--beam-option`.

    Args:
        parser: A parser or a group of one; argparse has no public name for both.
    """
    parser.add_argument("--beam", choices=_ENGINES, help=f"what Beam runs on ({_ENGINES[0]}); docs/scale.md")
    parser.add_argument(
        "--beam-option", action="append", default=[], metavar="key=value", help="an option of Beam's; repeatable"
    )


def beam_settings(flags: argparse.Namespace) -> BeamSettings:
    """Returns what the flags of a command without a configuration say of Beam."""
    return BeamSettings(engine=flags.beam or _ENGINES[0], options=tuple(flags.beam_option))


def with_beam(config: Config, engine: str | None, options: Sequence[str]) -> Config:
    """Returns `config` with what the flags say of Beam.

    Args:
        config: Every setting.
        engine: Its name, or None for the configuration's.
        options: `key=value` each; they come after the configuration's, and the last of a name wins.
    """
    beam = BeamSettings(engine=engine or config.beam.engine, options=(*config.beam.options, *options))
    return config.model_copy(update={"beam": beam})
