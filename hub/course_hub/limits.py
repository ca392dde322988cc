"""What one learner may take of the machine, set by the learner's own first process.

A limit that a process has set for itself holds for all it starts, and can be lowered but not
raised by anyone but root.
"""

import contextlib

__all__ = ["set_limits"]

# Processes and threads of one account. A kernel has about twenty threads.
MOST_TASKS = 1000


def set_limits(environment) -> None:
    """Set the limits that the environment names.

    Parameters
    ----------
    environment : mapping
        ``MEM_LIMIT``, in bytes, as JupyterHub sets it: the memory that each of the learner's
        processes may ask for. A kernel that asks for more gets a ``MemoryError`` and lives on.
    """
    with contextlib.suppress(ImportError):  # not on Windows, where no hub runs
        import resource

        if environment.get("MEM_LIMIT"):
            _lower(resource, resource.RLIMIT_DATA, int(environment["MEM_LIMIT"]))
        if environment.get("COURSE_LIMIT_TASKS"):
            _lower(resource, resource.RLIMIT_NPROC, MOST_TASKS)
        _lower(resource, resource.RLIMIT_CORE, 0)


def _lower(resource, kind, limit):
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(kind, (limit, limit))
