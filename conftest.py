"""For every test and every notebook that pytest runs, wherever it lies."""

import atexit
import os
import shutil
import tempfile

# A person's own progress is neither read nor changed, by tests or by the notebooks nbval runs.
PROGRESS = tempfile.mkdtemp(prefix="course-progress-")
atexit.register(shutil.rmtree, PROGRESS, ignore_errors=True)
os.environ["COURSE_PROGRESS_DIR"] = PROGRESS
