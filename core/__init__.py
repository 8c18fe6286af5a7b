"""What everything else stands on: facts and small tools that import nothing of ours."""
