"""The components' ids: TFX's record of runs, Kubeflow and the tables for people name them by these."""

EXAMPLE_GEN = "LetterExampleGen"
CURATED_SCHEMA = "CuratedSchema"
STATISTICS_GEN = "StatisticsGen"
DATA_CHECK = "DataCheck"
DATA_OVERVIEW = "DataOverview"
DATA_GATE = "DataGate"
TRAINER = "Trainer"
INSPECTOR = "Inspector"
BASELINE = "Baseline"
EVALUATOR = "Evaluator"
PUSHER = "Pusher"

# On Kubeflow only.
DATA_PAGE = "DataPage"
RUN_PAGE = "RunPage"
# Fails the run where the model was not blessed.
BLESSING_GATE = "BlessingGate"
