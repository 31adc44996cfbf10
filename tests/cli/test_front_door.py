"""The group itself: help, lazy subcommands, plugins, exit codes, completion."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from front_door import COMMAND, Run

HEAVY = ("torch", "onnxruntime", "onnx", "numpy", "scipy", "rich", "msgspec")


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A folder for the module path with distributions that add commands, good and broken."""
    folder = tmp_path / "plugins"
    (folder / "chimes-2.1.dist-info").mkdir(parents=True)
    (folder / "chimes-2.1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: chimes\nVersion: 2.1\nSummary: Bells for every door.\n"
    )
    (folder / "chimes-2.1.dist-info" / "entry_points.txt").write_text(
        "[playloom.commands]\nchime = chimes:chime\ntorn = chimes_torn:torn\ngone = chimes_gone:gone\n"
        "odd = chimes:NUMBER\nlevel = chimes:chime\n"
    )
    (folder / "chimes.py").write_text(
        "import click\nNUMBER = 7\n@click.command()\n@click.argument('how')\ndef chime(how):\n"
        "    if how == 'crash':\n        raise ZeroDivisionError('no bells')\n"
        "    if how == 'interrupt':\n        raise KeyboardInterrupt\n"
        "    if how == 'load':\n        raise ImportError('initialization failed') from KeyboardInterrupt()\n"
        "    click.echo('ding')\n"
    )
    (folder / "chimes_torn.py").write_text("raise SystemError('torn apart')\n")
    return folder


def test_help_lists_every_command_in_under_300_ms(run: Run) -> None:
    spans = []
    for _ in range(5):
        before = os.times()
        text = run("--help").stdout
        after = os.times()
        # Processor time of the command alone: what else the machine is doing does not count.
        spans.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )

    assert min(spans) < 0.3, spans
    for name in ("completion", "demo", "level", "model", "sprite", "train"):
        assert f"  {name} " in text
    assert "Write six levels and a page" in text


def test_help_says_of_a_command_what_the_command_says_of_itself(run: Run) -> None:
    from playloom.commands.demo import demo
    from playloom.commands.level import level
    from playloom.commands.sprite import sprite

    text = run("--help").stdout
    for command in (demo, level, sprite):
        assert str(command.help).splitlines()[0] in " ".join(text.split())


# Commands that read: a file or a package that is not there is wrong use, with one that is damaged they fail.
READING = (
    "level check MAP",
    "level convert MAP -o out.json",
    "level legend MAP",
    "level range MAP",
    "level dungeon --from MAP --redo 0,0,2,2",
    "level ldtk PROJECT",
    "level dungeon --tileset MAPPING -o out.tscn",
    "level dungeon --ldtk PROJECT -o out.ldtk",
    "level check --legend LEGEND good.txt",
    "level dungeon --package ./PACKAGE",
    "level themes --package ./PACKAGE",
    "level endless --package ./PACKAGE",
    "demo --package ./PACKAGE",
    "model show ./PACKAGE",
    "model check ./PACKAGE",
    "evaluate level ./PACKAGE",
    "evaluate sprite ./PACKAGE",
)
DAMAGED = {
    "MAPPING": "mapping.toml",  # before MAP, with which it begins
    "MAP": "map.tmx",
    "PROJECT": "game.ldtk",
    "LEGEND": "legend.toml",
    "PACKAGE": "package",
}


@pytest.mark.parametrize("words", READING)
def test_what_is_not_there_is_wrong_use_and_what_is_damaged_has_failed(
    run: Run, tmp_path: Path, words: str
) -> None:
    (tmp_path / "good.txt").write_text("########\n#<....>#\n########\n" + "########\n" * 5)
    for word, name in DAMAGED.items():
        words = words.replace(word, name)
    named = next(name for name in DAMAGED.values() if name in words)

    assert named in " ".join(run(*words.split(), code=2).stderr.split())

    if named == "package":
        (tmp_path / named).mkdir()
        (tmp_path / named / "manifest.json").write_text("{")
    else:
        (tmp_path / named).write_text("<[{ torn")
    assert named in run(*words.split(), code=1).stderr
    assert not [*tmp_path.glob("out.*")]


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom playloom.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert loaded.isdisjoint(HEAVY)
    assert not any(name.startswith("playloom.commands") for name in loaded)


def test_importing_playloom_imports_nothing_heavy() -> None:
    script = "import sys, playloom, playloom.cli; dir(playloom); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()).isdisjoint(HEAVY)


