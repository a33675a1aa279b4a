"""What a tool is made of."""

from pathlib import Path

import pytest

from lazymmu_refactor.engine.results import tool


def test_files_of_the_tool_are_all_that_it_is_made_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    monkeypatch.setattr(tool, "home", lambda: str(tmp_path))
    before = tool.tool()
    (tmp_path / "a.py").write_text("two")
    assert tool.tool() != before
    monkeypatch.undo()
    names = {each.name for each in tool._files(tool.home())}
    assert {"files.py", "standard.iso"} <= names
