"""The weights are a fair bet: whoever is innocent gains nothing on average, whatever is read."""

import numpy as np

from strongroom.tracer.fingerprint.code import LEVELS
from strongroom.tracer.fingerprint.decoding.collusion import ERROR_EDGES, ERRORS, log_prior, weights


def test_the_expected_factor_of_an_innocent_bit_is_exactly_1():
    factors = np.exp(weights())
    held = np.array(LEVELS) / 256
    for read in (0, 1):
        mean = (1 - held) * factors[:, :, :, read, 0] + held * factors[:, :, :, read, 1]
        assert np.allclose(mean, 1, rtol=0, atol=1e-12)


def test_there_are_172_models_for_every_reliability_and_level():
    assert weights().shape == (172, len(ERRORS), len(LEVELS), 2, 2)
    assert np.all(np.isfinite(weights()))


def test_the_weights_of_the_models_add_up_to_1():
    assert np.allclose(np.exp(log_prior()).sum(), 1, rtol=0, atol=1e-12)


def test_every_reliability_has_a_representative_within_its_bin():
    edges = (0.0, *ERROR_EDGES, 0.5)
    assert all(low < each < high for low, each, high in zip(edges[:-1], ERRORS, edges[1:], strict=True))
