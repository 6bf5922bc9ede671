"""The tree is RFC 6962's: known vectors, the RFC transcribed, and every proof up to 300 leaves."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Node,
    complete_subtrees,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    leaves_before,
    node_hash,
    range_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves, and the roots of their beginnings, that Certificate Transparency's own tests are built on.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}

LARGEST = 300
LEAVES = [leaf_hash(b"%d" % number) for number in range(LARGEST)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def stored_tree(leaves: list[bytes]) -> tuple[dict[Node, bytes], list[bytes]]:
    """Every complete subtree, and the root at every size."""
    frontier, roots = Frontier(), [EMPTY_ROOT]
    nodes = {Node(0, position): leaf for position, leaf in enumerate(leaves)}
    for leaf in leaves:
        nodes.update(frontier.add(leaf))
        roots.append(frontier.root())
    return nodes, roots


NODES, ROOTS = stored_tree(LEAVES)


def path(ranges: list[tuple[int, int]]) -> list[bytes]:
    return [range_hash(*span, lambda level, position: NODES[Node(level, position)]) for span in ranges]


def test_known_roots_of_certificate_transparency():
    _, roots = stored_tree([leaf_hash(leaf) for leaf in CT_LEAVES])
    assert [root.hex() for root in roots[1:]] == CT_ROOTS


@pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
def test_known_inclusion_proofs_of_certificate_transparency(index, size):
    nodes, roots = stored_tree([leaf_hash(leaf) for leaf in CT_LEAVES])
    proof = [range_hash(*span, lambda *place: nodes[Node(*place)]) for span in inclusion_ranges(index, size)]
    assert [digest.hex() for digest in proof] == CT_INCLUSION[index, size]
    assert verify_inclusion(leaf_hash(CT_LEAVES[index]), index, size, proof, roots[size])


def test_the_frontier_grows_the_rfc_tree_at_every_size():
    for size in range(LARGEST + 1):
        assert ROOTS[size] == naive_root(LEAVES[:size])
        assert range_hash(0, size, lambda level, position: NODES[Node(level, position)]) == ROOTS[size]


def test_every_inclusion_proof_holds():
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = path(inclusion_ranges(index, size))
            assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_consistency_proof_holds():
    for new in range(LARGEST + 1):
        for old in range(new + 1):
            proof = path(consistency_ranges(old, new))
            assert verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


sizes = st.integers(min_value=1, max_value=LARGEST)


@given(data=st.data(), size=sizes)
def test_an_inclusion_proof_holds_for_nothing_else(data, size):
    index = data.draw(st.integers(0, size - 1))
    proof = path(inclusion_ranges(index, size))
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index)) if size > 1 else size
    assert not verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    assert not verify_inclusion(node_hash(LEAVES[index], b""), index, size, proof, ROOTS[size])
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, ROOTS[1]], ROOTS[size])
    assert not verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])
    if proof:
        assert not verify_inclusion(LEAVES[index], index, size, proof[:-1], ROOTS[size])
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not verify_inclusion(LEAVES[index], index, size, changed, ROOTS[size])


@given(data=st.data(), new=sizes)
def test_a_consistency_proof_holds_for_nothing_else(data, new):
    old = data.draw(st.integers(1, new))
    proof = path(consistency_ranges(old, new))
    assert not verify_consistency(old, new, proof, ROOTS[old - 1], ROOTS[new])
    assert not verify_consistency(old, new, proof, ROOTS[old], ROOTS[new - 1])
    assert not verify_consistency(old, new, [*proof, ROOTS[1]], ROOTS[old], ROOTS[new])
    if proof:
        assert not verify_consistency(old, new, proof[:-1], ROOTS[old], ROOTS[new])
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not verify_consistency(old, new, changed, ROOTS[old], ROOTS[new])


def test_proofs_about_what_cannot_be_are_refused():
    assert not verify_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)
    assert not verify_inclusion(LEAVES[0], -1, 2, [LEAVES[1]], ROOTS[2])
    assert not verify_consistency(3, 2, [], ROOTS[3], ROOTS[2])
    assert not verify_consistency(0, 2, [], ROOTS[1], ROOTS[2])
    assert not verify_consistency(2, 2, [ROOTS[1]], ROOTS[2], ROOTS[2])
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_ranges(3, 3)
    with pytest.raises(ValueError, match="cannot begin"):
        consistency_ranges(4, 3)
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, [LEAVES[0]])


def test_a_node_number_names_one_node():
    """The number is the table's primary key: nodes share none, and lie within their leaves' range."""
    assert len({node.number for node in NODES}) == len(NODES)
    for node in NODES:
        first, last = node.position << node.level, (node.position + 1) << node.level
        assert 2 * first <= node.number < 2 * last
        assert leaves_before(node.number) == last


@given(size=st.integers(0, 10**15))
def test_complete_subtrees_cover_a_tree_of_any_size(size):
    nodes = complete_subtrees(0, size)
    assert sum(1 << node.level for node in nodes) == size
    assert len(nodes) == size.bit_count()


def test_a_proof_without_hashes_proves_nothing_of_two_trees():
    assert not verify_consistency(3, 5, [], ROOTS[3], ROOTS[5])
    assert not verify_consistency(4, 5, [], ROOTS[4], ROOTS[5])
