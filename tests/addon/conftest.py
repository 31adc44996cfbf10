"""One imported project for every test of the addon, whichever worker runs it."""

import fcntl
from pathlib import Path

import pytest
from addon_project import Project, import_project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything that asks for the engine."""
    for item in items:
        if {"engine", "project"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.godot)


@pytest.fixture(scope="session")
def project(engine: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """Return the addon's project; the first worker that asks imports it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "addon" / "project"
    folder.parent.mkdir(exist_ok=True)
    done = Path(f"{folder}.imported")
    with Path(f"{folder}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            import_project(engine, folder)
            done.touch()
    return Project(engine, folder)
