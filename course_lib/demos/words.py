"""Numbers as people say them."""

__all__ = ["percent", "plain", "scientific"]


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


SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def scientific(number: float, digits: int = 1) -> str:
    """A number that may be tiny or huge: with a power of ten unless it is between 0.001 and 1,000.

    Examples
    --------
    >>> scientific(3.9e-13), scientific(0.0123), scientific(123.4), scientific(-123456)
    ('3.9·10⁻¹³', '0.012', '123', '−1.2·10⁵')
    """
    if 99.5 <= abs(number) < 999.5:
        return f"{number:.0f}".replace("-", "−")
    if number == 0 or 1e-3 <= abs(number) < 99.5:
        return f"{number:.{digits + 1}g}".replace("-", "−")
    mantissa, power = f"{number:.{digits}e}".split("e")
    return f"{mantissa}·10{str(int(power)).translate(SUPERSCRIPTS)}".replace("-", "−")
