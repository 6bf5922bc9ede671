"""What is connected is told as a plain flood fill tells it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from strongroom.checker.formats.pictures.raster.components import components


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.booleans()))
def test_boxes_are_those_of_another_implementation(ink):
    labels, _ = ndimage.label(ink, np.ones((3, 3)))
    boxes = [(y.start, x.start, y.stop, x.stop) for y, x in ndimage.find_objects(labels)]
    assert sorted(map(tuple, components(ink).tolist())) == sorted(boxes)
