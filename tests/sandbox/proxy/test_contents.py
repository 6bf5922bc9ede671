import pytest

from sandbox.proxy.session_doubles import notebook_with
from strongroom.sandbox.proxy import contents
from strongroom.sandbox.proxy.contents import ContentsError, may_open, plain_path


@pytest.mark.parametrize("path", ["", "a.ipynb", "work/a b (1).py"])
def test_plain_paths(path):
    assert plain_path(path)


@pytest.mark.parametrize(
    "path", ["../a", "a/../b", ".hidden", "a//b", "a\nb", "a%2fb", "x" * 101, "a\0", "é/?"]
)
def test_paths_that_leave_or_carry_something(path):
    assert not plain_path(path)


def test_only_notebooks_programs_and_text_are_opened():
    assert may_open("a/b.ipynb")
    assert not any(map(may_open, ("x.csv", "x.parquet", "x.html", "x.svg", "x.png", "x.pdf", "x", "x.js")))


def test_a_notebook_is_rebuilt_and_each_output_judged():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
        {
            "output_type": "display_data",
            "data": {"text/html": "<script>1</script><b>2</b>"},
            "metadata": {"x": 1},
        },
        {"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": 3},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t", 5]},
        {"output_type": "unknown", "data": "SECRET"},
        "SECRET",
    ]
    model = notebook_with(*outputs)
    model["content"]["metadata"] = {"x": "SECRET"}
    model["content"]["cells"].append({"cell_type": "markdown", "source": "m", "attachments": {"x": "SECRET"}})
    item, found = contents.notebook(model)
    assert "SECRET" not in str(item.model)
    assert [each.parts[0].data for each in found] == ["a\nb", "<b>2</b>", "3", "E\nv\nt"]
    found[0].withhold("rows")
    assert "a\nb" not in str(item.model)
    assert "withheld: rows" in str(item.model)


@pytest.mark.parametrize(
    "content", [{}, [], {"cells": 1}, {"cells": [1]}, {"cells": [{"source": 5}]}, {"cells": [{}] * 1001}]
)
def test_what_is_no_notebook_is_refused(content):
    with pytest.raises(ContentsError):
        contents.notebook(notebook_with() | {"content": content})


def test_a_folders_names_are_judged_and_unusual_ones_left_out():
    names = ["a.ipynb", "b\nSECRET", "x" * 200, ".hidden"]
    entries = [{"name": name, "path": name, "type": "file", "size": 7} for name in names]
    item = contents.folder({"name": "", "path": "", "type": "directory", "content": [*entries, 5]})
    assert [each["name"] for each in item.model["content"]] == ["a.ipynb"]
    assert item.parts[0].data == "a.ipynb"
    assert item.model["content"][0]["size"] is None


def test_a_folder_with_too_many_entries_is_refused():
    entries = [{"name": f"{number}", "path": f"{number}", "type": "file"} for number in range(501)]
    with pytest.raises(ContentsError):
        contents.folder({"name": "", "path": "", "content": entries})


def test_only_text_is_shown():
    model = {"name": "a.txt", "path": "a.txt", "type": "file", "format": "text", "content": "x"}
    assert contents.file(model).parts[0].data == "x"
    with pytest.raises(ContentsError):
        contents.file(model | {"format": "base64"})
    assert contents.file(model | {"content": None}).parts == ()


def test_times_and_checkpoints_carry_no_text():
    assert contents.described({"created": "SECRET"})["created"].startswith("1970")
    found = [{"id": "SECRET", "last_modified": "2026-01-01T00:00:00Z"}] * 3
    assert contents.checkpoints(found) == [{"id": "checkpoint", "last_modified": "2026-01-01T00:00:00Z"}]
    with pytest.raises(ContentsError):
        contents.described({"path": "../x"})
