"""Every feature key, shape and type of the pipeline, and the layout of the data folder: each fact once.

The columns of the CSV are in core/columns.py.
"""

# The data folder, as Kaggle's `tatianasnwrt/russian-handwritten-letters` lays it out.
CSV_FILE_NAME = "all_letters_info.csv"
IMAGE_FOLDER = "all_letters_image/all_letters_image"
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg")  # of files' names, in lower case
BACKGROUNDS = ("striped", "gridded", "plain", "graph")

# Raw features: what ExampleGen writes into each tf.train.Example.
IMAGE = "image"  # bytes: a PNG, 8-bit RGB, at most MAX_PHOTO_SIDE a side, upright, no metadata
LETTER = "letter"  # bytes: the letter in UTF-8
LABEL = "label"  # int64: class id
BACKGROUND = "background"  # int64: index into BACKGROUNDS
WRITER = "writer"  # bytes: who wrote the letter; not in every record
SOURCE = "source"  # bytes: the data folder's name; only where there are several
FILE = "file"  # bytes: the file's name in the CSV
WIDTH = "width"  # int64: pixels
HEIGHT = "height"  # int64: pixels
IMAGE_ID = "image_id"  # bytes: hex SHA-256 of the decoded pixels and their size

# Of a photo at the served model; more than phones give. Half a megabyte of PNG can hold as many.
MAX_PIXELS = 8192 * 8192
# Of what is kept of a photo, in pixels: a letter that takes an eighth of it has the pixels that the network reads.
MAX_PHOTO_SIDE = 256

# Transformed features: what the Transform graph gives and the network reads.
IMAGE_SIDE = 32
IMAGE_SHAPE = (IMAGE_SIDE, IMAGE_SIDE, 3)
PIXELS = "pixels"  # float32 [32, 32, 3] in [0, 1]: the letter, cut out of its photo
FOUND = "found"  # float32: the probability that there is a letter in the photo
ONE_HOT_LABEL = "one_hot_label"  # float32 [labels]

# The served model: its signatures, and the answer that has every letter's probability.
SERVING_SIGNATURE = "serving_default"  # takes IMAGE
TRANSFORM_SIGNATURE = "transform_features"  # takes IMAGE, returns PIXELS
EXAMPLES_SIGNATURE = "serving_examples"  # takes serialised tf.train.Examples, returns PROBABILITIES
LABELS_ASSET = "labels.txt"  # in the SavedModel's assets: a line for each label, in the order of the probabilities
PROBABILITIES = "probabilities"  # float32 [labels]

# The splits that ExampleGen makes; their shares are settings (components/settings.py).
TRAIN_SPLIT = "train"
EVAL_SPLIT = "eval"
TEST_SPLIT = "test"
SPLITS = (TRAIN_SPLIT, EVAL_SPLIT, TEST_SPLIT)
