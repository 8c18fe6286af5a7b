"""A server as TensorFlow Serving is one: loads the newest version whenever there is another, and answers all the time.

    python polling_server.py SERVING_MODEL IMAGE

Prints a JSON line per answer: the version, and the probability that it gives; and that of the version which it loaded
first, and never lets go. A line with `error` tells of a version that could not be loaded. Ends with its stdin.
"""

import json
import select
import sys
from pathlib import Path
from typing import Any

from components.pusher.versions import versions
from console.command import use_keras_3
from console.logs import set_up_logs
from core.errors import UserError
from pipeline.predict.model import load_model


def main(serving: Path, image: bytes) -> None:
    set_up_logs(verbose=False)
    use_keras_3()
    loaded: dict[int, Any] = {}
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        newest = versions(serving)[-1]
        try:
            if newest not in loaded:
                loaded[newest] = load_model(serving / str(newest))
        except UserError as error:
            print(json.dumps({"error": str(error)}), flush=True)
            continue
        answer = {"version": newest, "probability": probability(loaded[newest], image)}
        print(json.dumps({**answer, "first": probability(loaded[min(loaded)], image)}), flush=True)


def probability(model: Any, image: bytes) -> float:
    import tensorflow as tf

    return float(model.signatures["serving_default"](image=tf.constant([image]))["probability"][0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
