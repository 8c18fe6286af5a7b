"""What is tested: claims of the reference, each as one change of the same short recipe."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.settings import AugmentationSettings, ModelSettings, TrainSettings
from pipeline.config import Config, with_overrides
from pipeline.recipes import fast

EPOCHS = 6
_GENERATED_SHARE = 0.3
_NO_AUGMENTATION = tuple(f"augmentation.{key}={value}" for key, value in AugmentationSettings().model_dump().items())
# Of plateau schedules: the notebook's first rate.
_FIRST_RATE = ("train.schedule=plateau", "train.learning_rate=0.001")

Change = Literal["", "grey", "flips", "papers", "second target"]


@dataclass(frozen=True)
class Claim:
    """One change of the short recipe, by its name in tables; `text` says what is claimed, or what the change is.

    `overrides` are settings that differ, as `--set` takes them; `change` is what no setting can express, and
    `research/experiments/trial.py` does; `against` is the claim that it is compared with.
    """

    name: str
    text: str
    overrides: tuple[str, ...] = ()
    change: Change = ""
    against: str = "short recipe"

    def config(self, seed: int) -> Config:
        """Returns the configuration of one trial."""
        return with_overrides(short_recipe(), (*self.overrides, f"train.seed={seed}"))

    def key(self, seed: int, data: Path) -> str:
        """Returns a digest of all that one trial depends on, but for the code and the data's content."""
        text = f"{self.config(seed).sha256()} {self.change} {data.resolve()}"
        return hashlib.sha256(text.encode()).hexdigest()


def short_recipe() -> Config:
    """Returns what every claim changes: our network with dropout and AdamW, a few epochs on photos alone."""
    return Config(
        recipe="short",
        model=ModelSettings(dropout=0.2),
        augmentation=fast().augmentation,
        train=TrainSettings(epochs=EPOCHS, optimizer="adamw", learning_rate=0.004),
    )


CLAIMS = (
    Claim("short recipe", "what all others are compared with"),
    Claim("greyscale", "the reference: worse than colour", change="grey"),
    Claim("ten flips", "the reference: mirroring ж л м н о п т ф х ш does not help", change="flips"),
    Claim("no augmentation", "the reference: augmentation is needed", _NO_AUGMENTATION),
    Claim("no dropout", "the reference: dropout is needed", ("model.dropout=0",)),
    Claim("Adam", "AdamW without its decay", ("train.weight_decay=0",)),
    Claim(
        "RMSprop",
        "the reference: better than Adam",
        ("train.optimizer=rmsprop", "train.learning_rate=0.001"),
        against="Adam",
    ),
    Claim(
        "rate never reduced",
        "the reference's callback as wired: it watches a metric that does not exist",
        (*_FIRST_RATE, f"train.plateau_patience={EPOCHS}"),
    ),
    Claim(
        "rate reduced on plateaus",
        "the same callback as meant",
        (*_FIRST_RATE, "train.plateau_patience=1"),
        against="rate never reduced",
    ),
    Claim("paper as a second target", "an extra head that names the paper", change="second target"),
    Claim("paper replaced", "the reference's proposal: letters painted on other photos' paper", change="papers"),
    Claim(
        "generated letters",
        f"{_GENERATED_SHARE:.0%} of the drawings, with as many drawings in all",
        (
            "train.generated_per_letter=200",
            f"train.generated_share={_GENERATED_SHARE}",
            f"train.epochs={round(EPOCHS * (1 - _GENERATED_SHARE))}",
        ),
    ),
    Claim("Muon", "our optimiser", ("train.optimizer=muon", "train.learning_rate=0.06", "train.weight_decay=0.03")),
)
