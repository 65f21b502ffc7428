"""Set-up: twice is once, what changed is done again, and what cannot be done is said."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.bootstrap import __main__ as bootstrap
from config.bootstrap import browser, console, frontend, python
from config.bootstrap.console import ROOT, Stamp, StepFailed, fingerprint


def test_a_second_set_up_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.set_up(is_development=True)
    capsys.readouterr()
    bootstrap.set_up(is_development=True)
    assert capsys.readouterr().out == ""


def test_a_missing_file_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder of its own: other tests read the one that is served meanwhile."""
    monkeypatch.setattr(frontend, "VENDOR", tmp_path / "vendor")
    frontend.ensure_assets()
    capsys.readouterr()
    _, target = frontend.wanted_files()[0]
    target.unlink()
    frontend.ensure_assets()
    assert target.exists()
    assert "Copying" in capsys.readouterr().out


def test_the_copied_files_ask_for_no_source_map() -> None:
    frontend.ensure_assets()
    scripts = [path for path in frontend.VENDOR.rglob("*") if path.suffix in {".js", ".css"}]
    assert len(scripts) >= 4
    for path in scripts:
        assert b"sourceMappingURL" not in path.read_bytes(), path


def test_a_stamp_holds_until_an_input_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "ROOT", tmp_path)
    lock = tmp_path / "lock"
    lock.write_text("one")
    mark = tmp_path / "made" / "stamp"
    assert not Stamp(mark, fingerprint([lock])).is_current()
    Stamp(mark, fingerprint([lock])).set()
    assert Stamp(mark, fingerprint([lock])).is_current()
    lock.write_text("two")
    assert not Stamp(mark, fingerprint([lock])).is_current()


def test_every_lock_file_has_hashes_and_names_no_registry() -> None:
    for lock in (*python.RUNTIME, *python.EMBEDDED, *python.DEVELOPMENT, *python.NODE):
        text = lock.read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert text.count("--hash=sha256:") >= len(pins), lock
        assert "://" not in text, lock
    npm = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in npm
    assert npm.count('"integrity"') == npm.count('"node_modules/')


def test_a_package_whose_hash_differs_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"sqlparse==0.6.1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(StepFailed, match=r"(?i)hash"):
        python.install(["--require-hashes", "--target", str(tmp_path / "out"), "-r", str(lock)])


def test_a_failed_step_shows_what_the_command_said() -> None:
    with pytest.raises(StepFailed, match=r"(?s)ended with status 3:\n.*because of this"):
        console.run([sys.executable, "-c", "print('because of this'); raise SystemExit(3)"])


def test_a_home_that_cannot_be_used_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for home in ("/nonexistent", ""):
        monkeypatch.setenv("HOME", home)
        assert Path(console.environment()["HOME"]).is_dir()


def test_without_any_chromium_it_fails_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is stripped of browsers and of the ways to get one; our code is not touched."""
    monkeypatch.setattr(shutil, "which", lambda name, **_: None)
    monkeypatch.setattr(browser, "MAC_PATHS", ())
    monkeypatch.delenv("RUMBO_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "/nonexistent/browsers")
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    with pytest.raises(StepFailed, match="RUMBO_CHROMIUM=/path"):
        browser.ensure_chromium()


def test_an_unknown_command_is_answered_with_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.bootstrap", "fly"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "setup|run|test|check|bench" in done.stderr
