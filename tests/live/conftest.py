"""Lets the tests of this folder import their two helpers, live_cases and live_replay."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
