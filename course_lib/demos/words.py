"""Numbers as people say them."""

__all__ = ["percent", "plain"]


def percent(share: float, digits: int = 0) -> str:
    """A fraction in percent.

    Examples
    --------
    >>> percent(0.0635), percent(0.0635, 1)
    ('6 %', '6.3 %')
    """
    return f"{100 * share:.{digits}f} %"


def plain(number: float) -> str:
    """Three digits or more, without powers of ten.

    Examples
    --------
    >>> plain(0.01234), plain(12345.6)
    ('0.0123', '12,346')
    """
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
