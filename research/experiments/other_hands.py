"""Two stand-ins for other people's letters, for our network beside the notebook's, at equal minutes of training."""

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from components.trainer.photos import Photos, Splits, one_hot
from console.command import command_main
from core.errors import UserError
from core.features import BACKGROUNDS
from pipeline.config import Config, with_overrides
from pipeline.recipes import named
from research.benchmarks.photos import load_splits
from research.benchmarks.report import DATA, OVERRIDES, Results, Row, benchmark, flag
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares
from schema.curated import read_labels

UNSEEN_PAPER = BACKGROUNDS.index("graph")
UNSEEN_HAND = "caveat"
_UNSEEN_PER_LETTER = 40
_SEED = 7


class StandIn(NamedTuple):
    """One way to be surprised: the name of what is unseen, what is trained on and watched, what is judged by."""

    name: str
    splits: Splits
    unseen: Photos


@benchmark(DATA, flag("--recipe", metavar="NAME", default="fast", help="ours (fast)"), OVERRIDES)
def main(flags: argparse.Namespace) -> Results:
    """Trains both networks for both stand-ins."""
    config = without_hand(with_overrides(named(flags.recipe), flags.set))
    rows = [row for stand_in in stand_ins(flags.data, config) for row in _rows(stand_in, config)]
    return Results(rows, {"Stand-ins for other hands": rows})


def without_hand(config: Config) -> Config:
    """Returns a configuration whose generated letters are all by other hands than `UNSEEN_HAND`."""
    hands = tuple(hand for hand in config.train.generated_hands or ALL_HANDS if hand != UNSEEN_HAND)
    return config.model_copy(update={"train": config.train.model_copy(update={"generated_hands": hands})})


def stand_ins(data: Path, config: Config) -> list[StandIn]:
    """Returns both stand-ins, made of a data folder's train and eval split; the configuration gives their shares.

    Raises:
        UserError: If the data cannot be read or have no photo on the unseen paper.
    """
    splits = load_splits(data, config.data)
    labels = read_labels()
    pixels, class_ids = draw_squares(Parameters(labels, _UNSEEN_PER_LETTER, _SEED, (UNSEEN_HAND,)))
    hand = Photos(pixels, one_hot(class_ids, len(labels)), np.full(len(pixels), -1))
    seen, unseen = by_paper(splits.train)
    seen_eval, unseen_eval = by_paper(splits.eval)
    if not len(seen) or not len(seen_eval) or not len(unseen) + len(unseen_eval):
        raise UserError(f"{data}: photos on {BACKGROUNDS[UNSEEN_PAPER]} paper and on others are needed")
    papers = dataclasses.replace(splits, train=seen, eval=seen_eval)
    return [
        StandIn(f"paper {BACKGROUNDS[UNSEEN_PAPER]}", papers, _joined(unseen, unseen_eval)),
        StandIn(f"hand {UNSEEN_HAND}", splits, hand),
    ]


def by_paper(photos: Photos) -> tuple[Photos, Photos]:
    """Returns the photos on the other papers, and those on `UNSEEN_PAPER`."""
    unseen = photos.backgrounds == UNSEEN_PAPER
    seen, held_out = (
        Photos(photos.pixels[mask], photos.targets[mask], photos.backgrounds[mask]) for mask in (~unseen, unseen)
    )
    return seen, held_out


def _joined(one: Photos, other: Photos) -> Photos:
    parts = ("pixels", "targets", "backgrounds")
    return Photos(*(np.concatenate([getattr(one, part), getattr(other, part)]) for part in parts))


def _rows(stand_in: StandIn, config: Config) -> list[Row]:
    # Here, since they import TensorFlow: mistakes are told before those seconds.
    from research.experiments.trial import StopAfter, judged

    started = time.monotonic()
    ours = judged(config, stand_in.splits, stand_in.unseen)
    seconds = time.monotonic() - started
    notebook = judged(named("notebook"), stand_in.splits, stand_in.unseen, [StopAfter(seconds)])
    return [
        {"unseen": stand_in.name, "photos": len(stand_in.unseen), "recipe": name, "minutes": seconds / 60, **found}
        for name, found in ((config.recipe, ours), ("notebook", notebook))
    ]


if __name__ == "__main__":
    sys.exit(command_main(main))
