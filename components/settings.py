"""The typed settings of every component: each default, and the range that it may take."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A frozen group of settings; unknown names and values out of range are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataSettings(Settings):
    """What counts as good data, and how it is split.

    Attributes:
        on_bad_record: Whether one bad record stops the run, or is dropped and counted.
        max_bad_fraction: With `skip`, the largest fraction of dropped records that is still accepted.
        max_class_ratio: The largest class may be at most this many times the smallest one.
        train_share: Share of the photos to train on; the three shares are weights, not per cent.
        eval_share: Share that chooses the best epoch.
        test_share: Share that only the Evaluator sees.
    """

    on_bad_record: Literal["error", "skip"] = "error"
    max_bad_fraction: float = Field(0.01, ge=0.0, le=1.0)
    max_class_ratio: float = Field(1.25, ge=1.0)
    # The reference's own split: 81/9/10.
    train_share: int = Field(81, ge=1)
    eval_share: int = Field(9, ge=1)
    test_share: int = Field(10, ge=1)


class ModelSettings(Settings):
    """The network.

    Attributes:
        architecture: `notebook` is the reference's network; `strided` is ours.
        widths: Channels of each convolution of `strided`.
        stem_width: Channels after the first convolution of `residual`.
        stage_widths: Channels of each stage of `residual`; each but the first halves the side.
        dropout: Fraction of the last features that is dropped in training (`strided` only).
    """

    architecture: Literal["notebook", "strided", "residual"] = "residual"
    widths: tuple[int, ...] = Field((32, 48, 64, 96, 128, 192), min_length=1)
    stem_width: int = Field(32, ge=1)
    stage_widths: tuple[int, ...] = Field((48, 96, 192), min_length=1)
    dropout: float = Field(0.2, ge=0.0, lt=1.0)


class AugmentationSettings(Settings):
    """How photos are varied in training; zero switches a variation off.

    Attributes:
        rotation_degrees: Largest rotation to either side.
        zoom: Largest relative change of size, in width and height independently.
        shear: Largest shear, as a tangent.
        shift: Largest shift to either side, as a fraction of the picture's side.
        fill_mode: What is shown beyond the border.
        ink_gain: Largest relative change of each colour channel's gain.
        ink_offset: Largest shift of each colour channel, as a fraction of full scale.
        permute_channels: Whether the colour channels of each batch change places at random.
    """

    rotation_degrees: float = Field(0.0, ge=0.0, le=180.0)
    zoom: float = Field(0.0, ge=0.0, lt=1.0)
    shear: float = Field(0.0, ge=0.0, lt=1.0)
    shift: float = Field(0.0, ge=0.0, lt=1.0)
    fill_mode: Literal["nearest", "reflect"] = "reflect"
    ink_gain: float = Field(0.0, ge=0.0, lt=1.0)
    ink_offset: float = Field(0.0, ge=0.0, lt=1.0)
    permute_channels: bool = False


class TrainSettings(Settings):
    """How the network is trained.

    Attributes:
        epochs: Most epochs.
        batch_size: Photos per step.
        optimizer: Its name.
        learning_rate: The peak (`one_cycle`) or the first value (`plateau`).
        weight_decay: Decoupled weight decay (`adamw` only).
        schedule: `one_cycle` warms up linearly and then falls as a cosine; `plateau` halves the rate
            whenever val_accuracy has not improved for `plateau_patience` epochs.
        warmup_fraction: Part of all steps that warm up (`one_cycle` only).
        plateau_patience: Epochs without improvement before the rate is halved (`plateau` only).
        early_stopping_patience: Epochs without improvement of val_accuracy before training ends.
        label_smoothing: Probability that is spread evenly over all letters.
        seed: Seed of the first weights, the order of the photos, the augmentation and dropout.
    """

    epochs: int = Field(36, ge=1)
    batch_size: int = Field(128, ge=1)
    optimizer: Literal["adamw", "rmsprop"] = "adamw"
    learning_rate: float = Field(0.004, gt=0.0)
    weight_decay: float = Field(0.02, ge=0.0)
    schedule: Literal["one_cycle", "plateau"] = "one_cycle"
    warmup_fraction: float = Field(0.2, ge=0.0, lt=1.0)
    plateau_patience: int = Field(3, ge=1)
    early_stopping_patience: int = Field(50, ge=1)
    label_smoothing: float = Field(0.1, ge=0.0, lt=1.0)
    seed: int = Field(1, ge=0)


class EvaluationSettings(Settings):
    """What a model must reach on the test split to be blessed.

    Attributes:
        min_accuracy: Lowest accuracy over all test photos.
        min_letter_accuracy: Lowest accuracy of every single letter.
        max_accuracy_drop: How far accuracy may fall below the last blessed model's.
    """

    min_accuracy: float = Field(0.97, ge=0.0, le=1.0)
    min_letter_accuracy: float = Field(0.85, ge=0.0, le=1.0)
    max_accuracy_drop: float = Field(0.01, ge=0.0, le=1.0)
