"""Beam's own runner on one machine, by its own name.

Beam's DirectRunner hands all to it anyway, but that of Beam 2.77 first asks GitHub for another runner's binary.
"""

LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"
