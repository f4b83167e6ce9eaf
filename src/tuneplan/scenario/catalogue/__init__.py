"""Facts that a scenario may name: cards, prices, base models, hosts. Each with source and date.

The tables are the ``.csv`` files of this folder. Importing reads none of them; the first
call that needs one does. Grades: V read in the source, F fitted on rows that were read, A
assumed, recalled or second-hand.
"""

from tuneplan.scenario.catalogue.lookup import (
    Priced,
    gpu_price,
    label_price,
    names,
    serving_share,
    utilisation,
)
from tuneplan.scenario.catalogue.priors import FittedPrior, fitted_prior, fitted_priors
from tuneplan.scenario.catalogue.rows import (
    GPU,
    APIPrice,
    BaseLLM,
    GPUPrice,
    HostedPrice,
    LabelPrice,
    Row,
    ServingShare,
    Utilisation,
)
from tuneplan.scenario.catalogue.tables import (
    CONVERT,
    TABLES,
    Own,
    Table,
    api_prices,
    as_cell,
    gpu_prices,
    gpus,
    hosted_prices,
    label_prices,
    models,
    serving_shares,
    table,
    utilisations,
)

__all__ = [
    "CONVERT",
    "GPU",
    "TABLES",
    "APIPrice",
    "BaseLLM",
    "FittedPrior",
    "GPUPrice",
    "HostedPrice",
    "LabelPrice",
    "Own",
    "Priced",
    "Row",
    "ServingShare",
    "Table",
    "Utilisation",
    "api_prices",
    "as_cell",
    "fitted_prior",
    "fitted_priors",
    "gpu_price",
    "gpu_prices",
    "gpus",
    "hosted_prices",
    "label_price",
    "label_prices",
    "models",
    "names",
    "serving_share",
    "serving_shares",
    "table",
    "utilisation",
    "utilisations",
]
