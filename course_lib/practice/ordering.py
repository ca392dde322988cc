"""An order that looks random and is the same at every call."""

import hashlib

__all__ = ["digest", "shuffled"]


def digest(*parts):
    """Sixteen hex digits of some texts: the same on every machine, unlike `hash`."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def shuffled(texts, *seed):
    """The texts in an order that depends on the seed, and not on the order they came in.

    Parameters
    ----------
    texts : iterable of str
    *seed : str or int

    Returns
    -------
    list of str
    """
    return sorted(texts, key=lambda text: digest(*seed, text))
