"""Serves a pushed model over HTTP, with a page to try it: `python serve.py --help`."""

import sys

from console.command import command_main


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from server.command import serve_main

    return serve_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command_main(main))
