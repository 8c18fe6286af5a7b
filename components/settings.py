"""The typed settings of every component: each default, and the range that it may take."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import Self

from core.errors import UserError
from sample.parameters import known_hands


class Settings(BaseModel):
    """A frozen group of settings; unknown names and values out of range are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Returns a copy with other values; unlike pydantic's own, it refuses what a new object would refuse.

        Raises:
            ValidationError: If a name is unknown, or a value out of range.
        """
        del deep  # Nothing in it can be changed.
        return type(self).model_validate({**self.model_dump(), **(update or {})})


class DataSettings(Settings):
    """What counts as good data, and how it is split.

    Attributes:
        on_bad_record: Whether one bad record stops the run, or is dropped and counted.
        max_bad_fraction: With `skip`, the largest fraction of dropped records that is still accepted.
        max_class_ratio: The largest class may be at most this many times the smallest one.
        split_by: With `writer`, all photos of a writer are in one split (components/example_gen/splits.py); those
            without a writer are split as by `photo`, by their pixels.
        train_share: Share of the photos to train on; the three shares are weights, not per cent.
        eval_share: Share that chooses the best epoch.
        test_share: Share that only the Evaluator sees.
    """

    on_bad_record: Literal["error", "skip"] = "error"
    max_bad_fraction: float = Field(0.01, ge=0.0, le=1.0)
    max_class_ratio: float = Field(1.25, ge=1.0)
    split_by: Literal["photo", "writer"] = "photo"
    # The reference's own split: 81/9/10.
    train_share: int = Field(81, ge=1)
    eval_share: int = Field(9, ge=1)
    test_share: int = Field(10, ge=1)

    @property
    def shares(self) -> tuple[int, ...]:
        """The splits' shares, in the order of `core.features.SPLITS`."""
        return self.train_share, self.eval_share, self.test_share


class ModelSettings(Settings):
    """The network.

    Attributes:
        architecture: `notebook` is the reference's network; `residual` is ours, and all of the rest but
            `second_look_below` is for it alone.
        stem_width: Channels after the first convolution, which halves the side.
        stage_widths: Channels of each stage; each but the first halves the side.
        dropout: Fraction of the last features that is dropped in training.
        members: Networks of this kind that are trained side by side on the same batches.
        second_look_below: When served, a letter that the first member finds less probable than this is looked at
            again by all members, also shifted (components/trainer/export.py); with 0, all members look at every
            photo once.
    """

    architecture: Literal["notebook", "residual"] = "residual"
    stem_width: int = Field(32, ge=1)
    stage_widths: tuple[int, ...] = Field((48, 96, 192), min_length=1)
    dropout: float = Field(0.2, ge=0.0, lt=1.0)
    members: int = Field(1, ge=1, le=8)
    second_look_below: float = Field(0.0, ge=0.0, le=1.0)


class AugmentationSettings(Settings):
    """How photos are varied in training; zero switches a variation off.

    Attributes:
        rotation_degrees: Largest rotation to either side.
        zoom: Largest change of size, as a logarithm.
        stretch: Largest change of width against height, as a logarithm.
        shear: Largest shear, as a tangent.
        shift: Largest shift to either side, as a fraction of the picture's side.
        fill_mode: What is shown beyond the border: the picture mirrored, or its last pixel.
        elastic: Deviation of a smooth field of displacements, in pixels.
        stroke: Share of the photos whose strokes are made thicker or thinner.
        ruling: Share of the photos whose paper is ruled.
        contrast: Largest relative change of contrast.
        ink_gain: Largest relative change of each colour channel's gain.
        ink_offset: Largest shift of each colour channel, as a fraction of full scale.
        permute_channels: Whether the colour channels of each photo change places at random.
        light_slope: Largest relative change of brightness from the centre to a border.
        blur: Largest share of each pixel that comes from its neighbours.
        noise: Largest deviation of the sensor's noise, as a fraction of full scale.
        cooling_start: Part of the training after which all but ink and light weaken, in a straight line.
        cooled_strength: What is left of them at the end of the training, as a factor.
    """

    rotation_degrees: float = Field(0.0, ge=0.0, le=180.0)
    zoom: float = Field(0.0, ge=0.0, lt=1.0)
    stretch: float = Field(0.0, ge=0.0, lt=1.0)
    shear: float = Field(0.0, ge=0.0, lt=1.0)
    shift: float = Field(0.0, ge=0.0, lt=1.0)
    fill_mode: Literal["nearest", "reflect"] = "reflect"
    elastic: float = Field(0.0, ge=0.0, le=8.0)
    stroke: float = Field(0.0, ge=0.0, le=1.0)
    ruling: float = Field(0.0, ge=0.0, le=1.0)
    contrast: float = Field(0.0, ge=0.0, lt=1.0)
    ink_gain: float = Field(0.0, ge=0.0, lt=1.0)
    ink_offset: float = Field(0.0, ge=0.0, lt=1.0)
    permute_channels: bool = False
    light_slope: float = Field(0.0, ge=0.0, lt=1.0)
    blur: float = Field(0.0, ge=0.0, le=1.0)
    noise: float = Field(0.0, ge=0.0, lt=1.0)
    cooling_start: float = Field(1.0, ge=0.0, le=1.0)
    cooled_strength: float = Field(1.0, ge=0.0, le=1.0)


