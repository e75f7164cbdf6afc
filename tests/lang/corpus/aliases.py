import json as j, math
from datetime import (
    date,
    datetime as dt,
    timedelta,
)
from collections import OrderedDict, deque
import collections.abc
now = dt(2024, 1, 1)
