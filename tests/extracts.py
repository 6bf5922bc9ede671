"""Tables made out of a cohort, as somebody would make them who wants to carry participants out."""

import numpy as np
import pyarrow as pa

from strongroom.matching import CohortColumns


class Extracts:
    """Makes tables out of a cohort's participants, as somebody would who wants to carry them out."""

    def __init__(self, cohort, index):
        self.cohort, self.index = cohort, index
        self.draw = np.random.default_rng(11)
        ids = (cohort.manifest.id_column, "_participant")
        self.columns = [name for name in cohort.participants.column_names if name not in ids]
        # The columns that say most about who somebody is.
        self.telling = sorted(index.columns, key=lambda name: -index.columns[name].bits)[:8]

    def right(self, found, ordinals):
        """Return the share of a recognition's pairs that are right; `ordinals` are of the table's rows."""
        people = CohortColumns(self.cohort, self.index).ordinals(found.pairs.people)
        return np.mean(people == ordinals[found.pairs.rows])

    def rows(self, columns, count):
        """Return a shuffled table under invented names, and the ordinals of its rows."""
        table = self.cohort.participants.read([*columns, "_participant"])
        chosen = self.draw.choice(table.num_rows, count, replace=False)
        taken = table.take(pa.array(chosen))
        ordinals = taken.column("_participant").to_numpy()
        names = [f"v{number}" for number in range(len(columns))]
        return taken.drop_columns(["_participant"]).rename_columns(names), ordinals