StrategyName = Literal["none", "mirrored"]


class TrainSettings(Settings):
    """How the network is trained.

    Attributes:
        epochs: Most epochs.
        batch_size: Photos per step, over all devices together.
        optimizer: Its name; `muon` is AdamW for all but the kernels.
        learning_rate: The peak (`one_cycle`) or the first value (`plateau`).
        weight_decay: Decoupled weight decay (`adamw` and `muon`).
        schedule: `one_cycle` warms up linearly and then falls as a cosine; `plateau` halves the rate
            whenever val_accuracy has not improved for `plateau_patience` epochs.
        warmup_fraction: Part of all steps that warm up (`one_cycle` only).
        plateau_patience: Epochs without improvement before the rate is halved (`plateau` only).
        early_stopping_patience: Epochs without improvement of val_accuracy before training ends.
        label_smoothing: Probability that is spread evenly over all letters.
        paper_balance: Evens out the papers: 0 draws photos as often on each paper as there are, 1 on all equally.
        balance: Evens out the letters of each data folder, and with them the folders, likewise.
        generated_per_letter: Generated letters of each letter that are mixed into the photos.
        generated_hands: Hands that draw them (`sample.parameters.ALL_HANDS`); none stands for all.
        generated_share: Share of the drawings of an epoch that are generated letters.
        memory_mib: A split whose decoded photos take more is kept in a file under OUTPUT and read batch by batch, with
            the same result. A photo takes 3 KiB.
        strategy: What trains: one device; `mirrored`, all GPUs of the machine (docs/distributed_training.md).
        seed: Seed of the generated letters, the first weights, the order of the photos, the augmentation and dropout.
    """

    epochs: int = Field(36, ge=1)
    batch_size: int = Field(128, ge=1)
    optimizer: Literal["adamw", "muon", "rmsprop"] = "adamw"
    learning_rate: float = Field(0.004, gt=0.0)
    weight_decay: float = Field(0.02, ge=0.0)
    schedule: Literal["one_cycle", "plateau"] = "one_cycle"
    warmup_fraction: float = Field(0.2, ge=0.0, lt=1.0)
    plateau_patience: int = Field(3, ge=1)
    early_stopping_patience: int = Field(50, ge=1)
    label_smoothing: float = Field(0.1, ge=0.0, lt=1.0)
    paper_balance: float = Field(0.0, ge=0.0, le=1.0)
    balance: float = Field(0.0, ge=0.0, le=1.0)
    generated_per_letter: int = Field(0, ge=0)
    generated_hands: tuple[str, ...] = ()
    generated_share: float = Field(0.4, ge=0.0, lt=1.0)
    memory_mib: int = Field(256, ge=0)
    strategy: StrategyName = "none"
    # Half of what an int32 holds: seeds of the graph are int32, and some are derived by adding.
    seed: int = Field(1, ge=0, le=2**30)

    @field_validator("generated_hands")
    @classmethod
    def _known_hands(cls, hands: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return known_hands(hands) if hands else hands
        except UserError as error:
            # pydantic names the setting with what it knows as wrong values only.
            raise ValueError(str(error)) from None


class EvaluationSettings(Settings):
    """What a model must reach on the test split to be blessed.

    Attributes:
        min_accuracy: Lowest accuracy over all test photos.
        min_letter_accuracy: Lowest accuracy of every single letter.
        max_accuracy_drop: How far accuracy may fall below the last blessed model's.
        min_source_accuracy: Lowest accuracy of each data folder, where there are several.
        min_writers_accuracy: Lowest accuracy of the worst tenth of the writers of `writer_photos` test photos or more.
        writer_photos: See there; with fewer photos, a writer's accuracy says little.
        min_changed_accuracy: Lowest accuracy under the worst of the changes that photos undergo as people take them.
        robustness_photos: Test photos that are changed in these ways; with 0, nothing of this is measured or asked for.
    """

    min_accuracy: float = Field(0.97, ge=0.0, le=1.0)
    min_letter_accuracy: float = Field(0.85, ge=0.0, le=1.0)
    max_accuracy_drop: float = Field(0.01, ge=0.0, le=1.0)
    min_source_accuracy: float = Field(0.85, ge=0.0, le=1.0)
    min_writers_accuracy: float = Field(0.60, ge=0.0, le=1.0)
    writer_photos: int = Field(20, ge=1)
    min_changed_accuracy: float = Field(0.75, ge=0.0, le=1.0)
    robustness_photos: int = Field(198, ge=0)


class BeamSettings(Settings):
    """What the heavy stages run on; it changes how fast a run is, and not what comes out.

    Attributes:
        engine: `direct` is this process.
        options: More of Beam's options, each as `key=value`; pipeline/beam/engines.py adds what an engine needs.
    """

    engine: Literal["direct", "flink", "dataflow"] = "direct"
    options: tuple[str, ...] = ()
