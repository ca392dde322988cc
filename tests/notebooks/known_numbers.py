"""Numbers in the lessons' prose that no cell computes, each with the reason why it is true.

By lesson: {"as it stands in the prose": (reason, value)}. The value is an expression whose result
the number must round to (a percentage: of 100), or None where there is nothing to compute: a year,
a rule of thumb. What a cell can show does not belong here; let the cell show it.
"""

import math

KNOWN = {
    "01_loss_functions": {
        year: (f"the year of {what}", None)
        for year, what in {
            "2010": "Glorot and Bengio's paper",
            "2016": "the textbook of Goodfellow, Bengio and Courville",
            "2021": "Hui and Belkin's paper",
        }.items()
    },
    "10_train_mnist": {
        "10,000": ("digits, all three parts together", 7000 + 1000 + 2000),
        "0.693": ("ln 2", math.log(2)),
        "19": ("times out of 20 within two standard errors", 20 * math.erf(2 / math.sqrt(2))),
    },
}