def test_version_is_that_of_the_distribution(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version").stdout == f"playloom {version('playloom')}\n"


def test_a_plugin_adds_a_command_and_its_summary_is_shown(run: Run, plugins: Path) -> None:
    assert "chime       Bells for every door." in run("--help", PYTHONPATH=str(plugins)).stdout
    assert run("chime", "softly", PYTHONPATH=str(plugins)).stdout == "ding\n"


def test_a_broken_plugin_harms_no_other_command(run: Run, plugins: Path) -> None:
    text = run("--help", PYTHONPATH=str(plugins)).stdout
    assert "gone        (not loadable: module 'chimes_gone' is missing)" in text
    assert "  torn " in text

    torn = run("torn", "--any", "thing", PYTHONPATH=str(plugins), code=1)
    assert "'torn' of chimes cannot be loaded: SystemError: torn apart" in torn.stderr
    assert "chimes_gone" in run("gone", PYTHONPATH=str(plugins), code=1).stderr
    assert "is int, expected a click command" in run("odd", PYTHONPATH=str(plugins), code=1).stderr
    run("level", "themes", PYTHONPATH=str(plugins))  # and ours is not taken over


def test_a_command_whose_extra_is_missing_names_the_install(run: Run, tmp_path: Path) -> None:
    bare = tmp_path / "bare" / "playloom_train"
    bare.mkdir(parents=True)
    (bare / "__init__.py").write_text("raise ModuleNotFoundError('no torch here', name='torch')\n")

    done = run("train", "level", PYTHONPATH=str(bare.parent), code=1)

    assert "pip install 'playloom[train]'" in done.stderr


def test_a_bug_is_one_line_and_exit_code_70(run: Run, plugins: Path) -> None:
    done = run("chime", "crash", PYTHONPATH=str(plugins), code=70)
    assert done.stderr.startswith("playloom: internal error: ZeroDivisionError: no bells; this is our bug")
    assert "Traceback" not in done.stderr

    shown = run("chime", "crash", PYTHONPATH=str(plugins), PLAYLOOM_DEBUG="1", code=70)
    assert "Traceback" in shown.stderr


def test_an_interrupt_is_exit_code_130(run: Run, plugins: Path) -> None:
    assert "interrupted" in run("chime", "interrupt", PYTHONPATH=str(plugins), code=130).stderr


def test_ctrl_c_while_a_module_is_being_loaded_is_an_interruption(run: Run, plugins: Path) -> None:
    done = run("chime", "load", PYTHONPATH=str(plugins), code=130)
    assert done.stderr == "playloom: interrupted\n"


def test_a_misspelt_command_names_its_nearest(run: Run) -> None:
    assert "did you mean 'level'" in run("levle", code=2).stderr


def test_nothing_is_said_when_nobody_reads() -> None:
    reader = subprocess.Popen([COMMAND, "level", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reader.stdout is not None and reader.stderr is not None
    reader.stdout.close()

    complaint = reader.stderr.read()
    reader.stderr.close()
    reader.wait(30)

    assert complaint == b""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(run: Run, shell: str) -> None:
    assert "_PLAYLOOM_COMPLETE" in run("completion", shell).stdout


def completed(run: Run, words: str, **changes: str) -> list[str]:
    """Return what the shell would offer for the last of ``words``."""
    count = str(len(words.split(" ")) - 1)
    changes |= {"_PLAYLOOM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    done = run(**changes)
    assert done.stderr == ""
    return done.stdout.split()


def test_completion_knows_commands_and_the_options_of_making(run: Run) -> None:
    assert "plain,level" in completed(run, "playloom le")
    assert "plain,check" in completed(run, "playloom level ch")
    assert "plain,--enemies" in completed(run, "playloom level --ene")
    assert "plain,--enemies" in completed(run, "playloom level dungeon --ene")


SUBCOMMANDS = {"check", "convert", "endless", "ldtk", "legend", "make", "range", "themes"}
THEMES = {"dungeon", "cave", "maze", "overworld", "platformer", "metroidvania", "sokoban"}
PACKAGES = {"topdown", "sideview", "sokoban"}


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("playloom level ", SUBCOMMANDS | THEMES),
        ("playloom level du", {"dungeon"}),
        ("playloom level make ", THEMES),
        ("playloom level --seed 3 ma", {"maze"}),
        ("playloom level cave --style ", {"hollow"}),
        ("playloom level cave --seed 3 --style h", {"hollow"}),
        ("playloom level --package topdown --style ", {"plain", "hollow", "corridors", "village"}),
        ("playloom level dungeon --package t", {"topdown"}),
        ("playloom level --package nowhere ", set()),
        ("playloom level check --package ", PACKAGES),
        ("playloom level check --theme ca", {"cave"}),
        ("playloom level convert --package ", PACKAGES),
        ("playloom level convert --theme me", {"metroidvania"}),
        ("playloom level convert --til", {"--tileset", "--tileset-path"}),
        ("playloom level range ov", {"overworld"}),
        ("playloom level range --package side", {"sideview"}),
        ("playloom level range --leg", {"--legend"}),
        ("playloom level endless so", {"sokoban"}),
        ("playloom level themes --package ", PACKAGES),
        ("playloom demo --package ", PACKAGES),
        ("playloom model show ", PACKAGES | {"pixels", "walks"}),
        ("playloom sprite --package ", {"pixels"}),
        ("playloom sprite walk --package ", {"walks"}),
        ("playloom model check t", {"topdown"}),
        ("playloom model card x", set()),
    ],
)
def test_completion_knows_themes_styles_and_packages(run: Run, words: str, offered: set[str]) -> None:
    assert {item.removeprefix("plain,") for item in completed(run, words)} == offered


def test_completion_takes_themes_of_a_typed_folder_and_offers_folders(run: Run, models: Path) -> None:
    package = models / "topdown"

    styles = completed(run, f"playloom level cave --package {package} --style ", PLAYLOOM_MODELS="")

    assert styles == ["plain,hollow"]
    assert completed(run, f"playloom model show {models}/t") == [f"dir,{models}/t"]


def test_completion_offers_nothing_of_what_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "manifest.json").write_text("{")

    assert "plain,torn" not in completed(run, "playloom model show ", PLAYLOOM_MODELS=str(tmp_path))
    assert completed(run, "playloom model show ", PLAYLOOM_MODELS=str(tmp_path / "nowhere")) == []


def test_completion_loads_no_network(environment: dict[str, str]) -> None:
    words = {"COMP_WORDS": "playloom level cave --style ", "COMP_CWORD": "4"}
    script = (
        "import sys\nfrom playloom.cli import main\n"
        "try:\n    main([])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, **words, "_PLAYLOOM_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        check=True,
    )

    offered, _, loaded = done.stdout.partition("LOADED")
    assert offered.split() == ["plain,hollow"]
    assert {"onnxruntime", "onnx"}.isdisjoint(loaded.split())
