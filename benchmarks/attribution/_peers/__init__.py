"""Published schemes to mark relational data, written anew from their papers, to run beside ours.

The public toolboxes (`tanjascats/fingerprinting-toolbox`, Apache-2.0; `tanjascats/NCorr-FP`, MIT) are in no
package registry. These follow the papers, and the toolboxes' rules where a paper leaves a choice: the key
column they need, how votes become bits and bits a suspect. `toolbox` runs their own code where somebody
has cloned it.
"""

from benchmarks.attribution._peers.agrawal_kiernan import AgrawalKiernan
from benchmarks.attribution._peers.block import Block
from benchmarks.attribution._peers.li_swarup_jajodia import LiSwarupJajodia
from benchmarks.attribution._peers.ncorr import NCorr
from benchmarks.attribution._peers.scheme import Scheme
from benchmarks.attribution._peers.two_level import TwoLevel

SCHEMES: tuple[type[Scheme], ...] = (AgrawalKiernan, LiSwarupJajodia, TwoLevel, Block, NCorr)

__all__ = ["SCHEMES", "Scheme"]
